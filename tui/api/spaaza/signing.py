"""The guided sign-in of an admin at the core API: password, e-mailed code, session (contract section 2)."""

from __future__ import annotations

from collections.abc import Mapping

from tui.api import Asgi
from tui.api.credentials import Credentials
from tui.api.http import Answer, Transport
from tui.api.lenient import as_id, as_object, as_text
from tui.api.read import read_object
from tui.api.signing import Way, secret, text
from tui.api.spaaza.faults import judge
from tui.api.spaaza.moments import moment_of
from tui.api.spaaza.settings import API_VERSION
from tui.model.clock import Clock, system_clock
from tui.model.errors import NotTheServer, TaskError
from tui.model.field import Field
from tui.model.message import Message
from tui.model.signing import SignedIn, Step

USERNAME, PASSWORD, CODE = "username", "password", "code"

_FIRST = Step(
    fields=(
        Field(key=USERNAME, label=Message("User name").english(), kind="text", required=True),
        Field(key=PASSWORD, label=Message("Password").english(), kind="secret", required=True),
    ),
    about=Message("An earlier session of this user ends with it."),
)
_CODE = Step(
    fields=(Field(key=CODE, label=Message("Code from the e-mail").english(), kind="secret", required=True),),
    about=Message("A code was sent by e-mail."),
)


IDENT, SECRET = "id", "secret"


def key_ways() -> tuple[Way, ...]:
    """A privileged access token: two parts, joined by a colon."""
    step = Step(
        fields=(
            text(IDENT, Message("ID of the access token").english()),
            secret(SECRET, Message("Secret of the access token").english()),
        ),
        about=Message("Both were shown when the access token was made; the secret only then."),
    )
    return (Way(id="token", label="", step=step, join=_joined),)


def _joined(values: Mapping[str, str]) -> str:
    return f"{values.get(IDENT, '').strip()}:{values.get(SECRET, '').strip()}"


class _Nobody(Credentials):
    """No credentials yet; what a person typed last is struck out of errors."""

    typed: tuple[str, ...] = ()

    def struck_out(self, text: str) -> str:
        for typed in self.typed:
            text = text.replace(typed, "[secret]") if typed else text
        return text


class SpaazaSignIn:
    """One sign-in at ``core_url``, the core API's own address."""

    def __init__(self, core_url: str, *, app: Asgi | None = None, clock: Clock = system_clock) -> None:
        self._nobody = _Nobody()
        self._transport = Transport(core_url, self._nobody, app=app, clock=clock, judge=judge)
        self._passcode_key = ""

    @property
    def first(self) -> Step:
        """User name and password."""
        return _FIRST

    async def answer(self, values: Mapping[str, str]) -> Step | SignedIn:
        """The password leads to the code, or, for users who need none, to the end; the code leads to the end."""
        try:
            return await self._answered(values)
        except TaskError as error:
            # Without its way here, which holds what was typed.
            failure = error.with_traceback(None)
        del values
        raise failure

    async def close(self) -> None:
        """Give back the connections."""
        await self._transport.close()

    async def _answered(self, values: Mapping[str, str]) -> Step | SignedIn:
        self._nobody.typed = (values.get(PASSWORD, ""), values.get(CODE, ""), self._passcode_key)
        if not self._passcode_key:
            form = {"username": values.get(USERNAME, "").strip(), "password": values.get(PASSWORD, "")}
            results = _results(await self._send("/auth/login", form))
            self._passcode_key = as_text(results.get("session_passcode_key"))
            if self._passcode_key:
                return _CODE
        else:
            form = {"session_passcode": values.get(CODE, "").strip(), "session_passcode_key": self._passcode_key}
            results = _results(await self._send("/auth/session", form))
        info = as_object(results.get("session_info"))
        user, key = as_id(info.get("session_user_id")), as_text(info.get("session_key"))
        if user is None or not key:
            raise NotTheServer()
        expires = moment_of(info.get("session_expires_date") or results.get("session_expires_date"))
        return SignedIn(token=f"{user}:{key}", expires=expires)

    async def _send(self, path: str, form: Mapping[str, str]) -> Answer:
        headers = {"X-Spaaza-API-Version": API_VERSION}
        return await self._transport.send("POST", path, form=form, headers=headers)


def _results(answer: Answer) -> dict[str, object]:
    return as_object(read_object(answer).get("results"))
