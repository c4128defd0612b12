"""What runs do: files with what the rules leave, vouchers for those who are meant, and a log that tells it."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.embedded.spaaza.world import World, export, rewards, rule, segment
from tui.embedded.spaaza import schema
from tui.embedded.spaaza.site import CHAIN
from tui.embedded.spaaza.words import INDEXES


async def names(world: World, *rules: dict[str, Any], join: str = "all") -> list[str]:
    task = await world.new(export("users", "json"), segment=segment(*rules, join=join))
    assert await world.execute(task) == "DONE"
    return [one["name"][:2] for one in json.loads(await world.file(task))]


async def test_a_csv_export_holds_every_value_as_it_was(world: World) -> None:
    task = await world.new(export("users", "csv"))
    assert await world.execute(task) == "DONE"
    rows = list(csv.DictReader(io.StringIO(await world.file(task), newline="")))
    assert [row["name"] for row in rows] == ["Ada", 'Bo "the", boss', "Łukasz\n=1+1"]
    assert json.loads(rows[2]["tags"]) == [{"word": "vip"}, {"word": "new"}]
    assert rows[2]["country"] == ""


@pytest.mark.parametrize("index", INDEXES)
async def test_files_are_called_after_their_index_and_task(world: World, index: str) -> None:
    task = await world.new(export(index, "json"))
    await world.execute(task)
    link = (await world.get(f"/tasks/{task}/download_url"))["url"]
    answer = await world.client.get(link)
    named = f'filename="{INDEXES[index]}_Export-{task}.json"'
    assert named in answer.headers["content-disposition"]
    assert json.loads(answer.content) == world.stored(index)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (rule("country", "is", value="de"), ["Ad"]),
        (rule("country", "is_not", value="DE"), ["Bo", "Łu"]),
        (rule("name", "contains", value="BOSS"), ["Bo"]),
        (rule("name", "does_not_contain", value="o"), ["Ad", "Łu"]),
        (rule("created_date", "is_date", value="2026-05-26"), ["Łu"]),
        (rule("created_date", "is_after_date", start_date="2026-05-01"), ["Łu"]),
        (rule("created_date", "is_before_date", end_date="2026-05-01"), ["Bo"]),
        (rule("created_date", "is_between_date", start_date="2025-01-31", end_date="2026-05-01"), ["Ad", "Bo"]),
        (rule("visits", "is_between_number", min=3, max=40), ["Ad", "Bo"]),
        (rule("visits", "is_between_number", min=3.5, max=40), ["Bo"]),
        (rule("created_date", "relative_less_than", time_factor="day", time_amount=7), ["Łu"]),
        (rule("created_date", "relative_more_than", time_factor="year", time_amount=1), ["Bo"]),
        (rule("tags.word", "is", value="vip", nested=True, nesting_path="tags"), ["Łu"]),
        (rule("nothing", "is", value="x"), []),
    ],
)
async def test_rules_leave_whom_they_name(world: World, one: dict[str, Any], expected: list[str]) -> None:
    assert await names(world, one) == expected


async def test_rules_are_joined(world: World) -> None:
    both = rule("country", "is", value="DE"), rule("name", "contains", value="boss")
    assert await names(world, *both) == []
    assert await names(world, *both, join="any") == ["Ad", "Bo"]


async def test_segments_and_lists_choose_customers_of_other_data_too(world: World) -> None:
    saved = segment(rule("country", "is", value="NL"))
    world.add(schema.segments, {"id": "seg-nl", "chain": CHAIN, "name": "NL", "segment": saved})
    world.add(schema.user_lists, {"ref": "lists/a.csv", "chain": CHAIN, "user_ids": [1, 99]})
    world.documents("transactions", {"user_id": 1, "total": 5}, {"user_id": 2, "total": 7})
    for trigger, totals in (({"segment_id": "seg-nl"}, [7]), ({"user_list": "lists/a.csv"}, [5])):
        task = await world.new(export("transactions", "json"), **trigger)
        await world.execute(task)
        assert [one["total"] for one in json.loads(await world.file(task))] == totals


async def test_rewards_become_vouchers_of_those_who_are_meant(world: World) -> None:
    world.add(schema.user_lists, {"ref": "lists/b.csv", "chain": CHAIN, "user_ids": [2]})
    task = await world.new(rewards(), user_list="lists/b.csv")
    assert await world.execute(task) == "DONE"
    (voucher,) = world.stored("vouchers")
    assert (voucher["user_id"], voucher["campaign_id"], voucher["title"]) == (2, 7, "One coffee")


@pytest.mark.parametrize(
    ("target", "trigger", "said"),
    [
        (rewards(99), {}, "Campaign 99 does not exist."),
        (export(), {"segment_id": "gone"}, "Segment gone does not exist."),
        (export(), {"user_list": "gone.csv"}, "The customer list gone.csv cannot be read."),
        (export(), {"segment": segment(rule("total", "is", value=1), index="transactions")},
         "The segment is one of transactions, not of users."),
    ],
)  # fmt: skip
async def test_what_cannot_be_run_is_an_error_with_its_reason_in_the_log(
    world: World, target: dict[str, Any], trigger: dict[str, Any], said: str
) -> None:
    task = await world.new(target, **trigger)
    assert await world.execute(task) == "ERROR"
    lines = (await world.get(f"/tasks/{task}"))["logs"]
    assert [line["message"] for line in lines if line["level"] == "ERROR"] == ["Task execution failed.", said]
    assert world.stored("vouchers") == []
    answer = await world.ask("GET", f"/tasks/{task}/download_url")
    assert answer.status_code == 400


async def test_a_run_replaces_the_file_of_the_one_before(world: World) -> None:
    task = await world.new(export("users", "json"))
    await world.execute(task)
    old = (await world.get(f"/tasks/{task}/download_url"))["url"]
    world.documents("users", {"user_id": 4, "name": "Zoë"})
    await world.execute(task)
    assert len(json.loads(await world.file(task))) == 4
    assert (await world.client.get(old)).status_code == 404


async def test_a_long_run_has_a_log_to_page_through(world: World) -> None:
    world.documents("users", *({"user_id": 10 + place, "name": f"C{place}"} for place in range(300)))
    task = await world.new()
    await world.execute(task)
    first = (await world.get(f"/tasks/{task}"))["logs"]
    assert len(first) == 10
    assert first[0]["message"] == "Run 1 ended after 3 s."
    everything: list[dict[str, str]] = []
    while page := (await world.get(f"/tasks/{task}", log_limit=7, offset=len(everything)))["logs"]:
        everything += page
    assert len(everything) == 36
    assert everything[:10] == first
    assert everything[-1]["message"] == "Run 1 started at 2026-05-26T14:35:00Z."
    dates = [line["date"] for line in everything]
    assert dates == sorted(dates, reverse=True)
    assert everything[4]["message"] == "290 of 303 rows written."
