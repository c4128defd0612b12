"""The scenes of the pictures: where, when, how large, and which keys are pressed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.support.terminal import Terminal
from tests.tools.screenshots_draw import Ink
from tests.tools.screenshots_servers import Beside, Servers, address, nobody

EARLY = datetime(2026, 5, 11, 5, 56, tzinfo=ZoneInfo("Europe/Berlin"))
"""A Monday, just before the early shift."""
NOON = datetime(2026, 5, 11, 13, 50, tzinfo=ZoneInfo("Europe/Berlin"))
"""The same Monday, just before its end."""

FLOWS = '[profiles.flows]\nsystem = "superai"\n'
SHOP = '[profiles.shop]\nsystem = "spaaza"\n'
KITCHEN = 'default_profile = "kitchen"\n[profiles.kitchen]\ntitle = "Kitchen North"\n'
THREE = KITCHEN + FLOWS + SHOP
MONOCHROME = 'theme = "monochrome"\n'


def _remote(name: str, system: str, more: str = "") -> str:
    lines = [f"[profiles.{name}]", f'system = "{system}"', f'base_url = "{address(system)}"']
    return "\n".join([*lines, "refresh_seconds = 3600", more, ""])


OVER_THERE = KITCHEN + "".join(
    _remote(name, system, f'token_env = "{system.upper()}_TOKEN"')
    for name, system in (("flows", "superai"), ("shop", "spaaza"))
)
SERVED = _remote("kitchen", "intratool", 'token_env = "INTRATOOL_TOKEN"\ntitle = "Kitchen North"')
WITHOUT_TOKEN = _remote("shop", "spaaza", 'options = { auth = "session", chain = 42 }')


@dataclass(frozen=True)
class Scene:
    """One picture. ``beside`` starts what the application speaks to, where that is not in itself."""

    name: str
    columns: int
    lines: int
    act: Callable[[Terminal, Servers], None]
    options: tuple[str, ...] = ()
    config: str = ""
    moment: datetime = NOON
    ink: Ink = Ink.COLOUR
    beside: Callable[[datetime], AbstractContextManager[Servers]] = nobody


def _list(terminal: Terminal, _servers: Servers) -> None:
    terminal.wait("●")


def _form(terminal: Terminal, _servers: Servers) -> None:
    terminal.wait("connected")
    terminal.press("/", "Schicht-Checkliste open", "enter", "enter")
    terminal.wait("F10")
    terminal.press("1", "1", "1", "4,5", "enter", "-18", "enter", "120", "enter")
    terminal.wait("saved here")


def _workflow(terminal: Terminal, _servers: Servers) -> None:
    terminal.wait("connected")
    terminal.press("/", "night early open", "enter")
    terminal.settle()
    terminal.press("w")
    terminal.settle()
    terminal.press("right")


def _states(terminal: Terminal, _servers: Servers) -> None:
    """Few enough rows for all seven states."""
    terminal.wait("connected")
    terminal.press("/", "ge", "enter")
    terminal.wait("Missed")


def _board(terminal: Terminal, _servers: Servers) -> None:
    terminal.wait("connected")
    terminal.press("b")
    terminal.wait("overdue ·")
    terminal.settle(1.0)


def _all_profiles(terminal: Terminal, _servers: Servers) -> None:
    terminal.wait("connected")
    terminal.press("B")
    terminal.wait("3 profiles live")
    terminal.settle(1.0)


def _profiles(terminal: Terminal, servers: Servers) -> None:
    _all_profiles(terminal, servers)
    terminal.press("f9")


def _bulk(terminal: Terminal, _servers: Servers) -> None:
    terminal.wait("connected")
    terminal.press("down", "down", " ", " ", " ", " ", " ", " ")
    terminal.settle()
    terminal.press("f6")
    terminal.settle()
    terminal.press("Delivery has not come")


def _bulk_done(terminal: Terminal, servers: Servers) -> None:
    """A colleague was faster with one of them."""
    _bulk(terminal, servers)
    terminal.settle()
    servers.denied_by_a_colleague("Frittieröl messen", f"{NOON:%Y-%m-%d}")
    terminal.press("f10")
    terminal.wait(" of 6 done")


def _report(terminal: Terminal, _servers: Servers) -> None:
    terminal.wait("connected")
    terminal.press("h")
    terminal.wait("tasks · data")


def _runs(terminal: Terminal, _servers: Servers) -> None:
    terminal.wait("connected")
    terminal.press("w")
    terminal.settle()
    terminal.press("down", "down", "down", "enter")
    terminal.wait("ConnectTimeout")


def _run_now(terminal: Terminal, _servers: Servers) -> None:
    terminal.wait("connected")
    terminal.press("/", "nightly", "enter", "enter")
    terminal.wait("Next run")
    terminal.press("f4", "1")
    terminal.wait("F10 Run now")


def _exports(terminal: Terminal, servers: Servers) -> None:
    _run_now(terminal, servers)
    terminal.settle()
    terminal.press("f10")
    terminal.wait("the server works on it")
    terminal.wait("Started")


def _sign_in(terminal: Terminal, servers: Servers) -> None:
    terminal.wait("F9 signs in")
    terminal.press("f9")
    terminal.settle()
    terminal.press("5")
    terminal.wait("Password")
    terminal.press("maria", "enter", servers.mail(r"to maria: Your password for this site is (\S+)"), "enter")
    terminal.wait("A code was sent by e-mail.")
    terminal.press(servers.mail(r"sign-in code is (\d+)"))


def _without_colour(
    name: str, columns: int, lines: int, act: Callable[[Terminal, Servers], None], config: str = ""
) -> list[Scene]:
    return [
        Scene(f"{name}-grey", columns, lines, act, config=config, ink=Ink.GREY),
        Scene(f"{name}-mono", columns, lines, act, config=MONOCHROME + config, ink=Ink.NONE),
    ]


SCENES = (
    Scene("list", 120, 40, _list),
    Scene("form", 100, 30, _form, moment=EARLY),
    Scene("narrow", 40, 20, _list),
    Scene("workflow", 160, 40, _workflow, moment=EARLY),
    Scene("german", 80, 24, _list, ("--lang", "de")),
    Scene("board-80x24", 80, 24, _board),
    Scene("board", 120, 40, _board),
    Scene("board-200x60", 200, 60, _board),
    Scene("all-profiles", 120, 40, _all_profiles, config=THREE),
    *_without_colour("list", 160, 36, _states),
    *_without_colour("board", 120, 40, _all_profiles, THREE),
    Scene("bulk", 100, 30, _bulk, config=SERVED, beside=Beside("intratool")),
    Scene("bulk-results", 100, 30, _bulk_done, config=SERVED, beside=Beside("intratool")),
    Scene("report", 120, 40, _report),
    Scene("profiles", 100, 30, _profiles, config=OVER_THERE, beside=Beside("superai", "spaaza")),
    Scene("runs", 160, 32, _runs, config=FLOWS),
    Scene("run-now", 120, 36, _run_now, config=SHOP),
    Scene("exports", 120, 32, _exports, config=SHOP),
    Scene("sign-in", 80, 24, _sign_in, config=WITHOUT_TOKEN, beside=Beside("spaaza", tokens=False)),
)  # fmt: skip
