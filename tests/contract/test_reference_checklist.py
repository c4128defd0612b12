"""The reference checklist, answered as a person would and sent by the client: presets, types, points, refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.contract.server import Api
from tests.embedded.world import EXECUTIONS, ZONE, Hands
from tui.api import connect
from tui.embedded.app import build
from tui.form.codec import Context, codec_for
from tui.model.action import Delivery, Request, Slot
from tui.model.errors import Refused
from tui.model.execution import Record
from tui.model.field import Value
from tui.model.period import Period
from tui.model.system import Filters, TaskSystem

TYPED = ("1", "1", "1", "4,5", "-18", "120", "2", "1,3", "4", "", "L-2605-114", "2")
"""What is typed into the twelve fields; nothing where the preset is taken."""
SENT = (
    "yes", "yes", "yes", "4.5", "-18", "120", "usable", ["tables", "floor"], "4", "06:50", "L-2605-114", "no",
)  # fmt: skip


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[TaskSystem]:
    hands = Hands("2026-05-11 06:50:12")
    site = build("intratool", f"sqlite:///{tmp_path / 'site.sqlite3'}", clock=hands, zone=ZONE)
    token = next(user.token for user in site.users() if user.username == "ana")
    made = connect(
        "intratool", base_url="embedded:", token=token, zone=ZoneInfo(ZONE), profile="site", app=site.app,
        clock=hands,
    )  # fmt: skip
    yield made
    await made.close()
    site.close()


async def checklist(client: TaskSystem) -> Record:
    zone = ZoneInfo(ZONE)
    listing = await client.list(Period.of_day(Hands()().astimezone(zone).date(), zone), Filters())
    assert listing.rows is not None
    row = next(one for one in listing.rows if one.place == "Frühschicht, Küche")
    return await client.show(row.key)


def finish(record: Record, values: dict[str, Value], notes: dict[str, str]) -> Request:
    return Request(
        profile="site", system="intratool", key_id=record.execution.key.id, action="finish", slot=Slot.FINISH,
        delivery=Delivery.QUEUED, idempotency_key="k", values=values, notes=notes, expected="open",
        inputs={"delayed_reason": "Zug kam spät"},
    )  # fmt: skip


async def test_twelve_answers_and_it_is_done(client: TaskSystem) -> None:
    record = await checklist(client)
    ctx = Context(lang="de", zone=ZoneInfo(ZONE))
    values: dict[str, Value] = {}
    for field, typed in zip(record.fields, TYPED, strict=True):
        values[field.key] = codec_for(field).parse(field, typed, ctx).value if typed else field.default
    assert tuple(values.values()) == SENT
    receipt = await client.perform(finish(record, values, {"no-damage": "Delle an Tür 2"}))
    assert receipt.status_raw == "done_delayed"
    done = await client.show(record.execution.key)
    assert {key: answer.value for key, answer in done.answers.items()} == values
    assert (done.answers["no-damage"].note, done.answers["oil"].text) == ("Delle an Tür 2", "noch gut")
    assert (done.execution.points, done.execution.max_points) == (9, 12)


async def test_each_refusal_names_its_field(client: TaskSystem) -> None:
    record = await checklist(client)
    values: dict[str, Value] = {"fridge-temperature": "9", "portions": "1.5", "oil": "burnt", "checked-at": "6:50"}
    with pytest.raises(Refused) as caught:
        await client.perform(finish(record, values, {}))
    given = {"fridge-temperature", "portions", "oil", "checked-at"}
    assert given < set(caught.value.fields)
    said = caught.value.fields["fridge-temperature"]
    assert said == ["The Kühlschrank (°C) field must be between -2 and 8."]


async def test_a_key_with_dots_blanks_umlauts_and_a_leading_digit(client: TaskSystem, api: Api) -> None:
    key = "1. Prüfung.Öl (°C)"
    rows = await api.day("ana", include="taskTemplate:title")
    row = next(one for one in rows if one["task_template"]["title"] == "Frittieröl messen")
    await api.ask("PUT", f"{EXECUTIONS}/{row['id']}/status", json={"task_status_id": "in_progress"})

    async def stored() -> dict[str, Any]:
        shown = await api.get(f"{EXECUTIONS}/{row['id']}", include="taskProgressFields.formField:key")
        return {one["form_field"]["key"]: one for one in shown["task_progress_fields"]}

    path = f"{EXECUTIONS}/{row['id']}/progress"
    sent = await api.ask("PUT", path, "maria", json={key: "171.5", f"{key}_additional_information": "Ölwechsel"})
    assert sent.status_code == 200, sent.text
    assert ((await stored())[key]["request_value"], (await stored())[key]["additional_information"]) == (
        "171.5",
        "Ölwechsel",
    )
    form = {"_method": (None, "PUT"), key: (None, "172.5")}
    sent = await api.ask("POST", path, "maria", files=form)
    assert sent.status_code == 200, sent.text
    assert (await stored())[key]["request_value"] == "172.5"
    for body in ({"json": {key: "221"}}, {"files": {"_method": (None, "PUT"), key: (None, "heiß")}}):
        method = "PUT" if "json" in body else "POST"
        refused = await api.ask(method, path, "maria", **body)
        assert (refused.status_code, list(refused.json()["errors"])) == (422, [key])


async def test_a_form_is_refused_field_by_field_too(api: Api) -> None:
    rows = await api.day("maria", include="taskTemplate:title")
    row = next(one for one in rows if one["task_template"]["title"] == "Machine check")
    await api.ask("PUT", f"{EXECUTIONS}/{row['id']}/status", json={"task_status_id": "in_progress"})
    form = {"line": "z", "pressure": "99", "sounds[]": ["noise", "quiet"], "informed[]": ["999"]}
    files = {"photo": ("photo.png", b"no picture at all", "image/png")}
    for path, data in (
        ("progress", {**form, "_method": "PUT"}),
        ("progress/finish", {**form, "delayed_reason": "Zug kam spät"}),
    ):
        answer = await api.ask(
            "POST", f"{EXECUTIONS}/{row['id']}/{path}", data=data, files=files, headers={"Accept-Language": "de"}
        )
        assert answer.status_code == 422
        errors = answer.json()["errors"]
        assert {"line", "pressure", "sounds", "informed", "photo"} <= set(errors)
        assert errors["photo"] == ["Photo of the gauge muss eine Datei vom Typ image/jpeg, image/png sein."]
        assert errors["pressure"] == ["Pressure (bar) muss zwischen 0 und 16 liegen."]


async def test_a_task_made_by_hand_is_preset_to_now(api: Api) -> None:
    made = await api.new("Störung melden")
    shown = await api.get(f"{EXECUTIONS}/{made['id']}", include="taskTemplate.formFields")
    presets = {field["key"]: field["default_value"] for field in shown["task_template"]["form_fields"]}
    assert presets == {"what": None, "severity": None, "happened-at": "2026-05-11 10:30:00"}
