"""Their validations: embedded records, or else Laravel's rule string, become the neutral rules and limits.

Source: contract section 4. A rule that nobody here knows is kept, for the server to judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tui.api.intratool.records import FormField
from tui.api.lenient import as_flag, as_number, as_text, number_text
from tui.model.field import Rule


def rules_of(field: FormField) -> tuple[Rule, ...]:
    """The field's rules; from the rule string where the records are missing."""
    records = field.field_validations if field.field_validations is not None else field.validations
    if records is not None:
        found = [Rule(rule.form_field_validation_type_id, rule.config) for rule in records]
        return tuple(rule for rule in found if rule.kind)
    return tuple(_from_string(field.field_validation_string))


def rule(rules: Sequence[Rule], kind: str) -> Rule | None:
    """The first rule of that kind."""
    return next((one for one in rules if one.kind == kind), None)


def limits(rules: Sequence[Rule]) -> tuple[str | None, str | None]:
    """The hard limits of ``minmax``, as text with a point."""
    found = rule(rules, "minmax")
    if found is None:
        return None, None
    return _limit(found.config.get("min")), _limit(found.config.get("max"))


def is_integer(rules: Sequence[Rule]) -> bool:
    """Whether only whole numbers are taken."""
    found = rule(rules, "number")
    return found is not None and as_text(found.config.get("type")) == "integer"


def _limit(value: Any) -> str | None:
    if isinstance(value, str) and as_number(value) is not None:
        return value.strip().replace(",", ".")
    number = as_number(value)
    return None if number is None else number_text(value if isinstance(value, int) else number)


def _from_string(text: str) -> list[Rule]:
    found: list[Rule] = []
    low: str | None = None
    high: str | None = None
    numeric = False
    for part in text.split("|"):
        name, _, argument = part.strip().partition(":")
        if name in ("numeric", "integer"):
            numeric = True
            found.append(Rule("number", {"type": name}))
        elif name == "min":
            low = argument
        elif name == "max":
            high = argument
        elif name == "between":
            low, _, high = argument.partition(",")
        elif name == "date_format":
            found.append(Rule("datetime", {"format": argument}))
        elif name == "mimetypes":
            found.append(Rule("mimetypes", {"allowed": argument.split(",")}))
        elif name == "phone":
            found.append(Rule("phone", {"default_country_code": argument} if argument else {}))
        elif name in ("required", "email", "url"):
            found.append(Rule(name))
        elif name and name != "nullable" and name != "string":
            found.append(Rule(name, {"argument": argument} if argument else {}))
    if numeric and (low is not None or high is not None):
        bounds = {key: value for key, value in (("min", low), ("max", high)) if value is not None}
        found.append(Rule("minmax", dict(bounds)))
    return found


def is_required(rules: Sequence[Rule]) -> bool:
    """Whether finishing needs an answer."""
    found = rule(rules, "required")
    return found is not None and as_flag(found.config.get("required", True)) is not False
