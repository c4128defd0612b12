"""Their questions become ours: one kind for each of the ten documented types (contract sections 2.3, 3, 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tui.api.intratool import rules as laravel
from tui.api.intratool.plain import plain_text
from tui.api.intratool.records import FormField
from tui.api.intratool.values import preset
from tui.api.lenient import as_flag, as_number, as_text
from tui.model.field import Choice, Field, Rule

NOTE_SUFFIX = "_additional_information"
RESERVED = frozenset({"delayed_reason", "_method"})
"""Keys that mean something else in a flat body; a field of that name cannot be answered without confusion."""

_DATE = frozenset("djDlNSwzWFmMntLoYyXx")
_TIME = frozenset("aABgGhHisuv")
_FORMATS = {"date": "Y-m-d", "time": "H:i:s", "datetime": "Y-m-d H:i:s"}
_SOURCES = {"user": "users", "users": "users", "department": "departments", "departments": "departments"}


def key_of(field: FormField) -> str:
    """The name of the question in bodies: its key, else its slug; a name of our own where it has neither."""
    return field.key or field.slug or f"field-{field.id or ''}"


def fields_of(theirs: Iterable[FormField], layout: Sequence[str] = ()) -> tuple[Field, ...]:
    """All questions in the order in which they are asked. Of two with one key the second cannot be answered.

    ``layout`` holds the IDs of questions in the order of their layout; those that it does not name follow behind,
    by their sort number.
    """
    places = {ident: place for place, ident in enumerate(layout)}
    last = len(places)
    ordered = sorted(
        enumerate(theirs), key=lambda pair: (places.get(pair[1].id or "", last), _order(pair[1]), pair[0])
    )
    found: list[Field] = []
    seen: set[str] = set()
    for place, (_, one) in enumerate(ordered):
        field = field_of(one, place)
        if field.key in seen:
            field = field_of(one.model_copy(update={"key": f"{field.key}#{place}", "disabled": True}), place)
        seen.add(field.key)
        found.append(field)
    return tuple(found)


def field_of(theirs: FormField, place: int = 0) -> Field:
    """One question; a type that nobody documented stays under its own name and is read-only."""
    rules = laravel.rules_of(theirs)
    kind = _kind(theirs, rules)
    low, high = laravel.limits(rules)
    choices = _choices(theirs.config) if kind in ("choice", "multi_choice") else ()
    key = key_of(theirs)
    clashes = key in RESERVED or key.endswith(NOTE_SUFFIX) or not (theirs.key or theirs.slug)
    unknown = kind not in _OURS
    return Field(
        key=key,
        label=theirs.name or key,
        kind=kind,
        help=plain_text(theirs.description),
        placeholder=theirs.placeholder,
        required=laravel.is_required(rules) and kind != "description",
        choices=choices,
        source=_source(theirs) if kind in ("entity", "entities") else None,
        minimum=low,
        maximum=high,
        integer=laravel.is_integer(rules),
        unit=as_text(theirs.config.get("unit")),
        format=_format(theirs, rules, kind) if kind in _FORMATS else "",
        default=preset(theirs.default_value, kind, choices),
        read_only=bool(theirs.disabled) or clashes or unknown or kind == "description",
        hidden=bool(theirs.hidden),
        allows_note=kind != "description",
        order=place,
        rules=rules,
        raw_kind=theirs.form_field_type_id,
    )


_OURS = frozenset(
    {
        "text", "long_text", "number", "email", "phone", "url", "choice", "multi_choice",
        "date", "time", "datetime", "description", "file", "entity", "entities",
    }
)  # fmt: skip
_SIMPLE = {"rich-text": "long_text", "description": "description", "file-upload": "file"}
_WITH_OPTIONS = {"radio": "choice", "select": "choice", "checkbox": "multi_choice"}
_PICKERS = ("entity_select", "entity-select", "recipient-select", "recipient_select")


def _kind(theirs: FormField, rules: Sequence[Rule]) -> str:
    raw = theirs.form_field_type_id
    if raw == "text":
        return _text_kind(rules)
    if raw in _SIMPLE:
        return _SIMPLE[raw]
    if raw in _WITH_OPTIONS:
        # A choice without options cannot be made; it is shown with its raw value instead.
        return _WITH_OPTIONS[raw] if _choices(theirs.config) else raw
    if raw == "datetime":
        return _moment_kind(theirs, rules)
    if raw in _PICKERS:
        if _source(theirs) is None:
            return raw
        return "entities" if as_flag(theirs.config.get("multiple")) else "entity"
    return raw or "unknown"


def _text_kind(rules: Sequence[Rule]) -> str:
    kinds = {rule.kind for rule in rules}
    if kinds & {"number", "minmax"}:
        return "number"
    if "datetime" in kinds:
        found = laravel.rule(rules, "datetime")
        return _kind_of_format(as_text(found.config.get("format")) if found else "") or "datetime"
    return next((kind for kind in ("email", "phone", "url") if kind in kinds), "text")


def _moment_kind(theirs: FormField, rules: Sequence[Rule]) -> str:
    # The names of the two configuration keys are not documented: the format decides, then the type.
    by_format = _kind_of_format(_named_format(theirs, rules))
    by_type = as_text(theirs.config.get("type")).lower()
    return by_format or (by_type if by_type in _FORMATS else "datetime")


def _kind_of_format(php: str) -> str | None:
    has_date, has_time = not _DATE.isdisjoint(php), not _TIME.isdisjoint(php)
    if has_date and has_time:
        return "datetime"
    return "date" if has_date else "time" if has_time else None


def _named_format(theirs: FormField, rules: Sequence[Rule]) -> str:
    rule = laravel.rule(rules, "datetime")
    return as_text(theirs.config.get("format")) or (as_text(rule.config.get("format")) if rule is not None else "")


def _format(theirs: FormField, rules: Sequence[Rule], kind: str) -> str:
    return _named_format(theirs, rules) or _FORMATS[kind]


def _choices(config: dict[str, Any]) -> tuple[Choice, ...]:
    options, points = config.get("options"), config.get("points")
    scores = points if isinstance(points, dict) else {}
    if isinstance(options, dict):
        pairs = [(str(value), label) for value, label in options.items()]
    elif isinstance(options, list):
        pairs = [_listed(option, place) for place, option in enumerate(options)]
    else:
        return ()
    return tuple(
        Choice(value, _label(label) or value, _points(label, scores.get(value))) for value, label in pairs
    )


def _listed(option: Any, place: int) -> tuple[str, Any]:
    if isinstance(option, dict):
        named = next((as_text(option[name]) for name in ("key", "value", "id") if name in option), "")
        return named or str(place), option
    return as_text(option) or str(place), option


def _label(label: Any) -> str:
    if isinstance(label, dict):
        return next((as_text(label[name]) for name in ("label", "name", "title") if name in label), "")
    return as_text(label)


def _points(label: Any, score: Any) -> float | None:
    return as_number(score if score is not None else label.get("points") if isinstance(label, dict) else None)


def _source(theirs: FormField) -> str | None:
    words = (as_text(theirs.config.get(name)).lower() for name in ("entity_type", "entity", "type"))
    known = next((_SOURCES[word] for word in words if word in _SOURCES), None)
    return known or ("users" if theirs.form_field_type_id.startswith("recipient") else None)


def _order(theirs: FormField) -> float:
    return theirs.sort_number if theirs.sort_number is not None else float("inf")
