"""The embedded SuperAI server, built over a database."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from hashlib import sha256

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from tui.embedded.asgi import application
from tui.embedded.clock import SiteClock
from tui.embedded.database import Database
from tui.embedded.facts import read_facts, write_facts
from tui.embedded.site import SampleUser, Site
from tui.embedded.superai import schema
from tui.embedded.superai.auth import Gate, hashed
from tui.embedded.superai.errors import refusal
from tui.embedded.superai.life import Life
from tui.embedded.superai.neighbours import Links
from tui.embedded.superai.routes import routes
from tui.embedded.superai.server import Server, new_id
from tui.model.clock import Clock

_LEVELS = {"app_user": "worker", "backoffice": "supervisor", "org_admin": "admin"}


def build_site(database_url: str, *, clock: Clock, zone: str, sample: bool, admin_token: str | None) -> Site:
    """The server over ``database_url``; see :func:`tui.embedded.app.build`."""
    site_clock = SiteClock(clock, zone)
    database = Database(database_url)
    database.create(schema.metadata, lambda tx: _begin(tx, site_clock, sample=sample))
    with database.read() as tx:
        facts = read_facts(tx, schema.site)
    gate = Gate(database, site_clock, facts["anon_key"], hashed(admin_token) if admin_token else None)
    server = Server(database, site_clock, gate)
    live = _life(database, site_clock) if "sample" in facts else None
    if live is not None:
        live()
    links = Links(server, facts["secret"])
    app = application(routes(server, links, live), site_clock, refusal=refusal, background=live)
    return Site(app, database, lambda: _users(database))


def _life(database: Database, clock: SiteClock) -> Callable[[], None]:
    """What goes on at the sample site by itself: while it is served, and in process whenever it is looked at."""
    from tui.embedded.samples import superai

    fill, life = _filler(database, clock), Life(database, clock, superai.OURS, superai.next_run)

    def live() -> None:
        fill()
        life.tick()

    return live


def _filler(database: Database, clock: SiteClock) -> Callable[[], None]:
    """Makes the sample's runs of the day, unless they are there."""
    from tui.embedded.samples import superai

    def fill() -> None:
        with database.read() as tx:
            if superai.is_filled(tx, clock.today()):
                return
        try:
            with database.write() as tx:
                superai.fill(tx, clock)
        except IntegrityError:
            # Another process was faster.
            return

    return fill


def _begin(tx: Connection, clock: SiteClock, *, sample: bool) -> None:
    """The first rows of a new database."""
    facts = {"version": "1", "secret": secrets.token_hex(32), "anon_key": secrets.token_urlsafe(24)}
    if sample:
        from tui.embedded.samples.superai import seed

        seed(tx, clock.now())
        facts["sample"] = "1"
        rows = [
            {"hash": hashed(_sample_token(facts["secret"], user_id)), "user_id": user_id, "kind": "token"}
            for user_id in tx.execute(select(schema.users.c.id)).scalars()
        ]
        tx.execute(insert(schema.secrets), rows)
    else:
        organization = new_id()
        tx.execute(insert(schema.organizations).values(id=organization, name="Organization"))
        admin = {
            "username": "admin",
            "email": "admin@example.org",
            "name": "Admin",
            "role": "org_admin",
            "number": 0,
        }
        tx.execute(
            insert(schema.users).values(id=new_id(), organization_id=organization, status="active", **admin)
        )
    write_facts(tx, schema.site, facts)


def _users(database: Database) -> list[SampleUser]:
    with database.read() as tx:
        facts = read_facts(tx, schema.site)
        if "sample" not in facts:
            return []
        return [
            SampleUser(row.username, row.name, _LEVELS[row.role], _sample_token(facts["secret"], row.id))
            for row in tx.execute(select(schema.users).order_by(schema.users.c.number))
        ]


def _sample_token(secret: str, user_id: str) -> str:
    """A user's secret in the form of the platform's API keys."""
    return f"saf_{hmac.new(secret.encode(), user_id.encode(), sha256).hexdigest()[:40]}"
