"""A data folder whose journal holds a list and records; its server is not there, so that only we are measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from tests.benchmarks.pseudo import environment
from tui.compose import Composer
from tui.config import Overrides, load_settings
from tui.model.execution import Execution, Key, Record
from tui.model.field import Field
from tui.model.period import Period
from tui.model.status import Phase, Status
from tui.model.system import Filters
from tui.workbench.lists import Lists
from tui.workbench.packing import pack
from tui.workbench.workbench import Workbench

PROFILE = "paper"
_CONFIG = f"""
[profiles.{PROFILE}]
system = "intratool"
base_url = "http://127.0.0.1:9"
token_env = "PAPER_TOKEN"
"""
_TOKEN = {"PAPER_TOKEN": "not-a-secret"}


class Folder:
    """Everything lies under ``home``; ``lang`` is what the application speaks."""

    def __init__(self, home: Path, lang: str = "en") -> None:
        self.home = home
        self.lang = lang
        self._config, self._data = home / "config.toml", home / "data"
        self._config.write_text(_CONFIG)

    @property
    def environ(self) -> dict[str, str]:
        """For the real command on this folder."""
        places = {"SHIFTDECK_CONFIG": str(self._config), "SHIFTDECK_DATA_DIR": str(self._data)}
        return environment(self.home, SHIFTDECK_LANG=self.lang, **places, **_TOKEN)

    def composer(self) -> Composer:
        """For the application in this process."""
        overrides = Overrides(config=self._config, data_dir=self._data, lang=self.lang)
        return Composer(load_settings(overrides, {"HOME": str(self.home)}), _TOKEN, language=self.lang)

    @contextmanager
    def desk(self) -> Iterator[Workbench]:
        """A workbench that is not started, on the journal that nobody else has open."""
        composer = self.composer()
        bench = composer.workbench(PROFILE)
        try:
            yield bench
        finally:
            bench.journal.close()
            composer.close()

    def fill(self, rows: Sequence[Execution], records: Sequence[Record] = ()) -> None:
        """Make ``rows`` the last known list of today, and keep ``records`` as read from the server."""
        with self.desk() as bench:
            for record in records:
                _keep(bench, record)
            whole = _today(bench).with_look_back()
            Lists(bench.journal, bench.desk.owner).save(whole, Filters(), rows, None, bench.clock()).result()

    def first_moment(self) -> datetime:
        """The beginning of today at the site."""
        with self.desk() as bench:
            return _today(bench).start


def _today(bench: Workbench) -> Period:
    return Period.of_day(bench.clock().astimezone(bench.desk.zone).date(), bench.desk.zone)


def _keep(bench: Workbench, record: Record) -> None:
    sql = "INSERT OR REPLACE INTO records (owner, profile, system, id, record) VALUES (?, ?, ?, ?, ?)"
    row = (bench.desk.owner, *record.execution.key, pack(record))
    bench.journal.write(lambda db: db.execute(sql, row) and None).result()


def sheets(due: datetime, *forms: tuple[Field, ...]) -> list[Record]:
    """One open task a form, in this order in the list."""
    return [
        Record(
            execution=Execution(
                key=Key(PROFILE, "intratool", str(50_000 + place)),
                status=Status("open", Phase.OPEN),
                title=f"Sheet {place + 1}",
                place="Kitchen",
                due=due + timedelta(seconds=place),
            ),
            fields=asked,
        )
        for place, asked in enumerate(forms)
    ]
