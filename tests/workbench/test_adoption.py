"""A token that was renewed: what was made with the old one is the same person's, where the server says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.workbench.bench import Bench, eventually
from tests.workbench.site import ManualTime, Site, key, request
from tui.form.edit import FieldEdit
from tui.model.errors import Unauthorised, Unreachable
from tui.model.system import Who
from tui.workbench.drafts import Draft
from tui.workbench.entry import EntryState

PLACE = "kitchen:here"
Start = Callable[..., Bench]


@pytest.fixture
async def begin(path: Path, time: ManualTime) -> Start:
    """``begin(site, token)`` makes a bench at the place; it is closed by the test."""

    def make(site: Site, token: str, place: str = PLACE, *, connected: bool = False) -> Bench:
        time.pass_(60)
        return Bench(path, site, time, f"{place}:{token}", connected=connected, place=place, user="")

    return make


def edit(text: str, base: str = "") -> FieldEdit:
    return FieldEdit(text=text, value=text, base=base or None)


def shown(draft: Draft | None) -> dict[str, str]:
    return {} if draft is None else {name: field.text for name, field in draft.fields.items()}


async def work(bench: Bench) -> None:
    """A draft, a position and two waiting entries."""
    drafts = bench.workbench.drafts
    drafts.put(key("1"), "a", edit("old a"))
    drafts.put(key("1"), "b", edit("old b"))
    drafts.put_position(key("1"), "b", 7)
    for n in ("2", "3"):
        await bench.workbench.submit(request(n, a=n))


async def test_a_renewed_token_keeps_queue_and_drafts(begin: Start, site: Site) -> None:
    """F10: 401 in mid-queue; the token is replaced; all is kept, and goes out."""
    old = begin(site, "old")
    old.workbench.start()
    await eventually(lambda: old.workbench.who is not None)
    site.always["perform"] = site.always["count"] = site.always["list"] = Unauthorised()
    await work(old)
    await eventually(lambda: old.workbench.outbox.paused() == 2)
    await old.close()

    site.always.clear()
    new = begin(site, "new")
    notices = new.workbench.notices.watch()
    assert new.workbench.outbox.waiting() == 0
    new.workbench.start()
    await eventually(lambda: len(site.done) == 2 and new.workbench.outbox.waiting() == 0)
    assert new.states() == [EntryState.SENT] * 2
    draft = new.workbench.drafts.load(key("1"))
    assert shown(draft) == {"a": "old a", "b": "old b"}
    assert draft is not None
    assert (draft.position, draft.scroll) == ("b", 7)
    async with asyncio.timeout(20):
        said = (await anext(notices)).english()
    assert said.startswith("What was made with an earlier token of yours is here again: 2 fields, 2 ")
    (event,) = [row.event for row in new.workbench.history.entries() if row.event.outcome == "adopted"]
    assert (event.what, event.who, event.key.profile) == ("adopt", "Anna Ampel", "kitchen")
    assert new.workbench.history.verify() is None
    await new.close()


async def test_a_person_whom_the_server_does_not_name_gets_nothing(
    begin: Start, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.workbench.site.MemorySystem.whoami", lambda self: _nobody())
    old = begin(site, "old", connected=True)
    await old.workbench.whoami()
    await work(old)
    await old.close()
    new = begin(site, "new", connected=True)
    assert (await new.workbench.adopt()).owners == []
    assert new.states() == []
    assert new.workbench.drafts.load(key("1")) is None
    await new.close()


async def _nobody() -> Who:
    return Who()


async def _ben() -> Who:
    return Who(id="8", name="Ben")


async def test_another_person_gets_nothing(begin: Start, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    old = begin(site, "old", connected=True)
    await old.workbench.whoami()
    await work(old)
    await old.close()
    monkeypatch.setattr("tests.workbench.site.MemorySystem.whoami", lambda self: _ben())
    new = begin(site, "new", connected=True)
    assert (await new.workbench.adopt()).owners == []
    assert new.states() == []
    await new.close()


async def test_the_same_person_at_another_server_gets_nothing(begin: Start, site: Site) -> None:
    """F33: what waits for one tenant stays with it, though profile, token and person's ID are the same."""
    old = begin(site, "token", "kitchen:there", connected=True)
    await old.workbench.whoami()
    await work(old)
    await old.close()
    elsewhere = Site()
    new = begin(elsewhere, "token", "kitchen:here")
    new.workbench.start()
    await eventually(lambda: elsewhere.calls.count("list") >= 1 and new.workbench.who is not None)
    assert (await new.workbench.adopt()).owners == []
    assert new.states() == []
    assert elsewhere.done == []
    await new.close()
    back = begin(site, "token", "kitchen:there", connected=True)
    await back.workbench.sender.round()
    assert [name for _, name, _ in site.done] == ["2", "3"]
    await back.close()


