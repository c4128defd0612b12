"""The sample site: everything occurs in it, and at every hour it looks like a shift that is running."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.embedded.world import EXECUTIONS, ZONE, Hands
from tui.embedded.app import Site, build
from tui.embedded.clock import SiteClock
from tui.embedded.intratool.policy import STATUSES
from tui.embedded.samples.assignments import ASSIGNMENTS
from tui.embedded.samples.build import FieldSpec
from tui.embedded.samples.templates import SHIFT, TEMPLATES

DAY = date(2026, 5, 11)


def site_at(folder: Path, hands: Hands) -> Site:
    return build("intratool", f"sqlite:///{folder / 'site.sqlite3'}", clock=hands, zone=ZONE)


async def asked(site: Site, who: str, path: str, **params: str) -> Any:
    token = next(user.token for user in site.users() if user.username == who)
    transport = httpx.ASGITransport(site.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://site", verify=False) as client:
        answer = await client.get(path, params=params, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def listed(site: Site, who: str, days_before: int, **params: str) -> list[dict[str, Any]]:
    start = f"{DAY - timedelta(days=days_before)} 00:00:00"
    rows: list[dict[str, Any]] = await asked(
        site, who, EXECUTIONS, period_start=start, period_end=f"{DAY} 23:59:59", **params
    )
    return rows


@pytest.mark.parametrize("hour", range(0, 24, 2))
@pytest.mark.parametrize("minute", ["05", "55"])
async def test_at_every_hour_there_is_something_overdue_due_later_and_closed(
    tmp_path: Path, hour: int, minute: str
) -> None:
    hands = Hands(f"{DAY} {hour:02}:{minute}:00")
    site = site_at(tmp_path, hands)
    rows = await listed(site, "maria", 2)
    site.close()
    clock = SiteClock(hands, ZONE)
    now = clock.now()
    open_rows = [row for row in rows if row["task_status_id"] in ("open", "in_progress", "in_progress_delayed")]
    gaps = [clock.moment(row["for_execution_date"]) - now for row in open_rows]
    assert any(gap < 0 for gap in gaps)
    assert any(0 <= gap <= 7200 for gap in gaps)
    assert any(gap > 7200 for gap in gaps) or hour >= 20
    assert len(open_rows) < len(rows)
    started = [row for row in open_rows if row["task_status_id"] != "open"]
    assert 1 <= len(started) <= 10
    yesterday = str(DAY - timedelta(days=1))
    assert any(row["for_execution_date"][:10] <= yesterday for row in open_rows)


async def test_past_days_hold_all_seven_states_in_a_plausible_mix(tmp_path: Path) -> None:
    site = site_at(tmp_path, Hands(f"{DAY} 13:20:00"))
    rows = await listed(
        site, "maria", 7, include="taskProgressFields|taskAssignment|lastActivityUser:id,full_name"
    )
    site.close()
    counted = Counter(row["task_status_id"] for row in rows)
    assert set(counted) == set(STATUSES)
    past = [row for row in rows if row["for_execution_date"] < f"{DAY} 00:00:00"]
    done = sum(row["task_status_id"] in ("done", "done_delayed") for row in past)
    assert 0.7 < done / len(past) < 0.95
    for row in past:
        if row["task_status_id"] in ("done", "done_delayed"):
            assert row["started_at"] <= row["ended_at"] <= f"{DAY} 13:20:00"
            assert row["last_activity_user"]
            late = row["ended_at"] > row["for_execution_date"]
            assert late == (row["task_status_id"] == "done_delayed")
            assert 0 <= row["achieved_points"] <= row["max_points"]
        if row["task_status_id"] == "denied":
            assert row["deny_reason"]
        if row["task_status_id"] == "done_delayed" and row["task_assignment"]["delayed_reason_required"]:
            assert row["delayed_reason"]
    answers = [one for row in past for one in row["task_progress_fields"]]
    assert len(answers) > 500
    assert any(one["additional_information"] for one in answers)


async def test_the_same_past_is_told_twice(tmp_path: Path) -> None:
    told = []
    for name in ("a", "b"):
        site = site_at(tmp_path / name, Hands(f"{DAY} 13:20:00"))
        told.append(await listed(site, "admin", 3, include="taskProgressFields"))
        site.close()
    assert told[0] == told[1]


async def test_a_finished_history_satisfies_its_own_rules(tmp_path: Path) -> None:
    """Every stored answer would be accepted again, and nothing required is missing."""
    from tui.embedded.intratool.validation import check, is_required

    site = site_at(tmp_path, Hands(f"{DAY} 13:20:00"))
    rows = await listed(site, "maria", 3, include="taskProgressFields|taskTemplate.formFields")
    site.close()
    finished = [row for row in rows if row["task_status_id"] in ("done", "done_delayed")]
    for row in finished:
        stored = {one["form_field_id"]: one["request_value"] for one in row["task_progress_fields"]}
        for field in row["task_template"]["form_fields"]:
            value = stored.get(field["id"])
            if value is not None and field["form_field_type_id"] != "entity_select":
                assert check(field, value) == [], (field["key"], value)
            assert value not in (None, [], "") or not is_required(field), field["key"]


async def test_it_keeps_its_state_and_tokens_over_a_restart(tmp_path: Path) -> None:
    hands = Hands(f"{DAY} 13:20:00")
    first = site_at(tmp_path, hands)
    rows, users = await listed(first, "ana", 1), first.users()
    first.close()
    second = site_at(tmp_path, hands)
    assert second.users() == users
    assert await listed(second, "ana", 1) == rows
    second.close()


def fields_of(kind: str) -> list[FieldSpec]:
    return [field for spec in TEMPLATES for field in spec.fields if field.kind == kind]


def test_people_and_titles() -> None:
    titles = [spec.title for spec in (*TEMPLATES, *ASSIGNMENTS)]
    assert max(map(len, titles)) <= 32
    assert {spec.lang for spec in TEMPLATES} == {"de", "en"}
    kinds = {field.kind for spec in TEMPLATES for field in spec.fields}
    documented = {"text", "rich-text", "radio", "select", "checkbox", "description", "datetime", "file-upload"}
    assert documented | {"entity_select", "recipient-select"} < kinds
    assert {bool(field.config.get("multiple")) for field in fields_of("entity_select")} == {True, False}
    assert any(kind == "mimetypes" for field in fields_of("file-upload") for kind, _ in field.rules)
    limits = {frozenset(config) for field in fields_of("text") for kind, config in field.rules if kind == "minmax"}
    assert limits == {frozenset({"min", "max"}), frozenset({"min"}), frozenset({"max"})}
    assert any(all(sign in field.key for sign in (".", " ", "ü", "Ö")) and field.key[0].isdigit()
               for field in fields_of("text"))  # fmt: skip
    formats = {field.config["type"] for spec in TEMPLATES for field in spec.fields if field.kind == "datetime"}
    assert formats == {"date", "time", "datetime"}
    fields = [field for spec in TEMPLATES for field in spec.fields]
    assert any(field.hidden for field in fields)
    assert any(field.disabled for field in fields)
    rules = {kind for field in fields for kind, _ in field.rules}
    assert rules == {"required", "email", "phone", "url", "number", "minmax", "datetime", "mimetypes"}
    assert any(not spec.fields and not any(one.parent == spec.key for one in TEMPLATES) for spec in TEMPLATES)
    assert {spec.mode for spec in ASSIGNMENTS} == {"all", "any_of", "one_of", "any_of_user", "one_of_user"}


def test_the_reference_checklist_has_its_twelve_fields() -> None:
    kinds = [field.kind for field in SHIFT.fields]
    assert kinds == ["radio"] * 3 + ["text"] * 3 + ["select", "checkbox", "radio", "datetime", "text", "radio"]
    options = [list(field.config.get("options", {}).values()) for field in SHIFT.fields]
    assert options[:3] == [["Ja", "Nein", "entfällt"]] * 3
    assert [len(found) for found in options[6:9]] == [4, 4, 5]
    assert options[8] == ["1", "2", "3", "4", "5"]
    assert options[11] == ["Ja", "Nein"]


async def test_one_layout_asks_in_another_order_than_the_sort_numbers(tmp_path: Path) -> None:
    site = site_at(tmp_path, Hands(f"{DAY} 13:20:00"))
    include = "layoutRows.layoutColumns.layoutableElements"
    (layout,) = await asked(site, "ana", "/api/layouts", include=include)
    site.close()
    ids = [
        element["layout_element_id"]
        for row in layout["layout_rows"]
        for column in row["layout_columns"]
        for element in column["layoutable_elements"]
    ]
    spec = next(one for one in TEMPLATES if one.layout)
    keys = [spec.fields[ident % 20 - 1].key for ident in ids]
    assert keys == [key for row in spec.layout for column in row for key in column]
    assert set(keys) < {field.key for field in spec.fields}, "one field is in no layout"
    assert keys != [field.key for field in spec.fields][: len(keys)]


async def test_presets_of_the_sample(tmp_path: Path) -> None:
    site = site_at(tmp_path, Hands(f"{DAY} 05:20:40"))
    found: dict[str, dict[str, Any]] = {}
    for row in await listed(site, "maria", 1, include="taskTemplate.formFields|taskAssignment:title"):
        fields = row["task_template"]["form_fields"]
        found[row["task_assignment"]["title"]] = {one["key"]: one["default_value"] for one in fields}
    site.close()
    assert found["Frühschicht, Küche"]["checked-at"] == "05:20"
    assert found["Kitchen, last round"]["closed-by"] == "Maria Lindner"
    assert found["Night to early"]["from-closing"] in (
        "Slicer blade is dull. Bread comes at 06:30.", "All quiet.",
    )  # fmt: skip


def test_users_come_with_the_supervisor_first(tmp_path: Path) -> None:
    site = site_at(tmp_path, Hands())
    users = site.users()
    site.close()
    roles = Counter(user.role for user in users)
    assert users[0].role == "supervisor"
    assert roles == {"worker": 6, "supervisor": 1, "admin": 1}
    assert len({user.token for user in users}) == 8


def test_there_is_no_such_system(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no embedded server"):
        build("sap", f"sqlite:///{tmp_path / 'x'}", clock=Hands(), zone=ZONE)
