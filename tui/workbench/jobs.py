"""What the journal's writer does in one go: the jobs that wait, in one transaction."""

from __future__ import annotations

import queue
import sqlite3
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, NamedTuple, TypeAlias

Db: TypeAlias = sqlite3.Connection
"""What a job writes through. A job may run twice (when another of its group failed) and must not commit."""

LARGEST_GROUP = 500


class Job(NamedTuple):
    """A write. Of neighbours with the same ``merge`` (that is not ``None``) only the last needs to be run."""

    work: Callable[[Db], Any]
    future: Future[Any]
    merge: Hashable | None


def gather(first: Job, jobs: queue.SimpleQueue[Job | None]) -> tuple[list[Job], bool]:
    """``first`` and what waits behind it; whether the end (``None``) was met."""
    group = [first]
    while len(group) < LARGEST_GROUP:
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            break
        if job is None:
            return group, True
        group.append(job)
    return group, False


def transact(db: Db, group: list[Job]) -> list[Any]:
    """Run the jobs in one transaction; nothing of it stays when one of them raises."""
    last: dict[Hashable, int] = {}
    skipped: set[int] = set()
    for number, job in enumerate(group):
        if job.merge is None:
            last.clear()
            continue
        if (earlier := last.get(job.merge)) is not None:
            skipped.add(earlier)
        last[job.merge] = number
    db.execute("BEGIN IMMEDIATE")
    try:
        results = [None if number in skipped else job.work(db) for number, job in enumerate(group)]
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return results
