"""What their answers mean when something went wrong (contract section 6): also a 200 with an error inside.

The Services host documents neither status codes nor a body, so an error is known by its name, its number, or else
by the status alone. A link in an error's words loses what makes it a key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tui.api.faults import SAID_LIMIT, Fault, from_answer
from tui.api.lenient import as_text
from tui.model.clock import Clock
from tui.model.errors import (
    Forbidden,
    NotFound,
    Refused,
    ServerFault,
    TaskError,
    Throttled,
    Unauthorised,
)
from tui.model.message import Message

_QUERY = re.compile(r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]+", re.IGNORECASE)
_PLACE = re.compile(r"([a-z_]+(?:\.[a-z_0-9]+)*): \S", re.ASCII)
_OWN = frozenset({"id", "state", "url", "results", "last_run_date"})
"""Keys of good answers: whoever has one of them is no error, whatever else it holds."""

NO_SESSION, NOT_PERMITTED = "6", "68"
_UNSPECIFIC = frozenset({400, 409, 422, 500})
"""Statuses beside which a name says more."""


class ExecutionFailed(ServerFault):
    """The server says by an error, not by a state, that a run failed: it did run."""

    what = Message("The task failed.")


def judge(status: int, headers: Mapping[str, str], content: bytes, clock: Clock) -> Fault | None:
    """The meaning of an answer; ``None`` for one whose content may be read."""
    fault, error = from_answer(status, headers, content, clock), error_of(content)
    good = 200 <= status < 300
    if error is not None and (good or status in _UNSPECIFIC):
        named = _by_name(error, _said(error, fault))
        if named is not None or good:
            return Fault(named or Refused(_said(error, fault)))
    if fault is not None:
        _clean(fault.error)
    return fault


def error_of(content: bytes) -> dict[str, Any] | None:
    """The error in a body: ``error`` (object or text), or the first of ``errors``; ``None`` without one."""
    if content.lstrip()[:1] != b"{" or b'"error' not in content:
        return None
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or _OWN & body.keys():
        return None
    errors = body.get("errors")
    found = body.get("error") or (errors[0] if isinstance(errors, list) and errors else None)
    if isinstance(found, str):
        return {"description": found}
    return found if isinstance(found, dict) else None


def without_keys(text: str) -> str:
    """``text`` whose links have lost what stands behind their question mark."""
    return _QUERY.sub(r"\1?...", text)


def _clean(error: TaskError) -> None:
    error.said = without_keys(error.said)
    error.args = (without_keys(str(error)),)
    if isinstance(error, Refused):
        error.fields = {
            key: [without_keys(sentence) for sentence in sentences] for key, sentences in error.fields.items()
        }


def _said(error: dict[str, Any], fault: Fault | None) -> str:
    own = as_text(error.get("description")) or as_text(error.get("message")) or as_text(error.get("name"))
    return without_keys(own or (fault.error.said if fault is not None else ""))[:SAID_LIMIT]


def _by_name(error: dict[str, Any], said: str) -> TaskError | None:
    """The error that a name or number means; ``None`` for one that says nothing."""
    name, number = as_text(error.get("name")).lower(), as_text(error.get("code"))
    if "execution_failed" in name:
        return ExecutionFailed(said)
    if number == NOT_PERMITTED or "permission" in name or "forbidden" in name:
        return Forbidden(said)
    if number == NO_SESSION or "session" in name or "login" in name or "unauthori" in name:
        return Unauthorised(said)
    if "not_found" in name or "non_existent" in name:
        return NotFound(said)
    if "rate_limit" in name or "too_many" in name:
        return Throttled(said)
    if "server_error" in name or "internal" in name:
        return ServerFault(said)
    if "invalid" in name or "already" in name:
        place = _PLACE.match(said)
        return Refused(said, fields={place.group(1): [said]} if place is not None else None)
    return None
