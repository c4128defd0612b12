"""Every sentence of the application is there in German, whole, and with the same parts."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from tests.tools import catalogue
from tui.model.message import fill

HINT = "run python -m tests.tools.catalogue and translate what it names"


@pytest.fixture(scope="module")
def found() -> catalogue.Found:
    return catalogue.scan()


def parts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_sentence_can_be_found(found: catalogue.Found) -> None:
    assert len(found.ids) > 200
    assert found.not_literal == []


def test_every_sentence_has_a_german_text(found: catalogue.Found) -> None:
    german = {message.id for message in catalogue.load() if message.id}
    assert set(found.ids) - german == set(), HINT
    assert german - set(found.ids) == set(), HINT
    assert catalogue.missing(catalogue.load()) == [], HINT


def test_the_parts_of_each_sentence_agree() -> None:
    for english, german in catalogue.pairs(catalogue.load()):
        expected = set().union(*(parts(text) for text in english))
        for text in german:
            assert parts(text) <= expected | {"n"}, english
        assert set().union(*(parts(text) for text in german)) == expected, english


def test_the_compiled_catalogue_is_current() -> None:
    assert catalogue.as_mo(catalogue.load()) == catalogue.MO.read_bytes(), HINT


def test_german_texts_address_nobody_and_use_german_quotes() -> None:
    for _, german in catalogue.pairs(catalogue.load()):
        for text in german:
            assert not {"Sie", "Ihre", "Ihr", "Ihren", "du", "dein"} & set(text.replace(",", " ").split()), text
            assert "“" not in text or "„" in text, text


@pytest.mark.parametrize(
    ("code", "ids", "faults"),
    [
        ('_("a")', ["a"], 0),
        ('Message("a {n}", {"n": 1})', ["a {n}"], 0),
        ('Message("a" if x else "b")', ["a", "b"], 0),
        ('_("long " "one")', ["long one"], 0),
        ('plural("one", "many", n)', [("one", "many")], 0),
        ("Message(text, {}, server=True)", [], 0),
        ("Message(known.id, {})", [], 0),
        ("Message(field.label)", [], 0),
        ("_(text)", [], 1),
        ('_(f"a {b}")', [], 1),
        ("plural(one, many, n)", [], 1),
    ],
)
def test_the_scan_sees_what_is_said(code: str, ids: list[object], faults: int, tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    (room / "a.py").write_text(code)
    seen = catalogue.scan(room)
    assert list(seen.ids) == ids
    assert len(seen.not_literal) == faults


def test_templates_fill_without_error() -> None:
    for _, german in catalogue.pairs(catalogue.load()):
        for text in german:
            filled = fill(text, dict.fromkeys(parts(text), 7))
            assert (filled == text) is not bool(parts(text)), text
