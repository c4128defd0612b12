"""F9: leave, or go on as somebody else. Nothing waits for it: what is typed is kept for its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.i18n import _, plural, say
from tui.ui.ports import Account, Shop
from tui.ui.screens.pick import Option, PickDialog
from tui.ui.text import clean, cut, wrap
from tui.workbench.books import Queue, queues_in
from tui.workbench.journal import JournalError
from tui.workbench.link import LinkState

if TYPE_CHECKING:
    from tui.ui.screens.benches import Benches
    from tui.workbench.workbench import Workbench

LEAVE, ALL_PROFILES, NEW_PROFILE, EDIT_PROFILE, SIGN_IN = "leave", "all", "new", "edit", "sign in "


class AccountsDialog(PickDialog):
    """Leave first, then everybody to go on as, all profiles at once, and what can be done about profiles."""

    def __init__(self, shop: Shop, benches: Benches, drafts: int = 0) -> None:
        bench = benches.current
        self._accounts = list(shop.accounts())
        queues = _queues(shop, bench)
        elsewhere = [queue for queue in queues if queue.owner.id != bench.desk.owner]
        self._not_sent = _not_sent(bench.outbox.waiting(), bench.outbox.attention(), drafts, elsewhere)
        options = [Option(LEAVE, _("Leave Shiftdeck"))]
        self._where: dict[int, str] = {}
        for index, account in enumerate(self._accounts):
            if not shop.settings.profiles[account.profile].embedded:
                self._where[len(options)] = f"{account.title}: {say(account.detail)}"
            words = _words(shop, benches, account, queues)
            options.append(Option(f"account {index}", account.title, " · ".join(words)))
        settings = shop.settings
        if len(settings.profiles) > 1:
            names = ", ".join(profile.shown for profile in settings.profiles.values())
            options.append(Option(ALL_PROFILES, _("All profiles"), _("one board: {names}", names=clean(names))))
        options.append(Option(NEW_PROFILE, _("New profile …"), _("connect to another site")))
        if not settings.profiles[bench.desk.profile].embedded:
            options.append(Option(EDIT_PROFILE, _("Change this profile …"), bench.desk.profile))
        for profile in settings.profiles.values():
            if not profile.embedded and (profile.name == bench.desk.profile or _refused(benches, profile.name)):
                options.append(Option(SIGN_IN + profile.name, _("Sign in …"), profile.shown))
        super().__init__(_("Leave, or go on as …"), options)
        if bench.link_state.state is LinkState.REFUSED:
            # what helps now
            places = [place for place, one in enumerate(options) if one.value == SIGN_IN + bench.desk.profile]
            self.cursor = places[0] if places else 0

    def head(self) -> list[Content]:
        """What is not sent yet, in full: a person decides by it whether to leave. And where a profile's server is:
        its row may be too short for that."""
        lines = [Content.styled(line, "$calm") for line in wrap(self._not_sent, self.width)]
        if self._where:
            lines.append(Content.styled(cut(clean(self._where.get(self.cursor, "")), self.width), "$accent"))
        return lines

    def account_of(self, value: str) -> tuple[str, str]:
        """Profile and user of a picked row."""
        account = self._accounts[int(value.split()[1])]
        return account.profile, account.user


def _words(shop: Shop, benches: Benches, account: Account, queues: list[Queue]) -> list[str]:
    """Whether it is shown now, how its line is, what waits there, which system it is and where."""
    desk = benches.current.desk
    present = account.profile == desk.profile and (not account.user or account.title == desk.user)
    words = [_("you, now")] if present else []
    embedded = shop.settings.profiles[account.profile].embedded
    if not embedded:
        words += _line(benches, account.profile)
    mine = [
        queue for queue in queues if queue.owner.profile == account.profile and queue.owner.user == account.user
    ]
    waiting, attention = (sum(getattr(queue, name) for queue in mine) for name in ("on_the_way", "attention"))
    if waiting:
        words.append(plural("{n} waits", "{n} wait", waiting))
    if attention:
        words.append(plural("{n} needs attention", "{n} need attention", attention))
    return words if present and embedded else [*words, say(account.detail)]


def _refused(benches: Benches, profile: str) -> bool:
    return any(bench.link_state.state is LinkState.REFUSED for bench in benches.of(profile)[:1])


def _line(benches: Benches, profile: str) -> list[str]:
    """The line of an open profile; of one that is not open nothing is known."""
    for bench in benches.of(profile):
        return [
            {
                LinkState.ONLINE: _("connected"),
                LinkState.STARTING: _("connecting"),
                LinkState.OFFLINE: _("no link"),
                LinkState.REFUSED: _("not signed in"),
            }[bench.link_state.state]
        ]
    return [_("not open")]


def _queues(shop: Shop, bench: Workbench) -> list[Queue]:
    """What waits, of everybody; without the journal nobody can tell, and its own notice says so."""
    try:
        return queues_in(bench.journal, shop.owner)
    except JournalError:
        return []


def _not_sent(waiting: int, attention: int, drafts: int, elsewhere: list[Queue]) -> str:
    words = []
    if waiting:
        words.append(
            plural(
                "{n} item still waits; it goes out at the next start.",
                "{n} items still wait; they go out at the next start.",
                waiting,
            )
        )
    if attention:
        words.append(
            plural(
                "{n} item was not accepted: F4, Waiting items.",
                "{n} items were not accepted: F4, Waiting items.",
                attention,
            )
        )
    if drafts:
        words.append(plural("{n} draft is only on this device.", "{n} drafts are only on this device.", drafts))
    others = sum(queue.on_the_way + queue.attention for queue in elsewhere)
    if others:
        words.append(
            plural(
                "{n} item of another user or profile is not sent yet.",
                "{n} items of other users or profiles are not sent yet.",
                others,
            )
        )
    return " ".join(words) or _("All is sent.")
