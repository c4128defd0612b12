"""F9: leave, or go on as somebody else. Nothing waits for it: what is typed is kept for its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.i18n import _, plural, say
from tui.ui.ports import Shop
from tui.ui.screens.pick import Option, PickDialog

if TYPE_CHECKING:
    from tui.workbench.desk import Desk

LEAVE, NEW_PROFILE, EDIT_PROFILE = "leave", "new", "edit"


class AccountsDialog(PickDialog):
    """Leave first, then everybody to go on as, then the profile dialog."""

    def __init__(self, shop: Shop, desk: Desk, waiting: int, attention: int) -> None:
        self._accounts = list(shop.accounts())
        waits = (
            plural(
                "{n} item still waits; it goes out at the next start.",
                "{n} items still wait; they go out at the next start.",
                waiting,
            )
            if waiting
            else _("All is sent.")
        )
        if attention:
            waits = plural(
                "{n} item was not accepted: F4, Waiting items.",
                "{n} items were not accepted: F4, Waiting items.",
                attention,
            )
        options = [Option(LEAVE, _("Leave Shiftdeck"), waits)]
        for index, account in enumerate(self._accounts):
            here = account.profile == desk.profile and account.title in (desk.user, desk.profile)
            detail = _("you, now") if here else say(account.detail)
            options.append(Option(f"account {index}", account.title, detail))
        options.append(Option(NEW_PROFILE, _("New profile …"), _("connect to another site")))
        if shop.settings.profiles[desk.profile].base_url != "embedded:":
            options.append(Option(EDIT_PROFILE, _("Change this profile …"), desk.profile))
        super().__init__(_("Leave, or go on as …"), options)

    def account_of(self, value: str) -> tuple[str, str]:
        """Profile and user of a picked row."""
        account = self._accounts[int(value.split()[1])]
        return account.profile, account.user
