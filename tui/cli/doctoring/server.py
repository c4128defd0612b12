"""The server: whose token it is, whether it answers, how fast, and whether the clocks agree."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tui.cli.doctoring.finding import Finding, Verdict
from tui.cli.words import decimal, span_text
from tui.config.secrets import Origin
from tui.i18n import _, say
from tui.model.errors import TaskError
from tui.model.message import Message
from tui.model.system import Who
from tui.workbench.figures import belongs

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.workbench.workbench import Workbench

READS = 3
SLOW_SECONDS = 1.0
CLOCK_SECONDS = 60.0
"""Below that a wrong clock changes nothing that anybody sees."""

SOON = timedelta(days=7)

_ORIGINS = {
    Origin.VARIABLE: Message("from SHIFTDECK_TOKEN"),
    Origin.NAMED: Message("from the environment variable that the profile names"),
    Origin.COMMAND: Message("from the program that the profile names"),
    Origin.KEYRING: Message("from the keyring"),
}


async def examine(shop: Shop, bench: Workbench) -> list[Finding]:
    """Connect and read three times, harmlessly; nothing of it raises."""
    error: TaskError | None = None
    seconds: list[float] = []
    who, rows = Who(), None
    try:
        await bench.open()
        who = await bench.whoami()
        for _read in range(READS):
            began = time.perf_counter()
            changes = await bench.live.load()
            seconds.append(time.perf_counter() - began)
            now = bench.clock()
            # As list and board count: what was asked for around the day is no part of it.
            rows = sum(belongs(row, changes.period, now) for row in changes.rows.values())
    except TaskError as failed:
        error = failed
    findings = [_token(shop, who, error), connection(who, rows, error)]
    if error is None:
        findings += [speed(statistics.median(seconds)), clock(bench.clock.offset)]
    return findings


def connection(who: Who, rows: int | None, error: TaskError | None) -> Finding:
    """Whether the server answers, and as whom."""
    name = _("connection")
    if error is not None:
        what = Message("{what} ({said})", {"what": error.what, "said": error.said}) if error.said else error.what
        return Finding(
            id="connection",
            name=name,
            value=say(what),
            verdict=Verdict.BROKEN,
            remedy=say(error.help),
            facts={"error": type(error).__name__},
        )
    params = {"name": who.name or who.id, "count": rows}
    value = (
        _("Connected as {name}: {count} tasks in today's list.", **params)
        if params["name"]
        else _("Connected: {count} tasks in today's list.", **params)
    )
    return Finding(id="connection", name=name, value=value, facts={"rows": rows})


def speed(seconds: float) -> Finding:
    """How long reading the list takes."""
    slow = seconds >= SLOW_SECONDS
    return Finding(
        id="answer time",
        name=_("answer time"),
        value=_("{seconds} s for today's list (the middle one of 3)", seconds=decimal(seconds, 2)),
        verdict=Verdict.LOOK if slow else Verdict.WORKS,
        remedy=_("That is slow. Typing does not wait for it, but what you send arrives later.") if slow else "",
        facts={"seconds": round(seconds, 4)},
    )


def clock(offset: timedelta) -> Finding:
    """This machine's clock beside the server's ``Date``; ``offset`` is the server's minus ours."""
    name, facts = _("clock"), {"offset_seconds": round(offset.total_seconds(), 1)}
    if abs(offset.total_seconds()) < CLOCK_SECONDS:
        value = _("fine: {span} beside the server's", span=span_text(offset))
        return Finding(id="clock", name=name, value=value, facts=facts)
    span = span_text(offset)
    value = (
        _("wrong by {span}: it is behind the server's", span=span)
        if offset > timedelta(0)
        else _("wrong by {span}: it is ahead of the server's", span=span)
    )
    remedy = _(
        "Shiftdeck goes by the server's clock once connected: due times and lateness are right. Without a line it"
        " cannot know, and other programs are wrong too: set this machine's clock (timedatectl set-ntp true)."
    )
    return Finding(id="clock", name=name, value=value, verdict=Verdict.LOOK, remedy=remedy, facts=facts)


def _token(shop: Shop, who: Who, error: TaskError | None) -> Finding:
    chosen = shop.settings.chosen
    origin = shop.origin(chosen)
    if origin is None:
        words, end = [_("none needed at the sample site")], None
    else:
        words, end = [say(_ORIGINS[origin])], shop.expires(chosen.name)
    role = f" ({who.role})" if who.role else ""
    if who.name:
        words.append(_("belongs to {name}", name=who.name + role))
    elif who.id:
        words.append(_("known to the server as {id}; whose it is, nobody tells", id=who.id + role))
    elif error is None:
        words.append(_("whose it is, the server does not tell"))
    verdict, remedy, now = Verdict.WORKS, "", datetime.now(UTC)
    if end is not None:
        if end <= now:
            words.append(_("has ended {span} ago", span=span_text(now - end)))
            verdict, remedy = Verdict.BROKEN, _("Get a new token. What waits is kept.")
        else:
            words.append(_("ends in {span}", span=span_text(end - now)))
            if end - now < SOON:
                verdict, remedy = Verdict.LOOK, _("Get a new token before that.")
    facts = {
        "origin": str(origin) if origin is not None else None,
        "name": who.name,
        "role": who.role,
        "expires": end.isoformat() if end is not None else None,
    }
    return Finding(
        id="token", name=_("token"), value=", ".join(words), verdict=verdict, remedy=remedy, facts=facts
    )
