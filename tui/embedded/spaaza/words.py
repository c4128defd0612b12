"""The words of the interface: states, actions, indexes, and errors in their envelope (contract 4 and 6)."""

from __future__ import annotations

from datetime import UTC, datetime

from tui.embedded.asgi import ApiError, Outgoing, json_answer

READY, INPROGRESS, DONE, ERROR = "READY", "INPROGRESS", "DONE", "ERROR"
CODES = (READY, INPROGRESS, DONE, ERROR)
EXPORT, REWARDS = "export", "bulk issue rewards"
INDEXES = {
    "transactions": "Transaction",
    "users": "User",
    "vouchers": "Voucher",
    "wallet-ledger": "Wallet",
    "products": "Product",
    "product-variants": "ProductVariant",
}
"""The name of an index, and what its files are called."""
FORMATS = {"csv": "text/csv", "json": "application/json"}
REPEATS = ("daily", "weekly", "monthly")

_NUMBERS = {"no_valid_session": 6, "permission_denied": 68, "not_found": 44, "invalid_parameter": 21}
_NAMES = {404: "not_found", 405: "method_not_allowed", 413: "request_too_large", 500: "server_error"}


class SpaazaError(ApiError):
    """``{"error": {"code", "name", "description"}}``; ``wrapped`` puts the core API's ``result`` beside it."""

    def __init__(self, status: int, name: str, description: str, *, wrapped: bool = False) -> None:
        super().__init__(status, description)
        self.name = name
        self._wrapped = wrapped

    def answer(self) -> Outgoing:
        """The envelope."""
        error = {"code": _NUMBERS.get(self.name, 100), "name": self.name, "description": self.message}
        result = {"result": {"code": 2, "status": "error"}} if self._wrapped else {}
        return json_answer({**result, "error": error}, self.status)


def refusal(status: int, message: str) -> SpaazaError:
    """An error of the web layer."""
    return SpaazaError(status, _NAMES.get(status, "error"), message)


def unauthorised() -> SpaazaError:
    """No credentials, or bad ones."""
    return SpaazaError(401, "no_valid_session", "No valid authentication provided.")


def forbidden() -> SpaazaError:
    """Good credentials, but another chain or too low an access level."""
    return SpaazaError(403, "permission_denied", "Insufficient permissions for this chain.")


def task_not_found() -> SpaazaError:
    """Unknown, or another chain's."""
    return SpaazaError(404, "not_found", "No task exists with the specified ID for this chain.")


def invalid(path: str, what: str) -> SpaazaError:
    """A body or query that cannot be taken; ``path`` says where."""
    return SpaazaError(400, "invalid_parameter", f"{path}: {what}")


def iso(moment: int | None) -> str | None:
    """``2026-05-26T14:35:00Z``."""
    return None if moment is None else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_moment(text: object, *, end_of_day: bool = False) -> int | None:
    """Seconds since 1970 of an ISO 8601 date or datetime (UTC if it names no zone); ``None`` for anything else."""
    if not isinstance(text, str) or not text[:4].isdigit():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if end_of_day and len(text.strip()) <= 10:
        moment = moment.replace(hour=23, minute=59, second=59)
    try:
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None
