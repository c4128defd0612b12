"""The embedded Spaaza server, built over a database."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection, insert

from tui.embedded.asgi import Work, application
from tui.embedded.clock import SiteClock
from tui.embedded.database import Database
from tui.embedded.facts import read_facts, write_facts
from tui.embedded.site import SampleUser, Site, TokenRefused
from tui.embedded.spaaza import login, schema, tasks
from tui.embedded.spaaza.auth import Admin, hashed
from tui.embedded.spaaza.mail import Mail, outbox_of
from tui.embedded.spaaza.scheduler import Scheduler
from tui.embedded.spaaza.server import Server, Settings
from tui.embedded.spaaza.words import refusal
from tui.model.clock import Clock

CHAIN = 42
"""The retailer of the site."""


def build_site(
    database_url: str,
    *,
    clock: Clock,
    zone: str,
    sample: bool = True,
    admin_token: str | None = None,
    pause: Callable[[float], None] = time.sleep,
    settings: Settings | None = None,
) -> Site:
    """The server over ``database_url``; see :func:`tui.embedded.app.build`.

    ``admin_token`` is written ``id:secret``; raises ``TokenRefused`` for another. ``pause`` waits while an execute
    call is under way; tests hand in one that only turns their clock.
    """
    if admin_token is not None and not all(admin_token.partition(":")):
        raise TokenRefused("the token of a Spaaza server is written id:secret")
    site_clock = SiteClock(clock, zone)
    database = Database(database_url)
    mail = Mail(outbox_of(database_url))
    database.create(schema.metadata, lambda tx: _begin(tx, site_clock, mail, sample=sample))
    with database.read() as tx:
        secret = read_facts(tx, schema.site)["secret"]
    scheduler = Scheduler(database, site_clock, pause)
    server = Server(
        database,
        site_clock,
        scheduler,
        mail,
        secret=secret,
        admin=Admin(hashed(admin_token), CHAIN) if admin_token else None,
        settings=settings or Settings(),
    )
    app = application(_routes(server), site_clock, refusal=refusal, background=scheduler.tick)
    return Site(app, database, lambda: _users(database))


def _routes(server: Server) -> list[tuple[str, str, Work]]:
    """Every route: method, path, handler (contract section 3)."""
    one = "/tasks/{task:int}"
    return [
        ("POST", "/tasks", server.write(tasks.create, status=201)),
        ("GET", "/tasks", server.read(tasks.list_tasks)),
        ("GET", one, server.read(tasks.show)),
        ("POST", f"{one}/execute", server.write(tasks.execute)),
        ("GET", f"{one}/download_url", server.read(tasks.download_url)),
        ("GET", "/files/{name}", partial(tasks.file, server)),
        ("POST", "/auth/login", partial(login.login, server)),
        ("POST", "/auth/session", partial(login.session, server)),
    ]


def _begin(tx: Connection, clock: SiteClock, mail: Mail, *, sample: bool) -> None:
    """The first rows of a new database."""
    now = clock.now()
    facts = {"version": "1", "secret": secrets.token_hex(32), "made_at": str(now)}
    tx.execute(insert(schema.chains).values(id=CHAIN, name="Central Kitchen"))
    if sample:
        from tui.embedded.samples.spaaza import seed

        facts["sample"] = "1"
        for recipient, text in seed(tx, CHAIN, facts["secret"], now):
            mail.deliver(now, recipient, text)
    write_facts(tx, schema.site, facts)


def _users(database: Database) -> list[SampleUser]:
    with database.read() as tx:
        known = read_facts(tx, schema.site)
    if "sample" not in known:
        return []
    from tui.embedded.samples.spaaza import users

    return users(known["secret"])
