"""Files of a record, saved where the person wants them: never half, never over another one without asking."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tui.i18n import _, say
from tui.model.errors import TaskError
from tui.model.execution import Block, Download, Key
from tui.ui.screens.board_dialogs import LineDialog
from tui.ui.text import clean
from tui.ui.workers import start

if TYPE_CHECKING:
    from tui.ui.screens.seat import Seat

SAY_EVERY = 0.2
"""Seconds between two words on how far a download is."""
BAR = 10


class SaveDialog(LineDialog):
    """Asks where to save a file; one that is there already is named first, and Enter again replaces it."""

    def __init__(self, path: Path) -> None:
        super().__init__(_("Save the file"), _("Where to? A folder keeps the name."))
        self._line.insert(str(path))
        self._usual = path.name
        self.replaces: Path | None = None
        """The file that the person agreed to replace."""

    def key(self, key: str, char: str | None) -> bool:
        """Enter checks the place before the dialog goes away."""
        if key in ("enter", "f10") and self._line.text.strip():
            target = self.target(self._line.text.strip())
            words = self._why_not(target)
            if words:
                self.complain(words)
                return True
            self.close(str(target))
            return True
        return super().key(key, char)

    def target(self, text: str) -> Path:
        """The file that ``text`` means."""
        path = Path(text).expanduser()
        return path / self._usual if path.is_dir() else path

    def _why_not(self, target: Path) -> str:
        if not target.parent.is_dir():
            return _("There is no folder {folder}.", folder=clean(str(target.parent)))
        if target.exists() and self.replaces != target:
            self.replaces = target
            return _("{name} is there already. Enter again replaces it.", name=clean(target.name))
        return ""


class FileSink:
    """A file that appears under its name when it is whole (mode 0600). ``told`` gets bytes so far and in all."""

    def __init__(self, target: Path, told: Callable[[int, int | None], None]) -> None:
        self._target = target
        self._told = told
        self._size: int | None = None
        self._said_at = 0.0
        self.done = 0
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:60]}.", dir=target.parent)
        self._draft = Path(name)
        self._file: IO[bytes] = os.fdopen(handle, "wb")

    def expect(self, size: int | None, /) -> None:
        """How many bytes will come."""
        self._size = size
        self._told(0, size)

    def write(self, data: bytes, /) -> int:
        """Append ``data``. Raises ``OSError``."""
        self._file.write(data)
        self.done += len(data)
        if time.monotonic() - self._said_at >= SAY_EVERY:
            self._said_at = time.monotonic()
            self._told(self.done, self._size)
        return len(data)

    def keep(self, *, replace: bool) -> None:
        """All is there: on disk, then under its name. Raises ``FileExistsError`` unless it may ``replace``."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if replace:
            os.replace(self._draft, self._target)
            return
        try:
            os.link(self._draft, self._target)
        except FileExistsError:
            raise
        except OSError:
            # A file system without hard links.
            if self._target.exists():
                raise FileExistsError(self._target) from None
            os.replace(self._draft, self._target)

    def close(self) -> None:
        """Leave nothing half behind."""
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(FileNotFoundError):
            self._draft.unlink()


class Fetching:
    """Reads on in blocks and fetches the files of the open record of one main screen."""

    def __init__(self, screen: Seat) -> None:
        self._screen = screen
        self._bench = screen.bench

    def more(self, block: Block) -> None:
        """The next lines of ``block``."""
        key = self._screen.detail.key
        if key is not None:
            start(self._screen.app, partial(self._more, key, block), group="more", exclusive=False)

    async def _more(self, key: Key, block: Block) -> None:
        view, found = self._screen.detail.blocks, None
        try:
            found = await self._bench.more(key, block.more)
        except TaskError as error:
            self._screen.announce(f"{say(error.reason)} {say(error.help)}", bad=True)
        if self._screen.detail.key == key:
            view.add(found, block.id)

    def ask(self, download: Download) -> None:
        """Where to save it, then fetch it."""
        dialog = SaveDialog(usual_folder() / _file_name(download.name))

        def chosen(path: str | None) -> None:
            if path is not None:
                target = Path(path)
                work = partial(self._fetch, download, target, dialog.replaces == target)
                start(self._screen.app, work, group="download", exclusive=False)

        dialog.open(self._screen.app, chosen)

    async def _fetch(self, download: Download, target: Path, replace: bool) -> None:
        screen, name = self._screen, clean(target.name)
        key = screen.detail.key

        def told(done: int, size: int | None) -> None:
            if screen.detail.key == key:
                screen.detail.blocks.say_file(download.ref, progress(done, size))

        sink: FileSink | None = None
        words = ""
        try:
            sink = FileSink(target, told)
            await self._bench.download(download.ref, sink)
            sink.keep(replace=replace)
            words = _("saved as {path}", path=clean(str(target)))
            screen.announce(_("{name} is saved, {size}.", name=name, size=_size(sink.done)))
        except TaskError as error:
            screen.announce(f"{name}: {say(error.reason)} {say(error.help)}", bad=True)
        except FileExistsError:
            screen.announce(_("{name} appeared there meanwhile and was not replaced.", name=name), bad=True)
        except OSError as error:
            why = clean(error.strerror or type(error).__name__)
            screen.announce(_("{name} cannot be written ({why}).", name=name, why=why), bad=True)
        finally:
            if sink is not None:
                sink.close()
            if screen.detail.key == key:
                screen.detail.blocks.say_file(download.ref, words)


def progress(done: int, size: int | None) -> str:
    """How far a download is, in a bar where its size is known."""
    if not size:
        return _("{size} so far", size=_size(done))
    part = min(1.0, done / size)
    filled = round(part * BAR)
    bar = "#" * filled + "-" * (BAR - filled)
    return f"[{bar}] {part:.0%} " + _("of {size}", size=_size(size))


def _size(count: int) -> str:
    if count < 10_000:
        return f"{count} B"
    return f"{count / 1000:.0f} kB" if count < 10_000_000 else f"{count / 1_000_000:.0f} MB"


def usual_folder() -> Path:
    """Where people look for what they fetched; else where they are."""
    usual = Path.home() / "Downloads"
    return usual if usual.is_dir() else Path.cwd()


def _file_name(name: str) -> str:
    """``name`` as a file's name: the server's word leads into no other folder."""
    plain = "".join("_" if char in '/\\:*?"<>|' or not char.isprintable() else char for char in name)
    return plain.strip(". ")[:120] or "file"
