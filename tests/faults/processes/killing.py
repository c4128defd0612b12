"""F1, F2, F3: the application dies at any key or between any two steps, or is told to end; then it goes on."""

from __future__ import annotations

import random
import signal
import sys
import time

from tests.faults.processes.checklist import (
    ANSWERED,
    FIELDS,
    KEYS,
    NOTE,
    NOTED,
    NUMBERS,
    Asked,
    answered_twice,
    keys_after,
    open_form,
    standing,
    wrong_answers,
)
from tests.faults.processes.hall import Home, Visit, key
from tests.support.terminal import Terminal
from tui.workbench.entry import EntryState

TASK = key().id
SPREAD = 53
"""Neighbouring seeds play distant keys, so that a few of them are everywhere, and all of them are every key."""
STEPS = 120
"""The journey of the checklist has about as many commits and requests, times the steps around each."""
BEHIND = 0.25
"""Seconds that the field being typed may be behind."""


def every_key(visit: Visit, seed: int) -> None:
    """kill -9 after one key of the checklist (every second run: in the very moment of that key), then go on."""
    place = seed * SPREAD % (2 * len(KEYS))
    count, at_once = place // 2 + 1, bool(place % 2)
    home = visit.home()
    terminal = visit.start(home)
    press_up_to(visit, home, terminal, count - 1)
    before, began = terminal.output, time.monotonic()
    terminal.press(KEYS[count - 1])
    if not at_once:
        seen_taken(visit, terminal, count, before, began)
    visit.kill(terminal)
    come_back(visit, home, [count - 1, count] if at_once else [count])


def press_up_to(visit: Visit, home: Home, terminal: Terminal, count: int) -> None:
    """The first ``count`` keys, until the journal has all of them."""
    if count == 0:
        return
    open_form(terminal)
    terminal.press(*KEYS[1:count])
    wanted = standing(count)
    visit.until(lambda: not wanted.missing(home.drafts()), f"{count} keys are kept", terminal)
    if count == len(KEYS) - 1:
        terminal.wait("Nothing is missing.")
        return
    # Where the person is counts like an answer.
    number = wanted.number
    visit.until(lambda: f"{number} " in cursor_line(terminal), f"the cursor is on field {number}", terminal)


def seen_taken(visit: Visit, terminal: Terminal, count: int, before: int, began: float) -> None:
    """On a machine that has no time for it, a key counts from when it was seen to be taken: of an answer, when the
    form shows it. ``before``: what was painted when it was pressed; that may be the frame of the key before it."""
    wanted = standing(count)

    def seen() -> bool:
        shown = count > ANSWERED or not wanted.unseen(terminal.text)
        return shown and terminal.output > before and time.monotonic() - began >= BEHIND

    visit.until(seen, "the key's frame", terminal)


def cursor_line(terminal: Terminal) -> str:
    """The first line of the form that is marked as the one with the cursor."""
    return next((line for line in terminal.text.splitlines() if line.startswith("▌")), "")


def come_back(visit: Visit, home: Home, possible: list[int]) -> None:
    """After a death: all is there that must be, and the checklist is finished from there, once.

    ``possible``: how many keys may have been taken.
    """
    sent = any(entry.request.slot == "finish" for entry in home.entries()) or visit.server.finished(TASK)
    if not sent:
        drafts = home.drafts()
        missing = {count: standing(count).missing(drafts) for count in possible}
        taken = max((count for count in possible if not missing[count]), default=0)
        if not taken:
            visit.lost.append(f"after {possible} keys: {missing[possible[0]]}")
            return
        if possible == [len(KEYS)]:
            visit.lost.append("the checklist was sent, and is neither in the outbox nor on the server")
        taken = min(taken, len(KEYS) - 1)
        go_on(visit, home, taken, {standing(count).number for count in possible})
    else:
        again = visit.start(home)
        visit.until(lambda: visit.server.finished(TASK), "what waited is sent", again)
        visit.quit_when_sent(home, again)
    check_done(visit, home)


def go_on(visit: Visit, home: Home, taken: int, numbers: set[int]) -> None:
    """Open it once more, look at it, and press what is missing. ``numbers``: where the cursor may stand."""
    wanted = standing(taken)
    terminal = visit.start(home)
    open_form(terminal)
    visit.until(lambda: not wanted.unseen(terminal.text, numbers), f"all of it is shown: {wanted}", terminal)
    visit.lost.extend(wanted.unseen(terminal.text, numbers))
    if wanted.unseen(terminal.text):
        # It died between an answer and the step that follows it.
        terminal.press("f8", str(wanted.number), "enter")
    terminal.press(*keys_after(taken))
    visit.until(lambda: visit.server.finished(TASK), "the checklist is finished", terminal)
    visit.quit_when_sent(home, terminal)


