"""What the contract of ``TaskSystem`` needs to know of one system to be tried with it.

A module ``case_*.py`` beside this one has a ``CASE``; it is found by itself.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from zoneinfo import ZoneInfo

from tui.api import Asgi, connect
from tui.embedded.app import Site, build
from tui.model.action import Action, Request
from tui.model.execution import Execution, Record
from tui.model.field import Value
from tui.model.period import Period
from tui.model.system import Filters, TaskSystem

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 11, 8, 30, tzinfo=UTC)
DAY = Period.of_day(date(2026, 5, 11), ZONE)


class Case:
    """One system with its embedded server. ``answers_lists``: where what is listed has no records yet."""

    system = ""
    repeatable = True
    """Whether the write of :meth:`write` may be sent again after reading back said that it was not done."""
    finds_out = False
    """Whether ``perform`` itself reads back what became of that write when its answer is lost."""

    def build(self, folder: Path) -> Site:
        """The sample site, on Monday the 11th of May 2026 at 10:30 in Berlin."""
        url = f"sqlite:///{folder / 'site.sqlite3'}"
        return build(self.system, url, clock=lambda: NOW, zone=str(ZONE))

    def secret(self, site: Site) -> str:
        """The token of somebody who may do everything that is tried here."""
        return next(user.token for user in site.users() if user.role == "admin")

    def bad_secret(self) -> str:
        """A token that nobody has."""
        return "nobody-has-this-t0ken"

    def connect(self, token: str, app: Asgi | None = None, address: str = "embedded:") -> TaskSystem:
        """A client, in process or to an address."""
        return connect(
            self.system, base_url=address, token=token, zone=ZONE, profile="sample", app=app, clock=lambda: NOW
        )

    async def write(self, client: TaskSystem) -> Request:
        """A write that was not done yet, which changes something that reading back shows."""
        raise AssertionError("each case names a write")

    async def creation(self, client: TaskSystem) -> Request | None:
        """A create; ``None`` where the system has none."""
        return None


def request_for(
    system: str,
    record: Record | None,
    action: Action,
    values: dict[str, Value] | None = None,
    inputs: dict[str, Value] | None = None,
) -> Request:
    """A request as the workbench makes it; hidden inputs keep their presets."""
    given = {field.key: field.default for field in action.inputs if field.hidden and field.default is not None}
    values = values or {}
    held = record.answers if record is not None else {}
    return Request(
        profile="sample",
        system=system,
        key_id=record.execution.key.id if record is not None else "",
        action=action.id,
        slot=action.slot,
        delivery=action.delivery,
        idempotency_key=f"key-{random.getrandbits(64):x}",
        values=values,
        base={key: held[key].value for key in values if key in held},
        inputs={**given, **(inputs or {})},
        expected=record.execution.status.raw if record is not None else "",
    )


async def rows_of(client: TaskSystem, period: Period = DAY) -> list[Execution]:
    """The rows of the day and of the 48 hours before, as the list asks for them."""
    listing = await client.list(period.with_look_back(), Filters())
    assert listing.rows is not None
    return list(listing.rows)


def cases() -> list[Case]:
    """Every case of this folder."""
    here = Path(__file__).parent
    names = sorted(found.name for found in iter_modules([str(here)]) if found.name.startswith("case_"))
    return [import_module(f"tests.contract.systems.{name}").CASE for name in names]
