"""Signing in with a secret that a person has already: asked for, put together, and proved by reading with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec

from tui.model.errors import TaskError
from tui.model.field import Choice, Field
from tui.model.message import Message
from tui.model.period import Period
from tui.model.signing import SignedIn, Step
from tui.model.system import Filters, TaskSystem

Connect = Callable[[str], TaskSystem]
"""A client that acts with this secret; raises ``TaskError`` for a secret that cannot be one."""

WAY = "way"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of secret: what is asked, and how the answers become one text (``TaskError`` where they cannot)."""

    id: str
    label: str
    step: Step
    join: Callable[[Mapping[str, str]], str]


class SecretSignIn:
    """Asks for one of several kinds of secret; where there is only one, for that at once.

    A secret is taken when the server lets it read; the same step comes again, with an error, when it does not.
    """

    def __init__(self, ways: tuple[Way, ...], connect: Connect) -> None:
        self._ways = {way.id: way for way in ways}
        self._connect = connect
        self._way = ways[0] if len(ways) == 1 else None

    @property
    def first(self) -> Step:
        """Which kind of secret it is, or the secret."""
        if self._way is not None:
            return self._way.step
        choices = tuple(Choice(way.id, way.label) for way in self._ways.values())
        field = Field(
            key=WAY, label=Message("How to sign in").english(), kind="choice", choices=choices, required=True
        )
        return Step(fields=(field,))

    async def answer(self, values: Mapping[str, str]) -> Step | SignedIn:
        """The kind leads to its questions; their answers lead to the end, when the server takes them."""
        if self._way is None:
            self._way = self._ways[values[WAY]]
            return self._way.step
        try:
            secret = self._way.join(values)
            await self._proved(secret)
        except TaskError as error:
            # Without its way here, which holds what was typed.
            failure: TaskError = error.with_traceback(None)
        else:
            return SignedIn(token=secret)
        secret = ""
        del values
        raise failure

    async def close(self) -> None:
        """Nothing stays open."""

    async def _proved(self, secret: str) -> None:
        system = self._connect(secret)
        try:
            await system.whoami()
            now = datetime.now(UTC)
            await system.list(Period(now, now), Filters())
        finally:
            await system.close()


def text(key: str, label: str, *, help: str = "") -> Field:
    """A question whose answer may be read."""
    return Field(key=key, label=label, kind="text", required=True, help=help)


def secret(key: str, label: str, *, help: str = "") -> Field:
    """A question whose answer nobody may read."""
    return Field(key=key, label=label, kind="secret", required=True, help=help)


def token_ways() -> tuple[Way, ...]:
    """A token that somebody was given, as it is."""
    step = Step(
        fields=(secret("token", Message("Token").english()),),
        about=Message("The token that the administration gave you."),
    )
    return (Way(id="token", label="", step=step, join=_token),)


def _token(values: Mapping[str, str]) -> str:
    return values.get("token", "").strip()


__all__: list[str] = ["SecretSignIn", "Way", "secret", "text", "token_ways"]
