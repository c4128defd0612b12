"""Signing in with more than a token: the system asks step by step, a person answers, a token comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from tui.model.field import Field
from tui.model.message import Message


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked now. Fields of kind ``secret`` are not shown while they are typed, and kept nowhere."""

    fields: tuple[Field, ...]
    about: Message | None = None


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """The end. ``token`` is a secret for the profile; ``expires`` is aware UTC where the server says so."""

    token: str
    expires: datetime | None = None

    def __repr__(self) -> str:
        return "SignedIn(...)"


class SignIn(Protocol):
    """One attempt to sign in. Every method may raise ``model.errors.TaskError``."""

    @property
    def first(self) -> Step:
        """What is asked at the beginning."""
        ...

    async def answer(self, values: Mapping[str, str]) -> Step | SignedIn:
        """Send the answers to the last step, by field key; what comes next. The same step may come again."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
