from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tests.embedded.world import ADMIN_TOKEN, EXECUTIONS, ZONE, Hands, World
from tui.embedded.app import build
from tui.embedded.database import Database
from tui.embedded.intratool import schema

SITE = schema.site


def two(folder: Path) -> tuple[Database, Database]:
    url = f"sqlite:///{folder / 'deep' / 'two.sqlite3'}"
    first = Database(url)
    first.create(schema.metadata, lambda _tx: None)
    return first, Database(url)


def test_the_file_is_private(tmp_path: Path) -> None:
    first, second = two(tmp_path)
    mode = stat.S_IMODE((tmp_path / "deep" / "two.sqlite3").stat().st_mode)
    assert mode == 0o600
    first.close()
    second.close()


def test_each_sees_what_the_other_wrote(tmp_path: Path) -> None:
    first, second = two(tmp_path)
    with first.write() as tx:
        tx.execute(insert(SITE).values(name="a", value="1"))
    with second.read() as tx:
        assert tx.execute(select(SITE.c.value)).scalars().all() == ["1"]
    with second.write() as tx:
        tx.execute(insert(SITE).values(name="b", value="2"))
    with first.read() as tx:
        assert tx.execute(select(SITE.c.value).order_by(SITE.c.name)).scalars().all() == ["1", "2"]
    first.close()
    second.close()


def test_a_reader_is_not_stopped_by_a_writer_and_sees_one_moment(tmp_path: Path) -> None:
    first, second = two(tmp_path)
    with second.read() as reading:
        assert reading.execute(select(SITE.c.name)).all() == []
        with first.write() as writing:
            writing.execute(insert(SITE).values(name="a", value="1"))
        assert reading.execute(select(SITE.c.name)).all() == []
    with second.read() as reading:
        assert len(reading.execute(select(SITE.c.name)).all()) == 1
    first.close()
    second.close()


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    first, second = two(tmp_path)

    def fail() -> None:
        with first.write() as tx:
            tx.execute(insert(SITE).values(name="a", value="1"))
            tx.execute(insert(SITE).values(name="a", value="2"))

    with pytest.raises(IntegrityError):
        fail()
    with second.read() as tx:
        assert tx.execute(select(SITE.c.name)).all() == []
    first.close()
    second.close()


def test_power_cuts_and_references_are_taken_seriously(tmp_path: Path) -> None:
    first, second = two(tmp_path)
    with second.read() as tx:
        pragmas = {
            name: tx.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    first.close()
    second.close()


def test_a_database_in_memory_works_over_threads_and_leaves_nothing() -> None:
    site = build("intratool", "sqlite://", clock=Hands(), zone=ZONE)
    assert len(site.users()) == 8
    folder = Path(str(site._database.engine.url.database)).parent
    assert folder.exists()
    site.close()
    assert not folder.exists()


async def test_two_servers_on_one_file_show_the_same(world: World) -> None:
    world.assignment(deny_reason_required=False)
    row = await world.only("ana")
    other = build("intratool", world.url, clock=world.hands, zone=ZONE, admin_token="other")
    await world.done("ana", row["id"], "deny")
    transport = httpx.ASGITransport(other.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://other", verify=False) as client:
        headers = {"Authorization": "Bearer other"}
        shown = await client.get(f"{EXECUTIONS}/{row['id']}", headers=headers)
        assert shown.json()["task_status_id"] == "denied"
        # The first server's token is not the second's.
        refused = await client.get(EXECUTIONS, headers={"Authorization": f"Bearer {ADMIN_TOKEN}"})
        assert refused.status_code == 403
    other.close()


async def test_the_admin_token_sees_everything_and_is_stored_nowhere(world: World) -> None:
    world.assignment(departments=(3,))
    assert len(await world.day(ADMIN_TOKEN)) == 1
    assert await world.day("maria") == []
    content = b"".join(path.read_bytes() for path in Path(world.url.removeprefix("sqlite:///")).parent.iterdir())
    assert ADMIN_TOKEN.encode() not in content


async def test_a_user_who_left_is_refused(world: World) -> None:
    with world.database.write() as tx:
        tx.execute(schema.users.update().where(schema.users.c.username == "ben").values(active=False))
    assert (await world.ask("ben", "GET", EXECUTIONS)).status_code == 403


def test_no_token_is_stored_in_the_open(tmp_path: Path) -> None:
    site = build("intratool", f"sqlite:///{tmp_path / 's.sqlite3'}", clock=Hands(), zone=ZONE)
    tokens = [user.token for user in site.users()]
    site.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not any(token.encode() in content for token in tokens)


READER = """
import sys
from tui.embedded.database import Database
database = Database(f"sqlite:///{sys.argv[1]}")
with database.read() as tx:
    print(tx.exec_driver_sql("SELECT count(*) FROM t").scalar())
database.close()
"""


def test_two_engines_of_one_process_keep_their_locks(tmp_path: Path) -> None:
    """One sample site in two time zones is two engines on one file. A handle closed by hand would take away the
    locks of the first: another process that closes would then take its newest changes with it."""
    path = tmp_path / "site.sqlite"

    def elsewhere() -> str:
        code = [sys.executable, "-c", READER, str(path)]
        return subprocess.run(code, capture_output=True, text=True, check=True).stdout.strip()

    def add() -> None:
        with first.write() as tx:
            tx.exec_driver_sql("INSERT INTO t VALUES (1)")

    first = Database(f"sqlite:///{path}")
    with first.write() as tx:
        tx.exec_driver_sql("CREATE TABLE t (x INTEGER)")
    add()
    second = Database(f"sqlite:///{path}")
    assert elsewhere() == "1"
    add()
    assert elsewhere() == "2"
    second.close()
    add()
    assert elsewhere() == "3"
    first.close()
    assert elsewhere() == "3"
