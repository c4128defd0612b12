"""Lengths of time in words."""

from __future__ import annotations

from datetime import timedelta

from tui.model.message import Message


def span_words(span: timedelta, *, seconds: bool = True) -> Message:
    """In its two largest steps, whichever direction it has: ``45 s``, ``12 min``, ``2 h 05 min``, ``3 d``.

    Without ``seconds`` less than a minute is ``0 min``.
    """
    total = int(abs(span.total_seconds()))
    if seconds and total < 60:
        return Message("{n} s", {"n": total})
    minutes = total // 60
    if minutes < 60:
        return Message("{n} min", {"n": minutes})
    if minutes < 48 * 60:
        return Message("{h} h {m:02} min", {"h": minutes // 60, "m": minutes % 60})
    return Message("{n} d", {"n": minutes // (24 * 60)})
