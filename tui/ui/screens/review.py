"""The review: every answer once more, what is missing or doubtful first, and then Enter sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.widget import Widget

from tui.form.state import FormState
from tui.i18n import _, plural
from tui.model.field import Value
from tui.ui.screens.dialog import Dialog
from tui.ui.screens.review_rows import SEND_WITHOUT, Review, ReviewRows
from tui.ui.text import clean, content, cut
from tui.ui.widgets.form_values import Marks
from tui.ui.widgets.form_view import FormView
from tui.ui.widgets.one_line import Hint

DIGITS = frozenset("0123456789")
MOST_DIGITS = 4
"""Of a field's number."""
_SCROLLING = frozenset({"up", "down", "pageup", "pagedown"})


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How the review ended: ``jump_to`` a field, or send with these inputs. ``left_out``: labels not sent."""

    inputs: dict[str, Value]
    jump_to: str | None = None
    left_out: tuple[str, ...] = ()


class ReviewDialog(Dialog[Reviewed | None]):
    """F10 opens it and does nothing then. Enter sends when nothing needs a look, else goes to the first gap.

    A letter or a field's number leads to any answer. What is in doubt and not needed may stay here while the rest
    is sent: ``s`` shows what that means, and Enter or F10 then sends. ``said`` are the server's words about the
    last try that belong to no field; ``points`` what it counted so far; ``barred`` why nothing can be sent now;
    ``does`` what sending is for, where that is not plain.
    """

    FORM_ROWS = 8
    DEFAULT_CSS = "ReviewDialog FormView { border-top: solid $panel; }"

    def __init__(
        self,
        title: str,
        answers: FormState,
        inputs: FormState,
        *,
        recent: dict[str, list[str]] | None = None,
        said: Sequence[str] = (),
        points: str = "",
        marks: Marks | None = None,
        barred: str = "",
        does: str = "",
    ) -> None:
        super().__init__(_("Send: {title}?", title=title))
        self._answers = answers
        self._said = said
        self._points = points
        self._barred = barred
        self._does = does
        self._marks = marks or Marks()
        self._number: str | None = None
        self._begun = False
        """Whether the number was begun where a reason may be typed, and a letter makes it one."""
        self._picked = ""
        self._without = False
        self.review = Review(answers)
        self.inputs = inputs
        self.form: FormView = FormView(id="review-form")
        self.form.open(inputs, recent=recent or {})
        self._arrange()

    @property
    def asks(self) -> bool:
        """Whether the reason (or what else the action asks) has the keys: nothing stands in the way any more."""
        return self.form.display

    def _arrange(self) -> None:
        self.form.display = bool(self.inputs.shown) and (self._without or not self.review.gaps)

    def body(self) -> list[Widget]:
        """Answers, then what the action itself asks."""
        return [self.scroll, self.form]

    def on_mount(self) -> None:
        """The reason has the focus where one is asked."""
        super().on_mount()
        self._focus()

    def _focus(self) -> None:
        self.set_focus(self.form if self.asks else None, scroll_visible=False)

    # -- what it says -------------------------------------------------------------------------------------

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        if self._number == "":
            return (Hint("0…9", _("the field's number"), ""), Hint("F3", _("back"), "f3"))
        if self._number is not None:
            row = self.review.by_number(self._number)
            there = cut(clean(row.label), 24) if row is not None else "?"
            field = _("field {number}: {label}", number=self._number, label=there)
            return (Hint("Enter", field, "enter"), Hint("F3", _("back"), "f3"))
        if self._without:
            return (*self._sends(_("send without them")), Hint("F3", _("back"), "f3"))
        if not self.review.gaps:
            return (*self._sends(_("send")), Hint("F3", _("back"), "f3"))
        skip = () if self.review.needed or self._barred else (Hint(SEND_WITHOUT, _("send without"), SEND_WITHOUT),)
        return (Hint("Enter", _("first gap"), "enter"), *skip, Hint("F3", _("back"), "f3"))

    def _sends(self, label: str) -> tuple[Hint, ...]:
        """Enter sends unless the task is barred; where letters and digits are typed, F8 leads to a field."""
        sends = () if self._barred else (Hint("Enter", label, "enter"),)
        return (*sends, Hint("F8", _("field"), "f8")) if self.asks else sends

    def draw(self) -> None:
        """Gaps with their letters, then every other answer."""
        rows = ReviewRows(self.review, self.width, self._marks)
        lines = [Content.styled(f"{self._marks.doubt} {clean(words)}", "$error") for words in self._said]
        if self._barred:
            lines.append(Content.styled(_("Cannot be sent now: {why}", why=self._barred), "bold $warning"))
        if self._does:
            lines.append(Content.styled(clean(self._does), "$calm"))
        if self._without:
            lines += rows.left_out()
        elif self.review.gaps:
            lines += [*self._what_to_do(), *rows.gaps()]
        else:
            lines.append(Content.styled(_("Nothing is missing."), "$success"))
        others = list(rows.others())
        if self.review.gaps and others:
            lines.append(Content.styled(_("All other answers"), "bold"))
        points = [content(self._points, "$calm")] if self._points else []
        self.put(Content("\n").join([*lines, *others, *points]))
        self.bar.offer(self.hints())

    def _what_to_do(self) -> list[Content]:
        many = len(self.review.gaps)
        words = plural("{n} answer needs a look.", "{n} answers need a look.", many)
        ways = _("Enter leads to the first, a letter or number to any.")
        skip = "" if self.review.needed or self._barred else " " + _("s sends the rest without them.")
        return [Content.styled(words, "bold $error"), Content.styled(ways + skip, "$calm")]

    def explain(self) -> list[str]:
        """F1: how to get on from here."""
        lines = [_("Every answer once more, before anything is sent. What needs a look stands first.")]
        if self.review.gaps and not self._without:
            lines.append(_("Enter leads to the first of them, the letter in front of it to any."))
        lines.append(_("A field's number and Enter lead to that field; F8 before it where letters are typed."))
        if self.review.gaps:
            lines.append(
                _("s sends the rest without what is in doubt. That stays on this device; nothing is thrown away.")
            )
        lines.append(_("Enter sends all in one piece. F10 does nothing here, so that a held key sends nothing."))
        if self.inputs.shown:
            lines.append(_("A reason that was used before is picked by its digit while the line is empty."))
        return lines

    # -- keys ---------------------------------------------------------------------------------------------

    def key(self, key: str, char: str | None) -> bool:
        """Letters and numbers lead to answers, Enter sends; the F10 that opened it does nothing."""
        if key == "f10":
            if self._without:
                self._enter()  # another key lies between: it is no held one
            return True
        if self._number is not None or key == "f8":
            return self._press_number(self._number or "", key, char)
        if key in _SCROLLING:
            return False
        if key == "enter":
            self._enter()
            return True
        if self.asks:
            return self._press_reason(key, char)
        if char is not None and char in DIGITS:
            return self._press_number("", key, char)
        if char == SEND_WITHOUT and self.review.gaps and not self._without and not self._barred:
            self._go_without()
            return True
        gap = self.review.by_letter(char or "") if not self._without else None
        if gap is not None:
            self._jump(gap.row.key)
        return gap is not None

    def paste(self, text: str) -> None:
        """Into the reason."""
        if self.asks and self._number is None:
            self.form.take_paste(text)
        else:
            super().paste(text)

    def cancel(self) -> None:
        """F3: one step back: the number, the way without, then the form."""
        if self._number is not None:
            self._number, self._begun = None, False
        elif self._without:
            self._without = False
            self._arrange()
            self._focus()
        else:
            self.close(None)
            return
        self.complain("")
        self.draw()

    def _press_reason(self, key: str, char: str | None) -> bool:
        """A key for the reason. Digits where none is begun lead to a field, unless they pick one of before."""
        flow = self.form.flow
        entry, line = (flow.current, flow.line) if flow is not None else (None, None)
        if entry is None or line is None or entry.codec.keypad:
            return self.form.feed(key, char)
        before, digit = line.text, char is not None and char in DIGITS
        if digit and before and (line.selected or before == self._picked):
            return self._begin_number(key, char)
        ours = self.form.feed(key, char)
        if digit and not before and line.text == char:
            self.form.feed("backspace", None)
            return self._begin_number(key, char)
        if line.text != before:
            self._picked = line.text if digit and not before else ""
        if ours:
            self.complain("")
        return ours

    def _begin_number(self, key: str, char: str | None) -> bool:
        self._begun = True
        return self._press_number("", key, char)

    def _back_to_reason(self, number: str) -> None:
        """It is no number of a field after all: the reason begins with these digits, "2 h late"."""
        self._number, self._begun = None, False
        for digit in number:
            self.form.feed(digit, digit)
        self.bar.offer(self.hints())

    def _press_number(self, number: str, key: str, char: str | None) -> bool:
        self.complain("")
        digit = char is not None and char in DIGITS
        if self._begun and char is not None and not (digit and len(number) < MOST_DIGITS):
            self._back_to_reason(number)
            return self.form.feed(key, char)
        if key == "enter" and number:
            row = self.review.by_number(number)
            if row is not None:
                self._jump(row.key)
            else:
                self.complain(_("There is no field {number}.", number=number))
                if self._begun:
                    self._back_to_reason(number)
            self._number = None
        elif key == "backspace":
            self._number = number[:-1] or None
        elif char is not None and digit and len(number) < MOST_DIGITS:
            self._number = number + char
        elif key == "f8":
            self._number, self._begun = number, False
        self._begun = self._begun and self._number is not None
        self.bar.offer(self.hints())
        return key not in _SCROLLING

    def _enter(self) -> None:
        self._answers.recheck()
        now = Review(self._answers)
        if not now.same_gaps(self.review):
            # Somebody else wrote, or the server answered, while this was being read: nothing goes out unseen.
            self.review, self._without = now, False
            self._arrange()
            self._focus()
            self.draw()
            self.complain(_("This changed meanwhile. Look at it again."))
        elif self.review.gaps and not self._without:
            self._to_first_gap()
        elif self._barred:
            self.complain(_("Cannot be sent now: {why}", why=self._barred))
        elif not self.stopped_by(self.inputs, self.form):
            kept = tuple(clean(gap.row.label) for gap in self.review.gaps if gap.left_out)
            self.close(Reviewed(self.inputs.values(), left_out=kept))

    def _to_first_gap(self) -> None:
        first = self.review.first
        if first is not None:
            self._jump(first.row.key)
        else:
            self.complain(
                _("This cannot be answered here. F2 in the form saves the rest, F6 denies with a reason.")
            )

    def _jump(self, key: str) -> None:
        if self._answers.answerable(self._answers.entries[key]):
            self.close(Reviewed({}, jump_to=key))
        else:
            self.complain(_("This cannot be changed here."))

    def _go_without(self) -> None:
        needed = self.review.needed
        if needed:
            names = ", ".join(clean(gap.row.label) for gap in needed[:3]) + (" …" if len(needed) > 3 else "")
            self.complain(_("The server needs an answer first: {fields}", fields=names))
            return
        self._without = True
        self._arrange()
        self._focus()
        self.complain("")
        self.draw()
