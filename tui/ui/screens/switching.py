"""F9: leaving, going on as somebody else or in another profile, all profiles at once, signing in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.i18n import _, say
from tui.model.message import Message
from tui.workbench.link import LinkState

if TYPE_CHECKING:
    from tui.config import Profile
    from tui.ui.screens.accounts import AccountsDialog
    from tui.ui.screens.crew import Crew


class Switching:
    """What a person does about profiles, on one main screen."""

    def __init__(self, screen: Crew) -> None:
        self._screen = screen
        self._bench = screen.bench

    @property
    def several(self) -> bool:
        """Whether there is more than one profile, so that a board of all of them says more."""
        return len(self._screen.shop.settings.profiles) > 1

    @property
    def profile(self) -> Profile:
        """The profile that is shown."""
        return self._screen.shop.settings.profiles[self._bench.desk.profile]

    @property
    def locked_out(self) -> bool:
        """Whether the server does not let this person in, and nothing is known that could be worked on."""
        return self._bench.link_state.state is LinkState.REFUSED and not self._bench.live.rows

    def offered(self, command_id: str) -> bool:
        """Whether "all_profiles" or "sign_in" means something here."""
        return self.several if command_id == "all_profiles" else not self.profile.embedded

    def ask(self, leave: Callable[[], object] | None = None) -> None:
        """The list of everybody and everything to go on with; ``leave`` leaves a board that stands before."""
        from tui.ui.screens.accounts import AccountsDialog

        screen, outbox = self._screen, self._bench.outbox
        drafts = len(self._bench.drafts.keys() - outbox.kept().keys)
        dialog = AccountsDialog(screen.shop, screen.benches, drafts)
        dialog.open(screen.app, lambda value: self._chosen(dialog, value, leave or _stay))

    def _chosen(self, dialog: AccountsDialog, value: str | None, leave: Callable[[], object]) -> None:
        from tui.ui.screens.accounts import ALL_PROFILES, EDIT_PROFILE, LEAVE, NEW_PROFILE, SIGN_IN
        from tui.ui.screens.profile import ProfileDialog

        screen = self._screen
        if value is None:
            return
        if value == LEAVE:
            screen.app.exit(0)
        elif value.startswith(SIGN_IN):
            self.sign_in(value.removeprefix(SIGN_IN), leave)
        elif value == ALL_PROFILES:
            leave()
            screen.all_profiles.open()
        elif value in (NEW_PROFILE, EDIT_PROFILE):
            leave()
            screen.all_profiles.close()
            old = self.profile if value == EDIT_PROFILE else None
            ProfileDialog(screen.shop, old).open(screen.app, self._saved)
        else:
            leave()
            screen.change_account(*dialog.account_of(value))

    def _saved(self, name: str | None) -> None:
        if name is not None:
            self._screen.change_account(name, "", anew=True)

    def sign_in(self, name: str = "", leave: Callable[[], object] | None = None) -> None:
        """Step by step to a token of the profile of that name, or of the one that is shown.

        What waits in it goes on then. A board of all profiles stays; otherwise the profile is shown.
        """
        from tui.ui.screens.sign_in import SignInDialog

        screen = self._screen
        profile = screen.shop.settings.profiles[name] if name else self.profile

        def signed_in(kept: Message | None) -> None:
            if kept is None:
                return
            screen.announce(say(kept))
            if screen.all_profiles.active:
                screen.all_profiles.renew(profile.name)
            else:
                (leave or _stay)()
                screen.change_account(profile.name, "", anew=True)

        title = _("Sign in to {name}", name=profile.shown)
        SignInDialog(title, screen.shop, profile).open(screen.app, signed_in)


def _stay() -> None:
    """There is no board to leave."""
