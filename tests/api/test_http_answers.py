"""What each kind of answer means: statuses, foreign pages, waits, repeats, conditional reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.api.stub import ALL, DAY, TOKEN, Asked, Naps, Said, Stub, key, on, request, system, transport
from tui.api import faults
from tui.api.http import Transport, query, segment
from tui.model.errors import (
    Forbidden,
    NotFound,
    NotTheServer,
    Refused,
    ServerFault,
    TaskError,
    Throttled,
    Unauthorised,
)

PATH = "/api/tasks-2/executions/812"
READ = f"GET {PATH}"
COUNT = "GET /api/tasks-2/executions/count"
LIST = "GET /api/tasks-2/executions"
FINISH = f"POST {PATH}/progress/finish"
HTML = {"content-type": "text/html; charset=utf-8"}
LOGIN = Said(200, b"<!DOCTYPE html><html><title>Sign in</title></html>", HTML)


async def failure_of(*said: Said, write: bool = False, naps: Naps | None = None) -> tuple[TaskError, Stub]:
    stub = Stub(on(FINISH if write else READ, *said))
    client = transport(stub, naps=naps)
    sent = (
        client.send("POST", f"{PATH}/progress/finish", json={}, idempotency_key="k") if write else client.get(PATH)
    )
    with pytest.raises(TaskError) as caught:
        await sent
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value, stub


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Said(401, {"message": "Unauthenticated."}), Unauthorised),
        (Said(403, {"message": "This action is unauthorized."}), Forbidden),
        (Said(404, {"message": "No query results."}), NotFound),
        (Said(404, b"", {}), NotFound),
        (Said(409, {"message": "Still running."}), Refused),
        (Said(413, b"<html>too large</html>", HTML), Refused),
        (Said(422, {"message": "The given data was invalid.", "errors": {}}), Refused),
        (Said(429, {"message": "Too Many Attempts."}), Throttled),
        (Said(503, {"message": "Maintenance."}, {"Retry-After": "7"}), Throttled),
        (Said(500, {"message": "Server Error"}), ServerFault),
        (Said(502, b"<html>Bad Gateway</html>", HTML), faults.NobodyThere),
        (Said(301, b"", {"Location": "https://example.org/login"}), NotTheServer),
        (Said(302, b"", {"Location": "/login"}), NotTheServer),
        (Said(304, b"", {}), NotTheServer),
        (Said(404, b"<html>nginx</html>", HTML), NotTheServer),
        (Said(419, {"message": "Page Expired"}), NotTheServer),
        (Said(200, b"", {}), NotTheServer),
        (LOGIN, NotTheServer),
        (Said(200, b"  <html></html>", {}), NotTheServer),
    ],
)
@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
async def test_each_answer_has_its_error(said: Said, kind: type[TaskError], write: bool) -> None:
    error, _ = await failure_of(said, write=write)
    assert type(error) is kind


async def test_the_servers_words_and_its_messages_per_field_are_kept() -> None:
    body = {"message": "Die Daten sind ungültig.", "errors": {"temp": ["Zu warm.", None], "note": "Fehlt."}}
    error, _ = await failure_of(Said(422, body, {"X-Request-Id": "req-7"}), write=True)
    assert isinstance(error, Refused)
    assert error.said == "Die Daten sind ungültig."
    assert error.fields == {"temp": ["Zu warm."], "note": ["Fehlt."]}
    assert error.request_id == "req-7"
    assert not error.busy


@pytest.mark.parametrize("body", [b"[]", b'"no"', b"{", b'{"message": {"a": 1}, "errors": [1]}', b"[" * 100_000])
async def test_an_error_body_of_any_shape_is_survived(body: bytes) -> None:
    error, _ = await failure_of(Said(422, body), write=True)
    assert isinstance(error, Refused)
    assert (error.said, error.fields) == ("", {})


async def test_long_words_are_cut_and_html_is_not_quoted() -> None:
    error, _ = await failure_of(Said(422, {"message": "x" * 9000, "errors": {"a": ["y" * 9000]}}), write=True)
    assert isinstance(error, Refused)
    assert len(error.said) == 500
    assert len(error.fields["a"][0]) == 500
    error, _ = await failure_of(Said(502, b"<html>Bad Gateway</html>", HTML), write=True)
    assert error.said == ""


async def test_a_conflict_means_that_the_first_attempt_is_still_running() -> None:
    busy, _ = await failure_of(Said(409, {"message": "Still running."}), write=True)
    fixed, _ = await failure_of(Said(409, {"message": "No.", "errors": {"a": ["b"]}}), write=True)
    assert isinstance(busy, Refused)
    assert busy.busy
    assert isinstance(fixed, Refused)
    assert not fixed.busy


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "Mon, 11 May 2026 06:32:00 GMT"}, 120),
        ({"Retry-After": "Mon, 11 May 2026 06:32:00 GMT", "Date": "Mon, 11 May 2026 06:31:30 GMT"}, 30),
        ({"Retry-After": "Mon, 11 May 2026 06:00:00 GMT"}, 0),
        ({"Retry-After": "soon"}, 5),
        ({}, 5),
    ],
)
async def test_the_wait_that_a_server_asks_for_is_understood(headers: dict[str, str], seconds: float) -> None:
    error, _ = await failure_of(Said(429, {}, headers), write=True)
    assert isinstance(error, Throttled)
    assert error.seconds == seconds


async def test_reads_of_a_server_that_is_not_there_are_repeated_once() -> None:
    naps = Naps()
    error, stub = await failure_of(Said(502, {"message": "Bad Gateway"}), naps=naps)
    assert isinstance(error, ServerFault)
    assert len(stub.asked) == 2
    assert naps.seconds == [0.25]


async def test_reads_are_repeated_a_little() -> None:
    naps = Naps()
    error, stub = await failure_of(Said(429, {}, {"Retry-After": "1"}), naps=naps)
    assert isinstance(error, Throttled)
    assert len(stub.asked) == 3
    assert naps.seconds == [1.0, 1.0]


async def test_a_read_that_works_at_the_second_attempt_is_fine() -> None:
    stub, naps = Stub(on(READ, Said(503, {}), Said(200, {"id": 812}))), Naps()
    answer = await transport(stub, naps=naps).get(PATH)
    assert (answer.status, answer.content) == (200, b'{"id": 812}')
    assert len(naps.seconds) == 1


async def test_the_servers_own_wait_is_kept_before_a_repeat() -> None:
    stub, naps = Stub(on(READ, Said(429, {}, {"Retry-After": "3"}), Said(200, {"id": 812}))), Naps()
    await transport(stub, naps=naps).get(PATH)
    assert naps.seconds == [3.0]


async def test_a_long_wait_is_left_to_the_caller() -> None:
    naps = Naps()
    error, stub = await failure_of(Said(429, {}, {"Retry-After": "3600"}), naps=naps)
    assert isinstance(error, Throttled)
    assert error.seconds == 3600
    assert (len(stub.asked), naps.seconds) == (1, [])


@pytest.mark.parametrize("status", [401, 403, 404, 409, 422, 500])
async def test_what_a_repeat_cannot_change_is_not_repeated(status: int) -> None:
    _, stub = await failure_of(Said(status, {}))
    assert len(stub.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_write_is_never_repeated(status: int) -> None:
    naps = Naps()
    _, stub = await failure_of(Said(status, {}, {"Retry-After": "1"}), write=True, naps=naps)
    assert (len(stub.asked), naps.seconds) == (1, [])


async def test_a_conditional_read_is_answered_not_modified() -> None:
    def answer(asked: Asked) -> Said:
        if asked.headers.get("if-none-match") == '"v1"':
            return Said(304, b"", {"ETag": '"v1"'})
        return Said(200, [], {"ETag": '"v1"', "Date": "Mon, 11 May 2026 06:30:00 GMT"})

    client = transport(Stub(answer))
    first = await client.get(PATH)
    again = await client.get(PATH, validator=first.validator)
    assert (first.validator, first.not_modified) == ('"v1"', False)
    assert (again.validator, again.not_modified, again.content) == ('"v1"', True, b"")
    assert client.server_time == datetime(2026, 5, 11, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("validator", ["a\r\nX: y", "ü", ""])
async def test_a_validator_that_is_no_header_is_not_sent(validator: str) -> None:
    stub = Stub()
    await transport(stub).get(PATH, validator=validator)
    assert "if-none-match" not in stub.asked[0].headers


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 9999 99:99:99 GMT"])
async def test_a_broken_date_is_no_time(date: str) -> None:
    client = transport(Stub(on(READ, Said(200, {"id": 812}, {"Date": date}))))
    await client.get(PATH)
    assert client.server_time is None


async def test_the_words_are_asked_for_in_the_persons_language() -> None:
    stub = Stub()
    await Transport("embedded:", TOKEN, app=stub, language="de").get(PATH)
    await transport(stub).get(PATH)
    assert [asked.headers.get("accept-language") for asked in stub.asked] == ["de", None]


async def test_a_good_answer_is_not_searched_for_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(content: bytes) -> None:
        raise AssertionError(f"{len(content)} bytes were decoded for nothing")

    monkeypatch.setattr(faults._Words, "read", never)
    assert (await transport(Stub()).get(PATH)).status == 200


async def test_a_refused_list_or_count_means_a_bad_token() -> None:
    client = system(Stub(on(LIST, Said(403, {"message": "Forbidden"})), on(COUNT, Said(403, {}))))
    with pytest.raises(Unauthorised) as caught:
        await client.list(DAY, ALL)
    assert caught.value.said == "Forbidden"
    with pytest.raises(Unauthorised):
        await client.count()


async def test_a_refused_write_is_told_apart_by_a_harmless_read() -> None:
    allowed = Stub(on(FINISH, Said(403, {"message": "Not yours."})))
    with pytest.raises(Forbidden) as caught:
        await system(allowed).perform(request("finish"))
    assert caught.value.said == "Not yours."
    assert allowed.lines == [FINISH, COUNT]
    expired = Stub(on(FINISH, Said(403, {})), on(COUNT, Said(403, {})))
    with pytest.raises(Unauthorised):
        await system(expired).perform(request("finish"))


async def test_a_refused_write_stays_forbidden_when_the_harmless_read_finds_no_server() -> None:
    stub = Stub(on(FINISH, Said(403, {"message": "Not yours."})), on(COUNT, Said(500, {})))
    with pytest.raises(Forbidden):
        await system(stub).perform(request("finish"))


@pytest.mark.parametrize(
    "body",
    [
        {"id": 812, "task_status_id": "done"},
        {"status": "success"},
        {"status": "success", "data": []},
        {"status": "success", "data": {"id": 813, "task_status_id": "done"}},
        {"status": "success", "data": {"task_status_id": "done"}},
        {"status": "success", "data": {"id": 812}},
        {"status": "error", "data": {"id": 812, "task_status_id": "done"}},
        [],
        b'{"status": "success", "data": {"id": 812, "task_st',
    ],
)
async def test_a_write_is_believed_only_by_its_envelope_and_our_id(body: object) -> None:
    with pytest.raises(NotTheServer):
        await system(Stub(on(FINISH, Said(200, body)))).perform(request("finish"))


async def test_a_success_that_left_another_state_is_not_taken_as_done() -> None:
    answer = {"status": "success", "data": {"id": 812, "task_status_id": "in_progress"}}
    with pytest.raises(Refused) as caught:
        await system(Stub(on(FINISH, Said(200, answer)))).perform(request("finish"))
    assert caught.value.reason.english() == "The server took it, but left the task as: in_progress."


@pytest.mark.parametrize("body", [{"id": 813}, {"message": "hello"}, [], b'{"id": 812, "task'])
async def test_a_record_with_another_id_is_not_ours(body: object) -> None:
    with pytest.raises(NotTheServer):
        await system(Stub(on(READ, Said(200, body)))).show(key())


@pytest.mark.parametrize("body", [{"data": []}, b'[{"id": 812', {"count": 3}, b"null", b"[1,", b"[" * 5000])
async def test_a_list_that_is_no_array_is_not_ours(body: object) -> None:
    with pytest.raises(NotTheServer):
        await system(Stub(on(LIST, Said(200, body)))).list(DAY, ALL)


@pytest.mark.parametrize("body", [{}, {"count": None}, {"count": "many"}, {"count": -1}])
async def test_a_count_that_is_no_number_is_not_ours(body: object) -> None:
    with pytest.raises(NotTheServer):
        await system(Stub(on(COUNT, Said(200, body)))).count()


async def test_an_application_that_breaks_down_is_a_server_fault() -> None:
    def broken(asked: Asked) -> Said:
        raise RuntimeError(asked.headers["authorization"])

    with pytest.raises(ServerFault) as caught:
        await transport(Stub(broken)).get(PATH)
    assert TOKEN not in repr(caught.value)


def test_queries_are_written_as_documented_and_ids_stay_in_their_place() -> None:
    moment = "2026-05-11 00:00:00"
    assert query([("period_start", moment)]) == "?period_start=2026-05-11+00:00:00"
    assert query([("include", "a:id|b"), ("x", "ü&=")]) == "?include=a:id%7Cb&x=%C3%BC%26%3D"
    assert query([("filter[task_status_id][is]", "open")]) == "?filter[task_status_id][is]=open"
    assert segment("812") == "812"
    assert segment("../count?x#y") == "..%2Fcount%3Fx%23y"
    assert segment("..") == "%2E%2E"
