"""What is known of a period before the server tells it: its own kept list, and lists of other days told later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from tui.model.execution import Execution, Key
from tui.model.period import LOOK_BACK, Period
from tui.model.system import Filters
from tui.workbench.changes import Changes, by_key
from tui.workbench.journal import JournalError
from tui.workbench.lists import PAGE, ListHead, Lists


class Known:
    """Reads the kept lists of one owner. What the journal cannot read is not known; its own notice tells."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    def glimpse(self, period: Period | None, filters: Filters | None) -> Changes | None:
        """The last known list of ``period`` (without one: the one used last); ``None`` when there is none."""
        try:
            head = self._lists.head(period.with_look_back() if period is not None else None, filters)
        except JournalError:
            return None
        return self._whole(head) if head is not None else None

    def head(self, period: Period, filters: Filters) -> ListHead | None:
        """The kept list of ``period``, unread."""
        try:
            return self._lists.head(period.with_look_back(), filters)
        except JournalError:
            return None

    def rows(self, head: ListHead) -> dict[Key, Execution]:
        """All rows of a kept list, at once; fewer than it has where they cannot be read."""
        try:
            return by_key(row for page in self._lists.pages(head) for row in page)
        except JournalError:
            return {}

    def beside(
        self, period: Period, filters: Filters, told: datetime | None, shown: Changes | None
    ) -> Changes | None:
        """A list told after ``told`` that has days in common with ``period``: the one ``shown``, else a kept one.

        A long one is left alone: it cannot be read at once.
        """
        wanted = period.with_look_back()
        if shown is not None and shown.as_of is not None and _meet(shown.period.with_look_back(), wanted):
            return shown
        try:
            head = self._lists.beside(wanted, filters, told)
        except JournalError:
            return None
        if head is None or head.rows > PAGE:
            return None
        return self._whole(head)

    def _whole(self, head: ListHead) -> Changes | None:
        rows = self.rows(head)
        return cached(head, rows) if len(rows) == head.rows else None


def _meet(one: Period, two: Period) -> bool:
    return one.start <= two.end and two.start <= one.end


def cached(head: ListHead, rows: Mapping[Key, Execution]) -> Changes:
    """A kept list as what is known of its period."""
    return Changes(
        rows=rows,
        added=frozenset(rows),
        as_of=head.as_of,
        cached=True,
        fresh=True,
        # It is kept under what was asked for, which looks back.
        period=Period(head.period.start + LOOK_BACK, head.period.end),
        filters=head.filters,
    )


def with_other(item: Changes, other: Changes | None) -> Changes:
    """``item``, where it is older than ``other``, with what that knows of the days of both; else ``item`` itself.

    At midnight, without a line, what of yesterday is still to be done stands in yesterday's list alone. A list
    that the server never told stays one: it is only known in part.
    """
    if other is None or other.as_of is None or other.filters != item.filters:
        return item
    if item.as_of is not None and item.as_of >= other.as_of:
        return item
    wanted, told = item.period.with_look_back(), other.period.with_look_back()
    rows = {key: row for key, row in item.rows.items() if row.due is None or not told.holds(row.due)}
    # What repeats stands in many lists under one key: its next moment is not the one that is over.
    later = {key for key, row in rows.items() if row.projected}
    rows |= {
        key: row
        for key, row in other.rows.items()
        if row.due is not None and wanted.holds(row.due) and key not in later
    }
    if rows == item.rows:
        return item
    return msgspec.structs.replace(item, rows=rows, added=frozenset(rows), cached=True, fresh=True)
