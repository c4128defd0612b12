"""Random answers: what a person, a scanner or a clipboard sends for one field, and what must be kept of it.

What is expected is written down beside what is sent, by hand; the code under test has no part in it. The
application speaks German here, so that the comma and the order of dates are the ones of most workers.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tui.model.field import Choice, Field, Value

ENTERS = (b"\r", b"\n", b"\r\n")
"""One for a whole form: a terminal does not change what its Enter sends from key to key."""
BEGIN, END = b"\x1b[200~", b"\x1b[201~"
F5, F7, TAB, LEFT, RIGHT, HOME, BACKSPACE = (
    b"\x1b[15~",
    b"\x1b[18~",
    b"\t",
    b"\x1b[D",
    b"\x1b[C",
    b"\x1b[H",
    b"\x7f",
)
BREAK = b"\x0e"
_LETTERS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789äöüßÄÖÜéèçñłşığœ .,;:!?/()+-=%&@#'\"[]{}~^€°"
)
_DIGITS = "0123456789"
_OTHERS = ("שלום", "مرحبا", "e\u0301", "😀", "👍🏽", "日本", "ﬁ", "Ω", "Ж", "हि")
SIZES = ("klein", "mittel", "groß", "übergroß", "nach Maß")
TOWNS = (
    "Aachen", "Berlin", "Celle", "Dresden", "Essen", "Fürth", "Gießen", "Hof", "Jena", "Köln", "Lübeck", "München",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """The bytes for one field, without the key that goes on; ``goes_on``: the answer itself does."""

    data: bytes
    value: Value
    goes_on: bool = False


def _words(chance: random.Random, longest: int = 16) -> str:
    parts = [chance.choice(_LETTERS) for _ in range(chance.randint(1, longest))]
    if chance.random() < 0.3:
        parts.insert(chance.randrange(len(parts) + 1), chance.choice(_OTHERS))
    text = " ".join("".join(parts).split())
    return text or "x"


def _with_slips(chance: random.Random, text: str, slips: str = _LETTERS) -> bytes:
    """``text`` as somebody types it who corrects slips; the keys have no effect in the end."""
    out = b""
    for char in text:
        if chance.random() < 0.03:
            out += chance.choice(slips).encode() + BACKSPACE
        if chance.random() < 0.02:
            out += LEFT + RIGHT
        out += char.encode()
    return out


def _pasted(chance: random.Random, text: str) -> tuple[bytes, str]:
    """``text`` as a paste with a break in it, and what a field of one line keeps of it."""
    words = text.split(" ")
    joined = "".join(word + chance.choice((" ", "\r", "\n", "\r\n")) for word in words[:-1]) + words[-1]
    return BEGIN + joined.encode() + END, text


def text(chance: random.Random) -> Sent:
    """Typed, typed with slips, pasted, or scanned with a GS1 separator inside."""
    way = chance.random()
    if way < 0.2:
        data, kept = _pasted(chance, _words(chance, 30))
        return Sent(data, kept)
    if way < 0.4:
        code = "]d201" + "".join(chance.choices(_DIGITS, k=14)) + "10L\x1d21" + str(chance.randrange(9999))
        return Sent(code.encode(), code)
    kept = _words(chance)
    return Sent(_with_slips(chance, kept), kept)


def long_text(chance: random.Random) -> Sent:
    """Several lines, typed with Ctrl+N or pasted."""
    lines = [_words(chance) for _ in range(chance.randint(1, 3))]
    if chance.random() < 0.5:
        return Sent(
            BEGIN + chance.choice((b"\r", b"\n", b"\r\n")).join(x.encode() for x in lines) + END, "\n".join(lines)
        )
    return Sent(BREAK.join(_with_slips(chance, line) for line in lines), "\n".join(lines))


def number(chance: random.Random) -> Sent:
    """With comma or point, negative or not; never a form with two meanings."""
    whole, part = str(chance.randint(-999, 99_999)), chance.randint(1, 99)
    if chance.random() < 0.4:
        return Sent(_with_slips(chance, whole, _DIGITS), whole)
    tenths = str(part).rstrip("0")
    return Sent(f"{whole},{tenths}".encode(), f"{whole}.{tenths}")


def date(chance: random.Random) -> Sent:
    """Six digits, with points, or ISO."""
    day = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(365))
    typed = day.strftime(chance.choice(("%d%m%y", "%d.%m.%Y", "%Y-%m-%d")))
    return Sent(typed.encode(), day.strftime("%Y-%m-%d"))


def _clock(chance: random.Random) -> tuple[str, str]:
    hour, minute = chance.randrange(10, 24), chance.randrange(60)
    return chance.choice((f"{hour}{minute:02}", f"{hour}:{minute:02}")), f"{hour}:{minute:02}"


def time(chance: random.Random) -> Sent:
    """Four digits, or with a colon."""
    typed, kept = _clock(chance)
    return Sent(typed.encode(), kept)


def moment(chance: random.Random) -> Sent:
    """A date, a space, a time."""
    (typed, kept), day = _clock(chance), date(chance)
    return Sent(day.data + b" " + typed.encode(), f"{day.value} {kept}:00")


def choice(chance: random.Random) -> Sent:
    """One digit, which goes on by itself."""
    place = chance.randrange(len(SIZES))
    return Sent(str(place + 1).encode(), f"s{place}", goes_on=True)


def town(chance: random.Random) -> Sent:
    """More than nine choices: letters find one."""
    place = chance.randrange(len(TOWNS))
    return Sent(_with_letters(TOWNS[place], chance), f"t{place}")


def _with_letters(name: str, chance: random.Random) -> bytes:
    return name[: chance.randint(2, len(name))].encode()


def several(chance: random.Random) -> Sent:
    """Digits switch; one may be switched back."""
    places = sorted(chance.sample(range(len(SIZES)), chance.randint(1, len(SIZES))))
    mixed = chance.sample(places, len(places))
    again = chance.choice(range(len(SIZES)))
    twice = str(again + 1) * 2 if chance.random() < 0.2 else ""
    digits = "".join(str(place + 1) for place in mixed)
    return Sent((digits + twice).encode(), [f"s{place}" for place in places])


def mail(chance: random.Random) -> Sent:
    """An address."""
    kept = f"schicht{chance.randrange(99)}@kueche-{chance.randrange(9)}.example"
    return Sent(kept.encode(), kept)


def phone(chance: random.Random) -> Sent:
    """A number with its country."""
    kept = "+49 30 " + "".join(chance.choices(_DIGITS, k=7))
    return Sent(kept.encode(), kept)


def link(chance: random.Random) -> Sent:
    """An address of the web."""
    kept = f"https://lieferung.example/{chance.randrange(10**6)}?seite=%C3%BC&x={chance.randrange(9)}"
    return Sent(kept.encode(), kept)


_SIZES = tuple(Choice(f"s{place}", label) for place, label in enumerate(SIZES))
_TOWNS = tuple(Choice(f"t{place}", label) for place, label in enumerate(TOWNS))
KINDS: tuple[tuple[str, Callable[[random.Random], Sent], tuple[Choice, ...], str], ...] = (
    ("text", text, (), ""),
    ("number", number, (), ""),
    ("choice", choice, _SIZES, ""),
    ("long_text", long_text, (), ""),
    ("date", date, (), "Y-m-d"),
    ("multi_choice", several, _SIZES, ""),
    ("time", time, (), "H:i"),
    ("choice", town, _TOWNS, ""),
    ("datetime", moment, (), "Y-m-d H:i:s"),
    ("email", mail, (), ""),
    ("phone", phone, (), ""),
    ("url", link, (), ""),
)


def fields(count: int) -> tuple[Field, ...]:
    """``count`` fields of every kind in turn; keys as templates have them, with dots, spaces and umlauts."""
    return tuple(
        Field(
            key=f"{place}. Größe {kind}", label=f"Feld {place + 1} ({kind})", kind=kind, choices=choices,
            format=pattern, allows_note=True, order=place,
        )
        for place in range(count)
        for kind, _make, choices, pattern in [KINDS[place % len(KINDS)]]
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """What the journal must hold for one field."""

    value: Value
    note: str = ""


def answers(chance: random.Random, asked: tuple[Field, ...]) -> tuple[bytes, dict[str, Kept]]:
    """The keys that answer a whole form from its first field on, and what must be kept of them."""
    out, kept = bytearray(), {}
    enter = chance.choice(ENTERS)
    for place, field in enumerate(asked):
        sent = KINDS[place % len(KINDS)][1](chance)
        note = _words(chance) if chance.random() < 0.15 else ""
        noting = F5 + note.encode() + enter if note else b""
        if place and chance.random() < 0.05:
            out += F7 + TAB
        out += noting + sent.data if chance.random() < 0.5 or sent.goes_on else sent.data + noting
        if not sent.goes_on:
            out += enter
        kept[field.key] = Kept(sent.value, note)
    return bytes(out), kept


def in_pieces(chance: random.Random, data: bytes) -> list[bytes]:
    """``data`` cut anywhere: single bytes, a few, or hundreds at once."""
    pieces, at = [], 0
    while at < len(data):
        size = chance.choice(
            (1, 1, 1, 2, 3, 5, chance.randint(1, 12), chance.randint(1, 80), chance.randint(1, 400))
        )
        pieces.append(data[at : at + size])
        at += size
    return pieces
