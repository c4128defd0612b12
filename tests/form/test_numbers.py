"""Numbers in six languages: comma and point, never a silent loss, never a guess."""

from __future__ import annotations

import pytest

from tui.form.codec import Context, codec_for
from tui.form.rules import limits_in_words
from tui.model.field import Field, Rule

FIELD = Field(key="n", label="N", kind="number", unit="°C")
COMMA = ("de", "fr", "nl", "pl", "tr")


def read(text: str, lang: str, field: Field = FIELD) -> tuple[object, str | None]:
    parsed = codec_for(field).parse(field, text, Context(lang=lang))
    return parsed.value, parsed.problem.kind if parsed.problem else None


ASK, NO = "ambiguous", "unreadable"
# What is typed | what it means in English | in the five languages with the decimal comma. ``ASK``: two meanings.
TABLE = (
    # decimal signs
    ("4,5", "4.5", "4.5"),
    ("4.5", "4.5", "4.5"),
    ("0,5", "0.5", "0.5"),
    ("4,", "4", "4"),
    (".5", "0.5", "0.5"),
    ("4,50", "4.50", "4.50"),
    ("1,2345", "1.2345", "1.2345"),
    ("4..5", NO, NO),
    ("4,5,6", NO, NO),
    ("4.5,6", NO, NO),
    ("4;5", NO, NO),
    # thousands
    ("1.234", "1.234", ASK),
    ("1,234", ASK, "1.234"),
    ("12.345", "12.345", ASK),
    ("123,456", ASK, "123.456"),
    ("0.123", "0.123", "0.123"),
    ("1234.567", "1234.567", "1234.567"),
    ("1.234.567", NO, NO),
    ("1,234.5", NO, NO),
    ("1.234,5", NO, NO),
    ("1 234", ASK, ASK),
    ("1\u00a0234", ASK, ASK),
    ("1\u202f234", ASK, ASK),
    ("1'234", ASK, ASK),
    ("1 234,5", NO, NO),
    ("12 34", NO, NO),
    # signs
    ("-18", "-18", "-18"),
    ("\u221218", "-18", "-18"),
    ("\u201318", "-18", "-18"),
    ("- 18", "-18", "-18"),
    ("+3", "3", "3"),
    ("-1.234", "-1.234", ASK),
    ("-0", "-0", "-0"),
    ("--1", NO, NO),
    ("18-", NO, NO),
    ("-", NO, NO),
    # unit and blanks
    ("4,5 °C", "4.5", "4.5"),
    ("4,5\u00a0°C", "4.5", "4.5"),
    ("4,5°C", "4.5", "4.5"),
    ("°C", NO, NO),
    ("4,5 °F", NO, NO),
    ("\u00a04,5\u00a0", "4.5", "4.5"),
    ("\t7 ", "7", "7"),
    # no other way of writing numbers
    ("1e3", NO, NO),
    ("1E-3", NO, NO),
    ("0x1F", NO, NO),
    ("1_000", NO, NO),
    ("４,５", NO, NO),
    ("٤", NO, NO),
    ("½", NO, NO),
    ("inf", NO, NO),
    ("nan", NO, NO),
)


@pytest.mark.parametrize("lang", ["en", *COMMA])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_the_table_of_numbers(row: tuple[str, str, str], lang: str) -> None:
    text, english, comma = row
    meant = english if lang == "en" else comma
    assert read(text, lang) == ((None, meant) if meant in (ASK, NO) else (meant, None))


@pytest.mark.parametrize("lang", ["en", *COMMA])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4,5", "4.5"),
        ("4.5", "4.5"),
        ("-18", "-18"),
        ("\u221218", "-18"),
        ("- 18", "-18"),
        ("+3", "3"),
        ("007", "7"),
        ("0", "0"),
        ("0,50", "0.50"),
        (",5", "0.5"),
        ("5,", "5"),
        (" 12 ", "12"),
        ("4,5 °C", "4.5"),
        ("4,5°C", "4.5"),
        ("1234,567", "1234.567"),
        ("1234.567", "1234.567"),
        ("0.123", "0.123"),
        ("0,123", "0.123"),
        ("1,23", "1.23"),
        ("12345678901234567890,1", "12345678901234567890.1"),
        ("", None),
        ("   ", None),
    ],
)
def test_one_meaning(lang: str, text: str, value: str | None) -> None:
    assert read(text, lang) == (value, None)


@pytest.mark.parametrize("lang", ["en", *COMMA])
@pytest.mark.parametrize(
    "text",
    ["abc", "4,5,6", "1.234,5", "1,234.5", "1e5", "--1", "-", ",", "4,5x", "١٢", "0x10", "1_000", "∞", "NaN"],
)
def test_no_number(lang: str, text: str) -> None:
    assert read(text, lang) == (None, "unreadable")


