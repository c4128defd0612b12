"""Everybody that F9 offers: the profiles of the config file, and at a sample site its people."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tui.config import SYSTEM_TITLES, Profile
from tui.model.message import Message, verbatim

ROLES = {
    "worker": Message("Worker"),
    "supervisor": Message("Supervisor"),
    "admin": Message("Administrator"),
}


class SamplePerson(msgspec.Struct, frozen=True):
    """Somebody at the sample site; ``role`` is worker, supervisor or admin."""

    username: str
    name: str
    role: str


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
            detail = Message("{system}, {server}", {"system": SYSTEM_TITLES[profile.system], "server": place})
            found.append(Account(profile=profile.name, title=profile.shown, detail=detail))
        elif profile.user:
            found.append(_account(profile, person(profile.user)))
        else:
            found.extend(_account(profile, one) for one in people())
    return found


def people() -> tuple[SamplePerson, ...]:
    """Everybody at the sample site, without starting it."""
    from tui.embedded.samples.people import PEOPLE

    return tuple(SamplePerson(one.username, f"{one.first_name} {one.last_name}", one.level) for one in PEOPLE)


def person(username: str) -> SamplePerson:
    """The sample person of that name; the supervisor for "" and for a name that nobody has."""
    everybody = people()
    supervisor = next((one for one in everybody if one.role == "supervisor"), everybody[0])
    return next((one for one in everybody if one.username == username), supervisor)


def _account(profile: Profile, one: SamplePerson) -> Account:
    role = ROLES.get(one.role, verbatim(one.role))
    detail = Message("{role}, sample site ({profile})", {"role": role, "profile": profile.name})
    return Account(profile=profile.name, user=one.username, title=one.name, detail=detail)
