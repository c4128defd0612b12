"""What is done with a journal file that cannot be read any more: kept, and emptied of what is still legible."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from tui.workbench.schema import PRECIOUS

Broken = tuple[type[Exception], ...]
"""What a read or a write of a damaged file raises."""


class _Db(Protocol):
    def execute(self, sql: str, parameters: Any = ..., /) -> Any: ...

    def close(self) -> None: ...


def free_name(path: Path, word: str) -> Path:
    """``path.word-1``, or the next number that is free."""
    number = 1
    while (target := path.with_name(f"{path.name}.{word}-{number}")).exists():
        number += 1
    return target


def damaged(path: Path) -> list[Path]:
    """The damaged files of the journal at ``path`` that were set aside."""
    return sorted(path.parent.glob(f"{path.name}.damaged-*"))


def move_aside(path: Path) -> Path:
    """Rename the damaged file and what belongs to it; returns its new name."""
    target = free_name(path, "damaged")
    path.rename(target)
    for suffix in ("-wal", "-shm"):
        companion = path.with_name(path.name + suffix)
        with contextlib.suppress(FileNotFoundError):
            companion.rename(target.with_name(target.name + suffix))
    return target


def salvage(open_damaged: Callable[[], _Db], db: _Db, broken: Broken) -> int:
    """Copy every readable row of the precious tables into ``db``; how many drafts and entries came over."""
    saved = 0
    damaged: _Db | None = None
    try:
        damaged = open_damaged()
        db.execute("BEGIN IMMEDIATE")
        for table in PRECIOUS:
            count = _copy(damaged, db, table, broken)
            saved += count if table in ("drafts", "outbox") else 0
        db.execute("COMMIT")
    except broken:
        with contextlib.suppress(*broken):
            db.execute("ROLLBACK")
        saved = 0
    finally:
        if damaged is not None:
            damaged.close()
    return saved


def _copy(damaged: _Db, db: _Db, table: str, broken: Broken) -> int:
    copied = 0
    columns: str | None = None
    for names, row in _readable(damaged, table, broken):
        columns = columns or ", ".join(names)
        marks = ", ".join("?" * len(names))
        with contextlib.suppress(*broken):
            db.execute(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", row)  # noqa: S608 - our own table names
            copied += 1
    return copied


def _readable(damaged: _Db, table: str, broken: Broken) -> Iterator[tuple[list[str], tuple[Any, ...]]]:
    """Rows from the front until the first damage, then from the back until the same."""
    seen: set[tuple[Any, ...]] = set()
    for direction in ("ASC", "DESC"):
        with contextlib.suppress(*broken):
            order = ", ".join(str(number) for number in range(1, _key_width(damaged, table) + 1))
            order = ", ".join(f"{column} {direction}" for column in order.split(", "))
            cursor = damaged.execute(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608 - our own table names
            names = [column[0] for column in cursor.description]
            while (row := cursor.fetchone()) is not None:
                if row in seen:
                    break
                seen.add(row)
                yield names, row


def _key_width(damaged: _Db, table: str) -> int:
    info = damaged.execute(f"PRAGMA table_info({table})").fetchall()
    return max(sum(1 for column in info if column[5]), 1)
