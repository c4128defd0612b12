"""The options of pickers, narrowed by what a person typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.api.intratool.catalogue import Catalogue
from tui.api.intratool.seen import Seen
from tui.model.field import Choice
from tui.model.system import Page

LONGEST = 500
"""At most so many options are given at once; the page says when there are more."""


async def page(catalogue: Catalogue, seen: Seen, source: str, query: str) -> Page:
    """The options of ``source``; for assignments and templates those of the last list where the server refuses."""
    found = await _pairs(catalogue, seen, source)
    words = query.casefold().split()
    hits = [
        Choice(value, label or value)
        for value, label in found
        if all(word in label.casefold() or word == value.casefold() for word in words)
    ]
    hits.sort(key=lambda choice: (choice.label.casefold(), choice.value))
    return Page(choices=tuple(hits[:LONGEST]), complete=len(hits) <= LONGEST)


async def child_templates(catalogue: Catalogue, parent: str | None) -> Sequence[Choice]:
    """The templates that hang below ``parent``'s: what its child executions are made from."""
    if parent is None:
        return ()
    found = await catalogue.templates() or []
    return [Choice(one.id, one.title or one.id) for one in found if one.id is not None and one.parent_id == parent]


async def _pairs(catalogue: Catalogue, seen: Seen, source: str) -> Iterable[tuple[str, str]]:
    if source == "assignments":
        assignments = await catalogue.assignments()
        if assignments is None:
            return [
                (number, _both(seen.titles.get(seen.templates.get(number, ""), ""), place))
                for number, place in seen.places.items()
            ]
        titles = {one.id: one.title for one in await catalogue.templates() or ()} or dict(seen.titles)
        return [
            (one.id, _both(titles.get(one.task_template_id or "", ""), one.title))
            for one in assignments
            if one.id is not None and one.active is not False
        ]
    if source == "templates":
        templates = await catalogue.templates()
        if templates is None:
            return seen.titles.items()
        return [(one.id, one.title) for one in templates if one.id is not None]
    if source == "users":
        return [(one.id, one.name) for one in await catalogue.people() or () if one.id is not None]
    if source == "departments":
        return [(one.id, one.name) for one in await catalogue.departments() or () if one.id is not None]
    return ()


def _both(template: str, place: str) -> str:
    """What is to be done, and where: an assignment's own title says only the second."""
    return f"{template} · {place}" if template and place and template != place else template or place
