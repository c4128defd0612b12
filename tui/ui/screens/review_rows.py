"""What the review says, as rows of one width: gaps in groups first, then every other answer. No widget here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, zip_longest
from typing import NamedTuple

from textual.content import Content

from tui.form.codec import is_empty
from tui.form.entry import Entry
from tui.form.rules import is_required
from tui.form.state import FormState, SummaryRow
from tui.i18n import _, say
from tui.model.message import Message
from tui.ui.text import cells, clean, cut, fit, wrap
from tui.ui.widgets.form_values import Marks

SEND_WITHOUT = "s"
LETTERS = "abcdefghijklmnopqrtuvwxyz"
"""What leads to a gap: every letter but the one that sends without them."""

GROUPS = {
    "missing": Message("Missing"),
    "unreadable": Message("Cannot be read"),
    "ambiguous": Message("Has two meanings"),
    "limit": Message("Out of limits"),
    "server": Message("Refused by the server"),
    "conflict": Message("Changed by somebody else too"),
    "": Message("In doubt"),
}
"""The kinds of problems, in the order in which they are shown."""

_ORDER = list(GROUPS)
MOST_LINES, MOST_SAID = 2, 3
"""Lines of a label, an answer or a note, and of a sentence about it; the form shows all of it."""


class Gap(NamedTuple):
    """One answer that needs a look.

    ``needed``: the server cannot do without it. ``here``: it can be answered on this screen. ``left_out``: what
    was typed stays here if the rest is sent.
    """

    row: SummaryRow
    kind: str
    letter: str
    needed: bool
    here: bool
    left_out: bool


class Review:
    """The answers of a form as they are now."""

    def __init__(self, state: FormState) -> None:
        self._state = state
        rows = state.summary()
        doubtful = [(row, _kind(row)) for row in rows if row.problem is not None]
        doubtful.sort(key=lambda pair: _ORDER.index(pair[1]))
        letters = [*LETTERS, *[""] * len(doubtful)]
        self.gaps = [self._gap(row, kind, letters[place]) for place, (row, kind) in enumerate(doubtful)]
        self.others = [row for row in rows if row.problem is None]

    def _gap(self, row: SummaryRow, kind: str, letter: str) -> Gap:
        entry = self._state.entries[row.key]
        no_answer = is_empty(entry.base) and (not row.answered or not entry.sendable)
        needed = kind == "missing" or (row.required and no_answer) or self._stands_for_all(entry, kind)
        return Gap(row, kind, letter, needed, self._state.answerable(entry), entry.held_back)

    def _stands_for_all(self, entry: Entry, kind: str) -> bool:
        """Whether nothing sensible is left to be sent without this: the only answer, or a needed text of JSON.

        What the server had before would go out in place of what was typed, and count as the decision.
        """
        if kind != "unreadable" or not entry.held_back:
            return False
        return len(self._state.answerable_keys()) == 1 or (is_required(entry.field) and entry.field.kind == "json")

    @property
    def needed(self) -> list[Gap]:
        """What must be answered before anything can be sent."""
        return [gap for gap in self.gaps if gap.needed]

    @property
    def first(self) -> Gap | None:
        """The first gap that can be closed here."""
        return next((gap for gap in self.gaps if gap.here), None)

    def by_letter(self, letter: str) -> Gap | None:
        """The gap that a letter leads to."""
        return next((gap for gap in self.gaps if letter and gap.letter == letter), None)

    def by_number(self, number: str) -> SummaryRow | None:
        """The answer with that number, gap or not."""
        rows = [gap.row for gap in self.gaps] + self.others
        return next((row for row in rows if str(row.number) == number), None)

    def same_gaps(self, other: Review) -> bool:
        """Whether the same answers need a look for the same reasons."""
        return [(gap.row.key, gap.kind) for gap in self.gaps] == [(gap.row.key, gap.kind) for gap in other.gaps]

    def shown(self, row: SummaryRow) -> str:
        """An answer for reading; a preset that nobody took is named as one."""
        entry = self._state.entries[row.key]
        text = clean(row.text)
        if text:
            return f"{text} {clean(row.unit)}" if row.unit else text
        if is_empty(entry.offer):
            return "–"
        preset = clean(entry.codec.show(entry.field, entry.offer, entry.ctx))
        return _("preset {value}, not taken", value=preset) if self._state.answerable(entry) else f"({preset})"

    def stays(self, row: SummaryRow) -> str:
        """What the server has and keeps when this answer is left out; empty where it has none."""
        entry = self._state.entries[row.key]
        text = "" if is_empty(entry.base) else clean(entry.codec.show(entry.field, entry.base, entry.ctx))
        return f"{text} {clean(row.unit)}" if text and row.unit else text


def _kind(row: SummaryRow) -> str:
    kind = row.problem.kind if row.problem is not None else ""
    return kind if kind in GROUPS else ""


class ReviewRows:
    """Lays the rows out for one width."""

    def __init__(self, review: Review, width: int, marks: Marks) -> None:
        self._review = review
        self._marks = marks
        self._width = width
        rows = [gap.row for gap in review.gaps] + review.others
        self._number_width = len(str(max((row.number for row in rows), default=1)))
        self._before = 3 + self._number_width
        room = max(12, width - self._before)
        label = max((cells(clean(row.label)) for row in rows), default=0)
        value = max((cells(review.shown(row)) for row in rows), default=0)
        self._label_width = max(6, min(label, max(room * 45 // 100, room - value - 2)))
        self._value_width = max(4, room - self._label_width - 2)

    def gaps(self) -> Iterator[Content]:
        """A heading for each kind, and under it the answers with the letters that lead to them."""
        for kind, group in groupby(self._review.gaps, key=lambda gap: gap.kind):
            gaps = list(group)
            yield Content.styled(f"{say(GROUPS[kind])} · {len(gaps)}", "bold $error")
            for gap in gaps:
                yield from self._row(gap.row, gap.letter, "$error")
                if kind != "missing" and gap.row.problem is not None:
                    said = clean(say(gap.row.problem.message))
                    yield from self._hanging(self._marks.doubt, said, "$error", MOST_SAID)
                if not gap.here:
                    yield from self._hanging(" ", _("cannot be answered here"), "$calm")

    def others(self) -> Iterator[Content]:
        """Every answer that is in order."""
        for row in self._review.others:
            yield from self._row(row, "", "")

    def left_out(self) -> Iterator[Content]:
        """What is not sent when the rest is, and what is sent although the server refused it once."""
        kept = [gap for gap in self._review.gaps if gap.left_out]
        if kept:
            yield Content.styled(_("Not sent, kept here:"), "bold $error")
        for gap in kept:
            yield from self._row(gap.row, "", "$error")
            stays = self._review.stays(gap.row)
            if stays:
                yield from self._hanging(" ", _("on the server it stays {value}", value=stays), "$calm")
        again = [gap for gap in self._review.gaps if not gap.left_out]
        if again:
            yield Content.styled(_("Sent as it stands:"), "bold $error")
        for gap in again:
            yield from self._row(gap.row, "", "$error")

    def _row(self, row: SummaryRow, letter: str, style: str) -> Iterator[Content]:
        labels = _few(clean(row.label), self._label_width)
        values = _few(self._review.shown(row), self._value_width)
        number = str(row.number).rjust(self._number_width)
        head = f"{letter or ' '} {number} "
        for label, value in zip_longest(labels, values, fillvalue=""):
            yield Content.assemble(
                (head, "bold" if letter else "$calm"),
                (fit(label, self._label_width), style),
                "  ",
                (value, "bold"),
            )
            head = " " * self._before
        if row.note:
            yield from self._hanging(self._marks.note, clean(row.note), "$calm")

    def _hanging(self, mark: str, text: str, style: str, most: int = MOST_LINES) -> Iterator[Content]:
        for place, line in enumerate(_few(text, self._width - self._before - 2, most)):
            yield Content.styled(f"{' ' * self._before}{mark if place == 0 else ' '} {line}", style)


def _few(text: str, width: int, most: int = MOST_LINES) -> list[str]:
    """``text`` in at most ``most`` lines; what does not fit is marked as cut."""
    lines = wrap(text, width)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), max(2, width))]
