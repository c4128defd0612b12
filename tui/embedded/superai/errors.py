"""What the server says when it refuses: the documented envelope, and FastAPI's list for input that does not fit.

Contract section 9.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from tui.embedded.asgi import REQUEST_ID, ApiError, Outgoing

_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    422: "validation_error",
    500: "internal_error",
}


class Failure(ApiError):
    """``{"error": {"message", "code", "details"}, "request_id"}``."""

    def __init__(self, status: int, message: str, *, code: str | None = None, details: Any = None) -> None:
        super().__init__(status, message)
        self.code = code if code is not None else _CODES.get(status)
        self.details = details

    def answer(self) -> Outgoing:
        """The envelope; its ``request_id`` is the one of the header."""
        error = {"message": self.message, "code": self.code, "details": self.details}
        return Outgoing(msgspec.json.encode({"error": error, "request_id": REQUEST_ID.get()}), self.status)


class Unfit(ApiError):
    """422 as the framework writes it: ``{"detail": [{"loc", "msg", "type"}]}``."""

    def __init__(self, *problems: tuple[Sequence[str | int], str, str]) -> None:
        super().__init__(422, problems[0][1] if problems else "")
        self._problems = problems

    def answer(self) -> Outgoing:
        """The list."""
        detail = [{"loc": list(loc), "msg": message, "type": kind} for loc, message, kind in self._problems]
        return Outgoing(msgspec.json.encode({"detail": detail}), self.status)


def refusal(status: int, message: str) -> Failure:
    """An error that has no more to say than its status and a sentence."""
    return Failure(status, message)


def not_found(what: str) -> Failure:
    """404."""
    return Failure(404, f"{what} not found")
