"""Who imports what, seen from a fresh process: the first frame must not wait for what it does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {"httpx", "pydantic", "sqlalchemy", "starlette", "uvicorn", "dateutil", "keyring", "babel"}
SERVER_SIDE = {"sqlalchemy", "starlette", "uvicorn", "dateutil"}

WALLS = [
    (
        "tui.__main__",
        HEAVY | {"textual", "msgspec", "sqlite3", "asyncio", "platformdirs", "tui.ui", "tui.compose"},
    ),
    ("tui.cli.parser", HEAVY | {"textual", "msgspec", "sqlite3"}),
    ("tui.i18n", HEAVY | {"textual", "msgspec", "sqlite3", "gettext", "tui.model"}),
    ("tui.config", HEAVY | {"textual", "sqlite3", "asyncio", "tomli_w", "platformdirs"}),
    ("tui.config.secrets", HEAVY | {"textual", "subprocess", "tomli_w"}),
    (
        "tui.compose",
        HEAVY | {"textual", "sqlite3", "tui.api", "tui.embedded", "tui.workbench", "tui.ui", "tui.cli"},
    ),
    ("tui.model.system", HEAVY | {"textual", "sqlite3", "tui.i18n", "tui.config", "tui.form"}),
    ("tui.form.state", HEAVY | {"textual", "sqlite3", "tui.i18n", "tui.workbench", "tui.ui"}),
    ("tui.workbench.workbench", HEAVY | {"textual", "tui.api", "tui.ui", "tui.i18n", "tui.config"}),
    ("tui.api", HEAVY | {"textual", "sqlite3", "tui.workbench", "tui.ui", "tui.i18n"}),
    (
        "tui.embedded.app",
        {"textual", "httpx", "pydantic", "sqlite3", "tui.api", "tui.workbench", "tui.ui", "tui.i18n"},
    ),
    ("tui.embedded.samples.people", HEAVY | {"textual", "sqlite3"}),
    ("tui.ui.app", HEAVY | {"tui.api", "tui.embedded", "tui.compose"}),
    ("tui.cli.list", HEAVY | {"textual", "tui.api", "tui.embedded", "tui.compose", "tui.ui"}),
    ("tui.cli.serve", HEAVY | {"textual", "sqlite3", "tui.api", "tui.embedded", "tui.compose", "tui.ui"}),
]


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize(("module", "forbidden"), WALLS, ids=[module for module, _ in WALLS])
def test_a_room_imports_only_what_it_may(module: str, forbidden: set[str]) -> None:
    loaded = loaded_by(f"import {module}")
    assert module in loaded
    assert loaded & forbidden == set()


def test_the_workbench_of_the_start_is_built_without_anything_heavy(tmp_path: Path) -> None:
    loaded = loaded_by(
        "import os\n"
        "from pathlib import Path\n"
        "from tui.config import Overrides, load_settings\n"
        "from tui.compose import Composer\n"
        f"overrides = Overrides(data_dir=Path({str(tmp_path)!r}))\n"
        "settings = load_settings(overrides, {'SHIFTDECK_CONFIG': '/nowhere/c'})\n"
        "composer = Composer(settings, os.environ)\n"
        "composer.accounts()\n"
        "composer.workbench(settings.profile)\n"
        "composer.close()"
    )
    assert loaded & HEAVY == set()
    assert "tui.api" not in loaded


def test_help_needs_next_to_nothing() -> None:
    loaded = loaded_by(
        "from tui.__main__ import main\ntry:\n    main(['--version'])\nexcept SystemExit:\n    pass"
    )
    assert loaded & (HEAVY | {"msgspec", "textual", "asyncio", "zoneinfo", "tomllib"}) == set()
