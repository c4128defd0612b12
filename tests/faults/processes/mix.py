"""F36: everything at once, at random, through real terminals: one or two people, one checklist, a bad day."""

from __future__ import annotations

import random
import re

from tests.faults.processes.checklist import FIELDS, NUMBERS, Asked, answered_twice, open_form, wrong_answers
from tests.faults.processes.hall import Home, Visit
from tests.faults.processes.killing import TASK, answer, cursor_line
from tests.faults.processes.lines import fill_the_line
from tests.support.terminal import Terminal
from tui.workbench.entry import OPEN_STATES, EntryState

STEPS = 10
SIZES = ((78, 50), (40, 20), (60, 24), (120, 40), (78, 30))


class Actor:
    """A person who answers some fields of the checklist. ``told``: what the journal had before a death."""

    def __init__(self, visit: Visit, user: str, fields: tuple[Asked, ...], chance: random.Random) -> None:
        self.visit = visit
        self.home: Home = visit.home(user, user)
        self.home.slow_line = True  # with several applications on one machine the gap in a key grows by itself
        self.fields = fields
        self.chance = chance
        self.told: list[Asked] = []
        self.terminal: Terminal
        self.begin()

    def begin(self) -> None:
        """Start, open the checklist, and see that all is there that was called saved."""
        self.terminal = self.visit.start(self.home)
        open_form(self.terminal)
        self.look()

    def look(self) -> None:
        """What was called saved is in a draft, on its way, or on the server."""
        drafts, entries = self.home.drafts(), self.home.entries()
        held = self.visit.server.answers(TASK)
        for field in self.told:
            values = [entry.request.values.get(field.key) for entry in entries if entry.state in OPEN_STATES]
            values.append(drafts[field.key].value if field.key in drafts else None)
            values.append(held.get(field.key, (None, ""))[0])
            if not any(field.holds(value) for value in values):
                self.visit.lost.append(f"{field.key} was kept, and is only {values}")

    def missing(self) -> list[Asked]:
        """Own fields without an answer."""
        return [field for field in self.fields if field not in self.told]

    def answer_one(self) -> None:
        """One more answer, until it is called saved."""
        if not (missing := self.missing()):
            return
        field = self.chance.choice(missing)
        edit = self.home.drafts().get(field.key)
        if edit is None or not field.holds(edit.value):
            answer(self.visit, self.terminal, field, edit.value if edit is not None else None)
            self.visit.until(lambda: self.kept(field), f"{field.key} is kept", self.terminal)
        self.told.append(field)

    def kept(self, field: Asked) -> bool:
        """Whether the journal or the server has that answer."""
        edit = self.home.drafts().get(field.key)
        there = self.visit.server.answers(TASK).get(field.key, (None, ""))[0]
        return (edit is not None and field.holds(edit.value)) or field.holds(there)

    def typing_when_killed(self) -> None:
        """An answer that nobody has called saved is on its way when it all ends."""
        if missing := self.missing():
            field = self.chance.choice(missing)
            self.terminal.press("f8", str(NUMBERS[field.key]), "enter", *field.keys)
        self.killed()

    def killed(self) -> None:
        """kill -9."""
        self.visit.kill(self.terminal)
        self.begin()

    def ended(self) -> None:
        """The line is lost, or the session is ended."""
        self.visit.leave(self.terminal)
        if self.chance.random() < 0.5:
            self.terminal.hang_up()
        else:
            self.terminal.process.kill(self.chance.choice((1, 15)))
            self.visit.expect(self.terminal.wait_exit() == 0, "it did not end with 0")
        self.begin()

    def save(self) -> None:
        """F2."""
        before = self.terminal.output
        self.terminal.press("f2")
        self.visit.until(lambda: self.terminal.output > before, "F2 says something", self.terminal)

    def resized(self) -> None:
        """Another window; then back, so that all fields can be seen."""
        for columns, lines in (self.chance.choice(SIZES), SIZES[0]):
            self.terminal.screen.resize(lines, columns)
            self.terminal.process.setwinsize(lines, columns)
            self.terminal.settle(0.15, 2.0)

    def stalled(self) -> None:
        """The terminal does not read for a while."""
        fill_the_line(self.terminal)
        self.terminal.press("f1", "f3")
        self.terminal.settle(0.3, 10.0)

    def split(self) -> None:
        """A function key in pieces."""
        self.terminal.pieces(b"\x1b", b"[19~", gap=self.chance.choice((0.05, 0.15, 0.25)))
        self.terminal.wait("Jump")
        self.terminal.press("f3")
        self.terminal.wait(lambda text: "Jump:" not in text)


