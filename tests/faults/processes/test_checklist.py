"""The judge of the runs with real processes, on false states that it has to find."""

from __future__ import annotations

from tests.faults.processes.checklist import (
    ANSWERED,
    FIELDS,
    KEYS,
    NOTE,
    NOTED,
    NUMBERS,
    SCAN,
    answered_twice,
    keys_after,
    standing,
    wrong_answers,
)
from tests.faults.processes.site import Effect
from tests.faults.registry import rows
from tui.form.edit import FieldEdit

DONE = {field.key: (field.value, "") for field in FIELDS} | {
    "checked-at": ("06:15", ""),
    NOTED: ("no", NOTE),
}


def test_the_rows_with_real_processes_are_in_the_matrix() -> None:
    names = {row.name for row in rows()}
    assert names >= {"F1", "F2", "F3", "F13b", "F19", "F20", "F21", "F24", "F24b", "F27c", "F34", "F34b", "F36b"}
    (first,) = [row for row in rows() if row.name == "F1"]
    assert first.full >= len(KEYS)


def test_where_a_person_is_after_each_key() -> None:
    assert [standing(count).number for count in (1, 2, 4, 5, 7, 8)] == [1, 2, 4, 4, 4, 5]
    assert standing(5).typed == 1
    assert standing(ANSWERED).completed == FIELDS
    assert standing(ANSWERED + 3).note == NOTE[:2]
    assert standing(len(KEYS)).note == NOTE
    assert keys_after(1) == list(KEYS[1:])
    assert keys_after(ANSWERED + 3) == ["f5", *NOTE[2:], "f10", "enter"]
    assert keys_after(len(KEYS) - 1) == ["f10", "enter"]


def test_what_a_draft_lacks_is_found() -> None:
    count = 1 + KEYS[1:].index("4") + 2
    drafts = {field.key: FieldEdit(text="Ja", value="yes") for field in FIELDS[:3]}
    assert standing(4).missing(drafts) == []
    assert len(standing(count).missing(drafts)) == 1
    assert standing(count).missing(drafts | {"fridge-temperature": FieldEdit(text="4,")}) == []
    assert len(standing(count).missing(drafts | {"fridge-temperature": FieldEdit(text="4")})) == 1
    assert len(standing(4).missing(drafts | {"clothing": FieldEdit(text="Nein", value="no")})) == 1


def test_what_a_screen_does_not_show_is_found() -> None:
    screen = " ✓  1 Boden *  [1 Ja]  2 Nein\n▌·  2 Türen *   1 Ja   2 Nein\n"
    assert standing(2).unseen(screen) == []
    assert len(standing(3).unseen(screen)) == 2
    assert len(standing(3).unseen(screen, {2})) == 1


def test_what_the_server_lacks_or_was_told_twice_is_found() -> None:
    assert wrong_answers(DONE) == []
    assert len(wrong_answers(DONE | {"batch": (SCAN[:-1], "")})) == 1
    assert len(wrong_answers({key: pair for key, pair in DONE.items() if key != "oil"})) == 1
    assert len(wrong_answers(DONE | {NOTED: ("no", "")})) == 1
    written = [Effect("answer", "1", "oil", None, value, "") for value in ("fresh", "usable", "fresh")]
    assert answered_twice(written[:2], "1") == []
    assert len(answered_twice(written, "1")) == 1
    assert NUMBERS["oil"] == 7
