"""Trying a profile's connection, for the profile dialog and the doctor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec

from tui.model.clock import Clock
from tui.model.errors import TaskError
from tui.model.message import Message
from tui.model.period import Period
from tui.model.system import Filters, TaskSystem, Who


class ProbeResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a test of a connection told. ``count`` is the server's number of open tasks, or today's rows where it
    has no such number; ``offset`` is the server's clock minus ours in seconds, ``None`` when it told no time."""

    ok: bool
    message: Message
    who: Who = Who()
    count: int | None = None
    offset: float | None = None


async def probe(connect: Callable[[], Awaitable[TaskSystem]], zone: ZoneInfo, clock: Clock) -> ProbeResult:
    """Two harmless reads: whose token this is, and how much is open. Never raises."""
    system: TaskSystem | None = None
    try:
        system = await connect()
        who = await system.whoami()
        count = await system.count()
        if count is None:
            listing = await system.list(Period.of_day(clock().astimezone(zone).date(), zone), Filters())
            count = len(listing.rows or ())
        return _good(who, count, _offset(system, clock))
    except TaskError as error:
        said = Message("{what} {help}", {"what": error.what, "help": error.help})
        if error.said:
            said = Message("{what} ({said}) {help}", {"what": error.what, "said": error.said, "help": error.help})
        return ProbeResult(ok=False, message=said)
    except Exception as error:  # a dialog that tests a connection must be able to say anything, and never end
        return ProbeResult(
            ok=False, message=Message("This cannot be tested ({why}).", {"why": type(error).__name__})
        )
    finally:
        if system is not None:
            await system.close()


def _good(who: Who, count: int, offset: float | None) -> ProbeResult:
    name = who.name or who.id
    if name:
        message = Message("Connected as {name}: {count} open tasks.", {"name": name, "count": count})
    else:
        message = Message("Connected: {count} open tasks.", {"count": count})
    if offset is not None and abs(offset) >= timedelta(minutes=2).total_seconds():
        message = Message(
            "{what} The clock of this machine is {minutes} minutes off.",
            {"what": message, "minutes": round(abs(offset) / 60)},
        )
    return ProbeResult(ok=True, message=message, who=who, count=count, offset=offset)


def _offset(system: TaskSystem, clock: Clock) -> float | None:
    theirs = system.server_time
    return None if theirs is None else (theirs - clock()).total_seconds()
