"""What the screen needs from outside: the shape of the object that ``__main__`` hands in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tui.config import Profile, Settings
from tui.model.message import Message
from tui.model.signing import SignedIn, SignIn
from tui.workbench.books import Owner
from tui.workbench.workbench import Workbench


class Account(Protocol):
    """Somebody to be: a profile, and at the embedded site one of its people."""

    @property
    def profile(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def detail(self) -> Message: ...


class ProbeResult(Protocol):
    """What a test of a connection told."""

    @property
    def ok(self) -> bool: ...
    @property
    def message(self) -> Message: ...


class Shop(Protocol):
    """Builds workbenches and knows the accounts; fulfilled by ``compose.Composer``."""

    @property
    def settings(self) -> Settings: ...

    def accounts(self) -> Sequence[Account]:
        """Everybody that F9 offers."""
        ...

    def workbench(self, profile: str, user: str = "") -> Workbench:
        """A workbench, at once; it connects by itself later."""
        ...

    def owner(self, owner_id: str = "") -> Owner:
        """Who stands behind the ID of an owner."""
        ...

    async def sign_in(self, profile: Profile) -> SignIn:
        """The guided way to a token of ``profile``, step by step. Raises ``TaskError``."""
        ...

    async def keep(self, profile: Profile, found: SignedIn) -> Message:
        """Use the token from now on, and keep it where this profile keeps it; says for how long it is kept."""
        ...

    async def probe(self, profile: Profile, token: str = "") -> ProbeResult:
        """Try a profile's connection; never raises."""
        ...
