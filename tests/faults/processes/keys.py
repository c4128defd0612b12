"""F19, F20, F21: what scanners, bad lines and old handhelds send, in one chunk and in pieces, kept and sent."""

from __future__ import annotations

import random
import re

from tests.faults.processes.checklist import ANSWERED, KEYS, NUMBERS, SCAN, answered_twice, open_form, standing
from tests.faults.processes.hall import Home, Visit
from tests.faults.processes.killing import TASK, check_done
from tests.support.terminal import KEYS as NAMED
from tests.support.terminal import Terminal
from tui.workbench.entry import EntryState

GAPS = (0.0, 0.0, 0.001, 0.02)
SPLIT = (0.05, 0.15, 0.25, 0.4)
"""Seconds between the pieces of one key's sequence."""
TEXTS: tuple[tuple[bytes, str], ...] = (
    ("Kühl".encode("latin-1"), "Kühl"),
    ("Öl".encode("cp437"), "Öl"),
    (b"\xc3\x28 \xf0\x9f\x98 \xed\xff\xfe", "Ã( ðƒÿ íÿþ"),
    (b"a\x00b\x11c\x13d\x07e\x7ff", "abcdf"),
    ("e\u0301 👍🏽 日本".encode(), "e\u0301 👍🏽 日本"),
    ("שלום مرحبا".encode(), "שלום مرحبا"),
    (SCAN.encode(), SCAN),
    (b"]d2010401234512345610L-1\x1d21XY", "]d2010401234512345610L-1\x1d21XY"),
    (b"\x1b[200~eins\r\nzwei\rdrei\x1b[201~", "eins zwei drei"),
)
"""Bytes for a field of one line, and what they are."""
ENDS = (b"\r", b"\n", b"\r\n", b"\r\x00")


def chunks(visit: Visit, seed: int) -> None:
    """F19: the whole checklist in chunks of any length, from the list on; 200 keys more that cancel out."""
    chance = random.Random(seed)
    home = visit.home()
    terminal = visit.start(home)
    keys = [NAMED.get(key, key).encode() for key in KEYS]
    code = range(ANSWERED - len(SCAN) - 1, ANSWERED - 3)
    for place in chance.choices(code, k=100):
        # A slip, and the key that takes it back.
        keys[place] += b"x\x7f"
    send(terminal, chance, b"".join(keys))
    visit.until(lambda: visit.server.finished(TASK), "the checklist is finished", terminal)
    visit.quit_when_sent(home, terminal)
    check_done(visit, home)


def send(terminal: Terminal, chance: random.Random, data: bytes) -> None:
    """In pieces of any length, cut anywhere, mostly without a rest between them."""
    longest = chance.choice((1, 5, 40, 1000))
    while data:
        many = chance.randint(1, longest)
        terminal.raw(data[:many])
        data = data[many:]
        if longest > 1 and (gap := chance.choice(GAPS)):
            terminal.read(gap)


def split(visit: Visit, seed: int) -> None:
    """F20: function and cursor keys in pieces of 50 to 400 ms: they do what they do, and type nothing."""
    chance = random.Random(seed)
    home = visit.home()
    terminal = visit.start(home)
    open_form(terminal)
    for _ in range(4):
        name, seen = chance.choice((("f1", "F3 back"), ("f8", "Jump"), ("f4", "Help")))
        whole = NAMED[name].encode()
        cut = chance.randrange(1, len(whole))
        terminal.pieces(whole[:cut], whole[cut:], gap=chance.choice(SPLIT))
        terminal.wait(seen)
        before = terminal.output
        terminal.press("f3")
        visit.until(lambda before=before: terminal.output > before, "F3 leads back", terminal)  # type: ignore[misc]
        terminal.settle(0.1)
    visit.expect(not home.drafts(), f"a key in pieces typed {home.drafts()}")
    terminal.press(*KEYS[1:-2])
    wanted = standing(len(KEYS) - 2)
    visit.until(lambda: not wanted.missing(home.drafts()), "all is kept", terminal)
    f10 = NAMED["f10"].encode()
    terminal.pieces(*[bytes([byte]) for byte in f10], gap=chance.choice(SPLIT))
    terminal.wait("Nothing is missing.")
    terminal.press("enter")
    visit.until(lambda: visit.server.finished(TASK), "the checklist is finished", terminal)
    visit.quit_when_sent(home, terminal)
    check_done(visit, home)


def any_bytes(visit: Visit, seed: int) -> None:
    """F21: bytes of any character set in a text: kept as what they mean, shown, and the same on the server."""
    chance = random.Random(seed)
    home = visit.home()
    terminal = visit.start(home)
    open_form(terminal)
    number = NUMBERS["batch"]
    for data, text in chance.sample(TEXTS, 3):
        terminal.press("f8", str(number), "enter")
        terminal.wait(re.compile(rf"▌.. *{number} ").search)
        terminal.raw(b"\x15" + data + chance.choice(ENDS))
        visit.until(lambda text=text: batch(home) == text, f"{data!r} is kept as {text!r}", terminal)  # type: ignore[misc]
        if batch(home) != text:
            visit.lost.append(f"{data!r} is kept as {batch(home)!r}")
        terminal.press("f2")
        visit.until(
            lambda text=text: visit.server.answers(TASK).get("batch", ("", ""))[0] == text,  # type: ignore[misc]
            f"{text!r} is on the server",
            terminal,
        )
    visit.doubled.extend(answered_twice(visit.server.book(), TASK))
    visit.quit_when_sent(home, terminal)
    visit.expect(all(entry.state is EntryState.SENT for entry in home.entries()), "something was not sent")


def batch(home: Home) -> str:
    """What is kept of the field of one line."""
    edit = home.drafts().get("batch")
    return edit.text if edit is not None else ""
