"""Two windows of one person on one data folder, in the same field of the same task: no text is lost unseen."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workbench.bench import Bench, eventually
from tests.workbench.site import FINISH, Site, key, request
from tui.form.edit import FieldEdit
from tui.model.message import Message
from tui.workbench.drafts import Drafts
from tui.workbench.history import Event, History
from tui.workbench.jobs import Db
from tui.workbench.journal import Journal, JournalError

ROOT = Path(__file__).parents[2]
Make = Callable[..., Bench]
Heard = list[tuple[str, str]]


def edit(text: str, note: str = "") -> FieldEdit:
    return FieldEdit(text=text, value=text or None, note=note)


def window(path: Path) -> tuple[Drafts, Heard]:
    drafts = Drafts(Journal(path), "me")
    heard: Heard = []
    drafts.on_replaced = lambda _key, field, other: heard.append((field, other.text))
    return drafts, heard


def typed(drafts: Drafts, *texts: str, field: str = "a") -> None:
    for text in texts:
        drafts.put(key("1"), field, edit(text)).result(20)


def trail(drafts: Drafts) -> list[Event]:
    return [row.event for row in reversed(History(drafts._journal, "me").entries())]


@pytest.fixture
def windows(path: Path) -> tuple[Drafts, Heard, Drafts, Heard]:
    return *window(path), *window(path)


def test_what_was_never_seen_goes_to_the_trail_and_is_told_once(
    windows: tuple[Drafts, Heard, Drafts, Heard],
) -> None:
    first, heard, second, theirs = windows
    second.who = "Anna"
    typed(first, "4", "4,", "4,5")
    typed(second, "7")
    assert (heard, theirs) == ([], [("a", "4,5")])
    (event,) = trail(second)
    assert (event.what, event.outcome, event.old, event.new) == ("draft", "replaced", {"a": "4,5"}, {"a": "7"})
    assert (event.who, event.key) == ("Anna", key("1"))
    typed(second, "72")
    assert len(trail(second)) == 1
    typed(first, "4,55")
    assert heard == [("a", "72")]
    typed(second, "723")
    assert theirs == [("a", "4,5")]
    assert [(event.old, event.new) for event in trail(second)] == [
        ({"a": "4,5"}, {"a": "7"}),
        ({"a": "72"}, {"a": "4,55"}),
        ({"a": "4,55"}, {"a": "723"}),
    ]
    assert History(first._journal).verify() is None


def test_what_was_shown_may_be_replaced(windows: tuple[Drafts, Heard, Drafts, Heard]) -> None:
    first, _, second, theirs = windows
    typed(first, "4")
    draft = second.load(key("1"))
    assert draft is not None
    typed(second, "5")
    assert (theirs, trail(second)) == ([], [])
    # The figure beside a row shows nobody the text.
    typed(first, "6", field="b")
    assert second.count(key("1")) == 2
    typed(second, "7", field="b")
    assert theirs == [("b", "6")]


def test_the_own_fast_typing_is_nobody_elses(path: Path) -> None:
    """Saves of one field in one transaction, apart from each other: each finds its predecessor."""
    drafts, heard = window(path)
    for number in range(300):
        drafts.put(key("1"), "a", edit(f"{number}"))
        drafts.put(key("1"), "b", edit(f"{number}"))
        if number % 7 == 0:
            drafts.drop(key("1"), ["a"])
        if number % 11 == 0:
            drafts.put_position(key("1"), "b")
    drafts.put(key("1"), "a", edit("last")).result(20)
    assert (heard, trail(drafts)) == ([], [])
    assert max(len(blobs) for blobs in drafts._ours.values()) == 1


def test_to_clear_a_field_or_the_whole_draft_keeps_the_others_text(
    windows: tuple[Drafts, Heard, Drafts, Heard],
) -> None:
    first, _, second, theirs = windows
    typed(second, "1")
    typed(first, "2")
    second.drop(key("1"), ["a"]).result(20)
    assert theirs == [("a", "2")]
    assert [(event.old, event.new) for event in trail(second)] == [
        ({"a": "1"}, {"a": "2"}),
        ({"a": "2"}, {"a": None}),
    ]
    first.put(key("1"), "b", edit("", note="a note")).result(20)
    second.drop(key("1")).result(20)
    last = trail(second)[-1]
    assert (last.old, last.notes) == ({"b": ""}, {"b": "a note"})
    assert second.load(key("1")) is None


def test_the_same_text_is_no_news(windows: tuple[Drafts, Heard, Drafts, Heard]) -> None:
    first, heard, second, theirs = windows
    typed(first, "4")
    typed(second, "4")
    typed(first, "4")
    assert (heard, theirs, trail(first)) == ([], [], [])


def test_a_text_that_nobody_can_read_does_not_stop_the_typing(path: Path) -> None:
    drafts, heard = window(path)
    row = "INSERT INTO drafts VALUES ('me', 'kitchen', 'memory', '1', 'a', x'c1', 1)"
    drafts._journal.write(lambda db: db.execute(row).rowcount).result(20)
    typed(drafts, "4")
    assert (heard, trail(drafts)) == ([], [])


def test_a_save_that_failed_is_not_taken_for_what_is_on_disk(windows: tuple[Drafts, Heard, Drafts, Heard]) -> None:
    first, heard, second, _ = windows
    typed(first, "1")
    real = first._journal.write

    def refuse(*args: object, **more: object) -> object:
        def work(_db: Db) -> None:
            raise JournalError(Message("The disk is full."))

        return real(work)

    first._journal.write = refuse  # type: ignore[method-assign, assignment]
    with pytest.raises(JournalError):
        typed(first, "12")
    first._journal.write = real  # type: ignore[method-assign]
    typed(first, "123")
    assert heard == []
    typed(second, "9")
    assert [event.old for event in trail(second)] == [{"a": "123"}]


async def test_a_sent_answer_that_got_a_new_base_is_nobody_elses(benches: Make) -> None:
    """The sender of another process changes the base of what was typed after sending; the text is still ours."""
    first, second = benches("me"), benches("me")
    drafts = first.workbench.drafts
    drafts.put(key("1"), "a", edit("5")).result(20)
    await first.workbench.submit(request("1", a="5"))
    drafts.put(key("1"), "a", edit("6")).result(20)
    await second.workbench.sender.round()
    draft = drafts.load(key("1"))
    assert draft is not None
    assert draft.fields["a"].base == "5"
    drafts.put(key("1"), "a", edit("7")).result(20)
    assert [row.event.outcome for row in first.workbench.history.entries()] == ["sent"]


async def test_the_person_is_told_in_words(benches: Make, site: Site) -> None:
    first, second = benches("me"), benches("me")
    await first.workbench.live.load()
    await first.workbench.records.load(key("1"))
    first.workbench.start()
    notices = first.workbench.notices.watch()
    second.workbench.drafts.put(key("1"), "a", edit("7,2")).result(20)
    await asyncio.wrap_future(first.workbench.drafts.put(key("1"), "a", edit("4")))
    async with asyncio.timeout(20):
        said = await anext(notices)
    assert said.english() == (
        "“Check 1” is also being filled in in another window. There, Temperature was “7,2”. Your text takes its"
        " place; the other one is kept in the history."
    )
    # It is no trouble of the journal.
    assert first.workbench.notice is None
    await first.workbench.submit(request("1", FINISH, a="4"))
    await eventually(lambda: len(site.done) == 1)


OTHER = """
import sys
from pathlib import Path
from tui.form.edit import FieldEdit
from tui.model.execution import Key
from tui.model.message import Message
from tui.workbench.drafts import Drafts
from tui.workbench.journal import Journal
journal = Journal(Path(sys.argv[1]))
drafts = Drafts(journal, "me")
drafts.put(Key("kitchen", "memory", "1"), "a", FieldEdit(text="from there", value="from there")).result()
journal.close()
"""


def test_another_process_is_another_window(path: Path) -> None:
    drafts, heard = window(path)
    typed(drafts, "from here")
    subprocess.run([sys.executable, "-c", OTHER, str(path)], cwd=ROOT, check=True)
    typed(drafts, "from here!")
    assert heard == [("a", "from there")]
    assert [(event.old, event.new) for event in trail(drafts)] == [
        ({"a": "from here"}, {"a": "from there"}),
        ({"a": "from there"}, {"a": "from here!"}),
    ]
