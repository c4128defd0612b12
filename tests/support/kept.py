"""What a data folder and its sample site hold, read from outside while the application runs or after it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from tui.compose import Composer
from tui.config import Overrides, load_settings
from tui.form.edit import FieldEdit
from tui.model.execution import Execution, Key, Record
from tui.model.period import Period
from tui.workbench.workbench import Workbench


@contextmanager
def desk(data: Path, config: Path | None = None, **environ: str) -> Iterator[Workbench]:
    """A workbench on ``data``, not connected."""
    composer = Composer(load_settings(Overrides(config=config, data_dir=data), {"HOME": str(data)}), environ)
    try:
        yield composer.workbench(composer.settings.profile)
    finally:
        composer.close()


def drafted(data: Path) -> dict[str, FieldEdit]:
    """The one draft in the journal, by field key."""
    with desk(data) as bench:
        (key,) = bench.drafts.keys()
        draft = bench.drafts.load(key)
        bench.journal.close()
    assert draft is not None
    return draft.fields


def _connected(data: Path, work: Callable[[Workbench], Coroutine[Any, Any, list[Record]]]) -> list[Record]:
    async def whole(bench: Workbench) -> list[Record]:
        try:
            await bench.open()
            return await work(bench)
        finally:
            await bench.close()

    with desk(data) as bench:
        return asyncio.run(whole(bench))


def records(data: Path, wanted: Callable[[Execution], bool]) -> list[Record]:
    """The site's own records of yesterday to the day after tomorrow that are ``wanted``."""

    async def work(bench: Workbench) -> list[Record]:
        now, day = bench.clock(), timedelta(days=1)
        bench.live.set_period(Period(now - day, now + 2 * day))
        rows: Mapping[Key, Execution] = (await bench.live.load()).rows
        return [await bench.records.load(key) for key, row in rows.items() if wanted(row)]

    return _connected(data, work)
