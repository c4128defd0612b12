"""The question that a conflict asks at its field, mine or theirs, and which typed digit is an answer to it."""

from __future__ import annotations

from typing import Final, Literal

from tui.form.editor import typable
from tui.form.entry import Entry
from tui.model.message import Message

DECIDED = Message("Already decided: nothing to choose any more.")
AGAIN = Message("It changed again meanwhile: look at both, then 1 or 2.")

MINE: Final = "1"
THEIRS: Final = "2"


class Question:
    """``asking``: 1 keeps mine and 2 takes theirs, as soon as that was painted; until then digits are answers.

    What was painted and is another question now is asked again. Where it ended by itself, a digit that was meant
    for it is no answer; only what is typed on at once, before that could be read, shows that it was one.
    """

    def __init__(self) -> None:
        self.asking = False
        self._painted: object = None
        self._held = ""

    def arrive(self, entry: Entry | None, *, stays: bool = False) -> None:
        """The cursor came to ``entry``, or ``stays`` there and the field is shown anew."""
        if not stays or not self.asking:
            self._painted, self._held = None, ""
        self.asking = entry is not None and entry.conflict is not None

    def refreshed(self, entry: Entry | None) -> None:
        """Something came from elsewhere: a question may have ended, and none begins."""
        self.asking = self.asking and entry is not None and entry.conflict is not None

    def seen(self, entry: Entry | None) -> None:
        """What is asked, or said about it, stands on the screen."""
        self._held = ""
        if self.asking and entry is not None:
            self._painted = _asked(entry)

    @property
    def unseen(self) -> bool:
        """Whether something is asked that was not painted yet."""
        return self.asking and self._painted is None

    def over(self) -> None:
        """The person did something else."""
        self.asking, self._painted, self._held = False, None, ""

    def answer(self, entry: Entry, char: str | None) -> Literal["1", "2"] | Message | None:
        """What the key means here: a decision, a sentence where it comes too late, ``None`` for any other key."""
        painted, asking = self._painted, self.asking
        if (char != MINE and char != THEIRS) or painted is None:
            return None
        self.over()
        if asking and painted == _asked(entry):
            return MINE if char == MINE else THEIRS
        if entry.conflict is not None:
            self.asking = True
            return AGAIN
        self._held = char
        return DECIDED

    def begun(self, char: str | None) -> tuple[str, Message | None]:
        """Before any other key: the digit that began an answer, or what is still to be said about it."""
        held, self._held = self._held, ""
        return (held, None) if held and typable(char) else ("", DECIDED if held else None)


def _asked(entry: Entry) -> object:
    theirs = entry.theirs
    return entry.conflict, None if theirs is None else (theirs.value, theirs.note)
