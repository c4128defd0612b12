"""Answers that are asked for again and again: what did not change is neither sent nor read a second time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Any, NamedTuple

from tui.api.http import Answer, read_json

KEPT = 600
"""Answers; those asked for longest ago go first."""


class _Kept(NamedTuple):
    validator: str | None
    digest: bytes
    value: Any


class Memory:
    """The last good answer to each question, with the ETag that it came with."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def ask(self, question: str, ask: Callable[[str | None], Awaitable[Answer]]) -> Any:
        """The answer's JSON; the very same object as long as the server's bytes are the same.

        ``ask`` is given the ETag to send. Raises ``TaskError``.
        """
        known = self._kept.get(question)
        answer = await ask(known.validator if known is not None else None)
        if answer.not_modified and known is not None:
            return self._keep(question, known)
        digest = blake2b(answer.content, digest_size=16).digest()
        if known is not None and digest == known.digest:
            return self._keep(question, known._replace(validator=answer.validator))
        return self._keep(question, _Kept(answer.validator, digest, read_json(answer)))

    def _keep(self, question: str, kept: _Kept) -> Any:
        self._kept[question] = kept
        self._kept.move_to_end(question)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept.value
