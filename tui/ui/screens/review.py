"""The review: every answer once more, what is missing, and then Enter sends."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.widget import Widget

from tui.form.state import FormState
from tui.i18n import _, plural, say
from tui.model.field import Value
from tui.ui.screens.dialog import Dialog
from tui.ui.text import clean, fit
from tui.ui.widgets.form_view import FormView
from tui.ui.widgets.one_line import Hint

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How the review ended: ``jump_to`` a field, or send with these inputs."""

    inputs: dict[str, Value]
    jump_to: str | None = None


class ReviewDialog(Dialog[Reviewed | None]):
    """F10 opens it and does nothing in it. Enter sends when nothing is missing, else goes to the first gap."""

    DEFAULT_CSS = """
    ReviewDialog #dialog-scroll { max-height: 60vh; }
    ReviewDialog FormView { height: auto; max-height: 6; border-top: solid $panel; }
    """

    def __init__(
        self, title: str, answers: FormState, inputs: FormState, *, recent: dict[str, list[str]] | None = None
    ) -> None:
        super().__init__(_("Send: {title}?", title=title))
        self._answers = answers
        self._problems = {row.key: row.problem for row in answers.summary() if row.problem is not None}
        self.inputs = inputs
        self.form = FormView(id="review-form")
        self.form.open(inputs, recent=recent or {})
        self.form.display = bool(inputs.shown) and not self._problems

    def body(self) -> list[Widget]:
        """Answers, then what the action itself asks."""
        return [self.scroll, self.form]

    def on_mount(self) -> None:
        """The reason has the focus where one is asked."""
        super().on_mount()
        if self.form.display:
            self.set_focus(self.form, scroll_visible=False)

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        what = _("first gap") if self._problems else _("send")
        return (Hint("Enter", what, "enter"), Hint("F3", _("to the form"), "f3"))

    def draw(self) -> None:
        """One row an answer; gaps carry a letter that leads to them."""
        width = max(20, self.scroll.size.width or 70)
        label_width = max(10, min(34, width // 2))
        rows: list[Content] = []
        letters = dict(zip(self._problems, LETTERS, strict=False))
        if self._problems:
            words = plural("{n} answer needs a look:", "{n} answers need a look:", len(self._problems))
            rows.append(Content.styled(words, "bold $error"))
        else:
            rows.append(Content.styled(_("Nothing is missing."), "$success"))
        for row in self._answers.summary():
            problem = self._problems.get(row.key)
            mark = f"{letters.get(row.key, '!')} " if problem else "  "
            shown = clean(row.text) or "–"
            note = f"  ✎ {clean(row.note)}" if row.note else ""
            head = (mark + fit(clean(row.label), label_width - 2) + " ", "$error" if problem else "")
            rows.append(Content.assemble(head, (shown, "bold"), (note, "$calm")))
            if problem is not None:
                rows.append(Content.assemble(("  ! " + clean(say(problem.message)), "$error")))
        self.put(Content("\n").join(rows))

    def key(self, key: str, char: str | None) -> bool:
        """Letters lead to gaps, Enter sends; F10 does nothing here."""
        if key == "f10":
            return True
        if self._problems:
            return self._jump(key, char)
        if key == "enter":
            self._send()
            return True
        return self.form.display and key not in ("pageup", "pagedown") and self.form.feed(key, char)

    def paste(self, text: str) -> None:
        """Into the reason."""
        if self.form.display:
            self.form.take_paste(text)

    def _jump(self, key: str, char: str | None) -> bool:
        names = list(self._problems)
        if key == "enter":
            self.close(Reviewed({}, jump_to=names[0]))
            return True
        index = LETTERS.find(char) if char else -1
        if 0 <= index < len(names):
            self.close(Reviewed({}, jump_to=names[index]))
            return True
        return False

    def _send(self) -> None:
        if self.stopped_by(self.inputs.problems(), self.form):
            return
        self.close(Reviewed(self.inputs.values()))