async def test_a_token_that_the_server_does_not_accept_takes_nothing(begin: Start, site: Site) -> None:
    """Whom a token names stands in the token itself: that alone is no proof."""
    old = begin(site, "old", connected=True)
    await old.workbench.whoami()
    await work(old)
    await old.close()
    site.always["count"] = site.always["list"] = Unauthorised()
    new = begin(site, "new", connected=True)
    with pytest.raises(Unauthorised):
        await new.workbench.adopt()
    assert new.states() == []
    site.always.clear()
    assert (await new.workbench.adopt()).entries == 2
    await new.close()


async def test_of_two_texts_the_newer_stays_and_the_other_is_in_the_trail(begin: Start, site: Site) -> None:
    old = begin(site, "old", connected=True)
    await old.workbench.whoami()
    old.workbench.drafts.put(key("1"), "a", edit("older")).result(20)
    old.workbench.drafts.put(key("1"), "b", edit("same")).result(20)
    new = begin(site, "new", connected=True)
    await new.workbench.whoami()
    new.workbench.drafts.put(key("1"), "a", edit("newer")).result(20)
    new.workbench.drafts.put(key("1"), "b", edit("same", "base")).result(20)
    new.workbench.drafts.put(key("2"), "a", edit("early")).result(20)
    old.time.pass_(60)
    old.workbench.drafts.put(key("2"), "a", edit("late")).result(20)
    old.workbench.drafts.put(key("2"), "b", msgspec.structs.replace(edit(""), note="a note")).result(20)
    await old.close()
    done = await new.workbench.adopt()
    assert (done.fields, done.entries) == (4, 0)
    assert shown(new.workbench.drafts.load(key("1"))) == {"a": "newer", "b": "same"}
    assert shown(new.workbench.drafts.load(key("2"))) == {"a": "late", "b": ""}
    replaced = [row.event for row in new.workbench.history.entries() if row.event.outcome == "replaced"]
    assert [(e.key.id, e.old, e.new) for e in replaced] == [
        ("2", {"a": "early"}, {"a": "late"}),
        ("1", {"a": "older"}, {"a": "newer"}),
    ]
    assert new.workbench.history.verify() is None
    assert (await new.workbench.adopt()).owners == []
    await new.close()


async def test_two_tokens_in_use_do_not_take_from_each_other_to_and_fro(begin: Start, site: Site) -> None:
    old = begin(site, "old", connected=True)
    await old.workbench.whoami()
    new = begin(site, "new", connected=True)
    await new.workbench.whoami()
    await work(new)
    assert (await old.workbench.adopt()).owners == []
    assert len(new.states()) == 2
    old.workbench.drafts.put(key("2"), "b", edit("typed at the old one")).result(20)
    assert (await new.workbench.adopt()).fields == 1
    assert (await old.workbench.adopt()).fields == 0
    await old.close()
    await new.close()


async def test_what_is_being_sent_right_now_is_waited_for(begin: Start, site: Site, time: ManualTime) -> None:
    old = begin(site, "old", connected=True)
    await old.workbench.whoami()
    new = begin(site, "new", connected=True)
    await old.workbench.submit(request("1", a="5"))
    assert await old.workbench.outbox.claim() is not None
    done = await new.workbench.adopt()
    assert (done.left, done.entries, new.states()) == (True, 0, [])
    new.workbench.start()
    await eventually(lambda: bool(time.slept))
    time.pass_(10)
    await eventually(lambda: new.states() == [EntryState.SENT])
    assert site.calls.count("perform") == 1
    await old.close()
    await new.close()


async def test_what_was_read_comes_too_and_nothing_is_left_behind(begin: Start, site: Site) -> None:
    old = begin(site, "old", connected=True)
    await old.workbench.whoami()
    await old.workbench.live.load()
    await old.workbench.records.load(key("1"))
    await old.workbench.choices("people")
    await old.close()
    new = begin(site, "new", connected=True)
    await new.workbench.adopt()
    assert new.workbench.glimpse() is not None
    site.always["choices"] = Unreachable()
    assert len((await new.workbench.choices("people")).choices) == 2
    await new.close()
    later = begin(site, "new")
    assert later.workbench.records.cached(key("1")) is not None
    left = {
        table: later.journal.read(f"SELECT count(*) FROM {table} WHERE owner = ?", (f"{PLACE}:old",))[0][0]
        for table in ("drafts", "positions", "outbox", "lists", "records", "facts")
    }
    assert left == {"drafts": 0, "positions": 0, "outbox": 0, "lists": 0, "records": 0, "facts": 2}
    pages = "SELECT count(*) FROM list_pages WHERE list NOT IN (SELECT number FROM lists)"
    assert later.journal.read(pages) == [(0,)]
    await later.close()


async def test_a_line_that_comes_later_is_enough(begin: Start, site: Site) -> None:
    old = begin(site, "old", connected=True)
    await old.workbench.whoami()
    await work(old)
    await old.close()
    for method in ("list", "whoami", "count"):
        site.always[method] = Unreachable()
    new = begin(site, "new")
    new.workbench.start()
    await eventually(lambda: {"list", "whoami"} <= set(site.calls))
    assert new.states() == []
    site.always.clear()
    new.workbench.live.refresh()
    await eventually(lambda: new.states() == [EntryState.SENT] * 2)
    await new.close()
