"""``shiftdeck sync``: send what waits, without the screen; for a timer, or as a service beside it."""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import Namespace
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from tui.cli.exits import DONE, FAILED, USAGE, code_for
from tui.cli.output import calm_log, complain, escaped, tell, tell_data
from tui.cli.sending.drain import Drained, drain
from tui.cli.session import told
from tui.cli.words import as_data, entry_name, owner_name, reason_of, same_place, span_text
from tui.i18n import _, plural, say
from tui.model.clock import system_clock
from tui.model.message import Message
from tui.model.plain import clean
from tui.workbench.entry import Entry, EntryState
from tui.workbench.journal import JournalError

if TYPE_CHECKING:
    from tui.cli.ports import Shop
    from tui.workbench.books import Owner, Queue


class Account(msgspec.Struct, kw_only=True):
    """What came of the entries of one profile and person."""

    owner: Owner
    drained: Drained


def run(shop: Shop, arguments: Namespace) -> int:
    """0: nothing waits any more. 1: something waits or needs a person. 3, 6: the server does not accept the
    token, or cannot be reached. ``--watch`` goes on until it is stopped, and ends with 0.
    """
    with calm_log():
        if arguments.watch:
            if arguments.json:
                complain(_("{option} and {other} do not go together.", option="--watch", other="--json"))
                return USAGE
            from tui.cli.sending.watch import watch

            return asyncio.run(watch(shop, everybody=arguments.all))
        try:
            return _show(shop, arguments) if arguments.dry_run else _send(shop, arguments)
        except JournalError as error:
            complain(say(error.message))
            return FAILED


def _send(shop: Shop, arguments: Namespace) -> int:
    queues, notice = _queues(shop)
    own = shop.owner()
    wanted = [queue for queue in queues if arguments.all or same_place(queue.owner, own)]
    accounts = asyncio.run(_drain_all(shop, wanted, quiet=arguments.json))
    if notice is not None and all(account.drained.problem != notice for account in accounts):
        complain(say(notice))
    code = _code(accounts) or (FAILED if notice is not None else DONE)
    if arguments.json:
        _tell_json(shop, arguments, [(account.owner, account.drained.entries) for account in accounts], accounts)
        return code
    for account in accounts:
        _tell_account(account, named=len(accounts) > 1 or arguments.all)
    _tell_others(queue for queue in queues if queue not in wanted)
    if code == DONE:
        tell(_("All is sent."))
    return code


def _show(shop: Shop, arguments: Namespace) -> int:
    """``--dry-run``: what waits and why; asks nobody for anything."""
    books = shop.books()
    try:
        kept, notice = books.entries(), books.notice
    finally:
        books.close()
    own = shop.owner()
    wanted = [(owner, entry) for owner, entry in kept.entries if arguments.all or same_place(owner, own)]
    if notice is not None:
        complain(say(notice))
    if kept.unreadable:
        n = len(kept.unreadable)
        complain(plural("{n} entry cannot be read.", "{n} entries cannot be read.", n))
    if arguments.json:
        _tell_json(shop, arguments, [(owner, [entry]) for owner, entry in wanted], [])
    else:
        for owner, entry in wanted:
            tell(line(entry, owner_name(owner) if arguments.all else "", age=True))
        if not wanted:
            tell(_("Nothing waits."))
        _tell_more(len(kept.entries) - len(wanted))
    return FAILED if wanted or kept.unreadable or notice is not None else DONE


def line(entry: Entry, place: str = "", *, age: bool = False) -> str:
    """One entry on one line: its state, what it is, and why it is not sent; with ``age`` how old it is."""
    words = {
        EntryState.WAITING: _("waits"),
        EntryState.SENDING: _("being sent"),
        EntryState.PAUSED: _("held: the token is not accepted"),
        EntryState.ATTENTION: _("needs a person"),
        EntryState.SENT: _("sent"),
        EntryState.DISCARDED: _("taken back"),
    }
    text = f"{words[entry.state]}: {entry_name(entry)}"
    if age:
        text += f" ({span_text(system_clock() - entry.created)})"
    why = reason_of(entry) if entry.state not in (EntryState.SENT, EntryState.SENDING) else ""
    return clean((f"{place}: " if place else "") + text + (f". {why}" if why else ""))


