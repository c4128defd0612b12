"""File fields: a multipart form, sent as POST with ``_method=PUT`` (contract gap 3)."""

from __future__ import annotations

from typing import Any

from tests.contract.server import Api
from tests.embedded.world import EXECUTIONS

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) + b"\r\n--not-the-boundary\r\n"


async def machine_check(api: Api) -> dict[str, Any]:
    rows = await api.day("emil", include="taskTemplate:title|taskProgressFields.formField:key")
    return next(row for row in rows if row["task_template"]["title"] == "Machine check")


async def answers(api: Api, execution: int) -> dict[str, Any]:
    shown = await api.get(f"{EXECUTIONS}/{execution}", include="taskProgressFields.formField:key")
    return {one["form_field"]["key"]: one for one in shown["task_progress_fields"]}


async def reopened(api: Api) -> int:
    row = await machine_check(api)
    answer = await api.ask("PUT", f"{EXECUTIONS}/{row['id']}/status", json={"task_status_id": "in_progress"})
    assert answer.status_code == 200, answer.text
    return int(row["id"])


async def test_a_photo_is_stored_and_comes_back_byte_for_byte(api: Api) -> None:
    execution = await reopened(api)
    form = {
        "_method": "PUT",
        "line": "a",
        "sounds[]": ["noise", "leak"],
        "photo_additional_information": "left side",
    }
    files = {"photo": ("gauge 1.png", PNG, "image/png")}
    answer = await api.ask("POST", f"{EXECUTIONS}/{execution}/progress", "emil", data=form, files=files)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["task_status_id"].startswith("in_progress")
    stored = await answers(api, execution)
    photo = stored["photo"]
    assert (photo["request_value"], photo["additional_information"]) == ("gauge 1.png", "left side")
    assert stored["sounds"]["request_value"] == ["noise", "leak"]
    content = await api.ask("GET", photo["value"], "emil")
    assert (content.status_code, content.content) == (200, PNG)
    assert content.headers["content-type"] == "image/png"
    assert (await api.ask("GET", photo["value"], "cem")).status_code == 404
    # Sending back what is there changes nothing; null takes it away.
    same = await api.ask("PUT", f"{EXECUTIONS}/{execution}/progress", json={"photo": photo["value"]})
    assert same.status_code == 200
    assert (await answers(api, execution))["photo"]["value"] == photo["value"]
    await api.ask("PUT", f"{EXECUTIONS}/{execution}/progress", json={"photo": None})
    assert (await answers(api, execution))["photo"]["request_value"] is None


async def test_another_type_of_file_is_refused(api: Api) -> None:
    execution = await reopened(api)
    files = {"photo": ("notes.txt", b"hello", "text/plain")}
    form = {"_method": "PUT"}
    answer = await api.ask("POST", f"{EXECUTIONS}/{execution}/progress", data=form, files=files)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["photo"])


async def test_a_name_is_no_file(api: Api) -> None:
    execution = await reopened(api)
    answer = await api.ask("PUT", f"{EXECUTIONS}/{execution}/progress", json={"photo": "c:/gauge.png"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["photo"])


async def test_a_form_without_the_method_is_405(api: Api) -> None:
    execution = await reopened(api)
    files = {"photo": ("gauge.png", PNG, "image/png")}
    answer = await api.ask("POST", f"{EXECUTIONS}/{execution}/progress", files=files)
    assert answer.status_code == 405


async def test_a_repeated_form_with_its_key_stores_once(api: Api) -> None:
    execution = await reopened(api)
    key = {"Idempotency-Key": f"photo-{execution}-{id(api)}"}
    path = f"{EXECUTIONS}/{execution}/progress"
    sent = []
    for _ in range(2):
        files = {"photo": ("gauge.png", PNG, "image/png")}
        sent.append(await api.ask("POST", path, data={"_method": "PUT"}, files=files, headers=key))
    assert [one.status_code for one in sent] == [200, 200]
    assert sent[0].json() == sent[1].json()


async def test_finish_takes_a_form_too(api: Api) -> None:
    execution = await reopened(api)
    form = {
        "_method": "PUT", "line": "a", "guards": "yes", "emergency-stop": "yes", "pressure": "6.1",
        "delayed_reason": "",
    }  # fmt: skip
    files = {"photo": ("gauge.png", PNG, "image/png")}
    answer = await api.ask("POST", f"{EXECUTIONS}/{execution}/progress/finish", data=form, files=files)
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["task_status_id"].startswith("done")


async def test_a_file_over_10_megabytes_is_refused_at_its_field_and_one_of_exactly_10_is_taken(api: Api) -> None:
    execution = await reopened(api)
    most = 10 * 1024 * 1024
    for size, status in ((most, 200), (most + 1, 422)):
        files = {"photo": ("gauge.png", PNG.ljust(size, b"x"), "image/png")}
        form = {"_method": "PUT"}
        answer = await api.ask("POST", f"{EXECUTIONS}/{execution}/progress", "emil", data=form, files=files)
        assert answer.status_code == status, answer.text[:200]
    assert list(answer.json()["errors"]) == ["photo"]
