"""Secrets are taken out of everything that is written down, whatever stands around them."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.compose.test_composer import composer
from tui.compose.tokens import Scrubber, expires
from tui.config import Environment, Profile
from tui.config.secrets import Origin, Token

TOKEN = "12|s3cret.s3cret/x+y=="


def scrubber(**environ: str) -> Scrubber:
    profiles = [Profile(name="a", token_env="ACME", token_command=("pass", "show", "-l", "acme/s3cret"))]
    return Scrubber(profiles, Environment(environ), [Token("given-s3cret")])


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_token_is_found_wherever_it_stands(before: str, after: str) -> None:
    clean = scrubber(ACME=TOKEN)
    found = clean.data({before + TOKEN: [before + TOKEN + after, {"x": TOKEN}], "n": 1, "none": None})
    assert "s3cret" not in json.dumps(found).replace(json.dumps(before)[1:-1], "").replace(
        json.dumps(after)[1:-1], ""
    )


def test_all_sources_and_shapes() -> None:
    clean = scrubber(ACME=TOKEN, SHIFTDECK_TOKEN="ours-s3cret", SHIFTDECK_SERVE_TOKEN="serve-s3cret")
    text = f"{TOKEN} ours-s3cret serve-s3cret given-s3cret acme/s3cret -l pass"
    assert clean.text(text) == "[secret] [secret] [secret] [secret] [secret] -l pass"
    assert clean.text("authorization: BEARER abc.def") == "authorization: BEARER [secret]"
    assert clean.text("at https://me:s3cret@host/x, or http://host/x@y") == (
        "at https://[secret]@host/x, or http://host/x@y"
    )
    assert clean.data((1, 2.5, True)) == [1, 2.5, True]


def test_a_token_in_place_of_a_name_is_a_secret_and_a_name_is_not() -> None:
    profiles = [Profile(name="a", token_env="ACME_TOKEN"), Profile(name="b", token_env="sk_live_s3cret")]
    clean = Scrubber(profiles, Environment({}), [])
    assert clean.text("ACME_TOKEN sk_live_s3cret") == "ACME_TOKEN [secret]"


def jwt(body: bytes) -> Token:
    return Token(f"x.{base64.urlsafe_b64encode(body).decode().rstrip('=')}.y")


@pytest.mark.parametrize("body", [b'{"exp": 1800000000}', b'{"exp": 1800000000.5, "sub": "1"}'])
def test_the_end_of_a_token_that_names_one(body: bytes) -> None:
    found = expires(jwt(body))
    assert found is not None
    assert found.replace(microsecond=0) == datetime.fromtimestamp(1_800_000_000, UTC)


@pytest.mark.parametrize(
    "body", [b"{}", b'{"exp": null}', b'{"exp": "soon"}', b'{"exp": 1e300}', b"no json", b"[1]"]
)
def test_the_end_of_a_token_that_names_none(body: bytes) -> None:
    assert expires(jwt(body)) is None
    assert expires(Token("12|opaque")) is None
    assert expires(Token("a.b.c")) is None


def test_a_shop_knows_what_it_gave_out_and_where_it_would_look(tmp_path: Path) -> None:
    shop = composer(tmp_path, {"ACME": "s3cret-one"})
    assert shop.origin(shop.settings.profiles["site"]) is None
    assert shop.origin(shop.settings.profiles["acme"]) is Origin.NAMED
    assert shop.expires("acme") is None
    shop.workbench("acme").journal.close()
    assert shop.scrubber().text("a s3cret-one b") == "a [secret] b"
    assert "s3cret" not in repr(shop.scrubber().__dict__)
