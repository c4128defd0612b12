"""Their JSON, read tolerantly: both generations, unknown keys kept in ``raw``, no value that ends the reading."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import msgspec

from tui.api.lenient import as_flag, as_id, as_json, as_number, as_object, as_objects, as_text

SYSTEM = "superai"
TASK = "task:"
"""Begins the ID of a task's attempt, so that it is told from that of a run."""

NO_ID = "?"
"""Begins the ID of a row that came without one."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a flow (contract 3.3). ``updated`` is the server's text: a stamp."""

    id: str
    flow: str
    version: int
    status: str
    by: str
    created: datetime | None
    updated: str
    number: int | None
    raw: dict[str, Any]


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt of one task (contract 3.1). ``status`` is how the work stands, whether stale or not."""

    id: str
    run: str
    task: str
    index: int
    status: str
    stale: bool
    edited: str
    input: Any
    output: Any
    error: Any
    by: str
    created: datetime | None
    started: datetime | None
    ended: datetime | None
    updated: str
    raw: dict[str, Any]


class Tag(msgspec.Struct, frozen=True, kw_only=True):
    """A label on a task of a run (contract 3.4)."""

    task: str
    tag: str
    kind: str
    metadata: Any
    active: bool
    by: str
    created: datetime | None


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """A flow in one version (contract 3.6)."""

    id: str
    name: str
    version: int
    description: str
    definition: Any
    names: tuple[str, ...]
    schemas: dict[str, Any]


def run_of(value: Any) -> Run:
    """A run of whatever JSON there is."""
    row = as_object(value)
    number = as_number(row.get("run_number"))
    return Run(
        id=as_id(row.get("id")) or _stand_in(value),
        flow=as_id(row.get("flow_id")) or "",
        version=_whole(row.get("flow_version"), 1),
        status=as_text(row.get("status")),
        by=as_text(row.get("modified_by")),
        created=moment(row.get("created_at")),
        updated=as_text(row.get("updated_at")),
        number=int(number) if number is not None and 0 < number < 1e12 else None,
        raw=row,
    )


def attempt_of(value: Any) -> Attempt:
    """An attempt; the second generation's words win, ``stale`` of the first is an output that was completed."""
    row = as_object(value)
    word = as_text(row.get("processing_status")) or as_text(row.get("status"))
    stale = as_text(row.get("stale_status")) == "stale" or word == "stale"
    return Attempt(
        id=as_id(row.get("id")) or _stand_in(value),
        run=as_id(row.get("flow_execution_id")) or "",
        task=as_text(row.get("task_name")),
        index=_whole(row.get("task_execution_idx"), 0),
        status="completed" if word in ("stale", "edited") else word,
        stale=stale,
        edited=as_text(row.get("edited_status")),
        input=row.get("input"),
        output=row.get("output"),
        error=row.get("error"),
        by=as_text(row.get("modified_by")),
        created=moment(row.get("created_at")),
        started=moment(row.get("started_at")),
        ended=moment(row.get("completed_at")),
        updated=as_text(row.get("updated_at")),
        raw={name: part for name, part in row.items() if name != "tags"},
    )


def tag_of(value: Any) -> Tag:
    """A tag."""
    row = as_object(value)
    return Tag(
        task=as_text(row.get("task_name")),
        tag=as_text(row.get("tag")),
        kind=as_text(row.get("tag_type")),
        metadata=row.get("tag_metadata"),
        active=as_text(row.get("status")) in ("", "active"),
        by=as_text(row.get("modified_by")),
        created=moment(row.get("created_at")),
    )


def flow_of(value: Any) -> Flow:
    """A flow. The models of its outputs are looked for at the flow and at the tasks of its definition."""
    row = as_object(value)
    names = row.get("task_names")
    return Flow(
        id=as_id(row.get("id")) or "",
        name=as_text(row.get("display_name")) or as_text(row.get("name")),
        version=_whole(row.get("version"), 1),
        description=as_text(row.get("description")),
        definition=row.get("definition"),
        names=tuple(as_text(name) for name in names if as_text(name)) if isinstance(names, list) else (),
        schemas=_schemas(row.get("output_schemas")),
    )


def array_of(value: Any, *names: str) -> list[Any] | None:
    """A bare array, or the one that an object holds under one of ``names``; ``None`` for anything else."""
    if isinstance(value, dict):
        value = next((value[name] for name in names if isinstance(value.get(name), list)), None)
    return value if isinstance(value, list) else None


def is_deleted(flow: Any) -> bool:
    """Whether a flow is only kept for its past."""
    return as_flag(as_object(flow).get("deleted")) is True


def moment(value: Any) -> datetime | None:
    """An ISO 8601 moment as aware UTC; without a zone it is UTC. ``None`` for anything else."""
    text = as_text(value).strip()
    try:
        found = datetime.fromisoformat(text) if text else None
        return None if found is None else (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def wire_moment(value: datetime) -> str:
    """A moment as they write it."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _schemas(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {
            as_text(part.get("task_name")): part.get("output_schema") or part.get("schema")
            for part in as_objects(value)
        }
    return as_object(value)


def _whole(value: Any, preset: int) -> int:
    number = as_number(value)
    return int(number) if number is not None and 0 <= number < 1e12 else preset


def _stand_in(value: Any) -> str:
    return NO_ID + blake2b(as_json(value).encode("utf-8", "replace"), digest_size=6).hexdigest()
