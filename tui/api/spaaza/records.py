"""Their tasks, read tolerantly: whatever the JSON is like, there is a task; unknown keys are kept (section 4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from tui.api.lenient import as_id, as_number, as_object, as_text
from tui.api.spaaza.moments import moment_of
from tui.model.status import Phase, Status

READY, INPROGRESS, DONE, ERROR = "READY", "INPROGRESS", "DONE", "ERROR"
EXPORT, REWARDS = "export", "bulk issue rewards"

STATES = {
    READY: Status(READY, Phase.OPEN),
    INPROGRESS: Status(INPROGRESS, Phase.ACTIVE),
    DONE: Status(DONE, Phase.DONE),
    # Somebody has to look at it, and can run it again.
    ERROR: Status(ERROR, Phase.BROKEN),
}

_TASK = frozenset({"id", "chain", "desc", "state", "trigger", "target", "logs", "debug", "version"})
_STATE = frozenset({"code", "last_run_date", "last_modified", "created_date"})
_TRIGGER = frozenset({"once", "repeat", "segment_id", "user_list", "segment"})
_SEGMENT = frozenset({"entity", "index", "join", "chain_id", "rules"})
_TARGET = frozenset({"action", "export_index", "export_format", "campaign"})


class State(msgspec.Struct, frozen=True):
    """Where a task stands. ``run`` is the raw text of ``last_run_date``: another one means another run."""

    code: str = ""
    run: str = ""
    last_run: datetime | None = None
    modified: datetime | None = None
    created: datetime | None = None

    @property
    def status(self) -> Status:
        """The neutral state; an unknown word is kept beside an unknown phase."""
        return STATES.get(self.code) or Status(self.code, Phase.UNKNOWN)

    @property
    def ended(self) -> bool:
        """Whether the last run is over."""
        return self.code in (DONE, ERROR)


class Task(msgspec.Struct, frozen=True):
    """One task. ``ident`` is ``None`` where the server gave no ID that could be asked for again."""

    ident: str | None
    chain: str
    desc: str
    state: State
    once: datetime | None
    repeat: str
    segment_id: str
    user_list: str
    segment: dict[str, Any]
    action: str
    index: str
    format: str
    campaign: str
    debug: str
    version: str
    other: dict[str, Any]
    raw: dict[str, Any]

    @property
    def group(self) -> str:
        """What tasks of one kind share: the action, and the index or the campaign."""
        return f"{self.action}/{self.campaign or self.index}"

    @property
    def kind(self) -> str:
        """The same, to read."""
        return " · ".join(part for part in (self.action, self.index or self.campaign) if part)

    @property
    def rules(self) -> list[Any]:
        """The inline rules."""
        rules = self.segment.get("rules")
        return rules if isinstance(rules, list) else []

    @property
    def everybody(self) -> bool:
        """Whether nothing narrows its audience."""
        return not (self.segment_id or self.user_list or self.rules)

    @property
    def downloadable(self) -> bool:
        """Whether it has a file now."""
        return self.action == EXPORT and self.state.code == DONE and self.ident is not None


def read_task(value: Any) -> Task:
    """The task in ``value``, any JSON."""
    raw = as_object(value)
    trigger, target = as_object(raw.get("trigger")), as_object(raw.get("target"))
    parts = (
        ("", raw, _TASK),
        ("state.", as_object(raw.get("state")), _STATE),
        ("trigger.", trigger, _TRIGGER),
        ("trigger.segment.", as_object(trigger.get("segment")), _SEGMENT),
        ("target.", target, _TARGET),
    )
    return Task(
        ident=task_id(raw),
        chain=as_id(raw.get("chain")) or "",
        desc=as_text(raw.get("desc")),
        state=read_state(raw.get("state")),
        once=moment_of(trigger.get("once")),
        repeat=as_text(trigger.get("repeat")),
        segment_id=as_text(trigger.get("segment_id")),
        user_list=as_text(trigger.get("user_list")),
        segment=as_object(trigger.get("segment")),
        action=as_text(target.get("action")),
        index=as_text(target.get("export_index")),
        format=as_text(target.get("export_format")),
        campaign=as_id(target.get("campaign")) or "",
        debug=as_text(raw.get("debug")),
        version=as_text(raw.get("version")),
        other={f"{place}{key}": part[key] for place, part, known in parts for key in part if key not in known},
        raw=raw,
    )


def read_state(value: Any) -> State:
    """The state in ``value``, any JSON. Null, a missing and a zero date all mean "never"."""
    state = as_object(value)
    last_run = moment_of(state.get("last_run_date"))
    return State(
        code=as_text(state.get("code")).strip().upper(),
        run=as_text(state.get("last_run_date")) if last_run is not None else "",
        last_run=last_run,
        modified=moment_of(state.get("last_modified")),
        created=moment_of(state.get("created_date")),
    )


def task_id(raw: dict[str, Any]) -> str | None:
    """The ID of a task: a whole number."""
    ident = as_id(raw.get("id"))
    return ident if ident is not None and ident.isascii() and ident.isdigit() else None


def whole(value: object) -> int | None:
    """A whole number, also from text."""
    number = as_number(value)
    return int(number) if number is not None and number.is_integer() and abs(number) < 2**53 else None
