"""Everybody that F9 offers: the profiles of the config file, and at a sample site its people."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tui.config import Profile
from tui.model.message import Message, verbatim

ROLES = {
    "worker": Message("Worker"),
    "supervisor": Message("Supervisor"),
    "admin": Message("Administrator"),
}


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to be: a profile, and at the sample site one of its people. ``title`` is a name, not translated."""

    profile: str
    user: str = ""
    title: str
    detail: Message


def accounts(profiles: Mapping[str, Profile]) -> list[Account]:
    """In the order of the config file; a sample site gives one account for each of its people."""
    from urllib.parse import urlsplit

    found: list[Account] = []
    for profile in profiles.values():
        if not profile.embedded:
            place = urlsplit(profile.base_url).netloc
            found.append(Account(profile=profile.name, title=profile.name, detail=verbatim(place)))
        elif profile.user:
            found.append(_person(profile, profile.user))
        else:
            found.extend(_person(profile, username) for username, _, _ in people())
    return found


def people() -> tuple[tuple[str, str, str], ...]:
    """(username, name, role) of everybody at the sample site, without starting it."""
    from tui.embedded.samples.people import PEOPLE

    return PEOPLE


def person(username: str) -> tuple[str, str, str]:
    """The sample person of that name; the supervisor for "" and for a name that nobody has."""
    everybody = people()
    supervisors = [one for one in everybody if one[2] == "supervisor"]
    return next((one for one in everybody if one[0] == username), (supervisors or list(everybody))[0])


def _person(profile: Profile, username: str) -> Account:
    username, name, role = person(username)
    detail = Message(
        "{role}, sample site ({profile})", {"role": ROLES.get(role, verbatim(role)), "profile": profile.name}
    )
    return Account(profile=profile.name, user=username, title=name, detail=detail)
