"""What bad lines, old handhelds and scanners send, in a real pseudo-terminal: nothing lost, no wrong field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.steps import open_round, open_tomorrow, start
from tests.support.kept import drafted
from tests.support.terminal import KEYS, Terminal

BEGIN, END = b"\x1b[200~", b"\x1b[201~"
CALM = 1.5
"""Seconds without a new frame: then even a slow machine has taken all keys."""
TEXTS = ("supplier", "delivery-link", "supplier-mail", "supplier-phone", "batch")
"""The first fields of the goods checklist: each takes one line of text, and keeps what its rules do not like."""


def at(number: int) -> Callable[[str], object]:
    """Whether the cursor is in that field."""
    return re.compile(f"▌. +{number} ").search


def kept(*texts: str) -> dict[str, str]:
    """The first fields of the goods checklist with these texts."""
    return dict(zip(TEXTS, texts, strict=False))


@pytest.fixture
def goods(tmp_path: Path) -> Iterator[Terminal]:
    """The goods checklist with the cursor in its first field, a text."""
    with start(tmp_path, SHIFTDECK_DATA_DIR=str(tmp_path / "data")) as terminal:
        open_tomorrow(terminal, "Wareneingang", "Lieferant")
        terminal.wait(at(1))
        yield terminal


def typed(terminal: Terminal, home: Path) -> dict[str, str]:
    """What the journal holds for each field once everything is saved; the application has no part in it."""
    terminal.wait("saved here")
    terminal.settle(CALM)
    terminal.kill()
    return {key: edit.text for key, edit in drafted(home / "data").items()}


def test_function_keys_in_pieces_are_function_keys(goods: Terminal, tmp_path: Path) -> None:
    goods.press("abc")
    for key, gap in (("f1", 0.05), ("f1", 0.15), ("f1", 0.25)):
        whole = KEYS[key].encode()
        goods.pieces(whole[:1], whole[1:], gap=gap)
        goods.wait("Help")
        goods.wait("F3 back")
        goods.press("f3")
        goods.gone("F3 back")
    f8 = KEYS["f8"].encode()
    for place in range(1, len(f8)):
        goods.pieces(f8[:place], f8[place:], gap=0.2)
        goods.wait("Jump")
        goods.press("f3")
        goods.settle()
    goods.pieces(*[bytes([byte]) for byte in KEYS["down"].encode()], gap=0.2)
    goods.press("x")
    assert typed(goods, tmp_path) == kept("abc", "x")


def test_escape_alone_leads_back_and_keeps_what_comes_after_it(goods: Terminal, tmp_path: Path) -> None:
    goods.press("abc", "esc")
    goods.wait("Enter Open task")
    goods.press("enter")
    goods.wait("F10 Finish")
    goods.press("end", "d", "f3", "/\x15runde", "enter")
    goods.wait("Filter runde")
    assert typed(goods, tmp_path) == kept("abcd")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\x00"])
def test_scans_in_one_chunk_are_one_value_and_one_step_each(goods: Terminal, tmp_path: Path, end: str) -> None:
    codes = ("4012345678901", "]d2010401234512345610L-1\x1d21XY", "A", "B-2", "C")
    goods.raw("".join(code + end for code in codes).encode())
    goods.wait(at(6))
    assert typed(goods, tmp_path) == kept(*codes)


def test_a_scan_whose_line_end_comes_in_two_chunks(goods: Terminal, tmp_path: Path) -> None:
    goods.pieces(b"4012345\r", b"\n77\r", b"\nx", b"y\r", b"\n", gap=0.15)
    goods.wait(at(4))
    assert typed(goods, tmp_path) == kept("4012345", "77", "xy")


def test_any_bytes_are_text_or_nothing(goods: Terminal, tmp_path: Path) -> None:
    goods.raw("Kühl\r".encode("latin-1") + "Öl für Größe\r".encode("cp437"))
    goods.raw("e\u0301 👍🏽 שלום مرحبا\r".encode())
    goods.raw(b"a\x00b\x11c\x13d\x07e\x7ff" + "\u00a0g\r".encode())
    goods.wait(at(5))
    goods.raw(b"\xc3\x28 \xf0\x9f\x98 \xed\xff\xfe\r")
    goods.wait(at(6))
    # CP437 has its ß where Latin-1 has á: not the letter that was meant, but a letter.
    assert typed(goods, tmp_path) == kept(
        "Kühl", "Öl für Gröáe", "e\u0301 👍🏽 שלום مرحبا", "abcdf g", "Ã( ðƒÿ íÿþ"
    )


def test_a_paste_keeps_its_text_and_never_submits(goods: Terminal, tmp_path: Path) -> None:
    whole = BEGIN + b"eins\r\nzwei\rdrei \x1b[21~\n" + END
    goods.raw(whole + b"\r")
    goods.pieces(BEGIN + b"a\rb", END[:2], END[2:] + b"\r", gap=0.2)
    goods.raw(BEGIN + b"c\rd")
    goods.wait("c d")
    goods.pieces(b"e", b"\r", gap=0.1)
    goods.wait(at(4))
    assert typed(goods, tmp_path) == kept("eins zwei drei [21~", "a b", "c de")


def test_two_hundred_keys_in_one_chunk_and_the_same_one_by_one(tmp_path: Path) -> None:
    keys = "".join(f"{number % 9},{number % 7}\x08{number % 5}\r\x1b[A\x1b[B" for number in range(24)) + "4,5\r7"
    found = []
    for folder, gap in (("one", 0.0), ("many", 0.002)):
        home = tmp_path / folder
        with start(home, SHIFTDECK_DATA_DIR=str(home / "data")) as terminal:
            open_round(terminal)
            if gap:
                terminal.pieces(*[bytes([byte]) for byte in keys.encode()], gap=gap)
            else:
                terminal.raw(keys.encode())
            found.append(typed(terminal, home))
    assert len(keys) >= 200
    assert found[0] == found[1]
    assert found[0].keys() >= {"cell-1", "cell-2", "display"}


def test_a_line_that_is_gone_ends_the_application_and_nothing_is_lost(tmp_path: Path) -> None:
    terminal = start(tmp_path, SHIFTDECK_DATA_DIR=str(tmp_path / "data"))
    open_round(terminal)
    terminal.press("4,5", "enter", "7")
    terminal.wait("saved here")
    terminal.settle(CALM)
    terminal.hang_up()
    found = {key: edit.text for key, edit in drafted(tmp_path / "data").items()}
    assert found == {"cell-1": "4.5", "cell-2": "7"}
