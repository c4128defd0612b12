"""The shift report: what it names, in which words, and that no server's text steers a reader or a spreadsheet."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from tests.workbench.bench import Bench
from tests.workbench.site import BERLIN, DENY, START, Site, key, request
from tests.workbench.test_board import (
    ACTIVE,
    DAY,
    DENIED,
    DONE,
    DONE_LATE,
    LATE,
    MISSED,
    NOON,
    OPEN,
    at,
    row,
    table,
)
from tui.form.codec import Context
from tui.model.errors import NotFound, Unauthorised, Unreachable
from tui.model.execution import Answer, Execution, Record
from tui.model.field import Field, Rule
from tui.model.message import Message
from tui.model.period import Period
from tui.model.plain import HARMFUL
from tui.model.status import Phase, Status
from tui.workbench.changes import Changes
from tui.workbench.entry import Entry, EntryState
from tui.workbench.report import Report, compose
from tui.workbench.report_files import FORMS, file_name, text_of
from tui.workbench.report_forms import COLUMNS, as_csv, as_data, as_markdown
from tui.workbench.report_reading import list_for, make_report

TEMPERATURE = Field(
    key="t", label="Fridge", kind="number", unit="°C", allows_note=True,
    rules=(Rule("minmax", {"min": 2, "max": 7}),),
)  # fmt: skip
HOSTILE = "=cmd|'/c calc'!A1\x1b[2J\u202e|**_<b>`\n# no heading"


def say(message: Message) -> str:
    return message.english()


def record(execution: Execution, *facts: tuple[str, str], **answers: Answer) -> Record:
    return Record(
        execution=execution,
        fields=(TEMPERATURE,),
        answers=answers,
        facts=tuple((Message(label), text) for label, text in facts),
    )


def made(
    *rows: Execution, records: tuple[Record, ...] = (), entries: tuple[Entry, ...] = (), now: datetime = NOON
) -> Report:
    return compose(
        Changes(rows=table(rows), period=DAY, as_of=NOON - timedelta(seconds=4)),
        {one.execution.key: one for one in records},
        entries,
        profile="kitchen",
        system="memory",
        title="Kitchen",
        context=Context(lang="en", zone=BERLIN, clock=lambda: now),
    )


def whole() -> Report:
    denied, late = row(4, DENIED, at(7)), row(5, DONE_LATE, at(8), actor="Anna")
    entry = Entry(
        id="e1",
        request=request("9", DENY),
        state=EntryState.PAUSED,
        created=at(11),
        reason=Message("The server does not accept the token."),
    )
    return made(
        row(1, OPEN, at(-20)),
        row(2, LATE, at(11.5)),
        row(3, MISSED, at(6)),
        denied,
        late,
        row(6, DONE, at(9), points=3.0, max_points=4.0),
        row(7, OPEN, at(20)),
        row(8, Status("cancelled", Phase.CANCELLED), at(5)),
        row(9, DONE, at(-20)),
        records=(
            record(denied, ("Reason for denying", "No delivery"), ("Started", "06:58")),
            record(late, t=Answer(value="9.5", note="Door was open")),
        ),
        entries=(entry,),
    )


def test_every_execution_stands_in_one_section() -> None:
    report = whole()
    sections = {
        name: [item.row.key.id for item in getattr(report, name)]
        for name in ("open", "missed", "denied", "closed", "late", "done")
    }
    assert sections == {
        "open": ["1", "2", "7"], "missed": ["3"], "denied": ["4"], "closed": ["8"], "late": ["5"], "done": ["6"],
    }  # fmt: skip
    assert report.total == 8
    assert [item.carried for item in report.open] == [True, False, False]
    assert [item.late_by for item in report.open] == [timedelta(hours=32), timedelta(minutes=30), None]
    assert (report.points, report.max_points) == (3.0, 4.0)
    assert report.denied[0].reason == "No delivery"
    assert report.unread == 4


def test_notes_and_values_out_of_limits_are_named() -> None:
    report = whole()
    (note,), (value,) = report.notes, report.limits
    assert (note.field, note.value, note.note) == ("Fridge", "9.5 °C", "Door was open")
    assert value.limits is not None
    assert (value.row.key.id, value.limits.english()) == ("5", "2 to 7 °C")
    fine = row(1, DONE)
    for answer in (Answer(value="7"), Answer(value=2), Answer(value=""), Answer(value="warm"), Answer()):
        found = made(fine, records=(record(fine, t=answer),))
        assert (found.limits, found.notes) == ((), ())


def test_settled_writes_do_not_wait() -> None:
    states = {
        state: Entry(id=state, request=request("1", DENY), state=state, created=NOON) for state in EntryState
    }
    report = made(entries=tuple(states.values()))
    assert {entry.state for entry in report.waiting} == {state for state in EntryState if not state.settled}


def test_the_paper_says_all_of_it() -> None:
    paper = as_markdown(whole(), BERLIN, say)
    for line in (
        "# Shift report: Kitchen",
        "- Period: 2026-05-11 00:00 to 2026-05-11 23:59",
        "- Points: 3 of 4",
        "| Started, late | 1 |",
        "> The answers of 4 tasks could not be read, and are missing here.",
        "## Unfinished (3)",
        "- 10.05. 04:00 **Check 1** · Kitchen – Open, 32 h 00 min late",
        "- 11:30 **Check 2** · Kitchen – Started, late, 30 min late",
        "- 07:00 **Check 4** · Kitchen – Denied, Reason for denying: No delivery, Started: 06:58",
        "- 08:00 **Check 5** · Kitchen – Fridge: 9.5 °C (2 to 7 °C). Door was open",
        "## Not sent to the server yet (1)",
    ):
        assert line in paper.split("\n")
    empty = as_markdown(made(), BERLIN, say)
    assert empty.count("Nothing.") == 8


def test_the_table_has_its_columns_and_one_line_for_each_thing() -> None:
    lines = list(csv.DictReader(io.StringIO(as_csv(whole(), BERLIN, say))))
    assert tuple(lines[0]) == COLUMNS
    assert [line["section"] for line in lines] == [
        "open", "open", "open", "missed", "denied", "closed", "late", "done", "note", "limit", "waiting",
    ]  # fmt: skip
    denied = next(line for line in lines if line["section"] == "denied")
    assert (denied["id"], denied["reason"], denied["due"]) == ("4", "No delivery", "2026-05-11T07:00:00+02:00")
    limit = next(line for line in lines if line["section"] == "limit")
    assert (limit["field"], limit["value"], limit["limits"]) == ("Fridge", "9.5 °C", "2 to 7 °C")
    overdue = [(line["id"], line["late"], line["late_minutes"]) for line in lines if line["late_minutes"]]
    assert overdue == [("1", "False", "1920"), ("2", "True", "30")], "also what the server does not call late"


def test_the_data_can_be_written_as_json() -> None:
    data = json.loads(json.dumps(as_data(whole(), BERLIN, say)))
    assert data["counts"][0] == {"phase": "open", "late": False, "number": 2}
    assert data["denied"][0]["facts"] == {"Reason for denying": "No delivery", "Started": "06:58"}
    assert data["open"][1]["late_minutes"] == 30
    assert [entry["state"] for entry in data["waiting"]] == ["paused"]


def test_no_text_of_a_server_is_taken_for_anything_else() -> None:
    bad = row(1, DENIED, at(7), place=HOSTILE, actor=HOSTILE, title=HOSTILE)
    report = made(bad, records=(record(bad, ("Reason for denying", HOSTILE), t=Answer(value="9", note=HOSTILE)),))
    paper = as_markdown(report, BERLIN, say)
    assert "\x1b" not in paper
    assert "\u202e" not in paper
    assert "<b>" not in paper.replace("\\<b\\>", "")
    assert all("heading" not in line for line in paper.split("\n") if line.startswith("#"))
    for line in csv.reader(io.StringIO(as_csv(report, BERLIN, say))):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line)
        assert not any("\x1b" in cell or "\n" in cell for cell in line)


# -- reading what it needs --------------------------------------------------------------------------------


async def kept(bench: Bench, key_id: str) -> None:
    """Read the record as for the screen, and let the disk have it."""
    await bench.workbench.records.load(key(key_id))
    await asyncio.wrap_future(bench.journal.write(lambda db: None))


async def test_only_what_was_worked_on_is_read_and_what_is_kept_is_not_read_again(
    bench: Bench, site: Site
) -> None:
    site.change("1", "done", temperature="4")
    site.change("2", "denied")
    changes = await bench.workbench.live.load()
    seen: list[tuple[int, int]] = []
    report = await make_report(bench.workbench, changes, lang="en", progress=lambda *step: seen.append(step))
    assert sorted(site.shown) == ["1", "2"]
    assert seen[-1] == (2, 2)
    assert (report.unread, len(report.done), len(report.denied), len(report.open)) == (0, 1, 1, 1)
    await kept(bench, "1")
    site.shown.clear()
    await make_report(bench.workbench, changes, lang="en")
    assert site.shown == ["2"]


@pytest.mark.parametrize("error", [NotFound(), Unreachable(), Unauthorised()])
async def test_one_record_that_cannot_be_read_is_told_and_a_line_that_fails_is_an_error(
    bench: Bench, site: Site, error: Exception
) -> None:
    site.change("1", "done")
    changes = await bench.workbench.live.load()
    site.always["show"] = error
    if isinstance(error, NotFound):
        assert (await make_report(bench.workbench, changes, lang="en")).unread == 1
        return
    with pytest.raises(type(error)):
        await make_report(bench.workbench, changes, lang="en")


async def test_without_a_line_it_is_made_from_what_is_kept(benches: Callable[..., Bench], site: Site) -> None:
    site.change("1", "done")
    site.change("2", "done")
    bench = benches()
    await bench.workbench.live.load()
    await kept(bench, "1")
    site.always["list"] = Unreachable()
    with pytest.raises(Unreachable):
        await bench.workbench.live.load()
    site.shown.clear()
    report = await make_report(bench.workbench, bench.workbench.live.now, lang="en")
    assert (report.unread, site.shown, report.as_of) == (1, [], START)


SHIFT = Period(at(6), at(14) - timedelta(seconds=1))


async def test_a_part_of_what_is_shown_is_not_asked_for_again(bench: Bench) -> None:
    bench.workbench.live.set_period(DAY)
    await bench.workbench.live.load()
    asked = bench.site.calls.count("list")
    changes = await list_for(bench.workbench, SHIFT)
    assert bench.site.calls.count("list") == asked
    assert (changes.period, changes.as_of) == (SHIFT, bench.workbench.live.now.as_of)
    assert changes.rows is bench.workbench.live.rows


async def test_another_time_is_read_once_and_the_list_stays_as_it_is(bench: Bench) -> None:
    bench.workbench.live.set_period(DAY)
    shown = await bench.workbench.live.load()
    asked = bench.site.calls.count("list")
    earlier = DAY.shifted(-3, BERLIN)
    changes = await list_for(bench.workbench, earlier)
    assert bench.site.calls.count("list") == asked + 1
    assert changes.period == earlier
    assert bench.workbench.live.now is shown


async def test_without_a_line_what_the_list_holds_is_taken_else_it_is_said(bench: Bench) -> None:
    bench.workbench.live.set_period(DAY)
    await bench.workbench.live.load()
    bench.site.always["list"] = Unreachable()
    night = Period(DAY.start - timedelta(hours=2), DAY.start + timedelta(hours=6))
    assert (await list_for(bench.workbench, night)).rows is bench.workbench.live.rows
    with pytest.raises(Unreachable):
        await list_for(bench.workbench, DAY.shifted(-30, BERLIN))


@pytest.mark.parametrize(
    ("period", "name"),
    [
        (DAY, "shift-report-2026-05-11.md"),
        (Period.of_days(date(2026, 5, 10), date(2026, 5, 11), BERLIN), "shift-report-2026-05-10-to-2026-05-11.md"),
        (SHIFT, "shift-report-2026-05-11-0600-to-1359.md"),
    ],
)
def test_the_file_is_called_after_its_time(period: Period, name: str) -> None:
    assert file_name(period, BERLIN, "md") == name


@pytest.mark.parametrize("form", FORMS)
def test_a_file_of_any_form_says_nothing_that_steers_a_reader(form: str) -> None:
    text = text_of(made(row(1, OPEN, at(7), title=HOSTILE)), BERLIN, form, say)
    assert not HARMFUL.search(text)


def test_what_was_ended_within_the_time_belongs_to_it_whenever_it_was_due() -> None:
    within, before = at(9), at(-3)
    rows = (
        row(1, MISSED, at(-20), touched=within),
        row(2, DONE, at(20, day=1), touched=within),
        row(3, ACTIVE, at(30), touched=within),
        row(4, DONE, at(-20), touched=before),
        row(5, OPEN, at(20, day=1), touched=within),
        row(6, DENIED, at(-20)),
    )
    changes = Changes(rows=table(rows), period=DAY, as_of=NOON)
    context = Context(lang="en", zone=BERLIN, clock=lambda: NOON)
    report = compose(
        changes, {}, (), profile="kitchen", system="memory", title="", context=context, worked={key("6"), key("1")}
    )
    ids = {
        name: [one.row.key.id for one in getattr(report, name)] for name in ("open", "missed", "denied", "done")
    }
    assert ids == {"open": ["3"], "missed": ["1"], "denied": ["6"], "done": ["2"]}
    assert [item.carried for item in (*report.missed, *report.done)] == [True, False]
    assert "- 12.05. 20:00 **Check 2** · Kitchen – Done" in as_markdown(report, BERLIN, say)
    assert (
        sum(
            line.startswith(("missed,", "denied,", "done,", "open,"))
            for line in as_csv(report, BERLIN, say).split("\n")
        )
        == 4
    )


async def test_what_was_done_here_is_named_even_when_no_list_holds_it(bench: Bench) -> None:
    """Done three days before it is due: the server's list of the day has never heard of it."""
    bench.site.truth["3"].due = START + timedelta(days=3)
    bench.workbench.live.set_period(DAY)
    changes = await bench.workbench.live.load()
    assert {one.id for one in changes.rows} == {"1", "2"}
    await bench.workbench.outbox.add(request("3", DENY))
    await bench.workbench.sender.round()
    report = await make_report(bench.workbench, changes, lang="en")
    assert [item.row.key.id for item in report.denied] == ["3"]
    earlier = Changes(rows={}, period=DAY.shifted(-9, BERLIN), as_of=START)
    assert (await make_report(bench.workbench, earlier, lang="en")).total == 0


def test_what_failed_stands_apart_and_in_one_section() -> None:
    report = made(row(1, Status("failed", Phase.BROKEN), None), row(2, ACTIVE), row(3, OPEN))
    assert [item.row.key.id for item in report.failed] == ["1"]
    assert [item.row.key.id for item in report.open] == ["2", "3"]
    paper = as_markdown(report, BERLIN, say)
    assert "## Failed (1)" in paper
    assert "## Unfinished (2)" in paper, "open and in progress, as in the table"
