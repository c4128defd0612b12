"""Drafts: seen at once, kept per owner, and dropped only when sent and unchanged."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.workbench.bench import Bench
from tests.workbench.site import FINISH, SAVE, START, ManualTime, key, request
from tui.form.edit import FieldEdit
from tui.model.action import Request
from tui.workbench.drafts import Drafts, edits_of, settle_edits
from tui.workbench.entry import EntryState
from tui.workbench.journal import Journal

ONE, TWO = key("1"), key("2")


def edit(text: str, *, base: str | None = None, note: str = "", base_note: str = "") -> FieldEdit:
    return FieldEdit(text=text, value=text or None, note=note, base=base, base_note=base_note)


def test_a_draft_comes_back_in_another_process(journal: Journal, path: Path, time: ManualTime) -> None:
    drafts = Drafts(journal, "me", time)
    drafts.put(ONE, "a", edit("4.5", note="warm")).result(20)
    drafts.put(ONE, "b", FieldEdit(value=["x", {"y": 1.5}, None, True])).result(20)
    drafts.put_position(ONE, "b", 12).result(20)
    other = Journal(path)
    draft = Drafts(other, "me", time).load(ONE)
    other.close()
    assert draft is not None
    assert draft.fields == {"a": edit("4.5", note="warm"), "b": FieldEdit(value=["x", {"y": 1.5}, None, True])}
    assert (draft.position, draft.scroll, draft.touched) == ("b", 12, START)


def test_what_was_put_is_seen_before_the_disk_has_it(journal: Journal) -> None:
    drafts, hold = Drafts(journal, "me"), threading.Event()
    drafts.put(ONE, "old", edit("1")).result(20)
    journal.write(lambda db: hold.wait(20))
    future = drafts.put(ONE, "a", edit("2"))
    dropping = drafts.drop(ONE, ["old"])
    draft = drafts.load(ONE)
    assert draft is not None
    assert draft.fields == {"a": edit("2")}
    assert drafts.keys() == {ONE}
    assert not future.done()
    hold.set()
    dropping.result(20)
    assert drafts.load(ONE) == draft or ((later := drafts.load(ONE)) is not None and later.fields == draft.fields)


def test_the_last_of_many_quick_edits_wins(journal: Journal) -> None:
    drafts = Drafts(journal, "me")
    futures = [drafts.put(ONE, "a", edit(str(number))) for number in range(300)]
    for future in futures:
        future.result(20)
    draft = drafts.load(ONE)
    assert draft is not None
    assert draft.fields["a"].text == "299"


def test_owners_never_see_each_other(journal: Journal) -> None:
    Drafts(journal, "anna").put(ONE, "a", edit("1")).result(20)
    bert = Drafts(journal, "bert")
    assert bert.load(ONE) is None
    assert bert.keys() == frozenset()
    bert.drop(ONE).result(20)
    assert Drafts(journal, "anna").count(ONE) == 1


def test_dropping_all_or_some(journal: Journal) -> None:
    drafts = Drafts(journal, "me")
    for name in ("a", "b", "c"):
        drafts.put(ONE, name, edit(name)).result(20)
    drafts.put(TWO, "a", edit("x")).result(20)
    drafts.put_position(ONE, "b").result(20)
    drafts.drop(ONE, ["a", "b"]).result(20)
    assert drafts.count(ONE) == 1
    drafts.drop(ONE).result(20)
    assert drafts.load(ONE) is None
    assert drafts.keys() == {TWO}


def settle(journal: Journal, sent: Request, edits: dict[str, FieldEdit] | None = None) -> None:
    journal.write(lambda db: settle_edits(db, "me", sent, edits or {})).result(20)


def test_sent_and_unchanged_fields_go_with_the_position(journal: Journal) -> None:
    drafts = Drafts(journal, "me")
    drafts.put(ONE, "a", edit("5", note="n")).result(20)
    drafts.put_position(ONE, "a").result(20)
    settle(journal, request("1", SAVE, a="5", notes={"a": "n"}))
    assert drafts.load(ONE) is None


def test_a_field_changed_since_stays_with_what_was_sent_as_its_base(journal: Journal) -> None:
    drafts = Drafts(journal, "me")
    drafts.put(ONE, "a", edit("5", base="1")).result(20)
    drafts.put(ONE, "b", edit("text")).result(20)
    sent = request("1", FINISH, a="5", b="text", base={"a": "1"})
    drafts.put(ONE, "a", edit("6", base="1")).result(20)
    settle(journal, sent)
    draft = drafts.load(ONE)
    assert draft is not None
    assert draft.fields == {"a": edit("6", base="5")}


def test_a_note_added_since_keeps_the_field(journal: Journal) -> None:
    drafts = Drafts(journal, "me")
    drafts.put(ONE, "a", edit("5", note="later")).result(20)
    settle(journal, request("1", SAVE, a="5"))
    draft = drafts.load(ONE)
    assert draft is not None
    assert draft.fields == {"a": edit("5", note="later", base="5")}


def test_text_that_could_not_be_read_is_never_dropped_with_its_note(journal: Journal) -> None:
    drafts = Drafts(journal, "me")
    unreadable = FieldEdit(text="abc", value=None, note="see")
    drafts.put(ONE, "a", unreadable).result(20)
    settle(journal, request("1", SAVE, notes={"a": "see"}))
    draft = drafts.load(ONE)
    assert draft is not None
    assert draft.fields["a"].text == "abc"
    assert draft.fields["a"].base_note == "see"


def test_text_changed_to_another_spelling_since_stays(journal: Journal) -> None:
    drafts = Drafts(journal, "me")
    drafts.put(ONE, "a", FieldEdit(text="5", value="5")).result(20)
    sent = request("1", SAVE, a="5")
    known = journal.write(lambda db: edits_of(db, "me", sent)).result(20)
    drafts.put(ONE, "a", FieldEdit(text="5x", value="5")).result(20)
    settle(journal, sent, known)
    assert drafts.count(ONE) == 1


def test_other_fields_of_the_draft_stay(journal: Journal) -> None:
    drafts = Drafts(journal, "me")
    drafts.put(ONE, "a", edit("5")).result(20)
    drafts.put(ONE, "b", edit("not sent")).result(20)
    settle(journal, request("1", SAVE, a="5"))
    draft = drafts.load(ONE)
    assert draft is not None
    assert set(draft.fields) == {"b"}


async def test_what_was_typed_last_stays_until_what_is_queued_before_it_is_sent(bench: Bench) -> None:
    """5, saved; 6, saved; 5 again, not saved yet: the first 5 being sent does not make the last needless."""
    drafts, outbox = bench.workbench.drafts, bench.workbench.outbox
    five, six = FieldEdit(text="5", value="5"), FieldEdit(text="6", value="6")
    for edit in (five, six):
        drafts.put(key("1"), "a", edit).result(20)
        await outbox.add(request("1", a=edit.value))
    drafts.put(key("1"), "a", five).result(20)
    await bench.workbench.sender.round()
    assert [entry.state for entry in outbox.entries()] == [EntryState.SENT] * 2
    draft = drafts.load(key("1"))
    assert draft is not None
    assert draft.fields == {"a": FieldEdit(text="5", value="5", base="6")}
    # Handed over, it leaves the draft like every other.
    await outbox.add(request("1", a="5", base={"a": "6"}))
    await bench.workbench.sender.round()
    assert drafts.load(key("1")) is None
