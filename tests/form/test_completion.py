"""A half-typed line is completed with Right, and never by anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.form.forms import form, number, press, text, texts, type_chunk
from tui.form.flow import FormFlow
from tui.model.field import Field


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "door.txt").write_text("x")
    (tmp_path / "phone.txt").write_text("x")
    return tmp_path


def wanted(folder: Path, typed: str) -> FormFlow:
    flow = FormFlow(form(Field(key="f", label="f", kind="file"), number("n")))
    type_chunk(flow, f"{folder}/{typed}")
    return flow


def test_right_at_the_end_takes_the_first_suggestion_and_goes_on(folder: Path) -> None:
    flow = wanted(folder, "photos")
    assert [suggestion.text for suggestion in flow.suggestions()] == [f"{folder}/photos/"]
    press(flow, "right")
    assert texts(flow.state)["f"] == f"{folder}/photos/"
    assert flow.key == "f"
    press(flow, "right", "enter")
    value = flow.state.entries["f"].value
    assert isinstance(value, dict)
    assert value["path"] == f"{folder}/photos/door.txt"
    assert flow.key == "n"


def test_enter_takes_what_was_typed_and_nothing_else(folder: Path) -> None:
    flow = wanted(folder, "pho")
    assert len(flow.suggestions()) == 2
    press(flow, "enter")
    assert texts(flow.state)["f"] == f"{folder}/pho"
    assert flow.key == "n"


def test_inside_of_the_line_right_only_moves(folder: Path) -> None:
    flow = wanted(folder, "phot")
    press(flow, "left")
    assert flow.suggestions() == ()
    press(flow, "right")
    assert texts(flow.state)["f"] == f"{folder}/phot"
    press(flow, "right")
    assert texts(flow.state)["f"] == f"{folder}/photos/"


def test_nothing_is_suggested_before_somebody_wrote_or_while_a_prompt_is_open(folder: Path) -> None:
    flow = wanted(folder, "photos")
    press(flow, "f8")
    assert flow.suggestions() == ()
    press(flow, "f8", "tab", "f7")
    assert flow.line is not None
    assert flow.line.text
    assert flow.suggestions() == ()


def test_fields_without_completions_have_none() -> None:
    flow = FormFlow(form(text("a"), Field(key="l", label="l", kind="long_text")))
    press(flow, "x", "right", "y")
    assert texts(flow.state)["a"] == "xy"
    assert flow.suggestions() == ()
    press(flow, "tab", "z", "right")
    assert flow.suggestions() == ()
    assert FormFlow(form(text("a"), read_only=True)).suggestions() == ()
