"""Signing in, step by step: the system says what is asked. Secrets are dots on the screen and stay nowhere."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from textual.content import Content
from textual.geometry import Region

from tui.config import Profile
from tui.form.editor import LineEditor, one_line
from tui.i18n import _, say
from tui.model.errors import Forbidden, Refused, TaskError, Unauthorised
from tui.model.field import Field
from tui.model.message import Message
from tui.model.signing import SignedIn, SignIn, Step
from tui.ui.ports import Shop
from tui.ui.screens.dialog import Dialog
from tui.ui.text import clean, wrap
from tui.ui.widgets.one_line import Hint
from tui.ui.workers import start

MASK, ASCII_MASK = "•", "*"
GROUP = "all-sign-in"
"""Of the work behind the dialog; it outlives that another profile is shown below."""


class Question:
    """One field of a step while it is answered."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.line = LineEditor()
        self.picked = 0
        """Which of the choices, where there are some."""

    @property
    def secret(self) -> bool:
        """Whether nobody may read the answer."""
        return self.field.kind == "secret"

    @property
    def value(self) -> str:
        """The answer."""
        return self.field.choices[self.picked].value if self.field.choices else self.line.text

    def press(self, key: str, char: str | None) -> bool:
        """A key in this answer; whether it was one of its own."""
        if not self.field.choices:
            return self.line.press(key, char)
        count = len(self.field.choices)
        if key in ("up", "down"):
            self.picked = (self.picked + (1 if key == "down" else -1)) % count
        elif char is not None and char.isdigit() and 1 <= int(char) <= count:
            self.picked = int(char) - 1
        else:
            return False
        return True


def _why(error: TaskError) -> str:
    """What became of it in our words, then the server's where it gave any: they may be short and foreign."""
    if not error.said or not isinstance(error, Unauthorised | Forbidden | Refused):
        return say(error.reason)
    return _("This sign-in was not accepted. The server says: {words}", words=say(error.reason))


