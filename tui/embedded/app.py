"""The embedded servers, built: one call gives an ASGI application over a database."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from sqlalchemy import Connection, insert, select

from tui.embedded.asgi import ASGIApp, application
from tui.embedded.clock import SiteClock
from tui.embedded.database import Database
from tui.embedded.intratool import idempotency, schema
from tui.embedded.intratool.auth import make_token, token_hash
from tui.embedded.intratool.generate import Generator
from tui.embedded.intratool.routes import routes
from tui.embedded.intratool.server import Server
from tui.model.clock import Clock


class SampleUser(NamedTuple):
    """A user of the sample site with their token. ``role`` is worker, supervisor or admin."""

    username: str
    name: str
    role: str
    token: str

    def __repr__(self) -> str:
        return f"SampleUser({self.username!r}, {self.name!r}, {self.role!r})"


class Site:
    """A running embedded server. ``app`` sends ``Date`` itself: serve it with ``date_header=False``."""

    def __init__(self, app: ASGIApp, database: Database) -> None:
        self.app = app
        self._database = database

    def users(self) -> list[SampleUser]:
        """The users of the sample site, the supervisor first; empty when the site has no sample."""
        with self._database.read() as tx:
            known = {row.name: row.value for row in tx.execute(select(schema.site))}
            if "sample" not in known:
                return []
            return [
                SampleUser(
                    row.username, f"{row.first_name} {row.last_name}", row.level, _sample_token(known, row.id)
                )
                for row in tx.execute(
                    select(schema.users, schema.roles.c.level)
                    .join(schema.roles, schema.roles.c.id == schema.users.c.role_id)
                    .order_by(schema.users.c.id)
                )
            ]

    def close(self) -> None:
        """Give back the database."""
        self._database.close()


def build(
    system: str,
    database_url: str,
    *,
    clock: Clock,
    zone: str,
    sample: bool = True,
    admin_token: str | None = None,
) -> Site:
    """The embedded server of ``system`` over ``database_url`` (any SQLAlchemy URL; made if it is empty).

    ``zone`` (IANA) is the site's wall time. ``sample`` fills an empty database with the sample site.
    ``admin_token`` is accepted as the site's admin and is stored nowhere. Raises ``ValueError`` for a system
    without an embedded server.
    """
    if system != "intratool":
        raise ValueError(f"there is no embedded server for {system!r}")
    site_clock = SiteClock(clock, zone)
    database = Database(database_url)
    database.create(schema.metadata, lambda tx: _begin(tx, site_clock, sample=sample))
    idempotency.forget_old(database, site_clock.now())
    with database.read() as tx:
        has_sample = tx.execute(select(schema.site.c.value).where(schema.site.c.name == "sample")).scalar() == "1"
    storyteller = None
    if has_sample:
        from tui.embedded.samples.history import History

        storyteller = History(site_clock)
    generator = Generator(database, site_clock, storyteller)
    server = Server(database, site_clock, generator, token_hash(admin_token) if admin_token else None)
    return Site(application(routes(server), site_clock), database)


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
    tx.execute(insert(schema.site), [{"name": name, "value": value} for name, value in facts.items()])


def _sample_token(facts: dict[str, str], user_id: int) -> str:
    return make_token(facts["secret"], user_id, int(facts["made_at"]))
