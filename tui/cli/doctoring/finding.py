"""One line of the doctor: what was looked at, whether it works, and what to do."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from tui.i18n import _
from tui.model.plain import clean

INDENT = 16
WIDTH = 18


class Verdict(StrEnum):
    """LOOK: it goes on, but somebody should know. BROKEN: something does not work until it is put right."""

    WORKS = "works"
    LOOK = "look"
    BROKEN = "broken"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """``id`` is for scripts, ``name`` and the rest for people. ``facts`` are figures without language."""

    id: str
    name: str
    value: str
    verdict: Verdict = Verdict.WORKS
    remedy: str = ""
    facts: dict[str, Any] = {}


def text_of(findings: list[Finding]) -> str:
    """A line for each, and the remedy below it."""
    marks = {Verdict.WORKS: _("works"), Verdict.LOOK: _("look here"), Verdict.BROKEN: _("DOES NOT WORK")}
    lines = []
    for one in findings:
        lines.append(f"{marks[one.verdict]:<{INDENT}}{one.name + ':':<{WIDTH}}{clean(one.value)}".rstrip())
        if one.remedy:
            lines.append(f"{'':<{INDENT}}→ {clean(one.remedy)}")
    return "\n".join(lines)


def data_of(findings: list[Finding]) -> dict[str, Any]:
    """The same for scripts: ``worst`` is the worst verdict of all."""
    order = list(Verdict)
    worst = max((one.verdict for one in findings), key=order.index, default=Verdict.WORKS)
    return {"worst": str(worst), "findings": [msgspec.to_builtins(one) for one in findings]}
