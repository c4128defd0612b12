"""The colours: dark and light, one of high contrast, one without any colour at all."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="shiftdeck-dark",
    primary="#7aa2c8",
    secondary="#5f7f9f",
    accent="#e0b050",
    warning="#e8a13a",
    error="#f0706a",
    success="#7fb27f",
    foreground="#d8dce0",
    background="#14181c",
    surface="#181d22",
    panel="#222930",
    dark=True,
    variables={"calm": "#8a949e", "cursor": "#2c3a48"},
)
LIGHT = Theme(
    name="shiftdeck-light",
    primary="#2f5f8f",
    secondary="#5f7f9f",
    accent="#8a5a00",
    warning="#a05a00",
    error="#b3261e",
    success="#2f6f3f",
    foreground="#1d2329",
    background="#fafaf7",
    surface="#f4f4f0",
    panel="#e6e8e6",
    dark=False,
    variables={"calm": "#5c666f", "cursor": "#cfdbe6"},
)
CONTRAST = Theme(
    name="high-contrast",
    primary="#ffffff",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffd000",
    error="#ff8080",
    success="#80ff80",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#202020",
    dark=True,
    variables={"calm": "#e0e0e0", "cursor": "#0040c0"},
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
    variables={"calm": "#a0a0a0", "cursor": "#404040"},
)

THEMES = (DARK, LIGHT, CONTRAST, MONO)
DEFAULT = DARK.name
