"""``Date``, ``ETag`` and ``Idempotency-Key``."""

from __future__ import annotations

from tests.contract.server import PERIOD, Api
from tests.embedded.world import EXECUTIONS
from tui.embedded.intratool import schema


async def test_date_comes_once_and_from_the_sites_clock(api: Api) -> None:
    answer = await api.ask("GET", f"{EXECUTIONS}/count")
    assert answer.headers.get_list("date") == ["Mon, 11 May 2026 08:30:00 GMT"]
    refused = await api.client.get(EXECUTIONS)
    assert refused.headers.get_list("date") == ["Mon, 11 May 2026 08:30:00 GMT"]


async def test_every_answer_has_its_own_request_id(api: Api) -> None:
    first = await api.ask("GET", f"{EXECUTIONS}/count")
    second = await api.ask("GET", f"{EXECUTIONS}/99999999")
    assert len({first.headers["x-request-id"], second.headers["x-request-id"]}) == 2


async def test_an_unchanged_list_is_304_without_a_body(api: Api) -> None:
    first = await api.ask("GET", EXECUTIONS, params=PERIOD)
    tag = first.headers["etag"]
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = await api.ask("GET", EXECUTIONS, params=PERIOD, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


async def test_a_changed_list_has_another_tag(api: Api) -> None:
    first = await api.ask("GET", EXECUTIONS, params=PERIOD)
    await api.new()
    again = await api.ask("GET", EXECUTIONS, params=PERIOD, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200
    assert len(again.json()) == len(first.json()) + 1


async def test_the_same_key_and_body_replays_the_answer(api: Api) -> None:
    known = await api.new()
    body = {"task_assignment_id": known["task_assignment_id"], "task_template_id": known["task_template_id"]}
    before = len(await api.day())
    key = {"Idempotency-Key": f"create-{known['id']}"}
    first = await api.ask("POST", EXECUTIONS, json=body, headers=key)
    again = await api.ask("POST", EXECUTIONS, json=dict(reversed(body.items())), headers=key)
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len(await api.day()) == before + 1


async def test_the_same_key_with_another_body_is_422(api: Api) -> None:
    row = await api.new()
    key = {"Idempotency-Key": f"progress-{row['id']}"}
    path = f"{EXECUTIONS}/{row['id']}/progress"
    assert (await api.ask("PUT", path, json={"what": "a"}, headers=key)).status_code == 200
    answer = await api.ask("PUT", path, json={"what": "b"}, headers=key)
    assert (answer.status_code, list(answer.json())) == (422, ["message"])


async def test_another_user_may_use_the_same_key(api: Api) -> None:
    row = await api.new()
    key = {"Idempotency-Key": f"shared-{row['id']}"}
    path = f"{EXECUTIONS}/{row['id']}/progress"
    assert (await api.ask("PUT", path, json={"what": "a"}, headers=key)).status_code == 200
    assert (await api.ask("PUT", path, "ana", json={"what": "b"}, headers=key)).status_code == 200


async def test_a_refused_request_may_be_sent_again_with_its_key(api: Api) -> None:
    row = await api.new()
    key = {"Idempotency-Key": f"finish-{row['id']}"}
    path = f"{EXECUTIONS}/{row['id']}/progress/finish"
    assert (await api.ask("POST", path, json={"severity": "low"}, headers=key)).status_code == 422
    filled = {"what": "Smoke", "happened-at": "2026-05-11 10:00:00"}
    assert (await api.ask("PUT", f"{EXECUTIONS}/{row['id']}/progress", json=filled)).status_code == 200
    assert (await api.ask("POST", path, json={"severity": "low"}, headers=key)).status_code == 200


async def test_while_the_first_is_running_the_second_is_told_to_wait(api: Api) -> None:
    row = await api.new()
    claimed = {
        "user_id": 1,
        "key": f"busy-{row['id']}",
        "fingerprint": await _fingerprint_of_deny(api, row["id"]),
        "claimed_at": int(api.running.hands().timestamp()) - 5,
    }
    with api.running.site._database.write() as tx:
        tx.execute(schema.idempotency_keys.insert().values(claimed))
    path = f"{EXECUTIONS}/{row['id']}/deny"
    key = {"Idempotency-Key": f"busy-{row['id']}"}
    answer = await api.ask("POST", path, json={"deny_reason": "x"}, headers=key)
    assert (answer.status_code, list(answer.json())) == (409, ["message"])
    assert (await api.get(f"{EXECUTIONS}/{row['id']}"))["task_status_id"] == "open"
    with api.running.site._database.write() as tx:
        tx.execute(schema.idempotency_keys.update().values(claimed_at=schema.idempotency_keys.c.claimed_at - 60))
    # The process that claimed it is gone: the effect and its answer are one transaction, so neither is there.
    answer = await api.ask("POST", path, json={"deny_reason": "x"}, headers=key)
    assert (answer.status_code, answer.json()["data"]["task_status_id"]) == (200, "denied")


async def _fingerprint_of_deny(api: Api, execution: int) -> str:
    from tui.embedded.asgi import Incoming
    from tui.embedded.intratool.idempotency import fingerprint

    request = Incoming("POST", f"{EXECUTIONS}/{execution}/deny", {}, [], {})
    return fingerprint(request, {"deny_reason": "x"})
