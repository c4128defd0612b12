"""The documented validations, alone and together, on values as they travel."""

from __future__ import annotations

from typing import Any

import pytest

from tui.form.rules import broken, decimal_of, is_required, limits
from tui.model.field import Field, Rule, Value


def kind_of(value: Value, *rules: Rule, kind: str = "text", **more: Any) -> str | None:
    problem = broken(Field(key="k", label="K", kind=kind, rules=rules, **more), value, "en")
    return problem.kind if problem else None


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (Rule("email"), "a@b.de", "a"),
        (Rule("phone", {"default_country_code": "DE"}), "+49 30 123456", "none"),
        (Rule("url"), "https://example.com/x?y=1", "example.com"),
        (Rule("number", {"type": "numeric"}), "4.5", "4,5"),
        (Rule("number", {"type": "integer"}), "4", "4.5"),
        (Rule("minmax", {"min": 0}), "0", "-1"),
        (Rule("minmax", {"min": "0", "max": "7.5"}), "7.5", "7.51"),
        (Rule("datetime", {"format": "Y-m-d H:i:s"}), "2026-05-11 09:00:00", "2026-05-11"),
        (Rule("datetime", {"format": "H:i"}), "09:00", "9 o'clock"),
        (Rule("datetime", {}), "2026-05-11 09:00:00", "yesterday"),
    ],
)
def test_each_rule(rule: Rule, good: str, bad: str) -> None:
    assert kind_of(good, rule) is None
    assert kind_of(bad, rule) == ("limit" if rule.kind == "minmax" else "unreadable")
    assert kind_of("", rule) is None


def test_required_comes_first_and_alone() -> None:
    assert kind_of(None, Rule("required"), Rule("email")) == "missing"
    assert kind_of("", Rule("email"), required=True) == "missing"
    assert is_required(Field(key="k", label="K", kind="text", rules=(Rule("required"),)))


def test_unknown_rules_are_left_to_the_server() -> None:
    assert kind_of("x", Rule("mimetypes", {"allowed": ["image/png"]}), Rule("crystal_ball")) is None


def test_the_fields_own_format_is_what_is_written() -> None:
    rule = Rule("datetime", {"format": "Y-m-d H:i:s"})
    assert kind_of("11.05.2026", rule, kind="date", format="d.m.Y") is None


def test_limits_are_the_narrowest() -> None:
    field = Field(
        key="k", label="K", kind="number", minimum="1", maximum="9", rules=(Rule("minmax", {"min": 0, "max": 5}),)
    )
    assert [str(limit) for limit in limits(field)] == ["1", "5"]


@pytest.mark.parametrize("value", [None, True, "1e5", "abc", "", float("nan"), float("inf"), [1], {"a": 1}, "１"])
def test_strange_numbers_are_none(value: Value) -> None:
    assert decimal_of(value) is None
