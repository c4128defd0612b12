"""Any keys, pastes and news of the server in any order: nothing typed is lost, nothing lands elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.form.forms import SUPPLIERS, YES_NO, choice, form, number, text
from tui.form.codec import is_empty
from tui.form.entry import BY_VALUE, Entry
from tui.form.flow import FormFlow
from tui.form.sides import UNUSABLE
from tui.form.state import FormState
from tui.model.execution import Answer
from tui.model.field import Choice, Field

PEOPLE = (Choice("7", "Ada Lovelace"), Choice("8", "Ben Okri"), Choice("9", "Cleo, Gräfin"))
FIELDS = (
    Field(key="head", label="Head", kind="description"),
    text("t", allows_note=True),
    number("n", minimum="2", maximum="7", unit="°C", allows_note=True, required=True),
    choice("c", required=True),
    choice("s", choices=SUPPLIERS, allows_note=True),
    choice("m", kind="multi_choice"),
    choice("mm", kind="multi_choice", choices=SUPPLIERS),
    Field(key="e", label="e", kind="entity", source="users"),
    Field(key="es", label="es", kind="entities", source="users", allows_note=True),
    Field(key="l", label="l", kind="long_text"),
    Field(key="d", label="d", kind="date"),
    Field(key="o", label="o", kind="time", default="06:30"),
    Field(key="z", label="z", kind="datetime", format="c"),
    Field(key="mail", label="mail", kind="email"),
    Field(key="tel", label="tel", kind="phone"),
    Field(key="url", label="url", kind="url"),
    Field(key="seal", label="seal", kind="signature"),
    Field(key="hidden", label="h", kind="text", hidden=True),
    choice("r", choices=YES_NO, read_only=True, default="yes"),
)
GOING = ("enter", "tab", "shift+tab", "f7", "up", "down", "ctrl+home", "ctrl+end", "ctrl+j")
INSIDE = (
    "backspace delete left right home end ctrl+left ctrl+right ctrl+w ctrl+k ctrl+u ctrl+n ctrl+z".split()  # noqa: SIM905
)
ASIDE = ("f5", "f8", "f3", "escape", "f1", "f10", "pagedown")
CHARS = st.sampled_from("0123456789.,:+-/ abeinortyjx°Cäß\x1d@")
ANSWERS: dict[str, list[Any]] = {
    "t": ["one", "two", None],
    "n": ["4", 5.5, "9"],
    "c": ["yes", "no"],
    "mm": [["s1", "s2"], []],
    "e": ["7", "99"],
    "es": [["8"], ["8", "9"]],
    "l": ["a\nb\n", None],
    "o": ["05:00"],
    "z": ["2026-10-25T02:30:00+01:00"],
}


def pieces(state: FormState) -> dict[str, tuple[str, str]]:
    return {key: (repr((entry.text, entry.value)), entry.note) for key, entry in state.entries.items()}


class FormMachine(RuleBasedStateMachine):
    """Drives one form; every step is remembered, so that it can be done again on another one."""

    steps: list[Callable[[FormFlow], None]]

    @initialize(advance=st.booleans(), recent=st.booleans())
    def begin(self, advance: bool, recent: bool) -> None:
        self.steps = []
        self.advance = advance
        self.recent = {"t": ["recent one", "recent two"]} if recent else {}
        self.flow = self.fresh()

    def fresh(self) -> FormFlow:
        return FormFlow(form(*FIELDS), auto_advance=self.advance, recent=self.recent)

    def do(self, step: Callable[[FormFlow], None], *, by_hand: bool) -> None:
        """One step; a hand changes only the field that it is in."""
        self.steps.append(step)
        where, before = self.flow.key, pieces(self.flow.state)
        step(self.flow)
        changed = {key for key, piece in pieces(self.flow.state).items() if piece != before[key]}
        if by_hand:
            assert changed <= {where}

    # ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────

    @rule(char=CHARS)
    def types(self, char: str) -> None:
        flow = self.flow
        target = flow.jump or flow.note or flow.line
        asking = flow.asking and char in "12" and flow.note is None and flow.jump is None
        picks_recent = target is flow.line and flow.key in self.recent and char in "12"
        picked = target is flow.line and flow.writer is not None and flow.writer.taken and char.isdigit()
        key = flow.key
        if target is not None and not asking:
            before, cursor, marked = target.text, target.cursor, target.selected
            self.do(lambda one: _press(one, char, char), by_hand=True)
            if not picked and not (picks_recent and not before):
                expected = char if marked else before[:cursor] + char + before[cursor:]
                assert target.text == expected
            return
        picker = None if target is not None or asking else flow.picker
        if picker is None:
            self.do(lambda one: _press(one, char, char), by_hand=True)
            return
        was = "" if picker.marked else picker.filter
        self.do(lambda one: _press(one, char, char), by_hand=True)
        if flow.key == key and flow.picker is picker and picker.filter != was + char:
            # A digit picks where nothing was typed yet; a separator ends what names a choice.
            assert picker.filter == ""
            assert (picker.direct and not was) or char in " ,+"

    @rule(word=st.sampled_from(["yes", "dora", "Ada Lovelace", "4,5", "1.234", "11.5", "630", "25.10.26 2:30/2"]))
    def types_a_word(self, word: str) -> None:
        for char in word:
            self.types(char)

    @rule(key=st.sampled_from(GOING))
    def goes(self, key: str) -> None:
        self.do(lambda one: _press(one, key), by_hand=True)

    @rule(key=st.sampled_from(INSIDE))
    def edits(self, key: str) -> None:
        self.do(lambda one: _press(one, key), by_hand=True)

    @rule(key=st.sampled_from(ASIDE))
    def prompts(self, key: str) -> None:
        self.do(lambda one: _press(one, key), by_hand=True)

    @rule(pasted=st.text(max_size=12) | st.sampled_from(["a\r\nb\n", "Ben Okri", "4,5\n", "yes"]))
    def pastes(self, pasted: str) -> None:
        self.do(lambda one: _nothing(one.paste(pasted)), by_hand=True)

    @rule(key=st.sampled_from([field.key for field in FIELDS]), index=st.integers(0, 3))
    def clicks(self, key: str, index: int) -> None:
        where, before = self.flow.key, pieces(self.flow.state)
        self.do(lambda one: _nothing(one.choose(key, index)), by_hand=False)
        changed = {name for name, piece in pieces(self.flow.state).items() if piece != before[name]}
        assert changed <= {where, key}

    # ── from elsewhere ───────────────────────────────────────────────────────────────────────────────────────

    @rule(data=st.data())
    def somebody_else_answers(self, data: st.DataObject) -> None:
        news = {
            key: Answer(value=data.draw(st.sampled_from(some)), note=data.draw(st.sampled_from(["", "theirs"])))
            for key, some in ANSWERS.items()
            if data.draw(st.booleans())
        }
        mine = {key: entry.text for key, entry in self.flow.state.entries.items() if entry.value_dirty}
        typed = self.flow.line.text if self.flow.line is not None and self.flow.key in mine else None
        self.do(lambda one: _steady(one, lambda: one.state.rebase(news)), by_hand=False)
        for key, kept in mine.items():
            entry = self.flow.state.entries[key]
            assert entry.text == kept or entry.codec.same(entry.field, entry.value, entry.base)
        if typed is not None and self.flow.key in mine and self.flow.state.entries[self.flow.key].value_dirty:
            assert self.flow.line is not None
            assert self.flow.line.text == typed

    @rule(
        key=st.sampled_from(["e", "es"]),
        size=st.integers(0, 3),
        complete=st.booleans(),
        asked=st.booleans(),
    )
    def a_list_comes(self, key: str, size: int, complete: bool, asked: bool) -> None:
        picker = self.flow.picker if self.flow.key == key else None
        typed = picker.filter if picker is not None else ""
        query = typed if asked else ""

        def step(one: FormFlow) -> None:
            one.state.give_choices(key, PEOPLE[:size], query=query, complete=complete)
            one.relist(key)

        self.do(step, by_hand=False)
        if picker is not None:
            assert self.flow.picker is picker
            assert picker.filter == typed

    @rule(default=st.sampled_from(["06:31", "06:32", None]))
    def a_preset_is_renewed(self, default: str | None) -> None:
        newer = Field(key="o", label="o", kind="time", default=default)
        before = pieces(self.flow.state)
        self.do(lambda one: _steady(one, lambda: one.state.renew_defaults([newer])), by_hand=False)
        assert pieces(self.flow.state) == before

    # ── what always holds ────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def what_is_shown_in_the_field_is_what_it_holds(self) -> None:
        flow = self.flow
        entry = flow.current
        assert entry is not None
        assert flow.key in flow.order
        assert (flow.writer is None) is (entry.codec.control in BY_VALUE)
        if flow.line is not None:
            offered = "" if is_empty(entry.offer) else entry.codec.format(entry.field, entry.offer, entry.ctx)
            assert flow.line.text == (entry.text or offered)
            assert 0 <= flow.line.cursor <= len(flow.line.text)
        if flow.picker is not None and entry.rest:
            assert flow.picker.filter == entry.rest
            assert entry.text.endswith(entry.rest)

    @invariant()
    def nothing_travels_that_was_not_read(self) -> None:
        state = self.flow.state
        changed = state.changed()
        for key in changed.values:
            entry = state.entries[key]
            assert entry.problem is None or entry.problem.kind not in {*UNUSABLE, "limit"}
        for entry in state.entries.values():
            assert not (entry.rest and entry.sendable)

    @precondition(lambda self: len(self.steps) % 5 == 4)
    @rule()
    def a_draft_comes_back_as_it_was(self) -> None:
        state = self.flow.state
        edits = state.edits()
        bases = {key: Answer(value=entry.base, note=entry.base_note) for key, entry in state.entries.items()}
        again = FormState.from_record(FIELDS, bases, edits, self.flow.key, ctx=state.ctx)
        for key, edit in edits.items():
            mine, theirs = state.entries[key], again.entries[key]
            assert theirs.codec.same(theirs.field, theirs.value, edit.value), key
            assert theirs.note == edit.note
            assert theirs.text in (edit.text, _as_named(mine), _as_named(theirs)), key
            assert bool(theirs.rest) is bool(mine.rest) or theirs.sendable
        assert set(again.edits()) == set(edits)

    @precondition(lambda self: len(self.steps) % 7 == 6)
    @rule()
    def the_same_steps_lead_to_the_same_form(self) -> None:
        other = self.fresh()
        for step in self.steps:
            step(other)
        assert pieces(other.state) == pieces(self.flow.state)
        assert other.key == self.flow.key


def _as_named(entry: Entry) -> str:
    named = entry.codec.format(entry.field, entry.value, entry.ctx)
    return f"{named}, {entry.rest}" if named and entry.rest else named or entry.rest


def _press(flow: FormFlow, key: str, char: str | None = None) -> None:
    flow.press("space" if key == " " else key, char)


def _nothing(_effects: object) -> None:
    return None


def _steady(flow: FormFlow, change: Callable[[], object]) -> None:
    with flow.steady():
        change()


FormMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)
TestForm = FormMachine.TestCase
