"""Records in words: rules as sentences, logs of any shape, what is unknown kept and shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.spaaza.desk import BERLIN, Desk
from tests.api.stub import Asked, Said, Stub
from tests.embedded.spaaza.world import Watch, World, rule, segment
from tui.api.spaaza.records import read_task
from tui.api.spaaza.words import audience, audience_lines, failure, log_line, sentence
from tui.i18n import say, set_language
from tui.model.execution import Block, Record, Tone
from tui.model.system import MoreLines


def said(block: Block) -> list[str]:
    return [
        f"{line.label.english()}: {line.text.english()}" if line.label is not None else line.text.english()
        for line in block.lines
    ]


def blocks(record: Record) -> dict[str, list[str]]:
    return {block.id: said(block) for block in record.blocks}


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (rule("country", "is", value="DE"), "country is DE"),
        (rule("country", "is_not", value=""), "country is not "),
        (rule("name", "contains", value="boss"), "name contains boss"),
        (rule("name", "does_not_contain", value="boss"), "name does not contain boss"),
        (rule("day", "is_date", value="2026-05-01"), "day is on 2026-05-01"),
        (rule("day", "is_after_date", start_date="2026-05-01"), "day is after 2026-05-01"),
        (rule("day", "is_before_date", end_date="2026-05-01"), "day is before 2026-05-01"),
        (rule("day", "is_between_date", start_date="a", end_date="b"), "day is between a and b"),
        (rule("visits", "is_between_number", min=1, max=2.5), "visits is between 1 and 2.5"),
        (rule("day", "relative_less_than", time_factor="day", time_amount=7), "day is less than 7 × day ago"),
        (rule("x", "explodes", at=5), 'x: explodes {"at": 5}'),
        (rule("{x}", "is", value="{field}"), "{x} is {field}"),
        ({}, "?:  {}"),
        ("country = DE", '?:  "country = DE"'),
        (None, "?:  null"),
    ],
)
def test_a_rule_is_a_sentence(one: Any, words: str) -> None:
    assert sentence(one).english() == words


def test_an_audience_is_told_in_short_and_in_full() -> None:
    two = segment(rule("country", "is", value="DE"), rule("visits", "is_between_number", min=1, max=2))
    any_of = {**two, "join": "any"}
    table: list[tuple[dict[str, Any], str, int]] = [
        ({}, "ALL CUSTOMERS", 1),
        ({"segment_id": "s1"}, "saved segment s1", 1),
        ({"user_list": "a.csv"}, "customer list a.csv", 1),
        ({"segment": two}, "all of 2 rules", 3),
        ({"segment": any_of}, "any of 2 rules", 3),
        ({"segment": segment(rule("country", "is", value="DE"))}, "country is DE", 2),
        ({"segment": {"rules": "broken"}}, "ALL CUSTOMERS", 1),
    ]
    for trigger, short, lines in table:
        task = read_task({"id": 1, "trigger": trigger})
        assert audience(task).english() == short
        assert len(audience_lines(task)) == lines
    assert audience_lines(read_task({}))[0].tone is Tone.WARNING
    assert audience_lines(read_task({"trigger": {"segment": any_of}}))[0].text.english().startswith("Any of")


@pytest.mark.parametrize(
    ("entry", "words", "tone"),
    [
        ("plain text", "plain text", Tone.PLAIN),
        ("ERROR: it broke", "ERROR: it broke", Tone.BAD),
        ({"date": "2026-05-26T14:35:00Z", "level": "ERROR", "message": "Broke"},
         "2026-05-26 16:35:00 ERROR Broke", Tone.BAD),
        ({"when": "2026-05-26", "severity": "warn", "text": "Hm"}, "2026-05-26 warn Hm", Tone.WARNING),
        ({"code": "DONE", "rows": 5}, 'DONE {"rows": 5}', Tone.GOOD),
        ({"message": "x", "rows": 5}, 'x {"rows": 5}', Tone.PLAIN),
        ([1], "[1]", Tone.PLAIN),
        (None, "null", Tone.PLAIN),
        (5, "5", Tone.PLAIN),
    ],
)  # fmt: skip
def test_a_line_of_a_log_is_read_whatever_it_is(entry: Any, words: str, tone: Tone) -> None:
    line = log_line(entry, BERLIN)
    assert (line.text.english(), line.tone) == (words, tone)
    assert line.text.server, "a server's words are never taken for a template"


def test_the_cause_of_a_failure_is_the_first_of_its_errors() -> None:
    def line(level: str, message: str) -> dict[str, str]:
        return {"date": "2026-05-26T14:35:00Z", "level": level, "message": message}

    log = [
        line("INFO", "The end."), line("ERROR", "Task execution failed."), line("ERROR", "No campaign."),
        line("INFO", "Run 2 started."), line("ERROR", "Of an earlier run."),
    ]  # fmt: skip
    assert failure(log) == "No campaign."
    assert failure(log[:1]) == failure([]) == ""
    assert failure(["ERROR: it broke"]) == "ERROR: it broke"


@settings(deadline=None, max_examples=40)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda part: st.lists(part) | st.dictionaries(st.text(), part), max_leaves=12,
))  # fmt: skip
def test_no_entry_and_no_rule_is_too_strange(value: Any) -> None:
    assert isinstance(log_line(value, BERLIN).text.english(), str)
    assert isinstance(sentence(value).english(), str)


async def test_a_record_is_blocks_in_their_order(world: World, desk: Desk) -> None:
    task = await world.new(
        once="2026-05-26T13:35:00Z", repeat="daily", segment=segment(rule("country", "is", value="DE"))
    )
    await world.code(task)
    world.watch.forward(seconds=3)
    record = await desk.show(task)
    assert [block.id for block in record.blocks] == ["state", "schedule", "target", "audience", "log", "other"][:5]
    shown = blocks(record)
    assert shown["state"][:3] == [
        "Now: Done", "Last run: 2026-05-26 16:35:00", "It took: about 3 s",
    ]  # fmt: skip
    assert shown["state"][-1] == "Times here are local (Europe/Berlin); the server has them in UTC."
    assert "UTC" not in "".join(line for name, lines in shown.items() if name != "state" for line in lines)
    assert shown["schedule"] == [
        "Planned: 2026-05-26 15:35:00",
        "Repeats: every day",
        "Next run: 2026-05-27 15:35:00, reckoned from its repetition",
    ]
    assert shown["target"] == ["Action: export", "Data: users", "Format: csv"]
    assert shown["audience"] == ["All of these have to hold:", "country is DE"]
    assert shown["log"][0].endswith("INFO Run 1 ended after 3 s.")
    assert [one.name for one in record.downloads] == [f"users-{task}.csv"]


async def test_the_log_goes_on_page_by_page(world: World, desk: Desk) -> None:
    world.documents("users", *({"user_id": 10 + place} for place in range(700)))
    task = await world.new()
    await world.execute(task)
    record = await desk.show(task)
    (log,) = [block for block in record.blocks if block.id == "log"]
    lines, more = [*said(log)], log.more
    assert isinstance(desk.client, MoreLines)
    pages = 1
    while more:
        page = await desk.client.more(record.execution.key, more)
        lines, more, pages = lines + said(page), page.more, pages + 1
    assert pages == 3
    assert len(lines) == len(set(lines)) == 76
    assert lines[-1].endswith("Run 1 started at 2026-05-26T14:35:00Z.")


def one_task(**more: Any) -> Stub:
    def answer(asked: Asked) -> Said:
        task = {"id": 5, "chain": 1, "desc": "x", "state": {"code": "READY"}, **more}
        return Said(200, [task] if asked.path == "/tasks" else task)

    return Stub(answer)


async def test_a_server_that_pages_no_log_is_not_asked_for_ever() -> None:
    logs = [{"date": "2026-05-26T14:35:00Z", "message": f"Line {number}"} for number in range(60)]
    desk = Desk(one_task(logs=logs), Watch())
    record = await desk.show(5)
    (log,) = [block for block in record.blocks if block.id == "log"]
    assert (len(log.lines), log.more) == (60, "60")
    page = await desk.client.more(record.execution.key, log.more)
    assert (page.lines, page.more) == ((), "")


async def test_what_is_unknown_is_kept_and_shown_under_other() -> None:
    stub = one_task(results={"rows": 5}, target={"action": "issue wallet", "wallet": 3}, debug="made by hand")
    record = await Desk(stub, Watch()).show(5)
    assert blocks(record)["other"] == ["Diagnostics: made by hand", 'results: {"rows": 5}', "target.wallet: 3"]
    assert next(block for block in record.blocks if block.id == "other").folded
    # What nobody knows is treated like the most dangerous thing that is known.
    action = record.action("execute")
    assert action is not None
    assert (action.risk, action.proof) == ("typed", "5")


async def test_a_task_that_is_late_says_so() -> None:
    for once, words in (
        ("2026-05-26T14:21:00Z", "Planned 14 min ago, not run yet."),
        ("2026-05-26T10:00:00Z", "Planned 4 h ago, not run yet."),
        ("2026-05-26T14:36:00Z", None),
    ):
        record = await Desk(one_task(trigger={"once": once}), Watch()).show(5)
        assert [policy.english() for policy in record.policies] == ([words] if words else [])


async def test_hostile_words_stay_words() -> None:
    evil = "{0.__class__} %s \x1b[2J \u202e <b>{field}</b>"
    stub = one_task(
        desc=evil, debug=evil, logs=[evil, {"message": evil}], strange={evil: evil},
        trigger={"segment": {"rules": [rule(evil, "is", value=evil)]}}, target={"action": evil},
    )  # fmt: skip
    record = await Desk(stub, Watch()).show(5)
    shown = blocks(record)
    assert record.execution.title == evil
    assert shown["audience"][1] == f"{evil} is {evil}"
    assert shown["log"] == [evil, evil]
    assert f"Diagnostics: {evil}" in shown["other"]
    for node in await Desk(stub, Watch()).client.nodes(record.execution.key, "", 0):
        assert isinstance(node.label.english() + node.title, str)


async def test_the_grouped_view_is_told_in_the_person_s_language_and_leaves_no_line_empty() -> None:
    stub = one_task(
        trigger={"once": "2026-05-26T10:00:00Z", "repeat": "daily",
                 "segment": segment(rule("country", "is", value="DE"))},
        state={"code": "ERROR", "last_run_date": "2026-05-26T10:00:00Z"},
        logs=[{"date": "2026-05-26T10:00:05Z", "level": "ERROR", "message": "No segment."}],
        target={"action": "export", "export_index": "users"},
    )  # fmt: skip
    desk = Desk(stub, Watch())
    record = await desk.show(5)
    # A report reads it from here.
    assert [(label.english(), said) for label, said in record.facts] == [("Why it failed", "No segment.")]
    set_language("de", {})
    try:
        nodes = await desk.client.nodes(record.execution.key, "", 0)
        own = [node for node in nodes if node.kind not in ("group", "task")]
        lines = [[say(node.label), *map(say, node.marks)] for node in own]
    finally:
        set_language("en", {})
    assert all(len(pair) == 2 and all(pair) for pair in lines), "each node has two lines"
    assert ["Zeitplan", "wann es läuft"] in lines
    assert ["Wiederholung", "täglich"] in lines
    assert ["Jetzt", "Fehlgeschlagen"] in lines
    assert ["country ist DE", "Zielgruppe"] in lines
    assert not any(node.title for node in own), "nothing is English already"
