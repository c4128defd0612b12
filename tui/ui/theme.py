"""The colours: dark and light, one of high contrast, one without any colour at all.

All are members of the 256-colour palette, so that a terminal without true colour shows the same picture. What is
written has a contrast of 4.5 at least with background, surface, panel and cursor, also when only greys are left.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="shiftdeck-dark",
    primary="#87afd7",
    secondary="#5f87af",
    accent="#d7af5f",
    warning="#ffaf5f",
    error="#ff8787",
    success="#87af87",
    foreground="#dadada",
    background="#121212",
    surface="#1c1c1c",
    panel="#303030",
    dark=True,
    variables={"calm": "#9e9e9e", "cursor": "#000087"},
)
LIGHT = Theme(
    name="shiftdeck-light",
    primary="#005f87",
    secondary="#5f87af",
    accent="#5f5f00",
    warning="#875f00",
    error="#af0000",
    success="#005f00",
    foreground="#1c1c1c",
    background="#ffffff",
    surface="#eeeeee",
    panel="#e4e4e4",
    dark=False,
    variables={"calm": "#626262", "cursor": "#d7ffff"},
)
CONTRAST = Theme(
    name="high-contrast",
    primary="#ffffff",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffd700",
    error="#ff8787",
    success="#87ff87",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#262626",
    dark=True,
    variables={"calm": "#dadada", "cursor": "#0000d7"},
)
MONO = Theme(
    name="monochrome",
    primary="#d0d0d0",
    secondary="#d0d0d0",
    accent="#ffffff",
    warning="#ffffff",
    error="#ffffff",
    success="#d0d0d0",
    foreground="#d0d0d0",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    dark=True,
    variables={"calm": "#a8a8a8", "cursor": "#3a3a3a"},
)

THEMES = (DARK, LIGHT, CONTRAST, MONO)
DEFAULT = DARK.name
