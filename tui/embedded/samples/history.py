"""The past of the sample site: what people did, so that the first list looks like a shift that is running.

The same assignment, moment and target always get the same past. Only what can still be worked on depends on the
clock: of that, the latest are left open or in progress.
"""

from __future__ import annotations

from random import Random
from typing import Any

from sqlalchemy import Connection, select

from tui.embedded.clock import SiteClock
from tui.embedded.intratool import points, schema
from tui.embedded.intratool.generate import Draft
from tui.embedded.intratool.policy import Windows
from tui.embedded.intratool.validation import answerable
from tui.embedded.samples.values import answer

SOON = 45 * 60
"""Seconds before its moment in which the shift may already be at work on a task."""
_LIVE = {0: "open", 1: "in_progress", 3: "open", 6: "in_progress", 8: "open"}
_CARRIED = {0: "in_progress", 2: "open"}
_REASONS = {
    "denied": {
        "de": ("Gerät außer Betrieb", "Bereich gesperrt", "Kein Material da"),
        "en": ("Equipment unavailable", "Area closed", "No material"),
    },
    "delayed": {
        "de": ("Lieferung kam später", "Zu wenig Personal", "Stromausfall"),
        "en": ("Delivery came late", "Short of staff", "Power cut"),
    },
}


class History:
    """Tells the past of new executions (see ``generate.Storyteller``)."""

    def __init__(self, clock: SiteClock) -> None:
        self._clock = clock

    def tell(self, drafts: list[Draft], tx: Connection, now: int) -> None:
        """Gives each draft of the past its outcome, answers and stamps."""
        people = _people(tx)
        for draft, outcome in self._outcomes(drafts, now):
            _Story(draft, self._clock, now, people).tell(outcome)

    def _outcomes(self, drafts: list[Draft], now: int) -> list[tuple[Draft, str]]:
        """What became of each; drafts without an entry stay open."""
        told: list[tuple[Draft, str]] = []
        live: list[tuple[int, Draft]] = []
        soon: list[tuple[int, Draft]] = []
        for draft in drafts:
            due = self._clock.moment(draft.row["for_execution_date"])
            closes = self._windows(draft).closes
            if due >= now:
                if due <= now + SOON:
                    soon.append((due, draft))
            elif closes is None or closes > now:
                live.append((due, draft))
            else:
                told.append((draft, _chance(draft)))
        soon.sort(key=lambda pair: pair[0])
        told += [(draft, outcome) for (_, draft), outcome in zip(soon, ("in_progress", "done"), strict=False)]
        live.sort(key=lambda pair: -pair[0])
        carried = [draft for due, draft in live if now - due > 12 * 3600]
        today = [draft for due, draft in live if now - due <= 12 * 3600]
        for plan, group in ((_LIVE, today), (_CARRIED, carried)):
            for place, draft in enumerate(group):
                outcome = plan.get(place) or _chance(draft)
                told.append((draft, "done" if outcome == "missed" else outcome))
        return told

    def _windows(self, draft: Draft) -> Windows:
        return Windows(draft.assignment, draft.row["for_execution_date"], self._clock)


