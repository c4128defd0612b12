"""The embedded Intratool server, built over a database."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, insert, select

from tui.embedded.asgi import application
from tui.embedded.clock import SiteClock
from tui.embedded.database import Database
from tui.embedded.facts import read_facts, write_facts
from tui.embedded.intratool import idempotency, schema
from tui.embedded.intratool.auth import make_token, token_hash
from tui.embedded.intratool.generate import Generator
from tui.embedded.intratool.routes import routes
from tui.embedded.intratool.server import Server
from tui.embedded.site import SampleUser, Site
from tui.model.clock import Clock


def build_site(database_url: str, *, clock: Clock, zone: str, sample: bool, admin_token: str | None) -> Site:
    """The server over ``database_url``; see :func:`tui.embedded.app.build`."""
    site_clock = SiteClock(clock, zone)
    database = Database(database_url)
    database.create(schema.metadata, lambda tx: _begin(tx, site_clock, sample=sample))
    idempotency.forget_old(database, site_clock.now())
    with database.read() as tx:
        has_sample = read_facts(tx, schema.site).get("sample") == "1"
    storyteller = None
    if has_sample:
        from tui.embedded.samples.history import History

        storyteller = History(site_clock)
    generator = Generator(database, site_clock, storyteller)
    server = Server(database, site_clock, generator, token_hash(admin_token) if admin_token else None)
    return Site(application(routes(server), site_clock), database, lambda: _users(database))


def _users(database: Database) -> list[SampleUser]:
    with database.read() as tx:
        known = read_facts(tx, schema.site)
        if "sample" not in known:
            return []
        return [
            SampleUser(row.username, f"{row.first_name} {row.last_name}", row.level, _sample_token(known, row.id))
            for row in tx.execute(
                select(schema.users, schema.roles.c.level)
                .join(schema.roles, schema.roles.c.id == schema.users.c.role_id)
                .order_by(schema.users.c.id)
            )
        ]


def _begin(tx: Connection, clock: SiteClock, *, sample: bool) -> None:
    """The first rows of a new database."""
    wall = clock.wall(clock.now())
    facts = {"version": "1", "secret": secrets.token_hex(32), "made_at": str(clock.now())}
    if not sample:
        tx.execute(insert(schema.roles).values(id=1, name="Administration", level="admin"))
        admin = {"id": 1, "username": "admin", "first_name": "Site", "last_name": "Admin", "role_id": 1}
        tx.execute(insert(schema.users).values(**admin, created_at=wall, updated_at=wall))
    else:
        from tui.embedded.samples.seed import seed

        seed(tx, wall)
        facts["sample"] = "1"
        tokens = [
            {"token_hash": token_hash(_sample_token(facts, user_id)), "user_id": user_id, "created_at": wall}
            for user_id in tx.execute(select(schema.users.c.id)).scalars()
        ]
        tx.execute(insert(schema.tokens), tokens)
    write_facts(tx, schema.site, facts)


def _sample_token(facts: dict[str, str], user_id: int) -> str:
    return make_token(facts["secret"], user_id, int(facts["made_at"]))
