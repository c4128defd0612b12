"""JSON that is typed: nothing is lost, and what is wrong is named by its place."""

from __future__ import annotations

import pytest

from tui.form.codec import Context, Control, codec_for
from tui.model.field import Field

FIELD = Field(key="k", label="K", kind="json")
CODEC = codec_for(FIELD)
HERE = Context()


@pytest.mark.parametrize(
    "text", ['{"b": 1, "a": [1.50, null]}', "[]", '"text"', "4.5000", "null", "true", '{\n  "ä": "\u20ac"\n}']
)
def test_what_is_json_travels_as_it_was_typed(text: str) -> None:
    parsed = CODEC.parse(FIELD, f"  {text}\n", HERE)
    assert (parsed.value, parsed.problem) == (text, None)
    assert CODEC.format(FIELD, parsed.value, HERE) == text
    assert CODEC.control is Control.LONG


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"a": 1,}', "line 1, column 9"),
        ('{\n  "a": 1\n  "b": 2\n}', "line 3, column 3"),
        ("\n\n{a}", "line 3, column 2"),
        ("nul", "line 1, column 1"),
        ("1 2", "line 1, column 3"),
    ],
)
def test_what_is_none_is_named_by_line_and_column(text: str, where: str) -> None:
    parsed = CODEC.parse(FIELD, text, HERE)
    assert parsed.value is None
    assert parsed.problem is not None
    assert where in parsed.problem.message.english()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"a": 1, "a": 2}', "twice"),
        ("1e999", "beyond"),
        ("NaN", "beyond"),
        ("[" * 100_000, "beyond"),
        ('"\\ud800"', "half"),
        ("9" * 1_000_001, "longer"),
    ],
)
def test_what_could_not_be_sent_as_it_stands_is_refused(text: str, word: str) -> None:
    parsed = CODEC.parse(FIELD, text, HERE)
    assert parsed.value is None
    assert parsed.problem is not None
    assert word in parsed.problem.message.english()


def test_the_same_json_is_the_same_however_it_is_laid_out() -> None:
    assert CODEC.same(FIELD, '{"a":1,"b":[2]}', '{ "b": [2],\n "a": 1 }')
    assert not CODEC.same(FIELD, '{"a":1}', '{"a":true}')
    assert not CODEC.same(FIELD, '{"a":1}', "{a}")
    assert CODEC.same(FIELD, "", None)


def test_a_needed_answer_is_asked_for_and_broken_text_of_a_server_is_doubted() -> None:
    needed = Field(key="k", label="K", kind="json", required=True)
    missing, broken = CODEC.validate(needed, None, HERE), CODEC.validate(FIELD, "{", HERE)
    assert missing is not None
    assert broken is not None
    assert (missing.kind, broken.kind) == ("missing", "unreadable")