class SignInDialog(Dialog[Message | None]):
    """Returns the sentence that says how long the token is kept, or ``None``. Enter goes on, F7 begins again."""

    def __init__(self, title: str, shop: Shop, profile: Profile) -> None:
        super().__init__(title)
        self._shop = shop
        self._profile = profile
        self._signing: SignIn | None = None
        self._step: Step | None = None
        self._questions: list[Question] = []
        self._at = 0
        self._busy = ""
        self._ahead: list[tuple[str, str | None]] = []

    def on_mount(self) -> None:
        """Ask the system what it wants to know."""
        super().on_mount()
        self._begin()

    def on_unmount(self) -> None:
        """Nothing that was typed stays, and what was asked of the server is no longer wanted."""
        self.app.workers.cancel_group(self.app, GROUP)
        self._ask_nothing()
        if self._signing is not None:
            signing, self._signing = self._signing, None
            start(self.app, signing.close, group=f"{GROUP}-end", exclusive=False)

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        return (
            Hint("Enter", _("go on"), "enter"),
            Hint("F7", _("begin again"), "f7"),
            Hint("F3", _("cancel"), "f3"),
        )

    def explain(self) -> list[str]:
        """F1."""
        return [
            _("The server asks step by step; Enter goes on, Shift+Tab goes back to the answer before."),
            _("What is secret is shown as dots. It is written into no file of Shiftdeck, no history and no log."),
            _("The token that comes of it goes into the keyring where there is one."),
        ]

    # -- steps --------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        async def first() -> None:
            old, self._signing = self._signing, await self._shop.sign_in(self._profile)
            if old is not None:
                await old.close()
            self._ask(self._signing.first)

        self._ask_nothing()
        self._work(_("One moment …"), first)

    def _send(self) -> None:
        signing = self._signing
        if signing is None:
            self._begin()
            return
        missing = next(
            (n for n, one in enumerate(self._questions) if one.field.required and not one.value.strip()), None
        )
        if missing is not None:
            self._at = missing
            self.draw()
            self.complain(_("Nothing is typed yet."))
            return
        values = {one.field.key: one.value for one in self._questions}
        self._work(_("Asking the server …"), partial(self._answer, signing, values))

    async def _answer(self, signing: SignIn, values: dict[str, str]) -> None:
        found = await signing.answer(values)
        values.clear()
        if isinstance(found, Step):
            self._ask(found)
            return
        self._ask_nothing()
        self.close(await self._kept(found))

    async def _kept(self, found: SignedIn) -> Message:
        return await self._shop.keep(self._profile, found)

    def _work(self, words: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do what takes its time; keys that come meanwhile are for the step that it leads to."""

        self._busy, step = words, self._step
        self.complain("")
        self.draw()

        async def guarded() -> None:
            try:
                await work()
            except TaskError as error:
                self._busy = ""
                self.complain(clean(_why(error)))
                self._mark_secrets()
            self._busy = ""
            ahead, self._ahead = self._ahead, []
            if not self.is_attached:
                return
            self.draw()
            for key, char in ahead if self._step is not step else ():
                self.press(key, char)

        start(self.app, guarded, group=GROUP, exclusive=True)

    def _mark_secrets(self) -> None:
        """Nobody sees what is wrong with a secret: what is typed or pasted next takes the place of the old one."""
        for one in self._questions:
            if one.secret and one.line.text:
                one.line.end()
                one.line.selected = True

    def _ask(self, step: Step) -> None:
        self._step = step
        self._questions = [Question(field) for field in step.fields]
        self._at = 0

    def _ask_nothing(self) -> None:
        self._step, self._questions, self._at = None, [], 0
        self._ahead.clear()

    # -- keys ---------------------------------------------------------------------------------------------

    def key(self, key: str, char: str | None) -> bool:
        """Answers, and the way between them."""
        if self._busy:
            self._ahead.append((key, char))
            return True
        last = self._at == len(self._questions) - 1
        if key == "f10" or (key == "enter" and (last or not self._questions)):
            self._send()
        elif key in ("enter", "tab") or (key == "down" and not self._choosing):
            self._go(1)
        elif key == "shift+tab" or (key == "up" and not self._choosing):
            self._go(-1)
        elif key == "f7":
            self._begin()
        elif self._questions and self._questions[self._at].press(key, char):
            self.complain("")
            self.draw()
            if self._choosing and char is not None:
                self.key("enter", None)
        else:
            return False
        return True

    @property
    def _choosing(self) -> bool:
        return bool(self._questions) and bool(self._questions[self._at].field.choices)

    def paste(self, text: str) -> None:
        """Into the answer with the cursor; a break at its end does not send it."""
        if self._busy:
            self._ahead += [(char, char) for char in one_line(text)]
        elif self._questions and not self._choosing:
            self._questions[self._at].line.insert(one_line(text))
            self.draw()

    def _go(self, steps: int) -> None:
        self._at = max(0, min(len(self._questions) - 1, self._at + steps))
        self.draw()

    # -- drawing ------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """What is asked, and what is typed so far."""
        lines: list[Content] = []
        if self._step is not None and self._step.about is not None:
            lines += [Content.styled(line, "$calm") for line in wrap(say(self._step.about), self.width)]
        place = 0
        for number, one in enumerate(self._questions):
            here = number == self._at
            if here:
                place = len(lines)
            lines.append(Content.styled(clean(say(Message(one.field.label))), "bold" if here else ""))
            lines += self._choices(one, here) if one.field.choices else [self._typed(one, here)]
            if here and one.field.help:
                words = clean(say(Message(one.field.help)))
                lines += [Content.styled(line, "$calm") for line in wrap(words, self.width)]
        if self._busy:
            lines.append(Content.styled(self._busy, "$accent"))
        self.put(Content("\n").join(lines))
        self.scroll.scroll_to_region(Region(0, place, 1, 3), animate=False, force=True)

    def _typed(self, one: Question, here: bool) -> Content:
        text = clean(one.line.text)
        if one.secret:
            text = (ASCII_MASK if self._shop.settings.ascii else MASK) * len(one.line.text)
        if not here:
            return Content(f"  {text}")
        cursor, room = one.line.cursor, self.width - 4
        first = max(0, cursor - room)
        before, under, after = (
            text[first:cursor],
            text[cursor : cursor + 1] or " ",
            text[cursor + 1 : first + room],
        )
        return Content.assemble(("▌ ", "$accent"), before, (under, "reverse"), after)

    def _choices(self, one: Question, here: bool) -> list[Content]:
        lines = []
        for number, choice in enumerate(one.field.choices):
            mark = "▌" if here and number == one.picked else " "
            label = clean(say(Message(choice.label)))
            lines.append(Content.styled(f"{mark} {number + 1} {label}", "bold" if mark == "▌" else ""))
        return lines
