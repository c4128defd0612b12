"""The five writes on an execution: progress, finish, deny, reset, status (contract 6.2, gaps 10 to 12, 21)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from tui.embedded.intratool import policy, schema
from tui.embedded.intratool.answers import Answers, Errors, refuse, text_of
from tui.embedded.intratool.entities import Row
from tui.embedded.intratool.executions import record, shown
from tui.embedded.intratool.policy import Windows, derive
from tui.embedded.intratool.server import Call
from tui.embedded.intratool.view import View
from tui.embedded.intratool.words import Refused, invalid

_task = schema.tasks.c


class Work:
    """An execution under change: its row as stored (locked), its windows, and its state at this moment."""

    def __init__(self, call: Call) -> None:
        self.view: View = call.view
        self.id = shown(call.view, call.id("execution"))["id"]
        locked = select(schema.tasks).where(_task.id == self.id).with_for_update()
        self.row: Row = dict(call.view.tx.execute(locked).mappings().one())
        self.assignment = self.view.assignments[self.row["task_assignment_id"]]
        self.windows: Windows = self.view.windows(self.row)
        self.row["task_status_id"] = derive(self.row, self.windows, self.view.now)

    @property
    def late(self) -> bool:
        """Whether its moment has passed."""
        return self.windows.late(self.view.now)

    def delayed(self, status: str) -> str:
        """``status``, with ``_delayed`` where the server decides so."""
        return f"{status}_delayed" if self.late and status in ("in_progress", "done") else status

    def require_workable(self) -> None:
        """422 when it is closed, not yet or no longer executable, or taken by somebody else."""
        if self.row["task_status_id"] == "missed":
            # Says until when it could be worked on, where the clock has closed it.
            policy.require_window(self.row, self.windows, self.view.now)
        policy.require_unfinished(self.row)
        policy.require_window(self.row, self.windows, self.view.now)
        self._require_ownership()

    def _require_ownership(self) -> None:
        account = self.view.account
        if not self.assignment.first_owns or account.role != "worker":
            return
        department, user = self.row["department_id"], self.row["user_id"]
        if self.assignment.assign_mode == "one_of_user" and user not in (None, account.id):
            raise Refused(422, "owned", who=_user_name(self.view, user))
        if self.assignment.assign_mode == "one_of" and department not in (None, *account.department_ids):
            raise Refused(422, "owned", who=_department_name(self.view, department))

    def started(self) -> Row:
        """The columns that a first step sets: the start, and the owner where the first one owns it."""
        changes: Row = {"started_at": self.row["started_at"] or self.view.wall}
        account = self.view.account
        if self.assignment.assign_mode == "one_of_user" and self.row["user_id"] is None:
            targets = self.assignment.department_ids & account.department_ids
            if account.role == "worker" and (account.id in self.assignment.user_ids or targets):
                changes["user_id"] = account.id
        if self.assignment.assign_mode == "one_of" and self.row["department_id"] is None:
            departments = sorted(self.assignment.department_ids & account.department_ids)
            changes["department_id"] = departments[0] if departments else None
        return changes

    def save(self, status: str, **changes: Any) -> Row:
        """Stores the new state and returns the execution as the interface shows it."""
        values = {
            "task_status_id": status,
            "last_activity_user_id": self.view.account.id,
            "updated_at": self.view.wall,
            **changes,
        }
        self.view.tx.execute(update(schema.tasks).where(_task.id == self.id).values(values))
        return record(self.view, self.id)


def progress(call: Call) -> Row:
    """PUT /progress: merges the sent answers (null clears); the task is in progress."""
    work = Work(call)
    work.require_workable()
    answers = Answers(call.view, work.row)
    refuse(answers.take(call.body))
    answers.store()
    return work.save(work.delayed("in_progress"), achieved_points=answers.reached(), **work.started())


def finish(call: Call) -> Row:
    """POST /progress/finish: as progress; every required field must be filled, a late one may need a reason."""
    work = Work(call)
    work.require_workable()
    answers = Answers(call.view, work.row)
    reason = text_of(call.body, "delayed_reason")
    errors: Errors = answers.take(call.body)
    for key, sentences in answers.missing().items():
        errors.setdefault(key, sentences)
    if work.assignment.delayed_reason_required and work.late and not reason:
        errors["delayed_reason"] = [("delayed_reason", {})]
    refuse(errors)
    answers.store()
    return _done(work, answers, reason)


def deny(call: Call) -> Row:
    """POST /deny."""
    work = Work(call)
    policy.require_unfinished(work.row)
    reason = text_of(call.body, "deny_reason")
    policy.require_deny(work.assignment, reason)
    return work.save("denied", deny_reason=reason, ended_at=call.view.wall)


def reset(call: Call) -> Row:
    """POST /reset: in progress again; answers stay, reasons, points and the end are cleared (gap 10)."""
    work = Work(call)
    started = work.row["started_at"] or call.view.wall
    return work.save(work.delayed("in_progress"), **_reopened(call.view), started_at=started)


def set_status(call: Call) -> Row:
    """PUT /status: the plain state; whether it is late is decided here."""
    work = Work(call)
    wanted = call.body.get("task_status_id")
    if wanted is None:
        raise invalid("task_status_id", "required")
    if wanted not in policy.STATUSES:
        raise invalid("task_status_id", "choice")
    status = str(wanted).removesuffix("_delayed")
    if status == "done":
        return _done_by_status(call, work)
    if status == "denied":
        reason = text_of(call.body, "deny_reason") or work.row["deny_reason"]
        policy.require_deny(work.assignment, reason)
        return work.save("denied", deny_reason=reason, ended_at=call.view.wall)
    if status == "missed":
        return work.save("missed", ended_at=None, reopened_at=None)
    changes = _reopened(call.view) if work.row["task_status_id"] not in policy.UNFINISHED else {}
    if status == "open":
        return work.save("open", **changes, started_at=None)
    return work.save(work.delayed("in_progress"), **{**changes, **work.started()})


def _done_by_status(call: Call, work: Work) -> Row:
    answers = Answers(call.view, work.row)
    if answers.fields:
        raise Refused(422, fields={"task_status_id": [("has_fields", {})]})
    if work.row["task_status_id"] in ("done", "done_delayed"):
        return record(call.view, work.id)
    work.require_workable()
    reason = text_of(call.body, "delayed_reason")
    policy.require_delayed_reason(work.assignment, work.windows, reason, call.view.now)
    return _done(work, answers, reason)


def _done(work: Work, answers: Answers, reason: str | None) -> Row:
    wall = work.view.wall
    changes = {"ended_at": wall, "delayed_reason": reason if work.late else None, **work.started()}
    saved = work.save(work.delayed("done"), achieved_points=answers.reached(), **changes)
    if saved["parent_id"] is not None:
        _close_parent(work.view, saved["parent_id"])
    return saved


def _close_parent(view: View, parent_id: int) -> None:
    """A parent without fields of its own is done when all its children are (gap 21)."""
    parent = dict(view.tx.execute(select(schema.tasks).where(_task.id == parent_id)).mappings().one())
    windows = view.windows(parent)
    if derive(parent, windows, view.now) not in policy.UNFINISHED or Answers(view, parent).fields:
        return
    children = view.tx.execute(select(_task.task_status_id).where(_task.parent_id == parent_id)).scalars()
    if any(status not in ("done", "done_delayed") for status in children):
        return
    view.tx.execute(
        update(schema.tasks)
        .where(_task.id == parent_id)
        .values(
            task_status_id="done_delayed" if windows.late(view.now) else "done",
            last_activity_user_id=view.account.id,
            started_at=parent["started_at"] or view.wall,
            ended_at=view.wall,
            updated_at=view.wall,
        )
    )


def _reopened(view: View) -> Row:
    return {
        "ended_at": None,
        "deny_reason": None,
        "delayed_reason": None,
        "achieved_points": 0,
        "reopened_at": view.wall,
    }


def _user_name(view: View, user_id: int) -> str:
    user = schema.users.c
    found = view.tx.execute(select(user.first_name, user.last_name).where(user.id == user_id)).one()
    return f"{found[0]} {found[1]}"


def _department_name(view: View, department_id: int) -> str:
    department = schema.departments.c
    return str(view.tx.execute(select(department.name).where(department.id == department_id)).scalar_one())
