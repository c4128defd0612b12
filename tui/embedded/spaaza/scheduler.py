"""The scheduler: moves tasks from READY over INPROGRESS to DONE or ERROR, by the clock or when told to.

Several processes may tick over one database: whoever changes the row first has the run, and whoever ends it first
has ended it. A server that slept (its terminal was closed) makes up for the latest moment that it missed, as if it
had been awake then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from tui.embedded.clock import SiteClock
from tui.embedded.database import Database
from tui.embedded.spaaza import schema
from tui.embedded.spaaza.occurrences import following, latest
from tui.embedded.spaaza.runs import Outcome, run
from tui.embedded.spaaza.words import DONE, ERROR, INPROGRESS, SpaazaError, read_moment, task_not_found

_log = logging.getLogger("shiftdeck.server")
_task = schema.tasks.c


class Scheduler:
    """``pause`` waits for the seconds that a run takes when somebody waits for its end."""

    def __init__(self, database: Database, clock: SiteClock, pause: Callable[[float], None]) -> None:
        self._database = database
        self._clock = clock
        self._pause = pause

    def tick(self) -> None:
        """Begin what is due and end what has had its time."""
        now = self._clock.now()
        due = select(_task.id).where(or_(_task.next_run <= now, _task.ends_at <= now)).order_by(_task.id)
        with self._database.read() as tx:
            found = tx.execute(due).scalars().all()
        for number in found:
            with self._database.write() as tx:
                task = _find(tx, number)
                if task is None:
                    continue
                if task.code != INPROGRESS and task.next_run is not None and task.next_run <= now:
                    planned = latest(_once(task), task.trigger.get("repeat"), now)
                    task = self._begin(tx, task, max(planned or now, task.created))
                if task.code == INPROGRESS and task.ends_at is not None and task.ends_at <= now:
                    self._end(tx, task, task.ends_at)

    def execute(self, chain: int, number: int) -> Row[Any]:
        """Run a task now, whatever its plan says, and return it when the run has ended. Raises ``ApiError``."""
        with self._database.write() as tx:
            task = _find(tx, number, chain)
            if task is None:
                raise task_not_found()
            if task.code == INPROGRESS:
                raise SpaazaError(409, "task_already_running", "The task is being executed already.")
            task = self._begin(tx, task, self._clock.now())
        self._pause(task.seconds)
        with self._database.write() as tx:
            now = _find(tx, number)
            if now is None:
                raise task_not_found()
            # The background may have ended it in the very second in which it was due.
            if now.run == task.run and now.code == INPROGRESS:
                now = self._end(tx, now, max(self._clock.now(), now.last_run))
        return now

    def _begin(self, tx: Connection, task: Row[Any], started: int) -> Row[Any]:
        repeat = task.trigger.get("repeat")
        return _changed(
            tx,
            task,
            code=INPROGRESS,
            last_run=started,
            modified=started,
            run=task.run + 1,
            # Only READY waits for its moment: one that was told to run before it has had its run.
            next_run=following(_once(task), repeat, max(self._clock.now(), started)) if repeat else None,
            ends_at=started + task.seconds,
        )

    def _end(self, tx: Connection, task: Row[Any], ended: int) -> Row[Any]:
        try:
            outcome = run(tx, task, task.last_run, ended)
        except (KeyError, TypeError, ValueError) as problem:
            # A task that an older version, or a hand in the database, has left in another shape.
            _log.exception("task %s cannot be run", task.id)
            outcome = Outcome(False, [("ERROR", f"The task cannot be run ({type(problem).__name__}).")])
        lines = [
            {"task": task.id, "moment": _spread(task.last_run, ended, place, len(outcome.lines)),
             "level": level, "message": message}
            for place, (level, message) in enumerate(outcome.lines)
        ]  # fmt: skip
        tx.execute(insert(schema.logs), lines)
        tx.execute(delete(schema.results).where(schema.results.c.task == task.id))
        if outcome.file is not None:
            tx.execute(insert(schema.results).values(task=task.id, run=task.run, **outcome.file._asdict()))
        return _changed(tx, task, code=DONE if outcome.good else ERROR, modified=ended, ends_at=None)


def _find(tx: Connection, number: int, chain: int | None = None) -> Row[Any] | None:
    query = select(schema.tasks).where(_task.id == number).with_for_update()
    return tx.execute(query if chain is None else query.where(_task.chain == chain)).one_or_none()


def _changed(tx: Connection, task: Row[Any], **values: Any) -> Row[Any]:
    tx.execute(update(schema.tasks).where(_task.id == task.id).values(version=task.version + 1, **values))
    return tx.execute(select(schema.tasks).where(_task.id == task.id)).one()


def _once(task: Row[Any]) -> int:
    found = read_moment(task.trigger.get("once"))
    return found if found is not None else task.created


def _spread(started: int, ended: int, place: int, lines: int) -> int:
    return started + (ended - started) * place // max(1, lines - 1)