async def _drain_all(shop: Shop, queues: list[Queue], *, quiet: bool) -> list[Account]:
    """Profile by profile and person by person; the tokens that one profile had are one place to send to."""
    places: dict[tuple[str, str], list[Owner]] = {}
    for queue in queues:
        places.setdefault((queue.owner.profile, queue.owner.user), []).append(queue.owner)
    several = len(places) > 1

    def hear(entry: Entry) -> None:
        if entry.state is EntryState.SENT:
            tell(line(entry, entry.request.profile if several else ""))

    accounts = []
    for (profile, user), owners in places.items():
        if not owners[0].known:
            what = Message("The profile “{name}” does not stand in the config file any more.", {"name": profile})
            accounts.append(Account(owner=owners[0], drained=Drained(problem=what)))
            continue
        ids = {owner.id for owner in owners}
        done = await drain(shop, profile, user, ids, _nobody if quiet else hear)
        accounts.append(Account(owner=owners[0], drained=done))
    return accounts


def _queues(shop: Shop) -> tuple[list[Queue], Message | None]:
    books = shop.books()
    try:
        return list(books.queues()), books.notice
    finally:
        books.close()


def _code(accounts: list[Account]) -> int:
    codes = [DONE]
    for account in accounts:
        done = account.drained
        if done.waiting and done.error is not None:
            codes.append(code_for(done.error))
        elif done.waiting or done.in_state(EntryState.ATTENTION) or done.problem is not None:
            codes.append(FAILED)
    # What keeps the line says more than that something waits.
    return max(codes)


def _tell_account(account: Account, *, named: bool) -> None:
    done = account.drained
    place = f"{owner_name(account.owner)}: " if named else ""
    waiting, attention = len(done.waiting), len(done.in_state(EntryState.ATTENTION))
    if waiting:
        complain(place + plural("{n} item waits to be sent", "{n} items wait to be sent", waiting))
    if attention:
        complain(place + plural("{n} needs attention", "{n} need attention", attention))
        for entry in done.in_state(EntryState.ATTENTION):
            complain(line(entry, owner_name(account.owner) if named else ""))
    if done.problem is not None:
        complain(place + say(done.problem))
    if not waiting:
        return
    if done.error is not None:
        complain(place + say(told(done.error)))
        return
    for entry in done.waiting:
        complain(line(entry, owner_name(account.owner) if named else ""))


def _tell_others(queues: Iterable[Queue]) -> None:
    _tell_more(sum(sum(queue.counts.values()) for queue in queues))


def _tell_more(n: int) -> None:
    if n:
        complain(
            plural(
                "{n} item of other profiles or people waits too (--all).",
                "{n} items of other profiles or people wait too (--all).",
                n,
            )
        )


def _tell_json(
    shop: Shop, arguments: Namespace, entries: list[tuple[Owner, list[Entry]]], accounts: list[Account]
) -> None:
    """Entries by how they stand, with all that they carry; ``problems`` says what kept some from being sent."""
    groups: dict[str, list[dict[str, Any]]] = {"sent": [], "waiting": [], "attention": [], "discarded": []}
    for owner, found in entries:
        for entry in found:
            profile = shop.settings.profiles.get(owner.profile, shop.settings.chosen)
            group = "waiting" if entry.state in ("sending", "paused") else str(entry.state)
            groups[group].append(as_data(owner, entry, ZoneInfo(profile.timezone)))
    problems = []
    for account in accounts:
        error = account.drained.error if account.drained.waiting else None
        said = [account.drained.problem, told(error) if error is not None else None]
        for message in said:
            if message is not None:
                place = {"profile": account.owner.profile, "user": account.owner.user}
                problems.append({**place, "what": say(message), "code": code_for(error) if error else FAILED})
    whole = {"profile": shop.settings.profile, "all": arguments.all, **groups, "problems": problems}
    text = json.dumps(whole, ensure_ascii=False, indent=1, default=str)
    tell_data(escaped(text, sys.stdout.encoding or "utf-8") + "\n")


def _nobody(_entry: Entry) -> None:
    """Nobody reads along: the whole is told at the end."""
