"""Bytes as lines deliver them, and the keys they are read as."""

from __future__ import annotations

import selectors

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import constants, events
from textual.message import Message

from tests.support.terminal import KEYS
from tui.ui.driver import Alarm, keyboard
from tui.ui.keyboard import PASTE_LOST, PASTE_PATIENCE, PATIENCE, RETURN_PATIENCE, Keyboard

BEGIN, END = b"\x1b[200~", b"\x1b[201~"
F10 = b"\x1b[21~"


class Line:
    """A keyboard with a clock of its own; ``seen`` notes keys by name, text as it is, pastes in brackets."""

    def __init__(self) -> None:
        self.now = 100.0
        self.keys: Keyboard = keyboard(lambda: self.now)
        self.seen: list[str] = []

    def send(self, *pieces: bytes, gap: float = 0.0) -> Line:
        for piece in pieces:
            self._note(self.keys.feed(piece))
            self._note(self.keys.tick())
            if gap:
                self.wait(gap)
        return self

    def wait(self, seconds: float) -> Line:
        self.now += seconds
        self._note(self.keys.tick())
        return self

    def _note(self, messages: list[Message]) -> None:
        for message in messages:
            if isinstance(message, events.Paste):
                self.seen.append(f"[{message.text}]")
            elif isinstance(message, events.Key):
                char = message.character
                named = not char or (len(message.key) > 1 and (char < " " or char == "\x7f"))
                self.seen.append(message.key if named else char or "")
            else:
                self.seen.append(type(message).__name__)


def read(*pieces: bytes) -> list[str]:
    """What is read when nothing more comes."""
    return Line().send(*pieces).wait(5).wait(5).seen


@pytest.mark.parametrize("name", [name for name in KEYS if name != "esc"])
@pytest.mark.parametrize("gap", [0.0, 0.05, 0.25, 0.4])
def test_a_key_in_pieces_is_that_key(name: str, gap: float) -> None:
    whole = KEYS[name].encode()
    for place in range(1, len(whole)):
        line = Line().send(b"1", whole[:place], whole[place:], b"2", gap=gap).wait(5)
        assert line.seen == ["1", name, "2"], place
    assert Line().send(*[bytes([byte]) for byte in whole], gap=gap).wait(5).seen == [name]


@pytest.mark.parametrize("name", ["f5", "f8", "f10", "pagedown", "up", "left"])
def test_a_rest_that_comes_too_late_types_nothing(name: str) -> None:
    whole = KEYS[name].encode()
    for place in range(1, len(whole) - (len(whole) == 3)):  # one letter alone may be a key of its own
        begun = Line().send(whole[:place]).wait(3.0).seen
        line = Line().send(whole[:place]).wait(3.0).send(whole[place:]).wait(5)
        assert line.seen == begun, place
        assert line.send(b"7", b"\r").seen == [*begun, "7", "enter"]
    assert Line().send(b"\x1b").wait(3.0).send(whole[1:] + b"x").wait(5).seen[-1:] == ["x"]


def test_what_a_hand_types_after_escape_is_no_rest_of_a_key() -> None:
    for typed in (b"[", b"]", b"x", b"1", b"19", b"1A", b"AB", b"[x", b"OP", b"~"):
        line = Line().send(b"\x1b").wait(3.0).send(typed).wait(5)
        assert line.seen == ["escape", *typed.decode()], typed
    # Long after it, or when something else was typed between, nobody takes it for a rest.
    assert Line().send(b"\x1b").wait(11.0).send(b"[19~").wait(5).seen == ["escape", *"[19~"]
    assert Line().send(b"\x1b").wait(3.0).send(b"a", b"[19~").wait(5).seen == ["escape", *"a[19~"]


def test_escape_alone_is_felt_after_its_time_and_at_once_with_the_next_key() -> None:
    line = Line().send(b"\x1b")
    assert line.wait(PATIENCE - 0.01).seen == []
    assert line.wait(0.02).seen == ["escape"]
    assert Line().send(b"\x1b").wait(0.05).send(b"x").seen == ["escape", "x"]
    assert Line().send(b"\x1b\x1b").wait(1).seen == ["escape", "escape"]


def test_alt_and_a_character_is_the_character_alone() -> None:
    for char in "aqbf15§=ü/ [O":
        assert read(b"\x1b" + char.encode()) == [char]
        assert read(b"4\x1b" + char.encode() + b"5")[:2] == ["4", char]
    assert read(b"\x1b", b"q") == ["q"], "a line may cut it in two"
    assert read(b"\x1bq\x1b[21~") == ["q", "f10"]
    assert read(b"\x1b\r") == ["escape", "enter"]
    assert read(b"\x1b\x7f") == ["escape", "backspace"]
    assert read(b"\x1b\t") == ["shift+tab"], "so the Linux console sends it"


def test_escape_and_a_character_later_are_both_there() -> None:
    for char in "aqbf15§=ü/ [O":
        line = Line().send(b"\x1b").wait(0.05).send(char.encode()).wait(5)
        assert line.seen == ["escape", char]


