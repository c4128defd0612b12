"""The one place where profiles become working things."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tui.compose.accounts import Account, SamplePerson, accounts, people, person
from tui.compose.sites import Sites
from tui.config import ConfigError, Environment, Profile, Settings, nearest
from tui.config.secrets import Origin, SecretError, Token, at_hand, origin, token_for
from tui.model.clock import Clock, CorrectedClock, system_clock
from tui.model.errors import Unauthorised
from tui.model.message import Message
from tui.model.signing import SignedIn, SignIn
from tui.model.system import TaskSystem

if TYPE_CHECKING:
    from tui.api import FieldCache
    from tui.compose.probe import ProbeResult
    from tui.compose.serve import Serving
    from tui.compose.tokens import Scrubber
    from tui.workbench.books import Books, Owner
    from tui.workbench.workbench import Workbench

IN_PROCESS = "http://embedded"
JOURNAL = "journal.sqlite"
OWNERS = "owners.json"

AHEAD_HOURS = 12.0
"""A shift: what is due until then is read before it is needed."""


class Composer:
    """Builds workbenches, probes and servers from ``settings``. One per process; ``close`` it at the end."""

    def __init__(
        self, settings: Settings, environ: Mapping[str, str], clock: Clock = system_clock, *, language: str = ""
    ) -> None:
        self.settings = settings
        self._environ = Environment(environ)
        self._language = language
        self.clock = clock
        self.sites = Sites(settings.data_dir, clock)
        self._given: dict[str, Token] = {}
        self._signed: dict[str, Token] = {}
        """What a person signed in with here: it comes before what the profile says."""

    def accounts(self) -> list[Account]:
        """Everybody that F9 offers."""
        return accounts(self.settings.profiles)

    def workbench(self, profile: str, user: str = "") -> Workbench:
        """A workbench at once; it connects by itself when started, and imports what it needs for that in a thread.

        ``user`` is for the sample site: the user name of one of its people. Only a profile whose token comes from
        a program or the keyring waits here for that. A missing token does not raise: the link says what is wrong.
        Raises ``ConfigError`` when the data folder cannot be used at all.
        """
        from tui.compose.field_cache import JournalFieldCache
        from tui.compose.owners import server_place, site_place
        from tui.workbench.desk import Desk
        from tui.workbench.journal import Journal, JournalError
        from tui.workbench.workbench import Workbench

        chosen = self.settings.profiles[profile]
        zone = ZoneInfo(chosen.timezone)
        clock = CorrectedClock(self.clock)
        who = self._person(chosen, user) if chosen.embedded else None
        try:
            journal = Journal(self.settings.data_dir / JOURNAL)
        except JournalError as error:
            raise ConfigError(error.message) from error
        if who is not None:
            place, mark, shown = site_place(chosen, who.username), "", who.name
            cache = JournalFieldCache(journal, profile)
            connect = self._to_site(chosen, who.username, zone, cache)
        else:
            token, place, shown = self._token(chosen), server_place(chosen), ""
            mark = self._mark(place, None if isinstance(token, SecretError) else token)
            cache = JournalFieldCache(journal, place)
            connect = self._to_server(chosen, token, zone, cache)
        desk = Desk(
            profile=profile,
            system=chosen.system,
            title=chosen.shown,
            zone=zone,
            user=shown,
            owner=place if who is not None else f"{place}:{mark}",
            place=place,
            refresh_seconds=chosen.refresh_seconds,
            # a server in this very process is never out of reach
            ahead_hours=0.0 if who is not None else AHEAD_HOURS,
        )
        return Workbench(desk, journal, connect, clock)

    def books(self) -> Books:
        """The journal of all profiles and people, for reading. Raises ``ConfigError`` when it cannot be used."""
        from tui.workbench.books import Books
        from tui.workbench.journal import JournalError

        try:
            return Books(self.settings.data_dir / JOURNAL, self.owner)
        except JournalError as error:
            raise ConfigError(error.message) from error

    def owner(self, owner_id: str = "") -> Owner:
        """Who stands behind the ID of an owner; without one, whom the chosen profile opens for, as far as that
        is known without asking a program or the keyring for a token."""
        from tui.compose.owners import owner_of

        return owner_of(owner_id or self._own(self.settings.chosen), self.settings.profiles)

    def origin(self, profile: Profile) -> Origin | None:
        """Where the profile's token is looked for; ``None`` at the sample site, which needs none."""
        if profile.embedded:
            return None
        return origin(profile, self._environ, chosen=profile.name == self.settings.profile)

    def scrubber(self) -> Scrubber:
        """Takes every secret that this process knows of out of texts."""
        from tui.compose.tokens import Scrubber

        return Scrubber(self.settings.profiles.values(), self._environ, self._given.values())

    def expires(self, profile: str) -> datetime | None:
        """When the profile's token says that it ends, if it was asked for already and says so."""
        from tui.compose.tokens import expires

        token = self._given.get(profile)
        return None if token is None else expires(token)

    async def sign_in(self, profile: Profile) -> SignIn:
        """The guided way to a token of ``profile``. Raises ``TaskError`` for an address that cannot be."""
        from tui.compose.signing import begin

        return await asyncio.to_thread(begin, profile, self._language, self.clock)

    async def keep(self, profile: Profile, found: SignedIn) -> Message:
        """Use the token from now on, and keep it where this profile keeps it; says for how long it is kept."""
        from tui.compose.signing import kept

        self._signed[profile.name] = self._given[profile.name] = token = Token(found.token)
        return await asyncio.to_thread(kept, profile, token, self._environ)

    async def probe(self, profile: Profile, token: str = "") -> ProbeResult:
        """Try ``profile`` with ``token``; with "" the token is had from where the profile says. Never raises."""
        from tui.compose.probe import ProbeResult, probe

        given = Token(token)
        del token  # a traceback that prints locals finds the boxed one only
        try:
            zone = ZoneInfo(profile.timezone)
        except (KeyError, OSError, ValueError):
            return ProbeResult(
                ok=False, message=Message("“{name}” is not a known time zone.", {"name": profile.timezone})
            )
        if profile.embedded:
            return await probe(self._to_site(profile, person(profile.user).username, zone), zone, self.clock)
        found = given if given else await asyncio.to_thread(self._token, profile)
        if isinstance(found, SecretError):
            return ProbeResult(ok=False, message=found.message)
        return await probe(self._to_server(profile, found, zone), zone, self.clock)

    def serve(
        self, system: str, *, host: str, port: int, database: str | None, started: Callable[[Serving], None]
    ) -> Message | None:
        """Run an embedded server until SIGINT or SIGTERM; returns why it could not start, or ``None``.

        ``database`` is a SQLAlchemy URL; ``None`` is the file of the sample site itself. ``started`` is called
        when requests are answered. ``SHIFTDECK_SERVE_TOKEN`` is the admin's token; without it one is made.
        """
        from tui.compose.serve import ServeError, serve

        try:
            serve(
                system,
                database or self.sites.database_url(system),
                host=host,
                port=port,
                zone=self.settings.chosen.timezone,
                token=Token(self._environ.get("SHIFTDECK_SERVE_TOKEN", "")),
                started=started,
            )
        except ServeError as error:
            return error.message
        return None

    def close(self) -> None:
        """Give back the sites' files. Workbenches are closed by whoever started them, before this."""
        self.sites.close()

    def _person(self, profile: Profile, user: str) -> SamplePerson:
        wanted = user or profile.user
        who = person(wanted)
        if wanted and who.username != wanted:
            names = tuple(one.username for one in people())
            what = Message(
                "There is nobody called “{name}” at the sample site. There is: {known}.",
                {"name": wanted, "known": ", ".join(names)},
            )
            key = f"profiles.{profile.name}.user"
            raise ConfigError(what, file=self.settings.config_path, key=key, nearest=nearest(wanted, names))
        return who

    def _token(self, profile: Profile) -> Token | SecretError:
        if signed := self._signed.get(profile.name):
            return signed
        try:
            token = token_for(profile, self._environ, chosen=profile.name == self.settings.profile)
        except SecretError as error:
            return error
        self._given[profile.name] = token
        return token

    def _own(self, profile: Profile) -> str:
        """The ID of the owner that ``profile`` opens for, without asking a program or the keyring for a token."""
        from tui.compose.owners import LastOwners, server_place, site_place

        if profile.embedded:
            return site_place(profile, person(profile.user).username)
        place = server_place(profile)
        here = at_hand(profile, self._environ, chosen=profile.name == self.settings.profile)
        token = self._signed.get(profile.name) or here
        mark = token.fingerprint if token else LastOwners(self.settings.data_dir / OWNERS).last(place)
        return f"{place}:{mark}"

    def _mark(self, place: str, token: Token | None) -> str:
        """The fingerprint of the token; without one, that of the last token at this place."""
        from tui.compose.owners import LastOwners

        owners = LastOwners(self.settings.data_dir / OWNERS)
        if token is None:
            return owners.last(place)
        owners.remember(place, token.fingerprint)
        return token.fingerprint

    def _to_site(
        self, profile: Profile, username: str, zone: ZoneInfo, cache: FieldCache | None = None
    ) -> Callable[[], Awaitable[TaskSystem]]:
        def build() -> TaskSystem:
            from tui.api import connect

            site = self.sites.site(profile.system, profile.timezone)
            token = self.sites.token(profile.system, profile.timezone, username)
            return connect(
                profile.system,
                base_url=IN_PROCESS,
                token=token.reveal(),
                zone=zone,
                profile=profile.name,
                app=site.app,
                cache=cache,
                language=self._language,
                clock=self.clock,
                options=profile.options,
            )

        async def run() -> TaskSystem:
            return await asyncio.to_thread(build)

        return run

    def _to_server(
        self, profile: Profile, token: Token | SecretError, zone: ZoneInfo, cache: FieldCache | None = None
    ) -> Callable[[], Awaitable[TaskSystem]]:
        def build() -> TaskSystem:
            from tui.api import connect

            if isinstance(token, SecretError):
                raise Unauthorised(what=token.message)
            return connect(
                profile.system,
                base_url=profile.base_url,
                token=token.reveal(),
                zone=zone,
                profile=profile.name,
                cache=cache,
                language=self._language,
                clock=self.clock,
                options=profile.options,
            )

        async def run() -> TaskSystem:
            return await asyncio.to_thread(build)

        return run
