"""What a profile of this system may say beside its address and its secret (contract section 10)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from tui.model.errors import TaskError
from tui.model.message import Message

API_VERSION = "1.6.3"
MOST_SECONDS = 3600


class Basis(StrEnum):
    """Which of a task's three dates places it in a period."""

    PLANNED = "planned"
    RAN = "ran"
    CREATED = "created"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """``chain`` is the retailer's ID, ``None`` where it is learned from the tasks; ``patience`` is how many
    seconds a run may take before its outcome counts as unknown; ``session``: the secret is an admin's session."""

    chain: int | None = None
    session: bool = False
    api_version: str = API_VERSION
    patience: float = 300.0
    basis: Basis = Basis.PLANNED


def read_settings(options: Mapping[str, str]) -> Settings:
    """``chain``, ``auth`` (bearer, session), ``api_version``, ``execute_timeout`` (seconds) and ``date_basis``.

    Raises ``TaskError`` that names the one which cannot be.
    """
    chain, basis = options.get("chain", ""), options.get("date_basis", Basis.PLANNED)
    patience = options.get("execute_timeout", "300")
    auth, version = options.get("auth", "bearer"), options.get("api_version", API_VERSION)
    if chain and not _whole(chain):
        raise _wrong("chain", chain)
    if not _whole(patience) or not 1 <= int(patience) <= MOST_SECONDS:
        raise _wrong("execute_timeout", patience)
    if basis not in set(Basis):
        raise _wrong("date_basis", basis)
    if auth not in ("bearer", "session"):
        raise _wrong("auth", auth)
    if auth == "session" and not chain:
        raise TaskError(what=Message("A session needs to know the chain: set “chain” in the profile."))
    if not version.isascii() or not version.replace(".", "").isdigit():
        raise _wrong("api_version", version)
    return Settings(
        chain=int(chain) if chain else None,
        session=auth == "session",
        api_version=version,
        patience=float(patience),
        basis=Basis(basis),
    )


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _wrong(name: str, value: str) -> TaskError:
    params = {"name": name, "value": value[:40]}
    return TaskError(what=Message("“{value}” cannot be the “{name}” of a Spaaza profile.", params))