def test_escape_and_what_looks_like_a_sequence_but_is_typing() -> None:
    assert Line().send(b"\x1b", b"O", b"e", b"l", gap=0.05).seen == ["escape", "O", "e", "l"]
    assert Line().send(b"\x1b", b"[", b"x", gap=0.05).seen == ["escape", "[", "x"]
    assert read(b"\x1b[14,5\r") == [*"[14,5", "enter"]
    assert read(b"\x1b[" + b"1" * 60) == ["[", *"1" * 60]


def test_a_sequence_that_nobody_knows_is_no_text_and_takes_no_key_with_it() -> None:
    for unknown in (
        b"\x1b[99~",
        b"\x1b[?62;22c",
        b"\x1b[1;2;3;4;5x",
        b"\x1bO5P",
        b"\x1b[99999999999;1u",
        b"\x1b[97;1:3u",
    ):
        assert read(b"4" + unknown + b"5\r") == ["4", "5", "enter"], unknown


def test_mouse_focus_and_console_sequences_reach_textual() -> None:
    assert read(b"\x1b[<0;10;5M", b"\x1b[I", b"\x1b[[A") == ["MouseDown", "AppFocus", "f1"]
    assert read(b"\x1b[M !!7") == ["7"]
    assert read(b"\x1b[97;;97u", b"\x1b[13u") == ["a", "enter"], "a terminal that reports all keys"


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\r\x00", b"\r\x00\n"])
def test_every_line_end_is_one_enter(end: bytes) -> None:
    scans = b"4012345" + end + b"77" + end + end
    expected = [*"4012345", "enter", "7", "7", "enter", "enter"]
    assert read(scans) == expected
    assert Line().send(*[bytes([byte]) for byte in scans], gap=0.3).seen == expected


def test_a_line_feed_long_after_a_return_is_its_own_enter() -> None:
    assert Line().send(b"\r").wait(RETURN_PATIENCE + 0.1).send(b"\n").seen == ["enter", "enter"]


def test_a_line_end_after_something_else_is_its_own_enter() -> None:
    assert read(b"\r\x1b[B\n") == ["enter", "down", "enter"]
    assert read(b"\r" + BEGIN + b"x" + END + b"\n") == ["enter", "[x]", "enter"]


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("Kühl".encode("latin-1"), "Kühl"),
        ("Kühl".encode("cp437"), "Kühl"),
        ("Öl ä ö ü".encode("cp437"), "Öl ä ö ü"),
        ("Größe é".encode("latin-1"), "Größe é"),
        ("Größe 👩‍🍳 e\u0301 שלום العربية €".encode(), "Größe 👩‍🍳 e\u0301 שלום العربية €"),
        (b"a\x00b\x11c\x13d", "abcd"),
        ("1\u00a0234\u202f567\u3000x".encode(), "1 234 567 x"),
        (b"\xed\xa0\x80!", "í Ç!"),
        (b"\xf0\x9f\x98!", "ðƒÿ!"),
    ],
)
def test_whatever_a_terminal_speaks_nothing_is_lost(sent: bytes, text: str) -> None:
    assert "".join(read(sent)) == text
    assert "".join(read(*[bytes([byte]) for byte in sent])) == text


def test_a_character_in_pieces_waits_for_its_rest() -> None:
    line = Line().send(b"\xc3").wait(0.4)
    assert line.send(b"\xbc").seen == ["ü"]
    assert Line().send(b"\xe4").wait(0.6).seen == ["ä"], "Latin-1, and no rest comes"


def test_separators_of_scanned_codes_keep_their_character() -> None:
    found = keyboard(lambda: 0.0).feed(b"]d2\x1d10\x1e\x1c\x1f\r")
    assert [key.character for key in found if isinstance(key, events.Key)] == [*"]d2\x1d10\x1e\x1c\x1f\r"]


# -- pastes ---------------------------------------------------------------------------------------------------


def test_a_paste_is_one_text_whatever_it_holds() -> None:
    inside = b"one\rtwo\r\nthree\n\x1b[21~ \x1bx \x1b[2 " + "ü\x1d".encode()
    expected = ["1", "[one\ntwo\nthree\n\x1b[21~ \x1bx \x1b[2 ü\x1d]", "enter"]
    sent = b"1" + BEGIN + inside + END + b"\r"
    assert read(sent) == expected
    for place in range(1, len(sent)):
        line = Line().send(sent[:place], sent[place:], gap=0.4).wait(5)
        assert line.seen == expected, place


def test_a_paste_without_an_end_is_kept_and_the_keys_work_again() -> None:
    line = Line().send(b"1" + BEGIN + b"abc\rdef").wait(PASTE_PATIENCE + 0.1)
    assert line.seen == ["1", "[abc\ndef]"]
    line.send(b"5", b"\r", F10, b"\x1b").wait(1)
    assert line.seen[2:] == ["5", "enter", "f10", "escape"]
    scan = Line().send(BEGIN + b"abc").wait(PASTE_LOST).send(b"40123\r")
    assert scan.seen == ["[abc]", *"40123", "enter"], "its end is lost for good"


