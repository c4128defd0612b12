"""The error bodies of all three systems become the same typed errors, with the server's words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.api.stub import NOW
from tui.api.faults import SAID_LIMIT, from_answer
from tui.model.errors import NotFound, Refused, TaskError

BODIES: dict[str, tuple[dict[str, Any], str, dict[str, list[str]], str | None]] = {
    "Laravel": ({"message": "Bad.", "errors": {"q": ["Needed."]}}, "Bad.", {"q": ["Needed."]}, None),
    "SuperAI": (
        {"error": {"message": "Bad.", "code": "bad_request", "details": ["a", "b"]}, "request_id": "01J9"},
        "Bad.: a; b", {}, "01J9",
    ),
    "SuperAI with fields": (
        {"error": {"message": "Bad.", "code": "validation_error", "details": [{"field": "x", "message": "No."}]}},
        "Bad.: x: No.", {"x": ["No."]}, None,
    ),
    "FastAPI": (
        {"detail": [{"loc": ["body", "tags", 0, "tag"], "msg": "No."}, {"loc": ["query"], "msg": "B."}]},
        "tags.0.tag: No.; B.", {"tags.0.tag": ["No."]}, None,
    ),
    "FastAPI in words": ({"detail": "Not here."}, "Not here.", {}, None),
    "Spaaza": ({"error": {"code": 42, "name": "no_such", "description": "No task."}}, "No task.", {}, None),
    "Spaaza without words": ({"error": {"code": 42, "name": "no_such"}}, "no_such", {}, None),
    "identity": ({"error": "invalid_grant", "error_description": "Wrong password"}, "Wrong password", {}, None),
}  # fmt: skip


def error_of(status: int, body: Any, headers: dict[str, str] | None = None) -> TaskError:
    fault = from_answer(
        status, {"content-type": "application/json", **(headers or {})}, json.dumps(body).encode(), lambda: NOW
    )
    assert fault is not None
    return fault.error


@pytest.mark.parametrize("name", BODIES)
def test_the_words_the_fields_and_the_request_id_are_kept(name: str) -> None:
    body, said, fields, request_id = BODIES[name]
    refused = error_of(422, body)
    assert isinstance(refused, Refused)
    assert (refused.said, refused.fields, refused.request_id) == (said, fields, request_id)
    missing = error_of(404, body, {"x-request-id": "of the header"})
    assert isinstance(missing, NotFound)
    assert (missing.said, missing.request_id) == (said, "of the header")


@pytest.mark.parametrize("name", BODIES)
def test_a_409_with_a_code_means_the_thing_itself(name: str) -> None:
    body, _, fields, _ = BODIES[name]
    conflict = error_of(409, body)
    assert isinstance(conflict, Refused)
    named = isinstance(body.get("error"), dict) and "code" in body["error"]
    assert conflict.busy is not (named or bool(fields))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["error", "message", "detail", "details", "code", "loc", "msg", "errors"]), inner
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(body=anything, status=st.sampled_from([400, 401, 402, 403, 404, 405, 409, 410, 422, 429, 500, 503]))
def test_no_body_ends_the_reading(body: Any, status: int) -> None:
    error = error_of(status, body)
    assert error.reason.english()
    assert len(error.said) <= SAID_LIMIT


@pytest.mark.parametrize("name", BODIES)
def test_a_fault_tells_the_id_by_which_it_can_be_looked_up(name: str) -> None:
    body, said, _, request_id = BODIES[name]
    fault = error_of(500, body, {} if request_id else {"x-request-id": "01J8"})
    assert fault.reason.english() == f"{said} (request {request_id or '01J8'})"
    assert error_of(500, {}, {"x-request-id": "01J8"}).reason.english() == "The server has a fault (request 01J8)."
    assert error_of(500, {}).reason.english() == "The server has a fault."
