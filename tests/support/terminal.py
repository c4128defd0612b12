"""A real pseudo-terminal with a real process in it, and what a person would see there."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

import pexpect
import pyte

KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
}
_OTHERS = ("SHIFTDECK_", "XDG_", "LC_", "COLUMNS", "LINES", "TEXTUAL", "NO_COLOR", "ESCDELAY")
SHIFTDECK = [sys.executable, "-m", "tui"]


class Terminal:
    """Runs a command in a pty of ``columns`` x ``lines``. Use as a context manager."""

    def __init__(
        self,
        arguments: list[str],
        *,
        home: Path,
        columns: int = 80,
        lines: int = 24,
        environ: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
        clean |= {
            "HOME": str(home),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        clean |= dict(environ or {})
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.output = 0
        self.process: pexpect.spawn[bytes] = pexpect.spawn(
            arguments[0],
            arguments[1:],
            env=clean,
            dimensions=(lines, columns),
            timeout=30,
            cwd=str(cwd) if cwd else None,
        )
        self.process.delaybeforesend = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.isalive():
            # By hand, and waited for: a busy machine needs longer than a close allows.
            self.kill()
        self.process.close(force=True)

    @property
    def text(self) -> str:
        """The screen as lines."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, *keys: str) -> None:
        """Write named keys or plain text, all in one chunk."""
        self.process.send("".join(KEYS.get(key, key) for key in keys))

    def raw(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.process.send(data)

    def pieces(self, *pieces: bytes, gap: float) -> None:
        """Write bytes as a bad line delivers them, ``gap`` seconds apart."""
        for piece in pieces:
            self.raw(piece)
            self.pause(gap)

    def pause(self, seconds: float) -> None:
        """Let so much time pass, and take what is written meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def read(self, seconds: float = 0.05) -> None:
        """Take what the process has written."""
        try:
            data = self.process.read_nonblocking(65536, timeout=seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        self.output += len(data)
        self._stream.feed(data)

    def wait(self, seen: str | Callable[[str], object], seconds: float = 20.0) -> str:
        """Read until ``seen`` is on the screen; fails with the screen in the message."""
        test: Callable[[str], object] = (lambda text: seen in text) if isinstance(seen, str) else seen
        end = time.monotonic() + seconds
        while not test(self.text):
            if time.monotonic() > end:
                raise AssertionError(f"not seen within {seconds} s: {seen!r}\n{self.text}")
            self.read()
        return self.text

    def gone(self, words: str, seconds: float = 20.0) -> str:
        """Read until ``words`` are no longer on the screen."""
        return self.wait(lambda text: words not in text, seconds)

    def settle(self, quiet: float = 0.4, seconds: float = 10.0) -> str:
        """Read until nothing new has come for ``quiet`` seconds."""
        end = time.monotonic() + seconds
        last, since = self.output, time.monotonic()
        while time.monotonic() - since < quiet and time.monotonic() < end:
            self.read()
            if self.output != last:
                last, since = self.output, time.monotonic()
        return self.text

    def wait_exit(self, seconds: float = 15.0) -> int:
        """Wait for the end; the exit code."""
        end = time.monotonic() + seconds
        while self.process.isalive() and time.monotonic() < end:
            self.read()
        seen = -1
        while seen != self.output and not self.process.isalive():
            # What was written just before the end.
            seen = self.output
            self.read(0.2)
        self.process.close()
        if self.process.exitstatus is None:
            raise AssertionError(f"ended by signal {self.process.signalstatus}")
        return int(self.process.exitstatus)

    def hang_up(self, seconds: float = 15.0) -> None:
        """Cut the line, and wait for the process to end by itself."""
        line = self.process.ptyproc  # type: ignore[attr-defined]
        # By its owner: a bare number would be closed once more later, when it is somebody else's.
        line.fileobj.close()
        end = time.monotonic() + seconds
        while os.waitpid(int(self.process.pid or 0), os.WNOHANG)[0] == 0:
            if time.monotonic() > end:
                raise AssertionError(f"still there {seconds} s after its line was cut")
            time.sleep(0.05)
        # It cannot know that its process and its terminal are gone.
        line.closed = line.terminated = True

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        self.process.kill(signal.SIGKILL)
        self.process.wait()
