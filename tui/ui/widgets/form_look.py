"""The colours and marks of text in a form: theme variables only, and never colour alone."""

from __future__ import annotations

CSS = """
FormView {
    height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size: 0 0;
    background: $background; color: $foreground;
    & > .form--bar { color: $accent; text-style: bold; }
    & > .form--blank { color: $text-muted; }
    & > .form--chosen { color: $foreground; text-style: bold; }
    & > .form--cursor { text-style: reverse; }
    & > .form--done { color: $success; }
    & > .form--edit { color: $foreground; text-style: underline; }
    & > .form--heading { color: $primary; text-style: bold; }
    & > .form--help { color: $text-muted; }
    & > .form--hint { color: $text-muted; }
    & > .form--label { color: $foreground; }
    & > .form--label-focus { color: $accent; text-style: bold; }
    & > .form--note { color: $primary; }
    & > .form--number { color: $text-muted; }
    & > .form--offer { color: $text-muted; text-style: italic; }
    & > .form--open { color: $text-muted; }
    & > .form--option { color: $foreground; }
    & > .form--pointed { text-style: reverse; }
    & > .form--problem { color: $error; text-style: bold; }
    & > .form--prompt { background: $panel; color: $foreground; text-style: bold; }
    & > .form--required { color: $warning; }
    & > .form--scroll { color: $text-muted; }
    & > .form--selected { text-style: reverse; }
    & > .form--unit { color: $text-muted; }
    & > .form--value { color: $foreground; }
}
"""

COMPONENTS = frozenset(
    f"form--{name}"
    for name in (
        "bar",
        "blank",
        "chosen",
        "cursor",
        "done",
        "edit",
        "heading",
        "help",
        "hint",
        "label",
        "label-focus",
        "note",
        "number",
        "offer",
        "open",
        "option",
        "pointed",
        "problem",
        "prompt",
        "required",
        "scroll",
        "selected",
        "unit",
        "value",
    )
)
