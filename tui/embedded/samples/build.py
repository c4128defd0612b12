"""Small words to write a sample site with: people, templates with their fields, assignments."""

from __future__ import annotations

from typing import Any

import msgspec

DAILY = "FREQ=DAILY"


class Person(msgspec.Struct, frozen=True):
    """A user of the sample site; ``departments`` are numbers of the sample's departments."""

    username: str
    first_name: str
    last_name: str
    level: str
    departments: tuple[int, ...]


class FieldSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One field. ``rules`` are (validation type, config); ``sources`` (source type, config or "template.key")."""

    key: str
    name: str
    kind: str
    config: dict[str, Any] = {}
    rules: tuple[tuple[str, dict[str, Any]], ...] = ()
    help: str | None = None
    placeholder: str | None = None
    default: Any = None
    hidden: bool = False
    disabled: bool = False
    sources: tuple[tuple[str, Any], ...] = ()


class TemplateSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One template; ``parent`` is the key of another."""

    key: str
    title: str
    lang: str
    description: str
    fields: tuple[FieldSpec, ...] = ()
    parent: str | None = None
    grade_scale: int | None = None
    layout: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """Rows of columns of field keys; empty: no layout."""


class AssignmentSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One assignment: due at ``at`` (and at ``hours`` of the same minute), its windows, whose it is."""

    title: str
    template: str
    at: str
    mode: str = "any_of"
    hours: tuple[int, ...] = ()
    rule: str | None = DAILY
    show: str | None = "PT8H"
    before: str | None = "PT2H"
    after: str | None = "PT2H"
    departments: tuple[int, ...] = ()
    users: tuple[str, ...] = ()
    always: bool = False
    delayed_reason: bool = False
    deny_allowed: bool = True
    deny_reason: bool = True
    follows: str | None = None
    message: tuple[str, str] | None = None


REQUIRED: tuple[str, dict[str, Any]] = ("required", {})
PHONE = {"fixed_line": True, "mobile": True, "country_codes": None, "default_country_code": "DE"}


def choice(
    key: str, name: str, options: dict[str, str], *, kind: str = "radio", points: dict[str, float] | None = None,
    required: bool = True, help: str | None = None, sources: tuple[tuple[str, Any], ...] = (),
) -> FieldSpec:  # fmt: skip
    """A choice: ``radio``, ``select`` or ``checkbox`` (several)."""
    config: dict[str, Any] = {"options": options, "inline": len(options) <= 3}
    if points:
        config["points"] = points
    rules = (REQUIRED,) if required else ()
    return FieldSpec(key=key, name=name, kind=kind, config=config, rules=rules, help=help, sources=sources)


def yes_no(
    key: str, name: str, lang: str, *, na: bool = True, help: str | None = None, worth: float = 1
) -> FieldSpec:
    """Yes, no, does not apply."""
    words = {"de": ("Ja", "Nein", "entfällt"), "en": ("Yes", "No", "n/a")}[lang]
    options = {"yes": words[0], "no": words[1]} | ({"na": words[2]} if na else {})
    return choice(key, name, options, points={"yes": worth, "no": 0} | ({"na": worth} if na else {}), help=help)


def number(
    key: str, name: str, low: float | None, high: float | None, *, whole: bool = False, required: bool = True,
    help: str | None = None,
) -> FieldSpec:  # fmt: skip
    """A number between two limits: a text field with validations, as the interface has it."""
    limits = {name: value for name, value in (("min", low), ("max", high)) if value is not None}
    rules: list[tuple[str, dict[str, Any]]] = [REQUIRED] if required else []
    rules.append(("number", {"type": "integer" if whole else "numeric"}))
    if limits:
        rules.append(("minmax", limits))
    return FieldSpec(key=key, name=name, kind="text", rules=tuple(rules), help=help)


def text(
    key: str, name: str, *, kind: str = "text", required: bool = False, rule: str | None = None,
    config: dict[str, Any] | None = None, help: str | None = None, placeholder: str | None = None,
    default: Any = None, hidden: bool = False, disabled: bool = False, sources: tuple[tuple[str, Any], ...] = (),
) -> FieldSpec:  # fmt: skip
    """A line (or with ``rich-text`` several), perhaps with one more rule (email, phone, url)."""
    rules: list[tuple[str, dict[str, Any]]] = [REQUIRED] if required else []
    if rule:
        rules.append((rule, PHONE if rule == "phone" else {}))
    return FieldSpec(
        key=key, name=name, kind=kind, config=config or {}, rules=tuple(rules), help=help, placeholder=placeholder,
        default=default, hidden=hidden, disabled=disabled, sources=sources,
    )  # fmt: skip


def moment(key: str, name: str, kind: str, *, required: bool = False, now: bool = False) -> FieldSpec:
    """A date, a time or both; ``now`` presets it from the system's date."""
    php = {"date": "Y-m-d", "time": "H:i", "datetime": "Y-m-d H:i:s"}[kind]
    source = (("systemVariable", {"variable_key": "system.date", "variable_filter": None}),) if now else ()
    rules = ((REQUIRED,) if required else ()) + (("datetime", {"format": php}),)
    config = {"type": kind, "format": php}
    return FieldSpec(key=key, name=name, kind="datetime", config=config, rules=rules, sources=source)


def heading(key: str, name: str, help: str | None = None) -> FieldSpec:
    """A text between the fields, without a value."""
    return FieldSpec(key=key, name=name, kind="description", help=help)