def test_the_rest_of_a_paste_that_stalls_is_never_keys() -> None:
    line = Line().send(BEGIN + b"one ", gap=1.2).send(b"two\n9\n77\n", b"x", gap=0.01)
    assert line.seen == ["[one ]"]
    assert line.send(b"end" + END + b"\r").seen == ["[one ]", "[two\n9\n77\nxend]", "enter"]
    line = Line().send(BEGIN + b"one ", b"two\r", b"\n9\r", gap=1.2)
    assert line.seen == ["[one ]", "[two\n]", "[\n9\n]"]
    assert line.send(F10, b"7").seen[3:] == ["f10", "7"]
    line = Line().send(BEGIN + b"one ", gap=1.2).send(b"two\r", F10)
    assert line.seen == ["[one ]", "[two\n]", "f10"], "a sequence ends it at once"
    line = Line().send(BEGIN + b"one ", gap=1.2).send(b"two\r" + BEGIN + b"new" + END)
    assert line.seen == ["[one ]", "[two\n]", "[new]"]


def test_one_key_alone_ends_a_paste_that_stalls() -> None:
    for key, named in ((b"5", "5"), (b"\r", "enter"), (b"\r\n", "enter"), ("ü".encode(), "ü")):
        assert Line().send(BEGIN + b"one ", gap=1.2).send(key, b"7", b"\r").seen == ["[one ]", named, "7", "enter"]


def test_a_paste_that_stalls_goes_on_where_it_was() -> None:
    line = Line().send(BEGIN + b"abc\r").wait(3).send(b"def\r" + END + b"\r").wait(3)
    assert line.seen == ["[abc\n]", "[def\n]", "enter"]
    line = Line().send(BEGIN + b"abc\x1b[20").wait(3).send(b"1~7").wait(3)
    assert line.seen == ["[abc]", "7"]
    line = Line().send(BEGIN + b"abc\x1b[20").wait(3).send(b"7").wait(3)
    assert line.seen == ["[abc]", "7"]


def test_a_second_paste_after_one_without_an_end_is_a_paste() -> None:
    line = Line().send(BEGIN + b"abc").wait(3).send(BEGIN + b"de\rf" + END + b"5").wait(3)
    assert line.seen == ["[abc]", "[de\nf]", "5"]
    line = Line().send(BEGIN + b"abc").wait(3).send(b"\x1b").wait(1).send(b"5")
    assert line.seen == ["[abc]", "escape", "5"]


def test_a_stray_end_and_an_empty_paste_are_nothing() -> None:
    assert read(b"1" + END + b"2" + BEGIN + END + b"3") == ["1", "2", "3"]


# -- anything -------------------------------------------------------------------------------------------------

PARTS = st.sampled_from(
    [
        b"4,5",
        b"\r",
        b"\r\n",
        b"\n",
        F10,
        b"\x1bOP",
        b"\x1b[A",
        BEGIN,
        END,
        "ü😀".encode(),
        b"\xfc",
        b"\x1d",
        b"\x1b",
    ]
)


@given(st.lists(st.one_of(PARTS, st.binary(max_size=6)), max_size=30), st.data())
@settings(max_examples=300, deadline=None)
def test_any_bytes_mean_the_same_in_any_pieces(parts: list[bytes], data: st.DataObject) -> None:
    sent = b"".join(parts)
    places = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=12)))
    pieces = [sent[a:b] for a, b in zip([0, *places], [*places, len(sent)], strict=True)]
    assert read(*pieces) == read(sent)


@given(st.lists(st.one_of(PARTS, st.binary(max_size=40)), max_size=20))
@settings(max_examples=300, deadline=None)
def test_after_any_bytes_and_a_pause_the_keys_work(parts: list[bytes]) -> None:
    line = Line().send(*parts, gap=0.7).wait(5)
    line.seen.clear()
    assert line.send(b"4,5\r", F10).seen == [*"4,5", "enter", "f10"]


def test_a_persons_own_delay_is_kept_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCDELAY", "40")
    monkeypatch.setattr(constants, "ESCAPE_DELAY", 0.04)
    line = Line().send(b"\x1b")
    assert line.wait(0.03).seen == []
    assert line.wait(0.02).seen == ["escape"]


def test_whoever_sleeps_until_a_key_comes_is_woken_by_the_alarm() -> None:
    alarm = Alarm()
    with selectors.SelectSelector() as selector:
        selector.register(alarm, selectors.EVENT_READ)
        assert not selector.select(0)
        for _ in range(100_000):
            alarm.wake()  # more than a pipe holds
        assert selector.select(0)
        assert not alarm.is_set()
        while selector.select(0):
            alarm.hush()
        alarm.set()
        assert selector.select(0)
        assert alarm.is_set()
