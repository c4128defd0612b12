"""The real command in a process of its own, on a fresh home."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.place import Place
from tests.support.midnight import not_at_midnight

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Whoever starts the tests in the background of a script has them, and all they start, ignore SIGINT."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def one_day() -> None:
    """The real command has the real time."""
    not_at_midnight()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment that knows nothing of this machine's user."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "TMPDIR", "SYSTEMROOT")}
    return kept | {
        "HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(ROOT),
        "SHIFTDECK_CONFIG": str(tmp_path / "config.toml"),
        "SHIFTDECK_DATA_DIR": str(tmp_path / "data"),
        "LANG": "C.UTF-8",
    }


@pytest.fixture
def shiftdeck(environ: dict[str, str], tmp_path: Path) -> Run:
    """``shiftdeck(*words, **environment)`` runs to its end; no terminal, no input."""

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tui", *words],
            env=environ | more,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def place(environ: dict[str, str], tmp_path: Path) -> Iterator[Place]:
    """A real server, the wire to it, and a data folder."""
    made = Place(tmp_path, environ)
    try:
        yield made
    finally:
        made.close()
