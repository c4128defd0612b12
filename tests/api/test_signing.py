"""The guided sign-in of each system: what is asked, that it is tried before it is taken, that nothing leaks."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tui.api import sign_in
from tui.embedded.app import build
from tui.embedded.site import Site
from tui.model.clock import system_clock
from tui.model.errors import TaskError, Unauthorised
from tui.model.signing import SignedIn, SignIn, Step

BERLIN = ZoneInfo("Europe/Berlin")
ASKED = {
    "intratool": [("token", "secret")],
    "superai": [("way", "choice")],
    "spaaza": [("id", "text"), ("secret", "secret")],
}


@pytest.fixture(params=sorted(ASKED))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Site]]:
    site = build(request.param, f"sqlite:///{tmp_path / 'site.sqlite'}", clock=system_clock, zone="Europe/Berlin")
    yield request.param, site
    site.close()


def begin(place: tuple[str, Site]) -> SignIn:
    return sign_in(place[0], base_url="http://embedded", zone=BERLIN, app=place[1].app)


def answers(system: str, token: str) -> dict[str, str]:
    ident, _, key = token.partition(":")
    return {
        "intratool": {"token": f" {token} "},
        "superai": {"email": "maria@example.org", "password": token},
        "spaaza": {"id": ident, "secret": key},
    }[system]


async def asked(signing: SignIn, system: str) -> Step:
    step = signing.first
    assert [(field.key, field.kind) for field in step.fields] == ASKED[system]
    if system == "superai":
        found = await signing.answer({"way": "password"})
        assert isinstance(found, Step)
        return found
    return step


async def test_a_good_secret_is_taken_and_a_bad_one_is_not(place: tuple[str, Site]) -> None:
    system, site = place
    token = site.users()[0].token
    signing = begin(place)
    step = await asked(signing, system)
    assert [field.kind for field in step.fields][-1] == "secret"
    bad = token[:-4] + "zzzz"
    with pytest.raises(Unauthorised) as caught:
        await signing.answer(answers(system, bad))
    assert caught.value.said
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert bad not in shown
    assert bad.rpartition(":")[2] not in shown
    done = await signing.answer(answers(system, token))
    assert isinstance(done, SignedIn)
    assert token not in repr(done)
    assert done.token.endswith(token.rpartition(":")[2])
    await signing.close()


@pytest.mark.parametrize("text", ["", " ", "a b", "kéy", "x" * 9000, "line\nbreak"])
async def test_what_cannot_be_a_secret_is_refused_in_words(place: tuple[str, Site], text: str) -> None:
    system, _site = place
    signing = begin(place)
    step = await asked(signing, system)
    with pytest.raises(TaskError) as caught:
        await signing.answer({field.key: text for field in step.fields})
    assert caught.value.what.english()


def test_an_unknown_system_has_none() -> None:
    with pytest.raises(ValueError, match="unknown system"):
        sign_in("abacus", base_url="http://x", zone=BERLIN)
