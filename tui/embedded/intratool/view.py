"""What one request may see: the user behind the token, the moment, and the rows that are theirs."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, and_, false, or_, select

from tui.embedded.clock import SiteClock
from tui.embedded.intratool import schema
from tui.embedded.intratool.policy import Assignment, Windows


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The owner of a token. ``role`` is worker, supervisor or admin."""

    id: int
    username: str
    name: str
    role: str
    department_ids: frozenset[int] = frozenset()

    @property
    def sees_all(self) -> bool:
        """Admins see every department."""
        return self.role == "admin"

    @property
    def sees_early(self) -> bool:
        """Supervisors and admins see a task before it is shown to the workers."""
        return self.role != "worker"


class View:
    """One request's look at the data, at one moment and inside one transaction."""

    def __init__(self, tx: Connection, account: Account, clock: SiteClock) -> None:
        self.tx = tx
        self.account = account
        self.clock = clock
        self.now = clock.now()

    @cached_property
    def wall(self) -> str:
        """The present moment as wall time."""
        return self.clock.wall(self.now)

    @cached_property
    def assignments(self) -> dict[int, Assignment]:
        """All assignments by ID, with their targets."""
        return read_assignments(self.tx)

    @cached_property
    def own_assignments(self) -> dict[int, Assignment]:
        """The assignments whose targets this user belongs to (as a supervisor: whose people do)."""
        if self.account.sees_all:
            return self.assignments
        mine, people = self.account.department_ids, self.people
        return {
            key: one for key, one in self.assignments.items() if one.department_ids & mine or one.user_ids & people
        }

    @cached_property
    def people(self) -> frozenset[int]:
        """The users whose personal tasks are seen: oneself, or for supervisors everybody in their departments."""
        if not self.account.sees_early:
            return frozenset({self.account.id})
        return self.colleagues

    @cached_property
    def colleagues(self) -> frozenset[int]:
        """Everybody in the user's departments, and the user."""
        members = schema.department_user.c
        found = self.tx.execute(
            select(members.user_id).where(members.department_id.in_(self.account.department_ids))
        ).scalars()
        return frozenset(found) | {self.account.id}

    def windows(self, row: dict[str, Any]) -> Windows:
        """The windows of an execution's row."""
        return Windows(self.assignments[row["task_assignment_id"]], row["for_execution_date"], self.clock)

    @cached_property
    def executions_scope(self) -> ColumnElement[bool] | None:
        """The condition on ``tasks`` for this user; ``None`` means all."""
        if self.account.sees_all:
            return None
        task = schema.tasks.c
        shared = [key for key, one in self.own_assignments.items() if not one.personal]
        personal = [key for key, one in self.own_assignments.items() if one.personal]
        return or_(
            task.task_assignment_id.in_(shared) if shared else false(),
            and_(
                task.task_assignment_id.in_(personal),
                or_(task.user_id.in_(self.people), task.department_id.in_(self.account.department_ids)),
            )
            if personal
            else false(),
        )

    def shows(self, row: dict[str, Any]) -> bool:
        """Whether an execution inside the scope is already shown to this user."""
        if self.account.sees_early:
            return True
        visible_from = self.windows(row).visible_from
        return visible_from is None or self.now >= visible_from


def read_assignments(tx: Connection) -> dict[int, Assignment]:
    """All assignments by ID, with their targets; a deleted one is kept for its executions, but is not active."""
    departments = _targets(tx, schema.assignment_department.c.department_id)
    users = _targets(tx, schema.assignment_user.c.user_id)
    table = schema.task_assignments
    names = [name for name in Assignment.__struct_fields__ if name in table.c]
    found: dict[int, Assignment] = {}
    for row in tx.execute(select(*(table.c[name] for name in names), table.c.deleted_at)):
        one = dict(zip(names, row, strict=False))
        one["active"] = one["active"] and row.deleted_at is None
        found[row.id] = Assignment(
            **one,
            department_ids=frozenset(departments.get(row.id, ())),
            user_ids=frozenset(users.get(row.id, ())),
        )
    return found


def _targets(tx: Connection, column: Column[int]) -> dict[int, list[int]]:
    table = column.table
    found: dict[int, list[int]] = {}
    for assignment, target in tx.execute(select(table.c.task_assignment_id, column)):
        found.setdefault(assignment, []).append(target)
    return found
