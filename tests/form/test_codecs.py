"""Every codec: what it writes it reads again; no text and no value makes it fall over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.form.codec import Context, Control, codec_for
from tui.model.field import Choice, Field, Rule

NOW = datetime(2026, 5, 11, 4, 30, 20, tzinfo=UTC)
KINDS: tuple[str, ...] = (
    "text",
    "long_text",
    "number",
    "email",
    "phone",
    "url",
    "choice",
    "multi_choice",
    "date",
    "time",
    "datetime",
)
KINDS += ("description", "file", "entity", "hidden", "signature")
LANGS = ("en", "de", "fr", "nl", "pl", "tr")
FORMATS = (
    "",
    "Y-m-d",
    "d.m.Y",
    "j.n.y",
    "Y-m-d H:i:s",
    "Y-m-d H:i",
    "H:i",
    "H:i:s",
    "G:i",
    "g:i A",
    "m/Y",
    "D d M Y",
    "c",
    "U",
)

labels = st.text(max_size=8) | st.sampled_from(["yes", "no", "1", "2", "12", "a, b", "[x]", "Yes", "ı", "İ", " "])
choices = st.lists(
    st.builds(Choice, st.text(min_size=1, max_size=4), labels), max_size=12, unique_by=lambda c: c.value
)
rules = st.lists(
    st.sampled_from(
        [
            Rule("required"),
            Rule("email"),
            Rule("phone"),
            Rule("url"),
            Rule("number", {"type": "integer"}),
            Rule("number", {"type": "numeric"}),
            Rule("minmax", {"min": 0, "max": 10.5}),
            Rule("minmax", {"min": None, "max": "x"}),
            Rule("datetime", {"format": "Y-m-d H:i:s"}),
            Rule("datetime", {"format": 7}),
            Rule("mimetypes", {"allowed": ["image/png"]}),
        ]
    ),
    max_size=3,
)


@st.composite
def fields(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS) -> Field:
    return Field(
        key="k",
        label="Label",
        kind=draw(st.sampled_from(kinds)),
        choices=tuple(draw(choices)),
        unit=draw(st.sampled_from(["", "°C", "kg"])),
        format=draw(st.sampled_from(FORMATS)),
        minimum=draw(st.sampled_from([None, "2", "-3.5", "x"])),
        maximum=draw(st.sampled_from([None, "7", "1e5"])),
        integer=draw(st.booleans()),
        rules=tuple(draw(rules)),
    )


def context(lang: str = "en") -> Context:
    return Context(lang=lang, zone=ZoneInfo("Europe/Berlin"), clock=lambda: NOW)


typed = st.text(max_size=20) | st.from_regex(r"[0-9 .,:+/tnT-]{0,16}", fullmatch=True)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=600, deadline=None)
@given(field=fields(), text=typed, lang=st.sampled_from(LANGS))
def test_what_was_read_is_written_so_that_it_is_read_again(field: Field, text: str, lang: str) -> None:
    codec, ctx = codec_for(field), context(lang)
    read = codec.parse(field, text, ctx)
    if read.problem is not None:
        return
    again = codec.parse(field, codec.format(field, read.value, ctx), ctx)
    assert again.problem is None
    assert codec.same(field, again.value, read.value)
    if not (field.kind == "number" and isinstance(read.value, str)):
        assert again.value == read.value


@settings(max_examples=600, deadline=None)
@given(field=fields(), value=json_values, lang=st.sampled_from(LANGS))
def test_no_value_of_a_server_makes_a_codec_fall_over(field: Field, value: Any, lang: str) -> None:
    codec, ctx = codec_for(field), context(lang)
    first = codec.validate(field, value, ctx)
    assert codec.validate(field, value, ctx) == first
    assert isinstance(codec.format(field, value, ctx), str)
    assert isinstance(codec.show(field, value, ctx), str)
    assert codec.same(field, value, None) in (True, False)


@settings(max_examples=300, deadline=None)
@given(field=fields(), text=st.text(max_size=40))
def test_judging_a_read_value_is_idempotent(field: Field, text: str) -> None:
    codec, ctx = codec_for(field), context()
    value = codec.parse(field, text, ctx).value
    assert codec.validate(field, value, ctx) == codec.validate(field, value, ctx)


@pytest.mark.parametrize("kind", KINDS)
def test_every_known_kind_has_a_codec_and_the_unknown_one_is_read_only(kind: str) -> None:
    codec = codec_for(Field(key="k", label="K", kind=kind))
    assert (kind in codec.kinds) is (kind != "signature")
    if kind == "signature":
        assert codec.control is Control.BLOCK
        assert not codec.answerable(Field(key="k", label="K", kind=kind))


def test_an_unknown_kind_shows_its_raw_value() -> None:
    field = Field(key="k", label="K", kind="signature", raw_kind="signature")
    assert codec_for(field).show(field, {"by": "Ada", "at": 3}, context()) == '{"by":"Ada","at":3}'


def test_texts_keep_group_separators_and_spaces() -> None:
    field = Field(key="k", label="K", kind="text")
    scanned = "010401234\x1d17 "
    assert codec_for(field).parse(field, scanned, context()).value == scanned


YES_NO = (Choice("y", "Ja"), Choice("n", "Nein"), Choice("na", "entfällt"))


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", "y"), ("2", "n"), ("Nein", "n"), ("nein", "n"), ("na", "na"), ("ENTFÄLLT", "na"), ("", None)],
)
def test_a_choice_is_read_from_digit_label_or_value(text: str, value: str | None) -> None:
    field = Field(key="k", label="K", kind="choice", choices=YES_NO)
    assert codec_for(field).parse(field, text, context()).value == value


@pytest.mark.parametrize("kind", ["choice", "multi_choice", "entity", "entities"])
def test_half_a_name_is_no_answer_and_says_what_enter_takes(kind: str) -> None:
    field = Field(key="k", label="K", kind=kind, choices=YES_NO)
    read = codec_for(field).parse(field, "ne", context())
    assert read.value is None
    assert read.problem is not None
    assert read.problem.kind == "ambiguous"
    assert read.problem.message.english() == "Not chosen yet: Enter here takes “Nein”."


@pytest.mark.parametrize(("text", "kind"), [("4", "unreadable"), ("xyz", "unreadable"), ("e", "unreadable")])
def test_a_choice_that_does_not_exist_is_a_problem(text: str, kind: str) -> None:
    field = Field(key="k", label="K", kind="choice", choices=YES_NO[:1])
    problem = codec_for(field).parse(field, text, context()).problem
    assert problem is not None
    assert problem.kind == kind


def test_several_fitting_choices_are_ambiguous() -> None:
    field = Field(key="k", label="K", kind="choice", choices=(Choice("1", "Salad"), Choice("2", "Salmon")))
    problem = codec_for(field).parse(field, "sal", context()).problem
    assert problem is not None
    assert problem.kind == "ambiguous"


def test_ratings_are_picked_by_their_own_digit_not_by_their_place() -> None:
    field = Field(
        key="k", label="K", kind="choice", choices=tuple(Choice(f"r{n}", str(n)) for n in (5, 4, 3, 2, 1))
    )
    assert codec_for(field).parse(field, "4", context()).value == "r4"


def test_several_choices_keep_the_order_of_the_choices() -> None:
    field = Field(key="k", label="K", kind="multi_choice", choices=YES_NO)
    codec = codec_for(field)
    assert codec.parse(field, "3, 1", context()).value == ["y", "na"]
    assert codec.format(field, ["y", "na"], context()) == "Ja, entfällt"
    assert codec.same(field, ["na", "y"], ["y", "na"])
    assert not codec.same(field, ["y"], ["y", "na"])


def test_a_choice_that_is_no_longer_offered_stays_readable() -> None:
    field = Field(key="k", label="K", kind="choice", choices=YES_NO)
    assert codec_for(field).show(field, "gone", context()) == "gone"


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("email", ["a@b.de", "ä.b+c@example.co.uk"], ["a", "a@", "@b", "a b@c.de", "a..b@c.de", "a@b."]),
        ("phone", ["+49 30 1234-56", "(030) 123456", "0151/2345678"], ["12", "abc", "+", "1234567890123456"]),
        ("url", ["https://a.de", "ftp://x/y?z"], ["a.de", "http://", "https:// x"]),
    ],
)
def test_addresses(kind: str, good: list[str], bad: list[str]) -> None:
    field = Field(key="k", label="K", kind=kind)
    codec = codec_for(field)
    for text in good:
        value = codec.parse(field, f" {text} ", context()).value
        assert value == text
        assert codec.validate(field, value, context()) is None, text
    for text in bad:
        problem = codec.validate(field, text, context())
        assert problem is not None, text
        assert problem.kind == "unreadable"


def test_required_is_judged_on_emptiness_alone() -> None:
    for kind in ("text", "choice", "multi_choice", "date", "file"):
        field = Field(key="k", label="K", kind=kind, rules=(Rule("required"),))
        empty: Any
        for empty in (None, "", []):
            problem = codec_for(field).validate(field, empty, context())
            assert problem is not None
            assert problem.kind == "missing"
    number = Field(key="k", label="K", kind="number", required=True)
    assert codec_for(number).validate(number, "0", context()) is None


@pytest.mark.parametrize("kind", ["entity", "entities"])
def test_an_entity_can_be_answered_where_there_is_a_list_or_will_be(kind: str) -> None:
    field = Field(key="k", label="K", kind=kind)
    assert not codec_for(field).answerable(field)
    assert codec_for(field).hint(field, context()) is not None
    for more in ({"choices": YES_NO}, {"source": "users"}):
        full = msgspec.structs.replace(field, **more)
        assert codec_for(full).answerable(full)
        assert codec_for(full).hint(full, context()) is None
        assert not codec_for(full).answerable(msgspec.structs.replace(full, read_only=True))
