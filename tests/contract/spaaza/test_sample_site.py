"""The sample retailer: through compose as the application opens it, and every kind of task on its first day."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from tests.contract.server import serving
from tests.embedded.spaaza.world import Watch, World
from tui.compose import Composer
from tui.config import Overrides, load_settings


async def test_the_application_opens_it_for_everybody(tmp_path: Path) -> None:
    plain = load_settings(Overrides(data_dir=tmp_path), {"SHIFTDECK_CONFIG": str(tmp_path / "none.toml")})
    profile = msgspec.structs.replace(plain.profiles[plain.profile], system="spaaza")
    settings = msgspec.structs.replace(plain, profiles={profile.name: profile})
    composer = Composer(settings, os.environ)
    names = [account.user for account in composer.accounts()]
    assert len(names) > 3
    for name in names[:2]:
        bench = composer.workbench(profile.name, name)
        await bench.open()
        assert len((await bench.live.load()).rows) >= 5
        assert bench.capabilities.title == "Spaaza Services"
        row = next(iter(bench.live.rows.values()))
        record = await bench.records.load(row.key)
        # What is kept on this machine is the whole of it, blocks and all.
        assert bench.records.cached(row.key) == record
        await bench.close()
    found = await composer.probe(profile)
    assert found.ok
    composer.close()


async def test_the_first_day_has_every_kind_of_task(tmp_path: Path) -> None:
    world = World(tmp_path, sample=True)
    token = world.site.users()[0].token
    tasks = await world.get("/tasks", token)
    by_name = {task["desc"]: task for task in tasks}
    codes = {name: task["state"]["code"] for name, task in by_name.items()}
    assert set(codes.values()) == {"READY", "DONE", "ERROR"}
    assert codes["Nightly customers"] == "DONE"
    assert codes["Vouchers of the VIP segment"] == "ERROR"
    assert by_name["Winter thank-you"]["target"]["action"] == "bulk issue rewards"
    assert by_name["Nightly customers"]["trigger"]["repeat"] == "daily"
    assert "repeat" not in by_name["Vouchers for the bookkeeper"]["trigger"]
    log = await world.get(f"/tasks/{by_name['Nightly customers']['id']}", token, log_limit=100)
    assert len(log["logs"]) > 30
    # Somebody who looks at it for two minutes sees a run begin and end.
    cakes = by_name["Cakes sold"]["id"]
    seen = []
    for seconds in (0, 120, 4):
        world.watch.forward(seconds=seconds)
        seen.append((await world.get(f"/tasks/{cakes}", token))["state"]["code"])
    assert seen == ["READY", "INPROGRESS", "DONE"]
    assert all(task["chain"] == 42 for task in tasks)
    await world.close()


async def test_a_second_start_finds_what_the_first_left(tmp_path: Path) -> None:
    first = World(tmp_path, sample=True)
    token = first.site.users()[0].token
    before = await first.get("/tasks", token)
    await first.close()
    second = World(tmp_path, Watch(), sample=True)
    with serving(second.site):
        assert second.site.users()[0].token == token
        assert await second.get("/tasks", token) == before
    await second.close()
