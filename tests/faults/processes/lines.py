"""F13, F24, F27: the line to the server hangs, the terminal does not read, two applications of one person."""

from __future__ import annotations

import fcntl
import random
import struct
import termios
import time
from statistics import median

from tests.benchmarks.pseudo import Pseudo, environment
from tests.faults.processes.checklist import KEYS, Standing, open_form, standing
from tests.faults.processes.hall import Home, Visit
from tests.faults.processes.killing import TASK, check_done
from tests.support.terminal import KEYS as NAMED
from tests.support.terminal import SHIFTDECK, Terminal

BLINK = 100.0
"""Milliseconds: what a person feels as at once."""
STOPPED = 60.0
"""Seconds for which a terminal does not read in a long run."""
TYPED = len(KEYS) - 2
"""All keys but F10 and Enter."""


def hangs(visit: Visit, seed: int) -> None:
    """F13: names that do not resolve, no TLS, connections that hang: every key is painted at once, and kept."""
    way = ("hangs", "hangs from the start", "no name", "no TLS")[seed % 4]
    home, usual = visit.home(), visit.home().address
    if way in ("no name", "no TLS"):
        home.move({"no name": "http://shiftdeck.invalid", "no TLS": usual.replace("http:", "https:")}[way])
    visit.line.set("silent" if way == "hangs from the start" else "up")
    with Pseudo(SHIFTDECK, environment(home.folder, **home.environ), (78, 50)) as terminal:
        terminal.until(lambda text: "▌" in text and "Schicht" in text)
        visit.line.set("up" if way.startswith("no ") else "silent")
        terminal.press_until(NAMED["enter"].encode(), lambda text: "Boden trocken" in text, 0.3)
        chance, taken = random.Random(seed), []
        for name in KEYS[1:TYPED]:
            taken.append(terminal.press(NAMED.get(name, name).encode(), 0.02)[0])
            if chance.random() < 0.05:
                terminal.settle(0.2, 0.4)
        middle, longest = median(taken), max(taken)
        visit.expect(
            middle < BLINK, f"{way}: a key is painted after {middle:.0f} ms, the slowest after {longest:.0f}"
        )
        visit.expect(longest < 10 * BLINK, f"{way}: a key was painted only after {longest:.0f} ms")
        wanted = standing(TYPED)
        visit.until(lambda: not wanted.missing(home.drafts()), f"{way}: all is kept")
    if home.address != usual:
        home.move(usual)
    visit.line.set("up")
    finish(visit, home, wanted)


def finish(visit: Visit, home: Home, wanted: Standing) -> None:
    """Open it again: all of it is shown, and it can be sent."""
    again = visit.start(home)
    open_form(again)
    visit.until(lambda: not wanted.unseen(again.text), f"all of it is shown: {wanted}", again)
    again.press("f10", "enter")
    visit.until(lambda: visit.server.finished(TASK), "it is finished", again)
    visit.quit_when_sent(home, again)
    check_done(visit, home)


# -- F24 ----------------------------------------------------------------------------------------------------


def stalled(visit: Visit, seed: int) -> None:
    """F24: the terminal stops to read (XOFF, a stalled SSH), and the person types on: it is kept and sent."""
    home, terminal, _wanted = typed_while_stalled(visit)
    terminal.press("f10", "enter")
    visit.until(lambda: visit.server.finished(TASK), "what is sent at a stalled terminal arrives")
    if seed % 10 == 9:
        time.sleep(STOPPED)
    # The word is said for some seconds; the list says it for good.
    terminal.wait(lambda text: "accepted by the server" in text or "Closed  1" in text, 30.0)
    visit.quit_when_sent(home, terminal)
    check_done(visit, home)


def stalled_and_lost(visit: Visit, seed: int) -> None:
    """F24b: the stalled line is cut, or the session ended: it ends, and all is kept."""
    home, terminal, wanted = typed_while_stalled(visit)
    visit.leave(terminal)
    if seed % 2:
        terminal.hang_up()
    else:
        terminal.process.kill(15)
        visit.until(lambda: not terminal.process.isalive(), "it ends though nobody reads what it says")
    finish(visit, home, wanted)


