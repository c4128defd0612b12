"""Which language is spoken, and that sentences survive whatever is put into them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tui.i18n import _, known_language, language, plural, say, set_language
from tui.model.message import Message, verbatim
from tui.model.status import Phase, Status


@pytest.fixture(autouse=True)
def _back_to_english() -> Iterator[None]:
    yield
    set_language("en", {})


@pytest.mark.parametrize(
    ("wanted", "environ", "spoken"),
    [
        (None, {}, "en"),
        ("de", {"SHIFTDECK_LANG": "en"}, "de"),
        (None, {"SHIFTDECK_LANG": "de", "LANG": "en_US.UTF-8"}, "de"),
        (None, {"LC_ALL": "de_DE.UTF-8", "LANG": "en_US.UTF-8"}, "de"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "de_CH", "LANG": "en_US.UTF-8"}, "de"),
        (None, {"LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"}, "en"),
        (None, {"LANG": "fr_FR.UTF-8"}, "en"),
        (None, {"LANG": "POSIX"}, "en"),
    ],
)
def test_the_language_follows_wish_then_environment(
    wanted: str | None, environ: dict[str, str], spoken: str
) -> None:
    assert set_language(wanted, environ) == spoken
    assert language() == spoken


def test_known_languages() -> None:
    assert [known_language(name) for name in ("de-AT", "EN", "en_GB.UTF-8", "nl", "")] == [
        "de",
        "en",
        "en",
        None,
        None,
    ]


def test_words_follow_the_language() -> None:
    assert _("Done, late") == "Done, late"
    set_language("de", {})
    assert _("Done, late") == "Erledigt, spät"
    assert plural("{n} item waits to be sent", "{n} items wait to be sent", 1) == "1 Eintrag wartet aufs Senden"
    assert plural("{n} item waits to be sent", "{n} items wait to be sent", 0) == "0 Einträge warten aufs Senden"
    assert _("") == ""


@pytest.mark.parametrize(
    ("phase", "late", "word"),
    [
        (Phase.OPEN, False, "Offen"),
        (Phase.ACTIVE, False, "Begonnen"),
        (Phase.ACTIVE, True, "Begonnen, spät"),
        (Phase.DONE, False, "Erledigt"),
        (Phase.DONE, True, "Erledigt, spät"),
        (Phase.DENIED, False, "Abgelehnt"),
        (Phase.MISSED, False, "Verpasst"),
    ],
)
def test_the_seven_states_in_german(phase: Phase, late: bool, word: str) -> None:
    set_language("de", {})
    assert say(Status("x", phase, late).word) == word


def test_a_servers_words_are_never_translated_or_filled() -> None:
    set_language("de", {})
    assert say(verbatim("Done")) == "Done"
    assert say(verbatim("{n} {0} {")) == "{n} {0} {"


def test_parts_that_are_messages_are_said_too() -> None:
    set_language("de", {})
    inner = Message("Done")
    assert say(Message("{file}: {what}", {"file": "a", "what": inner})) == "a: Erledigt"
    assert say(Message("{file}: {what}", {"file": "{what}", "what": verbatim("{file}")})) == "{what}: {file}"


def test_a_missing_part_stays_visible() -> None:
    assert say(Message("{file}: {what}", {"file": "a"})) == "a: {what}"
