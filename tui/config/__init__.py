"""config.toml <-> settings, profiles, secrets, paths. Light: the first frame waits for this room."""

from tui.config.environment import Environment
from tui.config.errors import ConfigError, nearest
from tui.config.load import load_settings, valid_name
from tui.config.settings import (
    EMBEDDED,
    SAMPLE,
    SERVED_AS,
    SYSTEM_TITLES,
    SYSTEMS,
    Overrides,
    Profile,
    Settings,
    Source,
    sample_profile,
)
from tui.config.write import remove_profile, save_profile, with_unasked

__all__ = [
    "EMBEDDED",
    "SAMPLE",
    "SERVED_AS",
    "SYSTEMS",
    "SYSTEM_TITLES",
    "ConfigError",
    "Environment",
    "Overrides",
    "Profile",
    "Settings",
    "Source",
    "load_settings",
    "nearest",
    "remove_profile",
    "sample_profile",
    "save_profile",
    "valid_name",
    "with_unasked",
]
