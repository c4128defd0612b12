"""The last known list of every period, kept so that the screen has something true to show before any answer."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime

import msgspec

from tui import __version__
from tui.model.execution import Execution
from tui.model.period import Period
from tui.model.system import Filters
from tui.workbench.jobs import Db
from tui.workbench.journal import Journal
from tui.workbench.packing import moment, pack, stamp, unpack

PAGE = 2_000
"""Rows in one blob: coding a page holds the interpreter for a few milliseconds, 100,000 rows for too long."""

KEPT = 40
"""Lists kept for one owner; the least recently used go first."""

_log = logging.getLogger(__name__)


class ListHead(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about a kept list without decoding it. ``rows`` is their number."""

    number: int
    period: Period
    filters: Filters
    rows: int
    validator: str | None
    as_of: datetime


class Lists:
    """The kept lists of one owner."""

    def __init__(self, journal: Journal, owner: str) -> None:
        self._journal = journal
        self._owner = owner

    def head(self, period: Period | None = None, filters: Filters | None = None) -> ListHead | None:
        """The kept list of ``period``; without one, the list used last."""
        if period is None:
            return self._find("ORDER BY used DESC")
        of = (stamp(period.start), stamp(period.end), _narrowed(filters))
        return self._find("AND start = ? AND stop = ? AND narrowed = ?", *of)

    def beside(self, period: Period, filters: Filters, told: datetime | None) -> ListHead | None:
        """The list told last, after ``told``, that has days in common with ``period`` and is not the one of it."""
        start, stop, since = stamp(period.start), stamp(period.end), stamp(told) if told is not None else 0.0
        return self._find(
            "AND start <= ? AND stop >= ? AND (start, stop) != (?, ?) AND narrowed = ? AND as_of > ?"
            " ORDER BY as_of DESC",
            *(stop, start, start, stop, _narrowed(filters), since),
        )

    def _find(self, where: str, *params: object) -> ListHead | None:
        sql = "SELECT number, start, stop, narrowed, rows, validator, version, as_of FROM lists WHERE owner = ?"
        found = self._journal.read(f"{sql} {where} LIMIT 1", (self._owner, *params))
        if not found:
            return None
        number, start, stop, narrowed, rows, validator, version, as_of = found[0]
        return ListHead(
            number=number,
            period=Period(moment(start), moment(stop)),
            filters=msgspec.json.decode(narrowed, type=Filters),
            rows=rows,
            # Another version may read the same bytes differently: then the list is asked for in full.
            validator=validator if version == __version__ else None,
            as_of=moment(as_of),
        )

    def pages(self, head: ListHead) -> Iterator[list[Execution]]:
        """The rows, at most ``PAGE`` at a time. A list of another version that does not fit is no list."""
        number = 0
        while found := self._journal.read(
            "SELECT rows FROM list_pages WHERE list = ? AND page = ?", (head.number, number)
        ):
            try:
                yield unpack(found[0][0], list[Execution])
            except msgspec.MsgspecError as error:
                _log.info("a kept list cannot be read: %s", error)
                return
            number += 1

    def save(
        self, period: Period, filters: Filters, rows: Sequence[Execution], validator: str | None, as_of: datetime
    ) -> Future[None]:
        """Keep ``rows`` as the list of ``period``; encoded in the writer thread, page by page."""
        owner = self._owner
        place = (owner, stamp(period.start), stamp(period.end), _narrowed(filters))

        def work(db: Db) -> None:
            db.execute(
                "DELETE FROM list_pages WHERE list IN"
                " (SELECT number FROM lists WHERE owner = ? AND start = ? AND stop = ? AND narrowed = ?)",
                place,
            )
            known = (len(rows), validator, __version__, stamp(as_of), stamp(as_of))
            (number,) = db.execute(
                "INSERT INTO lists (owner, start, stop, narrowed, rows, validator, version, as_of, used)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (owner, start, stop, narrowed) DO UPDATE SET"
                " rows = excluded.rows, validator = excluded.validator, version = excluded.version,"
                " as_of = excluded.as_of, used = excluded.used RETURNING number",
                place + known,
            ).fetchone()
            for page, first in enumerate(range(0, len(rows), PAGE)):
                blob = pack(rows[first : first + PAGE])
                db.execute("INSERT INTO list_pages (list, page, rows) VALUES (?, ?, ?)", (number, page, blob))
            _prune(db, owner)

        return self._journal.write(work, merge=("list", *place))

    def confirm(self, period: Period, filters: Filters, as_of: datetime) -> Future[None]:
        """Note that the kept list of ``period`` was still right at ``as_of``."""
        place = (self._owner, stamp(period.start), stamp(period.end), _narrowed(filters))

        def work(db: Db) -> None:
            db.execute(
                "UPDATE lists SET as_of = ?, used = ? WHERE owner = ? AND start = ? AND stop = ? AND narrowed = ?",
                (stamp(as_of), stamp(as_of), *place),
            )

        return self._journal.write(work, merge=("list confirmed", *place))


def _prune(db: Db, owner: str) -> None:
    old = "SELECT number FROM lists WHERE owner = ? ORDER BY used DESC LIMIT -1 OFFSET ?"
    db.execute(f"DELETE FROM list_pages WHERE list IN ({old})", (owner, KEPT))  # noqa: S608 - our own text
    db.execute(f"DELETE FROM lists WHERE number IN ({old})", (owner, KEPT))  # noqa: S608 - our own text


def _narrowed(filters: Filters | None) -> str:
    return msgspec.json.encode(filters or Filters()).decode()
