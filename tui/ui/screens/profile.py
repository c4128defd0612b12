"""A new or changed profile: asked for, tried out, and only then written. The token never goes into the file."""

from __future__ import annotations

import re
import shlex
import time
from functools import partial

from textual.content import Content

from tui.config import SYSTEM_TITLES, ConfigError, Profile, save_profile, with_unasked
from tui.form.codec import Context
from tui.form.state import FormState
from tui.i18n import _, language, say
from tui.model.execution import Answer
from tui.model.field import Choice, Field
from tui.ui.ports import Shop
from tui.ui.screens.form_dialog import FormDialog
from tui.ui.text import clean
from tui.ui.widgets.one_line import Hint
from tui.ui.workers import start

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


HELD_SECONDS = 0.6


class ProfileDialog(FormDialog[str | None]):
    """Returns the name of the profile that was written. F10 tests the connection, F10 again saves."""

    FORM_ROWS = 18

    def __init__(self, shop: Shop, profile: Profile | None = None) -> None:
        state = FormState.from_record(_fields(), _answers(profile), ctx=Context(lang=language()))
        super().__init__(_("Profile"), state, "profile-form")
        self._shop = shop
        self._old = profile
        self._last_go = 0.0
        self._tested: tuple[tuple[str, object], ...] | None = None

    def hints(self) -> tuple[Hint, ...]:
        """The key bar."""
        what = _("save") if self._tested is not None else _("test the connection")
        return (Hint("F10", what, "f10"), Hint("F3", _("cancel"), "f3"))

    def draw(self) -> None:
        """Where the token comes from."""
        self.put(
            Content(
                _(
                    "The token stays out of the file: it comes from an environment variable, from a command,"
                    " or from the keyring."
                )
            )
        )

    def key(self, key: str, char: str | None) -> bool:
        """Fields; F10 tests, then saves."""
        if key == "f10":
            # A held key repeats many times a second: what it tested it must not save.
            held = time.monotonic() - self._last_go < HELD_SECONDS
            self._last_go = time.monotonic()
            if not held:
                self._go()
            return True
        return self.form.feed(key, char)

    def _profile(self) -> Profile | None:
        problems = self.state.problems()
        values = {field.key: "" for field in _fields()} | {k: str(v) for k, v in self.state.values().items()}
        if not problems and not NAME.fullmatch(values["name"]):
            self.form.focus_field("name")
            self.complain(_("A name has letters, digits, - and _ only."))
            return None
        if not problems and not values["base_url"].startswith(("https://", "http://")):
            self.form.focus_field("base_url")
            self.complain(_("An address begins with https://"))
            return None
        if problems:
            name, problem = next(iter(problems.items()))
            self.form.focus_field(name)
            self.complain(say(problem.message))
            return None
        profile = Profile(
            name=values["name"],
            system=values["system"],
            base_url=values["base_url"].rstrip("/"),
            token_env=values["token_env"] or None,
            token_command=tuple(_words(values["token_command"])) or None,
            timezone=values["timezone"] or "Europe/Berlin",
            refresh_seconds=int(values["refresh_seconds"] or 30),
        )
        return with_unasked(profile, self._old) if self._old is not None else profile

    def _go(self) -> None:
        profile = self._profile()
        if profile is None:
            return
        stamp = tuple(sorted(self.state.values().items()))
        if self._tested == stamp:
            self._save(profile)
            return
        self.complain(_("Testing the connection …"))
        start(self.app, partial(self._test, profile, stamp), group="probe", exclusive=True)

    async def _test(self, profile: Profile, stamp: tuple[tuple[str, object], ...]) -> None:
        result = await self._shop.probe(profile)
        if not self.is_attached:
            return
        self._tested = stamp
        words = clean(say(result.message))
        if not result.ok:
            words += " " + _("F10 again saves it all the same.")
        self.complain(words)
        self.bar.offer(self.hints())

    def _save(self, profile: Profile) -> None:
        try:
            save_profile(self._shop.settings, profile)
        except (ConfigError, OSError) as error:
            self.complain(clean(str(error)))
            return
        self.close(profile.name)


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()


def _answers(profile: Profile | None) -> dict[str, Answer]:
    shown = profile or Profile(name="", base_url="https://")
    values = {
        "name": shown.name,
        "system": shown.system,
        "base_url": shown.base_url,
        "token_env": shown.token_env or "",
        "token_command": shlex.join(shown.token_command or ()),
        "timezone": shown.timezone,
        "refresh_seconds": str(shown.refresh_seconds),
    }
    return {key: Answer(value=value) for key, value in values.items()}


def _fields() -> tuple[Field, ...]:
    systems = tuple(Choice(system, title) for system, title in SYSTEM_TITLES.items())
    return (
        Field(key="name", label=_("Name of the profile"), kind="text", required=True),
        Field(key="system", label=_("System"), kind="choice", choices=systems, required=True),
        Field(
            key="base_url", label=_("Address"), kind="text", required=True, placeholder="https://acme.example.org"
        ),
        Field(key="token_env", label=_("Token: environment variable"), kind="text", placeholder="ACME_TOKEN"),
        Field(
            key="token_command", label=_("or command that prints it"), kind="text", placeholder="pass show acme"
        ),
        Field(key="timezone", label=_("Time zone of the site"), kind="text", required=True),
        Field(
            key="refresh_seconds",
            label=_("Read again every … seconds"),
            kind="number",
            integer=True,
            minimum="1",
            maximum="86400",
            required=True,
        ),
    )