class _Story:
    """One execution and its children."""

    def __init__(self, draft: Draft, clock: SiteClock, now: int, people: dict[int, list[int]]) -> None:
        self._draft = draft
        self._clock = clock
        self._now = now
        self._rng = Random(draft.row["origin"])
        self._due = clock.moment(draft.row["for_execution_date"])
        self._closes = Windows(draft.assignment, draft.row["for_execution_date"], clock).closes
        self._actor = self._choose_actor(people)

    def _choose_actor(self, people: dict[int, list[int]]) -> int | None:
        row, assignment = self._draft.row, self._draft.assignment
        if row["user_id"] is not None:
            return int(row["user_id"])
        departments = [row["department_id"]] if row["department_id"] else sorted(assignment.department_ids)
        able = [person for department in departments for person in people.get(department, ())]
        able = able or sorted(assignment.user_ids)
        return self._rng.choice(able) if able else None

    def tell(self, outcome: str) -> None:
        """Sets the outcome on the execution, and fitting ones on its children."""
        started, ended = self._times(outcome)
        if outcome == "done_delayed" and ended is not None and ended <= self._due:
            outcome = "done"
        self._set(self._draft, outcome, started, ended)
        for place, child in enumerate(self._draft.children):
            outcome_of_child = _child_outcome(outcome, place)
            self._set(child, outcome_of_child, started, ended or started)

    def _times(self, outcome: str) -> tuple[int, int | None]:
        due, now, rng = self._due, self._now, self._rng
        if outcome == "in_progress":
            return min(now, due) - 60 * rng.randint(3, 20), None
        if outcome == "done_delayed":
            latest = min(now - 30, self._closes - 60 if self._closes is not None else now)
            ended = min(latest, due + 60 * rng.randint(5, 50))
            return min(due, ended) - 60 * rng.randint(0, 12), ended
        ended = min(now - 120, due - 60 * rng.randint(1, 14))
        return ended - 60 * rng.randint(4, 25), ended

    def _set(self, draft: Draft, outcome: str, started: int, ended: int | None) -> None:
        row, wall = draft.row, self._clock.wall
        row["created_at"] = wall(min(self._now, self._due - 86400))
        row["updated_at"] = row["created_at"]
        row["task_status_id"] = outcome
        if outcome in ("open", "missed"):
            return
        stamp = ended if ended is not None and outcome != "in_progress" else started
        row["last_activity_user_id"] = self._actor
        row["updated_at"] = wall(stamp)
        if outcome == "denied":
            row["deny_reason"] = self._reason("denied", draft)
            row["ended_at"] = wall(stamp)
            return
        row["started_at"] = wall(started)
        self._answer(draft, wall(stamp), complete=outcome != "in_progress")
        if outcome != "in_progress":
            row["ended_at"] = wall(stamp)
        if outcome == "done_delayed" and draft.assignment.delayed_reason_required:
            row["delayed_reason"] = self._reason("delayed", draft)
        self._own(row)

    def _answer(self, draft: Draft, wall: str, *, complete: bool) -> None:
        fields = answerable(draft.fields)
        for field in fields if complete else fields[: max(1, len(fields) // 2)]:
            value, note = answer(field, self._rng, wall)
            if value is not None:
                draft.answers[field["id"]] = (value, note)
        given = {key: value for key, (value, _) in draft.answers.items()}
        draft.row["achieved_points"] = points.reached(fields, given)

    def _own(self, row: dict[str, Any]) -> None:
        mode = self._draft.assignment.assign_mode
        if mode == "one_of_user":
            row["user_id"] = self._actor
        if mode == "one_of":
            row["department_id"] = row["department_id"] or min(self._draft.assignment.department_ids)

    def _reason(self, kind: str, draft: Draft) -> str:
        lang = draft.fields[0]["lang_id"] if draft.fields else "en"
        return self._rng.choice(_REASONS[kind].get(lang, _REASONS[kind]["en"]))


def _chance(draft: Draft) -> str:
    """The outcome of a task whose time is over."""
    outcome = Random(f"outcome|{draft.row['origin']}").choices(
        ("done", "done_delayed", "denied", "missed"), (76, 10, 6, 8)
    )[0]
    if outcome == "denied" and not draft.assignment.deny_allowed:
        return "done"
    return outcome


def _child_outcome(parent: str, place: int) -> str:
    if parent == "in_progress":
        return ("done", "in_progress")[place] if place < 2 else "open"
    if parent == "missed":
        return "done" if place == 0 else "missed"
    return parent


def _people(tx: Connection) -> dict[int, list[int]]:
    """The workers of each department."""
    user, role, member = schema.users.c, schema.roles.c, schema.department_user.c
    query = (
        select(member.department_id, member.user_id)
        .join(schema.users, user.id == member.user_id)
        .join(schema.roles, role.id == user.role_id)
        .where(role.level == "worker")
        .order_by(member.user_id)
    )
    found: dict[int, list[int]] = {}
    for department, person in tx.execute(query):
        found.setdefault(department, []).append(person)
    return found
