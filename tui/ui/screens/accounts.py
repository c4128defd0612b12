"""F9: leave, or go on as somebody else. Nothing waits for it: what is typed is kept for its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui.i18n import _, plural, say
from tui.ui.ports import Shop
from tui.ui.screens.pick import Option, PickDialog
from tui.ui.text import wrap

if TYPE_CHECKING:
    from tui.workbench.desk import Desk

LEAVE, NEW_PROFILE, EDIT_PROFILE = "leave", "new", "edit"


class AccountsDialog(PickDialog):
    """Leave first, then everybody to go on as, then the profile dialog."""

    def __init__(self, shop: Shop, desk: Desk, waiting: int, attention: int, drafts: int = 0) -> None:
        self._accounts = list(shop.accounts())
        self._not_sent = _not_sent(waiting, attention, drafts)
        options = [Option(LEAVE, _("Leave Shiftdeck"))]
        for index, account in enumerate(self._accounts):
            present = account.profile == desk.profile and account.title in (desk.user, desk.profile)
            detail = _("you, now") if present else say(account.detail)
            options.append(Option(f"account {index}", account.title, detail))
        options.append(Option(NEW_PROFILE, _("New profile …"), _("connect to another site")))
        if shop.settings.profiles[desk.profile].base_url != "embedded:":
            options.append(Option(EDIT_PROFILE, _("Change this profile …"), desk.profile))
        super().__init__(_("Leave, or go on as …"), options)

    def head(self) -> list[Content]:
        """What is not sent yet, in full: a person decides by it whether to leave."""
        return [Content.styled(line, "$calm") for line in wrap(self._not_sent, self.width)]

    def account_of(self, value: str) -> tuple[str, str]:
        """Profile and user of a picked row."""
        account = self._accounts[int(value.split()[1])]
        return account.profile, account.user


def _not_sent(waiting: int, attention: int, drafts: int) -> str:
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
    return " ".join(words) or _("All is sent.")
