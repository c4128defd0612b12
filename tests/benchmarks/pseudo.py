"""A child process in a pseudo-terminal, and when exactly its output came. Times are in milliseconds."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[2]
_ESCAPES = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    rb"|\x1b[PX^_][^\x1b]*\x1b\\|\x1b[ -/]*[0-~]|[\x00-\x1f]"
)


def plain(data: bytes) -> str:
    """What ``data`` writes, without the sequences that only move, colour or ask."""
    return _ESCAPES.sub(b"", data).decode("utf-8", "replace")


def environment(home: Path, **more: str) -> dict[str, str]:
    """A clean environment: no settings of the person who measures, bytecode as it is in real use."""
    kept = {
        name: value for name, value in os.environ.items() if name in ("PATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
    }
    fixed = {
        "HOME": str(home),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
    }
    return kept | fixed | more


class Pseudo:
    """Runs ``command`` in a pty of ``size`` (columns, lines). ``started`` is the moment before the fork."""

    def __init__(self, command: list[str], environ: Mapping[str, str], size: tuple[int, int] = (120, 40)) -> None:
        self.started = time.perf_counter()
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            # The child: the size is set by the parent before anything is read from it.
            os.chdir(ROOT)
            os.execvpe(command[0], command, dict(environ))
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        os.set_blocking(self._fd, False)
        self.last = self.started
        self.output = b""

    def __enter__(self) -> Pseudo:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def _read(self, seconds: float) -> bytes:
        """The next chunk, ``b""`` when none came in time; notes when it came."""
        if not select.select([self._fd], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            data = os.read(self._fd, 1 << 20)
        except (BlockingIOError, OSError):
            return b""
        self.last = time.perf_counter()
        self.output += data
        return data

    def until(self, seen: Callable[[str], bool], seconds: float = 30.0) -> float:
        """Milliseconds from the start until the plain text of all output satisfies ``seen``."""
        end = time.perf_counter() + seconds
        while not seen(plain(self.output)):
            if time.perf_counter() > end:
                raise TimeoutError(plain(self.output)[-2000:])
            self._read(0.5)
        return (self.last - self.started) * 1000

    def settle(self, quiet: float, seconds: float = 60.0) -> None:
        """Read until nothing has come for ``quiet`` seconds."""
        end = time.perf_counter() + seconds
        while self._read(quiet) and time.perf_counter() < end:
            pass

    def write(self, data: bytes, seconds: float = 0.0) -> None:
        """Write all of ``data``, however slowly it is taken, and read for ``seconds`` after it."""
        while data:
            ready, writable, _ = select.select([self._fd], [self._fd], [], 30.0)
            if ready:
                self._read(0.0)
            if writable:
                data = data[os.write(self._fd, data) :]
        self._read(seconds)

    def press(self, keys: bytes, quiet: float, seconds: float = 120.0) -> tuple[float, float]:
        """Write ``keys``; milliseconds until the first and until the last output that follows.

        The last output is the one after which ``quiet`` seconds pass without any.
        """
        begun = self._press(keys, seconds)
        first = self.last
        while self._read(quiet):
            pass
        return (first - begun) * 1000, (self.last - begun) * 1000

    def press_until(
        self, keys: bytes, seen: Callable[[str], bool], quiet: float, seconds: float = 30.0
    ) -> tuple[float, float]:
        """Write ``keys``; milliseconds until what came satisfies ``seen``, and until the last output after it."""
        begun = self._press(keys, seconds)
        while not seen(plain(self.output)):
            if time.perf_counter() - begun > seconds:
                raise TimeoutError(plain(self.output)[-2000:])
            self._read(quiet)
        there = self.last
        while self._read(quiet):
            pass
        return (there - begun) * 1000, (self.last - begun) * 1000

    def _press(self, keys: bytes, seconds: float) -> float:
        """Write ``keys`` and wait for the first output; the moment of writing."""
        self.output = b""
        begun = time.perf_counter()
        os.write(self._fd, keys)
        if not self._read(seconds):
            raise TimeoutError(f"no output after {keys!r}")
        return begun

    def resident(self) -> float:
        """The resident memory of the child, in MB."""
        status = Path(f"/proc/{self._pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024

    def processor(self) -> float:
        """The processor's time that the child has used so far, in seconds."""
        fields = Path(f"/proc/{self._pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        """SIGTERM, then, if that does not help, SIGKILL; returns when the process is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGTERM)
        for _ in range(300):
            if os.waitpid(self._pid, os.WNOHANG)[0]:
                break
            self._read(0.01)
        else:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        os.close(self._fd)
