"""What was typed for a task that is closed by now, or for questions that it asks no more: it cannot be sent, and a
person may throw it away."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any

from tui.form.edit import FieldEdit
from tui.i18n import _, plural, say
from tui.model.execution import Key, Record
from tui.model.message import Message
from tui.ui.screens.outgoing import Outgoing
from tui.ui.screens.pick import Option, PickDialog
from tui.ui.text import clean, cut

if TYPE_CHECKING:
    from tui.ui.screens.crew import Crew
    from tui.workbench.workbench import Workbench

KEEP, DISCARD = "keep", "discard"
MOST_SHOWN = 5
_LONGEST = 60
"""Cells of one answer in the question."""


def left_over(bench: Workbench, key: Key, *, closed: bool | None = None) -> list[str]:
    """The questions of ``key`` whose answers are kept here and cannot be sent any more; none while something is on
    its way.

    ``closed``: whether the task is, where that is known better than from the last list and the last record. What
    a form asks is known from a record that brings its questions along.
    """
    over = is_closed(bench, key) if closed is None else closed
    record = bench.records.cached(key)
    if not over and (record is None or not _tells_questions(record)):
        return []
    draft = None if Outgoing(bench, key) else bench.drafts.load(key)
    if draft is None:
        return []
    asked = set() if over or record is None else {field.key for field in record.fields}
    return [name for name in draft.fields if name not in asked]


def _tells_questions(record: Record) -> bool:
    """Whether ``record`` itself says what is asked, so that other questions are none of it."""
    return record.own_fields or (bool(record.fields) and record.fields_from is None)


def is_closed(bench: Workbench, key: Key) -> bool:
    """Whether the task is closed, as far as this device knows."""
    row = bench.live.rows.get(key)
    if row is not None and not row.status.phase.closed:
        return False
    record = bench.records.cached(key)
    if record is not None and (row is None or record.execution.status == row.status):
        return not record.answerable
    return row is not None


def title_of(bench: Workbench, key: Key) -> str:
    """What the task is called, as far as this device knows."""
    row = bench.live.rows.get(key)
    record = bench.records.cached(key) if row is None else None
    row = row or (record.execution if record is not None else None)
    return clean(row.title) if row is not None else _("Task {id}", id=key.id)


def ask_to_discard(screen: Crew, key: Key) -> None:
    """Show what was not sent, and throw it away only if that is chosen."""
    bench = screen.bench
    draft, record = bench.drafts.load(key), bench.records.cached(key)
    left = left_over(bench, key)
    if draft is None or not left:
        screen.announce(Message("Nothing was left here."))
        return
    labels = {field.key: field.label for field in record.fields} if record is not None else {}
    said = [_said(labels.get(name, ""), draft.fields[name]) for name in left if name in draft.fields]
    lines = [title_of(bench, key), _("This was not sent and is only kept here:"), *said[:MOST_SHOWN]]
    more = len(said) - MOST_SHOWN
    if more > 0:
        lines.append(plural("and {n} more", "and {n} more", more))
    options = [
        Option(KEEP, _("Leave it"), _("nothing changes")),
        Option(DISCARD, _("Discard"), _("it is gone for good")),
    ]
    PickDialog("\n".join(lines), options).open(screen.app, partial(_decided, screen, key, left))


def _decided(screen: Crew, key: Key, left: Sequence[str], value: str | None) -> None:
    if value != DISCARD:
        return
    future = screen.bench.drafts.drop(key, left)
    app = screen.app

    def done(result: Future[Any]) -> None:
        app.call_later(_gone, screen, key, result.exception())

    future.add_done_callback(done)


def _gone(screen: Crew, key: Key, error: BaseException | None) -> None:
    if error is not None:
        message = getattr(error, "message", None)
        why = say(message) if message is not None else str(error)
        screen.announce(_("Not discarded: {why}", why=why), bad=True)
        return
    detail = screen.detail
    if detail.key == key and detail.record is not None and not detail.previous:
        screen.opener.show(detail.record)
    screen.follower.say_unsent()
    screen.announce(Message("Discarded."))


def _said(label: str, edit: FieldEdit) -> str:
    text = edit.text or ("" if edit.value is None else str(edit.value))
    parts = [part for part in (clean(text), clean(edit.note)) if part]
    answer = " · ".join(parts)
    return cut(f"{clean(label)}: {answer}" if label else answer, _LONGEST)
