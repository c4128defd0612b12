"""The list: every page, once; in range by the profile's date; repetitions reckoned and said to be."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.spaaza.desk import BERLIN, Desk
from tests.api.stub import Asked, Said, Stub
from tests.embedded.spaaza.world import Watch, World, rewards
from tui.api.spaaza.listing import PAGE, place_of
from tui.api.spaaza.moments import before, moment_of, occurrence
from tui.api.spaaza.records import read_task
from tui.api.spaaza.settings import Basis, Settings
from tui.model.errors import NotFound, NotTheServer
from tui.model.execution import Key
from tui.model.period import Period
from tui.model.status import Phase
from tui.model.system import Filters

DAY = Period.of_day(date(2026, 5, 26), BERLIN)
ALWAYS = Period(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
EVERYTHING = Filters()


def raw(number: int = 1, once: str = "2026-05-26T02:00:00Z", code: str = "READY", **more: Any) -> dict[str, Any]:
    state = {"code": code, "last_run_date": more.pop("ran", None), "created_date": more.pop("created", None)}
    trigger = {"once": once, **more.pop("trigger", {})}
    target = {"action": "export", "export_index": "users"}
    return {"id": number, "chain": 42, "desc": f"T{number}", "state": state, "trigger": trigger,
            "target": target, "version": 1, **more}  # fmt: skip


class Shop:
    """A server with a list; ``most`` is what it gives at once, whatever is asked; ``deaf`` ones ignore offsets."""

    def __init__(self, tasks: list[Any], most: int = 500, *, deaf: bool = False) -> None:
        self.tasks = tasks
        self._most = most
        self._deaf = deaf
        self.stub = Stub(self._answer)

    def _answer(self, asked: Asked) -> Said:
        query = dict(part.split("=", 1) for part in asked.query.split("&"))
        start = 0 if self._deaf else int(query["offset"])
        return Said(200, self.tasks[start : start + min(self._most, int(query["limit"]))])


async def names(shop: Shop) -> list[str]:
    listing = await Desk(shop.stub, Watch()).client.list(ALWAYS, EVERYTHING)
    return [row.key.id for row in listing.rows or ()]


@pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE + 7])
@pytest.mark.parametrize("most", [30, 50, 500])
async def test_every_task_is_read_once_whatever_a_page_holds(count: int, most: int) -> None:
    shop = Shop([raw(number) for number in range(1, count + 1)], most)
    assert await names(shop) == [str(number) for number in range(1, count + 1)]


async def test_a_server_that_ignores_offsets_ends_the_reading() -> None:
    shop = Shop([raw(number) for number in range(1, PAGE + 1)], deaf=True)
    assert len(await names(shop)) == PAGE
    assert len(shop.stub.asked) == 2


async def test_a_page_that_moved_between_two_questions_shows_no_task_twice() -> None:
    shop = Shop([raw(number) for number in range(1, PAGE + 20)])
    shop.tasks[PAGE] = shop.tasks[PAGE - 1]
    found = await names(shop)
    assert len(found) == len(set(found)) == PAGE + 18


async def test_a_short_list_is_asked_for_once_when_its_pages_are_known() -> None:
    shop = Shop([raw(number) for number in range(1, 4)])
    client = Desk(shop.stub, Watch()).client
    for _ in range(3):
        await client.list(ALWAYS, EVERYTHING)
    assert [asked.query for asked in shop.stub.asked] == [
        f"limit={PAGE}&offset=0", f"limit={PAGE}&offset=3", *[f"limit={PAGE}&offset=0"] * 2,
    ]  # fmt: skip


async def test_unchanged_answers_are_asked_for_by_their_validator(world: World, desk: Desk) -> None:
    await world.new()
    first = await desk.client.list(DAY, EVERYTHING)
    again = await desk.client.list(DAY, EVERYTHING, first.validator)
    assert again.rows is None
    assert desk.line.asked[-1].headers["if-none-match"]
    other = await desk.client.list(DAY.shifted(1, BERLIN), EVERYTHING, first.validator)
    assert other.rows is not None


async def test_a_change_makes_new_rows_of_the_changed_ones_alone(world: World, desk: Desk) -> None:
    quiet, changed = await world.new(), await world.new()
    first = {row.key.id: row for row in (await desk.client.list(DAY, EVERYTHING)).rows or ()}
    await world.execute(changed)
    second = {row.key.id: row for row in (await desk.client.list(DAY, EVERYTHING)).rows or ()}
    assert second[str(quiet)] is first[str(quiet)]
    assert second[str(changed)].status.phase is Phase.DONE
    assert second[str(changed)].revision != first[str(changed)].revision


async def test_a_group_is_narrowed_by_the_server_and_by_us(world: World, desk: Desk) -> None:
    await world.new()
    paid = [await world.new(rewards()), await world.new(rewards(9))]
    row = next(row for row in (await desk.client.list(DAY, EVERYTHING)).rows or () if row.key.id == str(paid[1]))
    listing = await desk.client.list(DAY, Filters(assignment=row.assignment))
    assert [one.key.id for one in listing.rows or ()] == [str(paid[1])]
    assert "campaign_id=9" in str(desk.line.asked[-1].url)


STATES = {"READY": Phase.OPEN, "INPROGRESS": Phase.ACTIVE, "DONE": Phase.DONE, "ERROR": Phase.BROKEN,
          "PAUSED": Phase.UNKNOWN, "": Phase.UNKNOWN}  # fmt: skip


async def test_states_keep_their_word_and_get_a_meaning() -> None:
    shop = Shop([raw(number, code=code) for number, code in enumerate(STATES, 1)])
    listing = await Desk(shop.stub, Watch()).client.list(ALWAYS, EVERYTHING)
    assert [(row.status.raw, row.status.phase) for row in listing.rows or ()] == list(STATES.items())


STRANGE: list[Any] = [
    {}, {"id": None}, {"id": "../etc"}, {"id": True}, {"id": 10**40}, 5, None, "x", [[]],
    {"id": 7, "state": "READY", "trigger": [], "target": 5, "desc": {"a": 1}},
    {"id": "8", "desc": "\x1b[31m", "trigger": {"once": "0000-00-00T00:00:00Z"}},
    {"id": 9.0, "state": {"code": 5}},
    {"id": 10, "trigger": {"once": "2026-99-99", "repeat": 5}},
]  # fmt: skip


async def test_a_strange_row_does_not_hide_the_others() -> None:
    shop = Shop([raw(1), *STRANGE, raw(2)])
    client = Desk(shop.stub, Watch()).client
    rows = (await client.list(ALWAYS, EVERYTHING)).rows or ()
    ids = [row.key.id for row in rows]
    assert {"1", "2", "7", "8", "9", "10"} <= set(ids)
    assert len(ids) == len(set(ids))
    assert all(row.title for row in rows)
    nameless = next(row for row in rows if row.key.id.startswith("?"))
    with pytest.raises(NotFound):
        await client.show(nameless.key)


@pytest.mark.parametrize("body", [b"{}", b"null", b'"x"', b'{"data": []}', b"[{", b"<html>"])
async def test_a_list_that_is_none_did_not_come_from_there(body: bytes) -> None:
    client = Desk(Stub(lambda _: Said(200, body)), Watch()).client
    with pytest.raises(NotTheServer):
        await client.list(DAY, EVERYTHING)


async def test_a_record_of_another_task_is_not_believed() -> None:
    client = Desk(Stub(lambda _: Said(200, raw(6))), Watch()).client
    with pytest.raises(NotTheServer):
        await client.show(Key("p", "spaaza", "5"))


# -- where a task stands in a period ---------------------------------------------------------------------------


def place(basis: Basis = Basis.PLANNED, period: Period = DAY, **more: Any) -> tuple[str, bool] | None:
    found = place_of(read_task(raw(**more)), basis, period)
    return None if found is None else (str(found.due), found.reckoned)


DAILY = {"repeat": "daily"}
AT_TWO = "2026-05-26 02:00:00+00:00"


def test_once_is_a_fact_and_stands_on_its_day() -> None:
    assert place() == (AT_TWO, False)
    assert place(once="2026-05-27T02:00:00Z") is None
    assert place(once="2026-05-25T22:00:00Z") == ("2026-05-25 22:00:00+00:00", False)
    assert place(once="2026-05-25T21:59:59Z") is None


def test_a_repetition_that_has_not_run_is_reckoned() -> None:
    assert place(once="2026-05-01T02:00:00Z", trigger=DAILY) == (AT_TWO, True)
    assert place(once="2026-05-26T02:00:00Z", trigger=DAILY) == (AT_TWO, False)
    assert place(once="2026-05-27T02:00:00Z", trigger=DAILY) is None
    assert place(once="2026-05-01T02:00:00Z", trigger={"repeat": "weekly"}) is None
    assert place(once="2026-05-05T02:00:00Z", trigger={"repeat": "weekly"}) == (AT_TWO, True)
    assert place(once="2026-03-26T02:00:00Z", trigger={"repeat": "monthly"}) == (AT_TWO, True)
    assert place(once="2026-05-01T02:00:00Z", trigger={"repeat": "hourly"}) is None


def test_a_run_stands_for_the_moment_that_it_was_planned_for() -> None:
    ran: dict[str, Any] = {"once": "2026-05-01T02:00:00Z", "trigger": DAILY, "ran": "2026-05-26T02:07:00Z"}
    assert place(code="DONE", **ran) == (AT_TWO, False)
    assert place(code="ERROR", **ran) == (AT_TWO, False)
    # On the next day it is planned again, and nothing is known of that.
    assert place(code="DONE", period=DAY.shifted(1, BERLIN), **ran) == ("2026-05-27 02:00:00+00:00", True)
    # A server that sets it back to READY says nothing of the run any more: its next time counts.
    assert place(code="READY", **ran) is None


def test_the_other_dates() -> None:
    dates: dict[str, Any] = {"ran": "2026-05-26T10:00:00Z", "created": "2026-05-20T10:00:00Z"}
    assert place(Basis.RAN, **dates) == ("2026-05-26 10:00:00+00:00", False)
    assert place(Basis.RAN) is None
    assert place(Basis.CREATED, **dates) is None
    week = Period(DAY.start - timedelta(days=7), DAY.end)
    assert place(Basis.CREATED, week, **dates) == ("2026-05-20 10:00:00+00:00", False)


async def test_a_record_stands_where_its_row_stands(world: World, desk: Desk) -> None:
    await world.new(once="2026-05-01T02:00:00Z", repeat="daily")
    await world.new(once="2026-05-26T16:00:00Z", repeat="daily")
    await world.new(rewards())
    world.watch.forward(seconds=10)
    for period in (DAY, DAY.shifted(1, BERLIN)):
        rows = (await desk.client.list(period, EVERYTHING)).rows or ()
        assert len(rows) == (3 if period == DAY else 2)
        for row in rows:
            assert (await desk.show(row.key.id)).execution == row
    # Before any list, a run stands for the moment that it was planned for.
    fresh = Desk.at(world)
    assert str((await fresh.show(1)).execution.due) == AT_TWO


async def test_a_reckoned_row_wears_the_word(world: World) -> None:
    await world.new(once="2026-05-26T16:00:00Z", repeat="daily")
    desk = Desk.at(world, settings=Settings())
    (today,) = (await desk.client.list(DAY, EVERYTHING)).rows or ()
    (tomorrow,) = (await desk.client.list(DAY.shifted(1, BERLIN), EVERYTHING)).rows or ()
    assert (today.projected, today.marks) == (False, ())
    assert (tomorrow.projected, [mark.english() for mark in tomorrow.marks]) == (True, ["reckoned"])


@given(
    once=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    repeat=st.sampled_from(["daily", "weekly", "monthly", "yearly", ""]),
    now=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
)
def test_occurrences_stand_around_any_moment(once: datetime, repeat: str, now: datetime) -> None:
    last, upcoming = before(once, repeat, now), occurrence(once, repeat, now)
    assert (last is None) == (now < once)
    assert last is None or once <= last <= now
    assert upcoming is None or upcoming >= max(now, once)
    if last is not None and upcoming is not None:
        assert upcoming - last <= timedelta(days=31)


@given(
    st.one_of(st.none(), st.integers(), st.floats(), st.text(), st.lists(st.integers()), st.datetimes().map(str))
)
def test_no_value_is_too_strange_for_a_moment(value: object) -> None:
    moment = moment_of(value)
    assert moment is None or moment.tzinfo is UTC


@settings(deadline=None, max_examples=60)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda part: st.lists(part) | st.dictionaries(
        st.sampled_from(["id", "state", "trigger", "target", "code", "once", "segment", "rules", "logs"]), part
    ), max_leaves=15,
))  # fmt: skip
def test_no_json_is_too_strange_for_a_task(value: object) -> None:
    task = read_task(value)
    assert isinstance(task.group + task.kind + task.desc, str)
    for basis in Basis:
        place_of(task, basis, DAY)
    assert json.dumps(task.raw) is not None


async def test_tomorrow_shows_what_is_planned_and_not_todays_run_once_more(world: World) -> None:
    """The list of a day is asked for with the two days before it."""
    await world.new(once="2026-05-26T12:00:00Z", repeat="daily")
    await world.new(rewards(99), once="2026-05-26T12:00:00Z", repeat="daily")
    world.watch.forward(seconds=10)
    await world.get("/tasks")
    world.watch.forward(minutes=1)
    desk = Desk.at(world, settings=Settings())
    tomorrow = DAY.shifted(1, BERLIN)
    rows = {row.key.id: row for row in (await desk.client.list(tomorrow.with_look_back(), EVERYTHING)).rows or ()}
    done, failed = rows["1"], rows["2"]
    assert (done.status.raw, done.projected) == ("READY", True), "reckoned, so nobody knows how it will go"
    assert tomorrow.holds(done.due)
    assert (failed.status.raw, failed.projected) == ("ERROR", False), "what failed is carried over"
    assert (await desk.show("1")).execution == done
    today = {row.key.id: row for row in (await desk.client.list(DAY.with_look_back(), EVERYTHING)).rows or ()}
    assert [today[name].status.raw for name in ("1", "2")] == ["DONE", "ERROR"]