def bad_day(visit: Visit, seed: int) -> None:
    """Ten things that happen, then good weather, and the checklist is finished."""
    chance = random.Random(seed)
    if chance.random() < 0.4:
        people = [
            Actor(visit, "ana", FIELDS[::2], chance),
            Actor(visit, "ben", FIELDS[1::2], chance),
        ]
    else:
        people = [Actor(visit, "ana", FIELDS, chance)]
    for _ in range(STEPS):
        who = chance.choice(people)
        _something(visit, who, chance)
    visit.line.set("up")
    for who in people:
        for _ in range(len(who.fields)):
            who.answer_one()
        if who is not people[0]:
            who.save()
            visit.until(lambda who=who: not who.home.drafts(), "what is saved is accepted", who.terminal)  # type: ignore[misc]
    _finish(visit, people[0])
    for who in people:
        _settled(visit, who)


def _something(visit: Visit, who: Actor, chance: random.Random) -> None:
    roll = chance.random()
    if roll < 0.4:
        who.answer_one()
    elif roll < 0.55:
        visit.line.set(chance.choice(("up", "reset", "silent", "deaf", "deaf")))
    else:
        deeds = (
            who.killed,
            who.typing_when_killed,
            who.ended,
            who.save,
            who.save,
            who.resized,
            who.stalled,
            who.split,
        )
        chance.choice(deeds)()


def _finish(visit: Visit, who: Actor) -> None:
    """See everybody's answers, and send it."""
    wanted = [(NUMBERS[field.key], field.shown) for field in FIELDS]

    def all_seen() -> bool:
        text = who.terminal.text
        return all(re.search(rf"^.{{3,6}}\b{number} .*{shown}", text, re.MULTILINE) for number, shown in wanted)

    if not all_seen():
        who.terminal.press("f3")
        who.terminal.wait("Open task")
        open_form(who.terminal)
    visit.until(all_seen, "all answers are seen", who.terminal)
    visit.until(lambda: bool(cursor_line(who.terminal)), "the form has the cursor", who.terminal)
    who.terminal.press("f10")
    who.terminal.wait("Nothing is missing.")
    who.terminal.press("enter")
    visit.until(lambda: visit.server.finished(TASK), "the checklist is finished", who.terminal)


def _settled(visit: Visit, who: Actor) -> None:
    """Nothing waits; the server has every answer, once."""
    on_its_way = {EntryState.WAITING, EntryState.SENDING, EntryState.PAUSED}
    visit.until(
        lambda: not on_its_way & {entry.state for entry in who.home.entries()}, "the outbox drains", who.terminal
    )
    held = [entry for entry in who.home.entries() if entry.state is EntryState.ATTENTION]
    visit.expect(not held, f"these need a person: {[(entry.request.slot, entry.reason) for entry in held]}")
    visit.lost.extend(each for each in wrong_answers(visit.server.answers(TASK)) if "notes" not in each)
    visit.doubled.extend(answered_twice(visit.server.book(), TASK))
    if visit.server.finished(TASK) != 1:
        visit.doubled.append(f"finished {visit.server.finished(TASK)} times")
    visit.expect(who.home.unbroken(), "the trail is broken")
