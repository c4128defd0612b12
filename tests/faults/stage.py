"""Where runs are played: one loop, one server and one folder for each process, used again and again."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from tests.faults import ground
from tests.faults.clockwork import Time, VirtualLoop
from tests.faults.server import Server
from tests.faults.trace import Tally
from tests.faults.world import World, heard
from tui.workbench.journal import Journal

Scenario = Callable[[World], Awaitable[None]]
"""What happens in a run. It ends with whatever is still going on; the stage judges."""


def scratch() -> Path | None:
    """A folder in memory, where there is one: nothing here is about the speed of a disk."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() else None


class Stage:
    """Plays scenarios. ``start`` is the true time at which each begins."""

    def __init__(
        self,
        place: Path | None = None,
        *,
        start: datetime = ground.START,
        repeated: tuple[ground.Repeated, ...] = (),
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="faults-", dir=place or scratch()))
        self._start = start
        self.loop = VirtualLoop()
        self.time = Time(self.loop, start)
        template = ground.make(self._folder / "template.sqlite", repeated)
        self._server = self.loop.run_until_complete(self._build(template, generates=bool(repeated)))
        self._empty = self._folder / "empty.sqlite"
        journal = Journal(self._empty)
        journal.write(lambda _: None).result()
        journal.close()

    async def _build(self, template: Path, *, generates: bool) -> Server:
        return Server(self._folder, self.loop, self.time, template, generates=generates)

    def play(self, scenario: Scenario, seed: int) -> Tally:
        """One run."""
        return self.loop.run_until_complete(self._play(scenario, seed))

    async def _play(self, scenario: Scenario, seed: int) -> Tally:
        self.time.set(self._start)
        self._server.begin()
        run = self._folder / "run"
        run.mkdir()
        world = World(seed, run, self.loop, self.time, self._server, self._empty)
        crashes = world.trace.crashes
        with heard(crashes):
            try:
                await scenario(world)
                tally = await world.end()
            except Exception as error:
                crashes.append("".join(traceback.format_exception(error)))
                tally = Tally(crashed=1, words=("crashed: " + crashes[-1],))
            finally:
                await self._sweep()
                shutil.rmtree(run, ignore_errors=True)
        return tally

    async def _sweep(self) -> None:
        """Nothing of a run goes on in the next one."""
        while self.loop.visitors:  # noqa: ASYNC110 - the loop counts them, and its time is not real
            await asyncio.sleep(0.01)
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)

    def close(self) -> None:
        """Give everything back."""
        self._server.close()
        with suppress(RuntimeError):
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()
        shutil.rmtree(self._folder, ignore_errors=True)