def typed_while_stalled(visit: Visit) -> tuple[Home, Terminal, Standing]:
    """An application whose terminal does not read, with all but the review typed, and kept."""
    home = visit.home()
    terminal = visit.start(home)
    open_form(terminal)
    fill_the_line(terminal)
    terminal.press(*KEYS[1:TYPED])
    wanted = standing(TYPED)
    visit.until(lambda: not wanted.missing(home.drafts()), "what is typed at a stalled terminal is kept")
    return home, terminal, wanted


def fill_the_line(terminal: Terminal) -> None:
    """Give it so much to paint, and read nothing, that no more can be written: other sizes make whole frames."""
    waiting, same = -1, 0
    for number in range(400):
        terminal.process.setwinsize(50 - number % 2, 78)
        time.sleep(0.02)
        now = unread(terminal)
        same = same + 1 if now == waiting else 0
        waiting = now
        if same > 60:
            break
    terminal.process.setwinsize(50, 78)


def unread(terminal: Terminal) -> int:
    """Bytes that were written and not read."""
    held = fcntl.ioctl(terminal.process.child_fd, termios.FIONREAD, b"\0" * 4)
    return int(struct.unpack("i", held)[0])


# -- F27 ----------------------------------------------------------------------------------------------------


def two_windows(visit: Visit, seed: int) -> None:
    """F27: two windows on one folder, or one person at two terminals, in one checklist: both sides are known."""
    chance = random.Random(seed)
    shared = bool(seed % 2)
    homes = [visit.home(), visit.home("home" if shared else "other")]
    terminals = [visit.start(home) for home in homes]
    for terminal in terminals:
        open_form(terminal)
    for terminal in terminals:
        # A form that is still being read would show what the other one types, and to replace that is no surprise.
        terminal.wait("connected")
        terminal.settle(1.0)
    # One answers the first half, the other one the rest; in the fourth field both typed something else.
    cut = 9
    terminals[0].press(*KEYS[1:cut])
    wanted = standing(cut)
    visit.until(lambda: not wanted.missing(homes[0].drafts()), "the first half is kept", *terminals)
    other = str(chance.randint(-2, 3))
    terminals[1].press("f8", "4", "enter", other, "enter")
    visit.until(lambda: field(homes[1], "fridge-temperature") == other, "the other answer is kept", *terminals)
    if shared:
        events = said(homes[0])
        visit.expect(
            any("4.5" in str(old) for old in events), f"the text that gave way is not in the trail: {events}"
        )
    victim = chance.choice((None, *terminals))
    if victim is not None:
        visit.kill(victim)
    for terminal in terminals:
        if terminal is not victim:
            terminal.press("f2")
            visit.until(lambda: visit.server.answers(TASK), "what is saved arrives", *visit.running)
    for terminal in visit.running:
        visit.leave(terminal)
        terminal.process.kill(15)
        visit.expect(terminal.wait_exit() == 0, "it did not end with 0")
    check_both(visit, homes, other)
    written = [one.new for one in visit.server.book() if one.field == "fridge-temperature"]
    if not shared and len(set(written)) > 1:
        visit.overwritten.append(f"the temperature was written as {written}, and nobody had seen both")


def field(home: Home, name: str) -> object:
    """The kept answer of a field."""
    edit = home.drafts().get(name)
    return edit.value if edit is not None else None


def said(home: Home) -> list[object]:
    """The old values in the trail."""
    with home.bench() as bench:
        return [row.event.old for row in bench.history.entries()]


def check_both(visit: Visit, homes: list[Home], other: str) -> None:
    """Both answers of the field are known: on the server, in a draft, in the outbox or in the trail."""
    known = str(visit.server.answers(TASK)) + str([one.new for one in visit.server.book()])
    for home in homes:
        known += str(home.drafts()) + str([entry.request.values for entry in home.entries()]) + str(said(home))
    for value in ("4.5", other):
        if f"'{value}'" not in known and f'"{value}"' not in known:
            visit.lost.append(f"the answer {value} is nowhere")
    for name in ("floor-dry", "doors-closed", "clothing"):
        if name not in known:
            visit.lost.append(f"the answer to {name} is nowhere")
