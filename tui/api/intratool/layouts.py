"""Their layouts (layout, rows, columns, elements) become an order of questions; a terminal has one column.

Documented names are ``layoutRows``, ``layoutColumns``, and in a column ``layoutableElements`` (with
``layout_element_type`` and ``layout_element_id``) or the questions themselves as ``layoutElements`` or
``formFields`` (with a ``pivot``). Names without the prefix are taken too. What is read left to right on their
screen is asked top to bottom here: row by row, in a row column by column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tui.api.lenient import as_id, as_number, as_object, as_objects, as_text

_ROWS = ("layout_rows", "layoutRows", "rows")
_COLUMNS = ("layout_columns", "layoutColumns", "columns")
_ELEMENTS = ("layoutable_elements", "layoutableElements", "layout_elements", "layoutElements", "elements",
             "form_fields", "formFields", "fields")  # fmt: skip
_FIELD = ("formfield", "form_field", "field")


def order_of(layouts: Sequence[dict[str, Any]] | None) -> tuple[str, ...]:
    """The IDs of the questions in the order of the first layout that names any; empty where none does.

    A layout of type "default" comes before others, then ``sort_number`` decides.
    """
    ordered = sorted(
        _by_place(layouts or ()), key=lambda layout: as_text(layout.get("type")) not in ("", "default")
    )
    for layout in ordered:
        found = tuple(dict.fromkeys(_questions(layout)))
        if found:
            return found
    return ()


def _questions(layout: dict[str, Any]) -> Iterator[str]:
    for row in _part(layout, _ROWS):
        for column in _part(row, _COLUMNS):
            for element in _part(column, _ELEMENTS):
                question = _question(element)
                if question is not None:
                    yield question


def _question(element: dict[str, Any]) -> str | None:
    """The ID of the question that an element shows; ``None`` for an element of another type."""
    pivot = as_object(element.get("pivot"))
    for holder in (element, pivot):
        kind = as_text(holder.get("layout_element_type")).rpartition("\\")[2].lower()
        if kind:
            return as_id(holder.get("layout_element_id")) if kind in _FIELD else None
    shown = as_object(element.get("layout_element"))
    return as_id(element.get("layout_element_id")) or as_id(shown.get("id")) or as_id(element.get("id"))


def _part(holder: dict[str, Any], names: Sequence[str]) -> list[dict[str, Any]]:
    found = next((parts for name in names if (parts := as_objects(holder.get(name)))), [])
    return _by_place(found)


def _by_place(parts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(parts, key=_place)


def _place(part: dict[str, Any]) -> float:
    # The place of a question in its column is the pivot's; its own sort number is the one without a layout.
    for holder in (as_object(part.get("pivot")), part):
        number = as_number(holder.get("sort_number"))
        if number is not None:
            return number
    return float("inf")