@pytest.mark.parametrize("text", ["1.234", "-12.500", "999.000"])
def test_a_point_before_three_digits_has_two_meanings_in_comma_languages(text: str) -> None:
    for lang in (*COMMA, "de_AT", "de-CH"):
        assert read(text, lang) == (None, "ambiguous")
    assert read(text, "en")[1] is None


def test_a_comma_before_three_digits_has_two_meanings_in_english() -> None:
    assert read("1,234", "en") == (None, "ambiguous")
    assert read("1,234", "de") == ("1.234", None)


@pytest.mark.parametrize("lang", ["en", *COMMA])
def test_groups_with_spaces_are_asked_about(lang: str) -> None:
    assert read("1 234", lang) == (None, "ambiguous")
    assert read("12\u202f345", lang) == (None, "ambiguous")


def test_the_problem_names_both_ways() -> None:
    problem = codec_for(FIELD).parse(FIELD, "1.234", Context(lang="de")).problem
    assert problem is not None
    assert problem.message.params == {"whole": "1234", "decimal": "1,234"}


def test_whole_numbers() -> None:
    for field in (
        Field(key="n", label="N", kind="number", integer=True),
        Field(key="n", label="N", kind="number", rules=(Rule("number", {"type": "integer"}),)),
    ):
        assert read("12", "de", field) == ("12", None)
        assert read("12,5", "de", field) == (None, "unreadable")
        assert read("1.234", "de", field) == (None, "ambiguous")


@pytest.mark.parametrize(
    ("low", "high", "rules", "value", "kind"),
    [
        ("2", "7", (), "2", None),
        ("2", "7", (), "7.0", None),
        ("2", "7", (), "7.01", "limit"),
        ("2", None, (), "1.99", "limit"),
        (None, "-15", (), "-18", None),
        (None, "-15", (), "18", "limit"),
        (None, None, (Rule("minmax", {"min": 0}),), "-0.1", "limit"),
        (None, None, (Rule("minmax", {"min": 0, "max": 5}),), "5", None),
        ("2", None, (Rule("minmax", {"min": 0, "max": 5}),), "1", "limit"),
    ],
)
def test_limits(low: str | None, high: str | None, rules: tuple[Rule, ...], value: str, kind: str | None) -> None:
    field = Field(key="n", label="N", kind="number", minimum=low, maximum=high, rules=rules)
    problem = codec_for(field).validate(field, value, Context())
    assert (problem.kind if problem else None) == kind


def test_limits_are_said_with_the_unit_and_the_sign_of_the_language() -> None:
    field = Field(key="n", label="N", kind="number", unit="°C", minimum="-2.5", maximum="7")
    words = limits_in_words(field, "de")
    assert words is not None
    assert words.english() == "-2,5 to 7 °C"


@pytest.mark.parametrize(
    ("value", "text"),
    [("4.50", "4,50"), (4, "4"), (4.5, "4,5"), (1e-7, "0,0000001"), ("about 5", "about 5"), (None, "")],
)
def test_server_values_are_shown_in_the_language(value: str | float | None, text: str) -> None:
    assert codec_for(FIELD).format(FIELD, value, Context(lang="de")) == text


def test_equal_measurements_are_the_same_answer() -> None:
    codec = codec_for(FIELD)
    assert codec.same(FIELD, "4.50", 4.5)
    assert codec.same(FIELD, 4, "4")
    assert not codec.same(FIELD, "4", None)
    assert not codec.same(FIELD, 0, None)


def test_a_unit_that_begins_with_a_digit_is_no_part_of_the_number() -> None:
    field = Field(key="a", label="a", kind="number", unit="5 kg")
    codec = codec_for(field)
    read = codec.parse(field, "15 kg", Context())
    assert (read.value, read.problem is not None) == (None, True)
    assert codec.parse(field, "3 5 kg", Context()).value == "3"


@pytest.mark.parametrize(
    ("typed", "low", "high", "said"),
    [
        ("1.234", "-2", "8", "It can be read in two ways: type 1,234 if you mean that."),
        ("1.234", "100", None, "It can be read in two ways: type 1234 if you mean that."),
        ("-1.234", "-2", "8", "It can be read in two ways: type -1,234 if you mean that."),
        ("1.234", "0", "1", "It can be read in two ways, and both are out of limits"),
        ("1.234", None, None, "This can be read in two ways: type 1234 or 1,234."),
    ],
)
def test_only_a_reading_inside_the_limits_is_proposed(typed: str, low: str, high: str, said: str) -> None:
    field = Field(key="n", label="N", kind="number", minimum=low, maximum=high)
    problem = codec_for(field).parse(field, typed, Context(lang="de")).problem
    assert problem is not None
    assert problem.kind == ASK
    assert problem.message.english().startswith(said)
