"""The settings of one start: what was asked for, what came of it, and where each value came from."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import msgspec

from tui.i18n import _

EMBEDDED = "embedded:"
SYSTEM_TITLES = {
    "intratool": "Intratool Tasks 2.0",
    "superai": "SuperAI Flow Platform",
    "spaaza": "Spaaza Services",
}
SERVED_AS = {"intratool": "local", "superai": "local-flows", "spaaza": "local-shop"}
"""What the profile of a server on this machine is called, so that all of them can stand in one config."""
SYSTEMS = tuple(SYSTEM_TITLES)
"""The systems that this version can talk to."""

COLUMNS = ("state", "due", "age", "title", "place", "progress", "points", "who", "touched", "id")
"""What a row of the list can show."""
SHIFTS = ("06:00", "14:00", "22:00")
"""When the shifts begin, in the wall time of the site."""
SAMPLE = "sample"
REFRESH_SECONDS = 30
EMBEDDED_REFRESH_SECONDS = 2


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One place to work: which system, where, whose token (never the token itself), and its wall time.

    ``user`` is for the embedded server only: the user name of a sample person; empty is the supervisor.
    ``title`` is what people call the place; empty leaves it to :attr:`shown`. ``options`` are the system's own
    further settings by name, as ``checks.OPTIONS`` lists them.
    """

    name: str
    system: str = "intratool"
    base_url: str = EMBEDDED
    token_env: str | None = None
    token_command: tuple[str, ...] | None = None
    timezone: str = "Europe/Berlin"
    refresh_seconds: int = REFRESH_SECONDS
    user: str = ""
    title: str = ""
    options: dict[str, str] = {}

    @property
    def shown(self) -> str:
        """The place in a person's words, in the current language where the words are ours."""
        if self.title:
            return self.title
        return _("Sample site") if self.embedded and self.name == SAMPLE else self.name

    @property
    def embedded(self) -> bool:
        """Whether the built-in server answers, inside this process."""
        return self.base_url == EMBEDDED


class Overrides(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line said; ``None`` where it said nothing."""

    config: Path | None = None
    profile: str | None = None
    data_dir: Path | None = None
    lang: str | None = None


class Source(StrEnum):
    """Where a value came from, weakest last."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


class Settings(msgspec.Struct, kw_only=True):
    """Everything that one start needs to know. ``sources`` names the origin of each field that can be set."""

    config_path: Path
    config_exists: bool
    data_dir: Path
    profiles: dict[str, Profile]
    profile: str
    language: str | None = None
    theme: str = ""
    ascii: bool = False
    auto_advance: bool = True
    keys: dict[str, str] = {}
    columns: tuple[str, ...] = ()
    """What a row of the list shows, in this order; empty: what is usual at its width."""
    shifts: tuple[str, ...] = SHIFTS
    filters: dict[str, str] = {}
    """Saved filters: name to text."""
    sources: dict[str, Source] = {}

    @property
    def chosen(self) -> Profile:
        """The profile to open."""
        return self.profiles[self.profile]


def sample_profile() -> Profile:
    """The embedded sample site, which needs no account anywhere."""
    return Profile(name=SAMPLE, refresh_seconds=EMBEDDED_REFRESH_SECONDS)
