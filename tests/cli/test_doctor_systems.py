"""``shiftdeck doctor`` at each of the systems: whose token it is as far as that is known, and whether it works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.server import serving
from tui.cli.doctoring import server
from tui.cli.doctoring.finding import Verdict
from tui.compose import Composer
from tui.config import Overrides, load_settings
from tui.embedded.app import build
from tui.model.clock import system_clock

OWNERS = {
    "intratool": "belongs to Maria Lindner (Schichtleitung)",
    "superai": "belongs to Maria Lindner (backoffice)",
    "spaaza": "known to the server as ",
}


@pytest.mark.parametrize("system", sorted(OWNERS))
async def test_every_system_is_examined(tmp_path: Path, system: str) -> None:
    site = build(system, f"sqlite:///{tmp_path / 'site.sqlite'}", clock=system_clock, zone="Europe/Berlin")
    token = next(user.token for user in site.users() if user.username == "maria")
    try:
        with serving(site) as address:
            config = tmp_path / "config.toml"
            config.write_text(f'[profiles.it]\nsystem = "{system}"\nbase_url = "{address}"\ntoken_env = "IT"\n')
            settings = load_settings(Overrides(config=config, data_dir=tmp_path / "data"), {})
            shop = Composer(settings, {"IT": token})
            bench = shop.workbench("it")
            try:
                found = {one.id: one for one in await server.examine(shop, bench)}
            finally:
                await bench.close()
                shop.close()
    finally:
        site.close()
    assert OWNERS[system] in found["token"].value
    assert {one.verdict for one in found.values()} == {Verdict.WORKS}
    assert found["connection"].facts["rows"] > 0
    assert not any(token in one.value for one in found.values())
    if system == "spaaza":
        assert token.partition(":")[2] not in found["token"].value
        assert "nobody tells" in found["token"].value
