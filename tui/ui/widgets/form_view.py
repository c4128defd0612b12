"""The form: one widget that draws every field itself and handles every key itself, in the order typed.

No child widgets: keys that arrive in one piece cannot land in the wrong field, and a form of 200 fields opens
and types like one of 20. What a key means is decided by :class:`tui.form.flow.FormFlow`; this file draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from textual import events
from textual.geometry import Region, Size
from textual.message import Message as Notice

from tui.form.editor import typable
from tui.form.effects import Edited, Effect, Focused, Shown
from tui.form.flow import FormFlow
from tui.form.state import FieldEdit, FormState
from tui.model.execution import Answer
from tui.model.field import Choice, Field, Value
from tui.ui.widgets.form_canvas import FormCanvas
from tui.ui.widgets.form_look import CSS


class FormView(FormCanvas):
    """A form of any length. Give it a state with :meth:`open`; it posts what the person did.

    Keys that are not its own bubble to the screen: F1, F2, F3, F4, F6, F9, F10, Escape and all Ctrl keys that
    no editor knows.
    """

    DEFAULT_CSS = CSS

    class Moved(Notice):
        """The cursor is in another field."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(
        self,
        *,
        ascii: bool = False,
        auto_advance: bool = True,
        reviewed: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(ascii=ascii, id=id, classes=classes)
        self.auto_advance = auto_advance
        self.reviewed = reviewed
        """Whether a review follows the last field, as the last Enter says."""
        self.keeper: Callable[[str, FieldEdit | None], None] | None = None
        """Called for every edit, at once, for an owner that keeps drafts.

        ``None``: nothing of this field is left to keep, it is as the server has it.
        """
        self.placer: Callable[[], None] | None = None
        """Called when another field has the cursor, at once, for an owner that keeps where the person is."""
        self.searcher: Callable[[str, str, str], None] | None = None
        """Called with field key, name of the list and typed text, where the server is to look for choices."""

    # ── what a screen calls ──────────────────────────────────────────────────────────────────────────────────

    def open(
        self,
        state: FormState,
        *,
        recent: Mapping[str, Sequence[str]] | None = None,
        scroll: int | None = None,
        carry: bool = False,
    ) -> None:
        """Show ``state``. ``recent``: last-used texts per field key; a digit in the empty field picks one.

        ``carry``: it is the open form, asked anew. Where the same field has the cursor, what is open in it goes
        on: a note, a jump, the place in the text, an option pointed at, a question that was asked.
        """
        before = self._flow if carry else None
        self._form = state
        self._flow = FormFlow(state, auto_advance=self.auto_advance, reviewed=self.reviewed, recent=recent)
        self._flow.row_starts = self._row_starts
        if before is not None:
            self._flow.go_on(before)
            scroll = self.scroll_offset.y if scroll is None else scroll
        self._scroll_wanted = scroll or 0
        self._lay_out()
        self._scroll_back()
        self._show_cursor()

    def clear(self) -> None:
        """Show nothing."""
        self._form = self._flow = self._sheet = None
        self._strips.clear()
        self.virtual_size = Size(self.size.width, 0)
        self.refresh()

    def introduce(self, words: Sequence[str]) -> None:
        """Put ``words`` above the first field; they scroll with the form."""
        if tuple(words) != self._head:
            self._head = tuple(words)
            self._lay_out()
            self._show_cursor()

    @property
    def height_of_fields(self) -> int:
        """The lines of all fields, without what stands above the first."""
        return self.virtual_size.height - (len(self._sheet.head) if self._sheet is not None else 0)

    @property
    def state(self) -> FormState | None:
        """The open form."""
        return self._form

    @property
    def flow(self) -> FormFlow | None:
        """The key machine of the open form."""
        return self._flow

    def feed(self, key: str, char: str | None = None) -> bool:
        """Handle one key now, as if it had been pressed here; whether it was ours. For keys typed before."""
        flow = self._flow
        if flow is None:
            return False
        before, prompted = flow.key, flow.jump is not None
        effects = flow.press(key, char)
        if effects is None:
            return (not prompted or flow.jump is None) and self._page(key)
        self._after(before, effects, prompted)
        return True

    def apply_server(self, answers: Mapping[str, Answer]) -> list[str]:
        """Bring in newer answers; position, scroll and what is open stay. The keys of the fields that changed."""
        form, flow = self._form, self._flow
        if form is None or flow is None:
            return []
        dirty = form.edits()
        with flow.steady():
            changed = form.rebase(answers)
        self._renew(changed)
        for key in dirty:
            if not form.entries[key].dirty:
                self._keep(key)
        return changed

    def accepted(self, values: Mapping[str, Value], notes: Mapping[str, str]) -> None:
        """The server has taken exactly these of us; to be told before its newer answers are brought in."""
        form, flow = self._form, self._flow
        if form is None or flow is None:
            return
        with flow.steady():
            taken = form.accepted(values, notes)
        self._renew(taken)
        for key in taken:
            self._keep(key)

    def show_problems(self, words: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
        """Mark the server's sentences (422) on their fields; answers those that belong to no field here."""
        if self._form is None:
            return {key: said if isinstance(said, str) else " ".join(said) for key, said in words.items()}
        left = self._form.place_server_words(words)
        self._redraw(set(words))
        return left

    def recheck(self) -> list[str]:
        """Look at the files to be sent once more and mark those that may not travel as they are; their keys."""
        keys = self._form.recheck() if self._form is not None else []
        self._redraw(keys)
        return keys

    def show_missing(self) -> None:
        """Mark what the review asked about from now on: no answer where one is required, or a doubtful one."""
        if self._form is not None:
            self._form.ask()
            self._lay_out()
            self._show_cursor()

    def give_choices(self, key: str, choices: Sequence[Choice], *, query: str = "", complete: bool = True) -> None:
        """Hand over choices that were read meanwhile for ``query``; ``complete`` if there are no more for it."""
        form, flow = self._form, self._flow
        if form is None or flow is None or key not in form.entries:
            return
        before = form.entries[key].edit()
        form.give_choices(key, choices, query=query, complete=complete)
        flow.relist(key)
        self._renew({key})
        if form.entries[key].edit() != before:
            self._keep(key)
        # What was typed while this list was on its way is looked for next.
        picker = flow.picker if key == flow.key else None
        self._search(key, form.to_search(key) if picker is None else picker.to_search())

    def renew_defaults(self, fields: Sequence[Field]) -> list[str]:
        """Bring in newer presets of the same fields; the keys of those in which another one is offered now."""
        form, flow = self._form, self._flow
        if form is None or flow is None:
            return []
        changed = flow.renew_defaults(fields)
        self._renew(changed)
        return changed

    def _search(self, key: str, query: str | None) -> None:
        if self._form is None or self.searcher is None or query is None:
            return
        source = self._form.entries[key].field.source
        if source is not None:
            self.searcher(key, source, query)

    @property
    def at_last_field(self) -> bool:
        """Whether Enter has no field to go on to: the cursor is in the last one, and no note or jump is open."""
        flow = self._flow
        if flow is None or not flow.order:
            return True
        return flow.note is None and flow.jump is None and flow.key == flow.order[-1]

    def focus_field(self, key: str) -> bool:
        """Put the cursor into a field; whether it takes one."""
        flow = self._flow
        if flow is None:
            return False
        before = flow.key
        self._after(before, flow.focus(key), flow.jump is not None)
        return flow.key == key

    # ── keys, paste, mouse ───────────────────────────────────────────────────────────────────────────────────

    def on_key(self, event: events.Key) -> None:
        """Every key goes through the machine first; what it does not want bubbles up."""
        char = event.character if typable(event.character) else None
        if self.feed(event.key, char):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text stays in its field."""
        event.stop()
        event.prevent_default()
        self.take_paste(event.text)

    def take_paste(self, text: str) -> None:
        """Put text that came in one piece where the cursor is."""
        if self._flow is not None:
            self._after(self._flow.key, self._flow.paste(text), False)

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor into the field; on an option it chooses it."""
        flow, form = self._flow, self._form
        if flow is None or form is None:
            return
        sheet, at = self._sheet, event.get_content_offset(self)
        if at is None:
            return
        if at.x >= self.size.width - 1:
            event.stop()
            self.scroll_to(y=at.y * self.max_scroll_y // max(1, self.size.height - 1), animate=False)
            return
        line = at.y + self.scroll_offset.y
        place = sheet.place_at(line) if sheet is not None else None
        if sheet is None or place is None:
            return
        event.stop()
        key, before = form.shown[place].key, flow.key
        option = sheet.option_at(line, at.x)
        effects = flow.focus(key) if option is None else flow.choose(key, option)
        self._after(before, effects, False)

    def _page(self, key: str) -> bool:
        flow, sheet = self._flow, self._sheet
        if flow is None or sheet is None:
            return False
        height = max(1, self.size.height - 1)
        steps = {"pageup": -height, "pagedown": height}
        if flow.current is None:
            steps |= {"up": -1, "down": 1, "home": -sheet.height, "end": sheet.height}
        if key not in steps:
            return False
        if flow.current is None:
            self.scroll_to(y=self.scroll_offset.y + steps[key], animate=False)
        else:
            self.focus_field(sheet.page(steps[key]))
        return True

    def _after(self, before: str, effects: list[Effect], prompted: bool) -> None:
        """Paint what changed, in one frame, and only then tell the screen."""
        flow, form = self._flow, self._form
        if flow is None or form is None:
            return
        keys = {before, flow.key}
        keys.update(effect.key for effect in effects)
        self._redraw(keys)
        if prompted or flow.jump is not None:
            self.refresh(Region(0, self.size.height - 1, self.size.width, 1))
        self._show_cursor()
        self._paint_question(flow)
        for effect in dict.fromkeys(effects):
            if isinstance(effect, Edited):
                self._keep(effect.key)
            elif isinstance(effect, Focused):
                if self.placer is not None:
                    self.placer()
                self.post_message(self.Moved(effect.key))
            elif isinstance(effect, Shown):
                self._bring_into_sight(effect.key)
            else:
                self._search(effect.key, effect.query)

    def _bring_into_sight(self, key: str) -> None:
        if self._sheet is not None:
            self.scroll_to(y=max(0, self._sheet.top_of(key) - 1), animate=False, force=True)

    def _keep(self, key: str) -> None:
        if self._form is None:
            return
        entry = self._form.entries[key]
        if self.keeper is not None:
            self.keeper(key, entry.edit() if entry.dirty else None)

    def _renew(self, keys: Iterable[str]) -> None:
        """Paint what changed without a key: the rows move as they must, the window stays."""
        if self._flow is not None:
            self._redraw({*keys, self._flow.key})
            self._show_cursor(follow=False)
            self._paint_question(self._flow)

    def _paint_question(self, flow: FormFlow) -> None:
        """A question that is asked anew in the words that stand there already is painted once more."""
        if flow.question.unseen:
            self._repaint(None)