def check_done(visit: Visit, home: Home) -> None:
    """The server holds exactly what was typed, once; nothing waits; the trail is whole."""
    visit.lost.extend(wrong_answers(visit.server.answers(TASK)))
    visit.doubled.extend(answered_twice(visit.server.book(), TASK))
    if visit.server.finished(TASK) > 1:
        visit.doubled.append(f"finished {visit.server.finished(TASK)} times")
    waiting = [entry.state for entry in home.entries() if entry.state is not EntryState.SENT]
    visit.expect(not waiting, f"the outbox is not empty: {waiting}")
    visit.expect(not home.drafts(), f"drafts are left: {home.drafts()}")
    visit.expect(home.unbroken(), "the trail is broken")


# -- F2: between two steps ----------------------------------------------------------------------------------

SUBJECT = [sys.executable, "-m", "tests.faults.processes.subject"]


def every_step(visit: Visit, seed: int) -> None:
    """The application kills itself at one of its own steps: around a commit, or around a request."""
    home = visit.home()
    step = seed * SPREAD % STEPS + 1
    subject = visit.start(home, command=[*SUBJECT, str(step)])
    chance = random.Random(seed)
    place = 0
    while place < len(KEYS) and subject.process.isalive():
        many = chance.choice((1, 3, 10))
        subject.press(*KEYS[place : place + many])
        subject.read(0.02)
        place += many
    visit.until(
        lambda: not subject.process.isalive() or visit.server.finished(TASK), "the subject dies or ends", subject
    )
    committed = home.drafts()
    visit.kill(subject)
    again = visit.start(home)
    if any(entry.request.slot == "finish" for entry in home.entries()) or visit.server.finished(TASK):
        visit.until(lambda: visit.server.finished(TASK), "what waited is sent", again)
    else:
        open_form(again)
        for name, edit in committed.items():
            left = home.drafts().get(name)
            if left != edit:
                visit.lost.append(f"{name} was {edit} on disk, and is {left}")
        answer_again(visit, again, home)
    visit.quit_when_sent(home, again)
    check_done(visit, home)


def answer_again(visit: Visit, terminal: Terminal, home: Home) -> None:
    """Whatever is there, go to each field that lacks its answer and give it, then finish."""
    drafts = home.drafts()
    for field in FIELDS:
        edit = drafts.get(field.key)
        if edit is None or not field.holds(edit.value):
            answer(visit, terminal, field, edit.value if edit is not None else None)
    noted = drafts[NOTED].note if NOTED in drafts else ""
    terminal.press("f8", str(len(FIELDS)), "enter", "f5", *NOTE[len(noted) :], "enter", "f10", "enter")
    visit.until(lambda: visit.server.finished(TASK), "the checklist is finished", terminal)


def answer(visit: Visit, terminal: Terminal, field: Asked, held: object = None) -> None:
    """Go to a field and give its answer; ``held`` is what it has of it."""
    number = NUMBERS[field.key]
    terminal.press("f8", str(number), "enter")
    visit.until(lambda: f"{number} " in cursor_line(terminal), f"F8 leads to {number}", terminal)
    if isinstance(field.value, list):
        chosen = held if isinstance(held, list) else []
        terminal.press(*[key for key, one in zip("13", field.value, strict=True) if one not in chosen], "enter")
    else:
        terminal.press(*(["\x15"] if len(field.keys) > 1 else []), *field.keys)


# -- F3: told to end ----------------------------------------------------------------------------------------


def told_to_end(visit: Visit, seed: int) -> None:
    """SIGHUP, SIGTERM, or the line is cut, at any key: it ends by itself with 0, and every key is kept,
    with a signal even one that was pressed in the moment before."""
    chance = random.Random(seed)
    count = chance.randint(1, len(KEYS) - 1)
    home = visit.home()
    terminal = visit.start(home)
    press_up_to(visit, home, terminal, count - 1)
    way = ("SIGHUP", "SIGTERM", "cut")[seed % 3]
    before, began = terminal.output, time.monotonic()
    terminal.press(KEYS[count - 1])
    if way == "cut":
        # What nobody has read yet goes with the line; a signal leaves the line, and what is in it counts.
        seen_taken(visit, terminal, count, before, began)
    visit.leave(terminal)
    if way == "cut":
        terminal.hang_up()
    else:
        terminal.process.kill(signal.Signals[way])
        visit.expect(terminal.wait_exit() == 0, f"it did not end with 0 after {way}")
    come_back(visit, home, [count])
