"""From a request to a handler and back: what is due, who asks, how much they may do, what was sent."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from tui.embedded.asgi import Incoming, Outgoing, Work, conditional, json_answer
from tui.embedded.clock import SiteClock
from tui.embedded.database import Database
from tui.embedded.spaaza.auth import LEVELS, Admin, Caller, caller_of
from tui.embedded.spaaza.mail import Mail
from tui.embedded.spaaza.scheduler import Scheduler
from tui.embedded.spaaza.words import forbidden, invalid, task_not_found

MAX_ID = 2**31 - 1


class Settings(NamedTuple):
    """How this server behaves where the documentation leaves a choice.

    ``seconds``: how long a run of a new task takes. ``fault_status``: 200 answers a failed run with its state,
    anything else with an error of that status.
    """

    seconds: int = 3
    fault_status: int = 200


class Call(NamedTuple):
    """One authorised request."""

    server: Server
    caller: Caller
    request: Incoming

    def id(self) -> int:
        """The task's ID from the path. 404 for a number that no database could hold."""
        number = int(self.request.params["task"])
        if number > MAX_ID:
            raise task_not_found()
        return number

    def body(self) -> dict[str, Any]:
        """The JSON object that was sent. 400 for anything else."""
        try:
            return msgspec.json.decode(self.request.body, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise invalid("body", "a JSON object is needed") from None


Handler = Callable[[Call], Any]


class Server:
    """The server of one site: its parts, and the way from a handler to the web layer's work."""

    def __init__(
        self,
        database: Database,
        clock: SiteClock,
        scheduler: Scheduler,
        mail: Mail,
        *,
        secret: str,
        admin: Admin | None,
        settings: Settings,
    ) -> None:
        self.database = database
        self.clock = clock
        self.scheduler = scheduler
        self.mail = mail
        self.settings = settings
        self._secret = secret.encode()
        self._admin = admin

    def read(self, handler: Handler) -> Work:
        """A GET, for everybody who may look."""

        def work(request: Incoming) -> Outgoing:
            self.scheduler.tick()
            return conditional(request, json_answer(handler(Call(self, self._caller(request, "worker"), request))))

        return work

    def write(self, handler: Handler, *, status: int = 200) -> Work:
        """A POST, for those who may create and execute."""

        def work(request: Incoming) -> Outgoing:
            self.scheduler.tick()
            return json_answer(handler(Call(self, self._caller(request, "supervisor"), request)), status)

        return work

    def signature(self, text: str) -> str:
        """The proof that a link was made here."""
        return hmac.new(self._secret, text.encode(), "sha256").hexdigest()

    def _caller(self, request: Incoming, level: str) -> Caller:
        with self.database.read() as tx:
            caller = caller_of(tx, request.headers, self.clock.now(), self._admin)
        if LEVELS[caller.level] < LEVELS[level]:
            raise forbidden()
        return caller
