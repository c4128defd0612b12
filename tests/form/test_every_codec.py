"""Every codec in every language: what it writes it reads again, no text makes it fall over, judging is calm."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.form.forms import NOW
from tui.form import codec as codecs
from tui.form import php_dates
from tui.form.codec import Codec, Context, codec_for, is_empty
from tui.form.entry import Entry
from tui.model.execution import Answer
from tui.model.field import Choice, Field, Rule, Value
from tui.model.upload import stamp_of, upload

LANGS = ("en", "de", "fr", "nl", "pl", "tr")
BERLIN = ZoneInfo("Europe/Berlin")
PEOPLE = (
    Choice("7", "Ada, Gräfin"),
    Choice("8", "Ben"),
    Choice("Ben", "8"),
    Choice("9", "ben "),
    Choice("x", "Ben"),
)
FEW = (Choice("yes", "Ja"), Choice("no", "Nein"), Choice("na", "entfällt"), Choice("2", "1"), Choice("j", "J"))
MANY = tuple(Choice(f"v{number}", f"Option {number}") for number in range(1, 15))

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
moments = st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)).map(lambda one: one.replace(microsecond=0))
clocks = st.times().map(lambda one: one.replace(microsecond=0))


def of(choices: tuple[Choice, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from([choice.value for choice in choices])


def several(choices: tuple[Choice, ...]) -> st.SearchStrategy[list[str]]:
    order = [choice.value for choice in choices]
    return st.sets(of(choices), min_size=1).map(lambda chosen: [value for value in order if value in chosen])


def field(kind: str, **more: Any) -> Field:
    return Field(key="k", label="K", kind=kind, **more)


def written(pattern: str) -> Any:
    return lambda moment: php_dates.write(pattern, moment, BERLIN)


HERE = Path(__file__).resolve()
CASES: dict[str, tuple[Field, st.SearchStrategy[Any]]] = {
    "text": (field("text"), st.text(min_size=1)),
    "long_text": (field("long_text"), st.text(min_size=1)),
    "number": (field("number", unit="°C"), numbers.map(str)),
    "number as JSON": (field("number"), st.integers() | st.floats(allow_nan=False, allow_infinity=False)),
    "whole number": (field("number", integer=True), st.integers().map(str) | st.integers().map(float)),
    "limited number": (field("number", rules=(Rule("minmax", {"min": 2, "max": 7}),)), numbers.map(str)),
    "email": (field("email"), st.emails()),
    "phone": (field("phone"), st.from_regex(r"\+?[0-9][0-9 ()/.-]{4,12}[0-9]", fullmatch=True)),
    "url": (field("url"), st.from_regex(r"https?://[a-z0-9.-]{1,20}/[!-~]{0,20}", fullmatch=True)),
    "choice": (field("choice", choices=FEW), of(FEW)),
    "choice of many": (field("choice", choices=MANY), of(MANY)),
    "multi_choice": (field("multi_choice", choices=FEW), several(FEW)),
    "entity": (field("entity", choices=PEOPLE, source="users"), of(PEOPLE)),
    "entities": (field("entities", choices=PEOPLE, source="users"), several(PEOPLE)),
    "date": (field("date"), days.map(str)),
    "date by format": (field("date", format="D, d.m.Y"), days.map(lambda day: datetime.combine(day, time())).map(
        written("D, d.m.Y")
    )),
    "time": (field("time"), clocks.map(lambda one: f"{one:%H:%M}")),
    "time by format": (field("time", format="g:i:s A"), st.datetimes().map(written("g:i:s A"))),
    "datetime": (field("datetime"), moments.map(str)),
    "datetime with offset": (field("datetime", format="c"), moments.map(written("c"))),
    "datetime in seconds": (field("datetime", format="U"), st.integers(10**8, 4 * 10**9).map(str)),
    "json": (field("json"), st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8,
    ).map(lambda value: json.dumps(value, indent=2, ensure_ascii=False))),
    "file": (field("file"), st.just(upload(str(HERE), stamp_of(HERE.stat())))),
}  # fmt: skip
BLOCKS = ("description", "hidden", "signature")
KINDS = [*CASES, *BLOCKS]

surrogates = st.text(st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF), max_size=5)
controls = st.text(
    st.characters(max_codepoint=0x1F) | st.sampled_from("\x7f\x85\u2028\u202e\u200b\ufeff"), max_size=8
)
likely = st.from_regex(r"[0-9 .,:+/tnTaApPmMhH°C\u2212\u00a0'-]{0,18}", fullmatch=True)
texts = (
    st.text(max_size=30) | likely | surrogates | controls | st.sampled_from(["Ben", "8", "ben", "Ja", '["7","8"]'])
)
langs = st.sampled_from(LANGS)
per_kind = pytest.mark.parametrize("kind", KINDS)
per_lang = pytest.mark.parametrize("lang", LANGS)
calm = settings(max_examples=40, deadline=None)


def asked(kind: str, lang: str) -> tuple[Codec, Field, Context]:
    one = CASES[kind][0] if kind in CASES else field(kind)
    return codec_for(one), one, Context(lang=lang, zone=BERLIN, clock=lambda: NOW)


def test_no_codec_is_left_out() -> None:
    codecs.codec_for(field("text"))
    tested = {one.kind for one, _ in CASES.values()} | set(BLOCKS)
    assert {kind for kind in codecs._REGISTRY if kind} <= tested


@per_lang
@pytest.mark.parametrize("kind", CASES)
@calm
@given(data=st.data())
def test_a_value_of_the_server_is_written_so_that_it_is_read_again(
    kind: str, lang: str, data: st.DataObject
) -> None:
    codec, one, ctx = asked(kind, lang)
    value: Value = data.draw(CASES[kind][1])
    if kind.startswith("datetime"):
        wall = php_dates.read(one.format or "Y-m-d H:i:s", str(value), zone=BERLIN)
        assert wall is not None
        assume(not php_dates.never_comes(wall, BERLIN))
    again = codec.parse(one, codec.format(one, value, ctx), ctx)
    assert again.problem is None or again.problem.kind == "limit"
    assert codec.same(one, again.value, value)
    if is_empty(value):
        assert again.value is None, "blanks alone are no answer"
    elif isinstance(value, str | list | dict) and one.kind not in ("number", "email", "phone", "url"):
        assert again.value == value


@per_lang
@per_kind
@calm
@given(text=texts)
def test_reading_what_was_written_of_what_was_read_changes_nothing(kind: str, lang: str, text: str) -> None:
    codec, one, ctx = asked(kind, lang)
    read = codec.parse(one, text, ctx)
    if read.problem is not None and read.problem.kind != "limit":
        return
    again = codec.parse(one, codec.format(one, read.value, ctx), ctx)
    assert again.problem == read.problem
    assert again.value == read.value
    assert codec.format(one, again.value, ctx) == codec.format(one, read.value, ctx)


@per_lang
@per_kind
@calm
@given(text=texts)
def test_judging_is_idempotent(kind: str, lang: str, text: str) -> None:
    codec, one, ctx = asked(kind, lang)
    value = codec.parse(one, text, ctx).value
    first = codec.validate(one, value, ctx)
    assert codec.validate(one, value, ctx) == first
    if first is None and value is not None:
        rewritten = codec.parse(one, codec.format(one, value, ctx), ctx).value
        assert codec.validate(one, rewritten, ctx) is None


@per_kind
@settings(max_examples=60, deadline=None)
@given(text=texts, lang=langs, other=texts)
def test_no_text_makes_a_codec_or_its_field_fall_over(kind: str, text: str, lang: str, other: str) -> None:
    codec, one, ctx = asked(kind, lang)
    entry = Entry(one, Answer(value=other, text=text, note=other), ctx)
    entry.type(text)
    if one.kind not in BLOCKS and text != entry.base_text:
        assert entry.text == text or entry.value is not None
    entry.settle()
    entry.restore(entry.edit())
    assert isinstance(codec.format(one, text, ctx), str)
    assert isinstance(codec.show(one, text, ctx), str)
    assert isinstance(codec.suggest(one, text[:10], ctx), tuple)
    assert codec.same(one, text, text)


@per_kind
@pytest.mark.parametrize("char", ["9", "a", "\x00", "\ud800", "é", " ", ",", "(", "["])
def test_ten_thousand_characters_are_only_a_long_text(kind: str, char: str) -> None:
    codec, one, ctx = asked(kind, "de")
    for text in (char * 10_000, f"1{char * 9_998}1"):
        value = codec.parse(one, text, ctx).value
        assert isinstance(codec.format(one, value, ctx), str)
        codec.validate(one, value, ctx)
