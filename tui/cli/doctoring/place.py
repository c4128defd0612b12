"""What was set and where it comes from: config, keys, theme, language, terminal, profile."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tui import __version__
from tui.cli.doctoring.finding import Finding, Verdict
from tui.config import Source
from tui.i18n import _, language, plural, say
from tui.model.message import Message

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.config import ConfigError, Settings

LEAST_COLUMNS, LEAST_LINES = 40, 20

_SOURCES = {
    Source.FLAG: Message("from a flag"),
    Source.ENVIRONMENT: Message("from the environment"),
    Source.FILE: Message("from the file"),
    Source.DEFAULT: Message("the default"),
}


def program() -> Finding:
    """What runs here."""
    versions = {"shiftdeck": __version__, "python": platform.python_version(), "system": platform.platform()}
    value = f"{__version__}, Python {versions['python']}, {platform.system()}"
    return Finding(id="program", name=_("Shiftdeck"), value=value, facts=versions)


def config(settings: Settings) -> Finding:
    """The config file. It was read already: one with a mistake ends every command with a sentence about it."""
    there = source(settings, "config") if settings.config_exists else _("not there yet")
    return Finding(
        id="config",
        name=_("config file"),
        value=f"{settings.config_path}  ({there})",
        facts={"path": str(settings.config_path), "exists": settings.config_exists},
    )


def screen(settings: Settings, faults: list[ConfigError]) -> list[Finding]:
    """[keys] and theme, as the screen itself judges them; ``faults`` keep it from starting."""
    remedy = _("The application does not start until this is put right in the config file.")
    broken = {("theme" if fault.key == "theme" else "keys"): str(fault) for fault in faults}
    n = len(settings.keys)
    keys = plural("{n} key is your own", "{n} keys are your own", n) if n else say(_SOURCES[Source.DEFAULT])
    values = {"keys": (_("keys"), keys), "theme": (_("colours"), settings.theme or say(_SOURCES[Source.DEFAULT]))}
    return [
        Finding(
            id=name,
            name=title,
            value=broken.get(name, value),
            verdict=Verdict.BROKEN if name in broken else Verdict.WORKS,
            remedy=remedy if name in broken else "",
        )
        for name, (title, value) in values.items()
    ]


def spoken(settings: Settings) -> Finding:
    """The language."""
    value = f"{language()}  ({source(settings, 'language')})"
    return Finding(id="language", name=_("language"), value=value, facts={"language": language()})


def terminal(
    settings: Settings, environ: Mapping[str, str], size: tuple[int, int] | None, encoding: str
) -> Finding:
    """What the terminal is and can show. ``size`` is (columns, lines), ``None`` where there is no terminal."""
    kind = environ.get("TERM", "")
    colours = _colours(environ, kind)
    facts = {
        "TERM": kind,
        "columns": size[0] if size else None,
        "lines": size[1] if size else None,
        "encoding": encoding,
        "colours": colours,
    }
    name = _("terminal")
    if size is None:
        return Finding(id="terminal", name=name, value=_("none here: nobody is looking"), facts=facts)
    shown = str(colours) if colours else _("none")
    params = {"kind": kind or "?", "columns": size[0], "lines": size[1], "encoding": encoding}
    value = _("{kind}, {columns}x{lines}, {encoding}, colours: {colours}", colours=shown, **params)
    remedy = ""
    if kind in ("", "dumb", "unknown"):
        remedy = _("The terminal does not say what it can do. Set TERM, such as xterm-256color.")
    elif encoding.lower().replace("-", "") != "utf8" and not settings.ascii:
        remedy = _("Umlauts and shapes may look wrong. Set LANG, such as C.UTF-8, or ascii = true in the config.")
    elif size[0] < LEAST_COLUMNS or size[1] < LEAST_LINES:
        remedy = _("The window is too small: at least 40x20 is needed.")
    verdict = Verdict.LOOK if remedy else Verdict.WORKS
    return Finding(id="terminal", name=name, value=value, verdict=verdict, remedy=remedy, facts=facts)


def profile(shop: Shop) -> list[Finding]:
    """The chosen profile, its server, and the time there."""
    settings, chosen = shop.settings, shop.settings.chosen
    now = datetime.now(ZoneInfo(chosen.timezone))
    return [
        Finding(
            id="profile",
            name=_("profile"),
            value=f"{chosen.name}  ({source(settings, 'profile')})",
            facts={"name": chosen.name, "known": list(settings.profiles)},
        ),
        Finding(
            id="server",
            name=_("server"),
            value=shop.scrubber().text(f"{chosen.system}, {chosen.base_url}"),
            facts={"system": chosen.system, "refresh_seconds": chosen.refresh_seconds},
        ),
        Finding(
            id="time",
            name=_("time there"),
            value=f"{now:%Y-%m-%d %H:%M} {chosen.timezone}",
            facts={"timezone": chosen.timezone},
        ),
    ]


def source(settings: Settings, name: str) -> str:
    """Where a setting came from, in words."""
    return say(_SOURCES[settings.sources.get(name, Source.DEFAULT)])


def terminal_size() -> tuple[int, int] | None:
    """Columns and lines of the terminal that one of the streams is; ``None``: there is none."""
    for stream in (sys.__stdout__, sys.__stderr__, sys.__stdin__):
        try:
            if stream is not None and stream.isatty():
                size = os.get_terminal_size(stream.fileno())
                return size.columns, size.lines
        except (OSError, ValueError):
            continue
    return None


def _colours(environ: Mapping[str, str], kind: str) -> int:
    """As far as the terminal tells: 2^24, 256, 16, or 0."""
    if "NO_COLOR" in environ or kind in ("", "dumb") or kind.startswith("vt"):
        return 0
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return 1 << 24
    return 256 if "256color" in kind else 16
