"""The one small tree of errors that a task system may raise. Each says what happened and what to do.

No message here ever carries a token, a password or an Authorization header.
"""

from __future__ import annotations

from tui.model.message import Message, verbatim

LONGEST_ID = 64
"""Characters of a request's ID that are shown."""


class TaskError(Exception):
    """Base of all. ``said`` holds the server's own words ("" if it said none)."""

    what: Message = Message("The server could not do this.")
    help: Message = Message("Your entries are kept. Try again later.")

    def __init__(
        self,
        said: str = "",
        *,
        request_id: str | None = None,
        what: Message | None = None,
        help: Message | None = None,
    ) -> None:
        self.said = said
        self.request_id = request_id
        if what is not None:
            self.what = what
        if help is not None:
            self.help = help
        super().__init__(self.what.english() + (f" ({said})" if said else ""))

    @property
    def reason(self) -> Message:
        """The server's words where it gave any, else ours."""
        return verbatim(self.said) if self.said else self.what


class Unreachable(TaskError):
    """DNS, refused, TLS or timeout: no answer came. ``maybe_done`` when the request may have arrived."""

    what = Message("The server cannot be reached.")
    help = Message("Work on: your entries are kept and sent when the link is back.")

    def __init__(self, said: str = "", *, maybe_done: bool = False, what: Message | None = None) -> None:
        super().__init__(said, what=what)
        self.maybe_done = maybe_done


class Unauthorised(TaskError):
    """401, or Intratool's 403 for a bad token."""

    what = Message("The server does not accept this token.")
    help = Message("F9 signs in again; your entries are kept.")


class Forbidden(TaskError):
    """The token is fine but may not do this."""

    what = Message("You are not allowed to do this.")
    help = Message("Ask a supervisor; your entries are kept.")


class NotFound(TaskError):
    """404: it does not exist, or not for this user."""

    what = Message("The server does not know this entry.")
    help = Message("It may have been deleted; r reads the list again.")


class Refused(TaskError):
    """409 or 422. ``fields`` maps a field's key to the server's sentences about it."""

    what = Message("The server refused this.")
    help = Message("Change the marked answers and send again.")

    def __init__(
        self,
        said: str = "",
        *,
        fields: dict[str, list[str]] | None = None,
        busy: bool = False,
        request_id: str | None = None,
    ) -> None:
        super().__init__(said, request_id=request_id)
        self.fields = fields or {}
        self.busy = busy
        """409 while the same request is still running: wait and ask again."""


class Throttled(TaskError):
    """429 (or 503 with a time): come back after ``seconds``."""

    what = Message("The server asks to wait.")
    help = Message("Shiftdeck tries again by itself.")

    def __init__(self, said: str = "", *, seconds: float = 5.0) -> None:
        super().__init__(said)
        self.seconds = seconds


class ServerFault(TaskError):
    """5xx."""

    what = Message("The server has a fault.")
    help = Message("Your entries are kept; Shiftdeck tries again by itself.")

    @property
    def reason(self) -> Message:
        """With the ID by which those who run the server find what happened."""
        if not self.request_id or (not self.said and self.what is not ServerFault.what):
            return super().reason
        words = {"said": self.said, "id": self.request_id[:LONGEST_ID]}
        if self.said:
            return Message("{said} (request {id})", words)
        return Message("The server has a fault (request {id}).", words)


class NotTheServer(TaskError):
    """An answer that is not this server's: a login page with 200, cut JSON, a wrong ID, a wrong envelope."""

    what = Message("This answer did not come from the task server.")
    help = Message("Sign in to the network (captive page?) or check the address in the profile (F9).")
