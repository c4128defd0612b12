"""The journal's tables, as steps from one schema version to the next.

Version ``n`` is reached by running the first ``n`` steps. A step that was released is never changed: a new one
is added at the end.
"""

from __future__ import annotations

from typing import Any, Protocol

_FIRST = """
CREATE TABLE drafts (
    owner TEXT NOT NULL, profile TEXT NOT NULL, system TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL,
    edit BLOB NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (owner, profile, system, id, field)
) WITHOUT ROWID;
CREATE TABLE positions (
    owner TEXT NOT NULL, profile TEXT NOT NULL, system TEXT NOT NULL, id TEXT NOT NULL,
    field TEXT NOT NULL, scroll INTEGER NOT NULL,
    PRIMARY KEY (owner, profile, system, id)
) WITHOUT ROWID;
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    line TEXT NOT NULL,
    past INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    request BLOB NOT NULL,
    edits BLOB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try REAL NOT NULL DEFAULT 0,
    unsure INTEGER NOT NULL DEFAULT 0,
    confirmed INTEGER NOT NULL DEFAULT 0,
    reason BLOB,
    fields BLOB,
    created REAL NOT NULL,
    settled REAL,
    receipt BLOB,
    lease_by TEXT NOT NULL DEFAULT '',
    lease_until REAL NOT NULL DEFAULT 0
);
CREATE INDEX outbox_open ON outbox (owner, line, seq) WHERE state IN ('waiting', 'sending', 'paused', 'attention');
CREATE INDEX outbox_settled ON outbox (settled) WHERE settled IS NOT NULL;
CREATE TABLE lists (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL, start REAL NOT NULL, stop REAL NOT NULL, narrowed TEXT NOT NULL,
    rows INTEGER NOT NULL, validator TEXT, version TEXT NOT NULL, as_of REAL NOT NULL, used REAL NOT NULL,
    UNIQUE (owner, start, stop, narrowed)
);
CREATE TABLE list_pages (
    list INTEGER NOT NULL, page INTEGER NOT NULL, rows BLOB NOT NULL,
    PRIMARY KEY (list, page)
);
CREATE TABLE records (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL, profile TEXT NOT NULL, system TEXT NOT NULL, id TEXT NOT NULL,
    record BLOB NOT NULL,
    UNIQUE (owner, profile, system, id)
);
CREATE TABLE facts (
    owner TEXT NOT NULL, name TEXT NOT NULL, fact BLOB NOT NULL,
    PRIMARY KEY (owner, name)
) WITHOUT ROWID;
CREATE TABLE history (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL
);
"""

# What is known about a kept record without decoding it: what it is made from, its revision, when it was read.
_RECORD_HEADS = """
ALTER TABLE records ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE records ADD COLUMN revision TEXT NOT NULL DEFAULT '';
ALTER TABLE records ADD COLUMN read_at REAL NOT NULL DEFAULT 0;
CREATE INDEX records_kind ON records (owner, kind, number);
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _RECORD_HEADS)

PRECIOUS = ("drafts", "positions", "outbox", "history", "facts")
"""The tables whose readable rows are saved from a damaged file; the others only repeat what a server has."""


class _Db(Protocol):
    def execute(self, sql: str, /) -> Any: ...


def configure(db: _Db) -> None:
    """Set a connection up so that a commit means: the disk has it."""
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    # Without it a commit on macOS stops at the disk's own cache.
    db.execute("PRAGMA fullfsync = ON")


def version_in(db: _Db) -> int:
    """The schema version of an open file."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])
