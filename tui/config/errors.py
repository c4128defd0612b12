"""What is wrong with a setting, said in one sentence."""

from __future__ import annotations

from pathlib import Path

from tui.i18n import say
from tui.model.message import Message


class ConfigError(Exception):
    """A setting cannot be used. ``str(error)`` is the whole sentence in the current language; exit code 2.

    ``file`` is ``None`` when a flag or the environment is to blame; ``line`` counts from 1; ``key`` is the
    dotted path (``profiles.kitchen.timezone``); ``nearest`` is what was probably meant. Without ``line`` the
    ``key`` is looked up in ``file``.
    """

    def __init__(
        self,
        what: Message,
        *,
        file: Path | None = None,
        line: int | None = None,
        key: str | None = None,
        nearest: str | None = None,
    ) -> None:
        self.what = what
        self.file = file
        self.line = line if line is not None or file is None or key is None else _found(file, key)
        self.key = key
        self.nearest = nearest
        super().__init__()

    @property
    def message(self) -> Message:
        """Place, fault and suggestion as one message."""
        what = self.what
        if self.nearest:
            what = Message("{what} Is “{nearest}” meant?", {"what": what, "nearest": self.nearest})
        if self.file is None:
            return what
        if self.line is None:
            return Message("{file}: {what}", {"file": str(self.file), "what": what})
        return Message("{file}, line {line}: {what}", {"file": str(self.file), "line": self.line, "what": what})

    def __str__(self) -> str:
        return say(self.message)


def nearest(word: str, known: list[str] | tuple[str, ...] | frozenset[str]) -> str | None:
    """The known word that looks most like ``word``, or ``None`` when none is near."""
    import difflib

    found = difflib.get_close_matches(word.casefold(), [name.casefold() for name in known], n=1, cutoff=0.6)
    return next((name for name in known if found and name.casefold() == found[0]), None)


def _found(file: Path, key: str) -> int | None:
    from tui.config.lines import line_of

    try:
        return line_of(file.read_text(encoding="utf-8-sig"), key.split("."))
    except (OSError, UnicodeDecodeError):
        return None
