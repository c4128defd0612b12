"""What a run does: an export writes a file of what its audience leaves, a rewards task issues vouchers."""

from __future__ import annotations

import csv
import io
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, insert, select

from tui.embedded.spaaza import schema
from tui.embedded.spaaza.audience import Document, RunFailed, selected
from tui.embedded.spaaza.words import EXPORT, FORMATS, INDEXES, iso

BATCH = 10
"""So many rows are told of in one line of the log."""


class File(NamedTuple):
    """What an export has written."""

    name: str
    media_type: str
    body: bytes


class Outcome(NamedTuple):
    """How a run ended; ``lines`` are (level, message) of its log, in order."""

    good: bool
    lines: list[tuple[str, str]]
    file: File | None = None


def run(tx: Connection, task: Row[Any], started: int, ended: int) -> Outcome:
    """Do the work of ``task``. A run that fails is an outcome too, and leaves nothing behind."""
    lines = [("INFO", f"Run {task.run} started at {iso(started)}.")]
    file: File | None = None
    try:
        if task.action == EXPORT:
            file = _export(tx, task, started, lines)
        else:
            _issue(tx, task, started, lines)
    except RunFailed as failure:
        return Outcome(False, [*lines, ("ERROR", str(failure)), ("ERROR", "Task execution failed.")])
    lines.append(("INFO", f"Run {task.run} ended after {ended - started} s."))
    return Outcome(True, lines, file)


def _export(tx: Connection, task: Row[Any], started: int, lines: list[tuple[str, str]]) -> File:
    index, kind = task.target["export_index"], task.target["export_format"]
    lines.append(("INFO", f"Reading {index}."))
    rows = selected(tx, task.chain, index, task.trigger, started)
    lines.append(("INFO" if rows else "WARNING", f"{len(rows)} rows match."))
    body = _csv(rows) if kind == "csv" else msgspec.json.format(msgspec.json.encode(rows), indent=1)
    for done in range(BATCH, len(rows) + BATCH, BATCH):
        lines.append(("DEBUG", f"{min(done, len(rows))} of {len(rows)} rows written."))
    name = f"{INDEXES[index]}_Export-{task.id}.{kind}"
    lines.append(("INFO", f"{name} is ready, {len(body)} bytes."))
    return File(name, FORMATS[kind], body)


def _csv(rows: list[Document]) -> bytes:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    return msgspec.json.encode(value).decode() if isinstance(value, list | dict) else value


def _issue(tx: Connection, task: Row[Any], started: int, lines: list[tuple[str, str]]) -> None:
    table, number = schema.campaigns.c, task.target["campaign"]
    campaign = tx.execute(
        select(schema.campaigns).where(table.chain == task.chain, table.id == number)
    ).one_or_none()
    if campaign is None:
        raise RunFailed(f"Campaign {number} does not exist.")
    people = selected(tx, task.chain, "users", task.trigger, started)
    lines.append(("INFO", f"Campaign {campaign.name}: {len(people)} customers."))
    vouchers = [
        {
            "voucher_key": f"V{task.id}-{task.run}-{one['user_id']}", "user_id": one["user_id"],
            "campaign_id": number, "title": campaign.reward, "status": "generated", "created_date": iso(started),
            "date_time_redeemed": None,
        }
        for one in people
    ]  # fmt: skip
    if vouchers:
        rows = [{"chain": task.chain, "index_name": "vouchers", "document": one} for one in vouchers]
        tx.execute(insert(schema.documents), rows)
    for done in range(BATCH, len(vouchers) + BATCH, BATCH):
        lines.append(("DEBUG", f"{min(done, len(vouchers))} of {len(vouchers)} rewards issued."))
