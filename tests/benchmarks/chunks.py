"""``chunks``: random answers in random pieces; how many end in a wrong field, how many characters are lost.

The path is the real one: bytes, the driver's keyboard and Textual's parser, the application, the form, the
journal. Most values go through an application in this process, whose keyboard is given the bytes and the time;
some go through the real command in a real pty, with real pauses. Forms of 200 fields are opened, filled and left
with keys only, in one stream. When the application has ended, the journal is read and compared with what was sent.

``CHUNKS_VALUES`` and ``CHUNKS_SEED`` in the environment choose another number and a run that is known.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import secrets
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from tests.benchmarks.journals import PROFILE, Folder, sheets
from tests.benchmarks.pseudo import Pseudo
from tests.benchmarks.values import Kept, answers, fields, in_pieces
from tests.support.wire import Wire
from tui.i18n import set_language
from tui.model.execution import Key
from tui.ui.app import ShiftdeckApp
from tui.ui.keymap import keymap_from
from tui.ui.screens.main import MainScreen

VALUES, THROUGH_PTY, FIELDS = 100_000, 3_000, 200
BATCH = 1_000
"""Values of one start of the application."""
SIZE = (120, 40)
ENTER, F1, F3, DOWN = b"\r", b"\x1bOP", b"\x1bOR", b"\x1b[B"
HELP_IS_THERE, OFFLINE = "F3 zurück", "keine Verbindung"
GAPS = (0.0, 0.0, 0.05, 0.2, 0.4)
"""Seconds between two pieces: nothing, or as long as a bad line keeps a sequence back."""


@dataclass
class Score:
    """What came of the values; ``wrong`` counts fields that hold something else than was sent for them."""

    values: int = 0
    pieces: int = 0
    wrong: int = 0
    lost: int = 0
    seconds: float = 0.0
    examples: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether everything is where it belongs."""
        return not (self.wrong or self.lost)

    def add(self, other: Score) -> None:
        """Count what another part has found, too."""
        self.values += other.values
        self.pieces += other.pieces
        self.wrong += other.wrong
        self.lost += other.lost
        self.seconds += other.seconds
        self.examples += other.examples

    def compare(self, name: str, sent: Kept, kept: Kept | None) -> None:
        """Count one value."""
        self.values += 1
        if kept == sent:
            return
        mine, there = repr(sent), repr(kept)
        same = sum(
            block.size for block in SequenceMatcher(None, mine, there, autojunk=False).get_matching_blocks()
        )
        if same == len(there) or kept is None:
            self.lost += len(mine) - same
        else:
            self.wrong += 1
        self.examples.append(f"{name}: sent {mine}, kept {there}")


def run() -> bool:
    """Measure and print; whether nothing was lost and nothing is in a wrong field."""
    seed = int(os.environ.get("CHUNKS_SEED") or secrets.randbelow(10**9))
    values = int(os.environ.get("CHUNKS_VALUES") or VALUES)
    by_pty = min(values, THROUGH_PTY)
    print(f"seed {seed} (CHUNKS_SEED={seed} repeats this run), forms of {FIELDS} fields")
    print(f"{'':24}{'values':>9}{'chunks':>9}{'wrong field':>13}{'lost':>6}{'seconds':>9}")
    score = Score()
    begun = time.perf_counter()
    for name, way, count in (("in this process", here, values - by_pty), ("through a pty", in_a_pty, by_pty)):
        batches = [min(BATCH, count - done) for done in range(0, count, BATCH)]
        seeds = [f"{seed} {name} {number}" for number in range(len(batches))]
        part = Score()
        with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
            for each in pool.map(way, seeds, batches):
                part.add(each)
        part.seconds, begun = time.perf_counter() - begun, time.perf_counter()
        _tell(name, part)
        score.add(part)
    _tell("together", score)
    for example in score.examples[:10]:
        print(f"  {example}")
    print("PASS" if score.good else "FAIL", " 0 in a wrong field, 0 characters lost")
    return score.good


def _tell(name: str, score: Score) -> None:
    row = f"{score.values:>9,}{score.pieces:>9,}{score.wrong:>13}{score.lost:>6}{score.seconds:>9.0f}"
    print(f"{name:24}{row}", flush=True)


# -- one batch of forms ---------------------------------------------------------------------------------------


@dataclass
class Batch:
    """Forms in a journal, the keys that fill them one after the other, and what must be kept, by execution."""

    folder: Folder
    keys: list[bytes]
    kept: dict[Key, dict[str, Kept]]

    def score(self, pieces: int) -> Score:
        """Read the journal, which nobody else has open any more."""
        score = Score(pieces=pieces)
        with self.folder.desk() as bench:
            for key, form in self.kept.items():
                draft = bench.drafts.load(key)
                found = draft.fields if draft is not None else {}
                for name, sent in form.items():
                    edit = found.get(name)
                    there = Kept(edit.value, edit.note) if edit is not None else None
                    score.compare(f"{key.id} {name}", sent, there)
        return score


def prepare(home: Path, chance: random.Random, values: int) -> Batch:
    """Put enough forms into a journal, as the last known list of today."""
    batch = Batch(Folder(home, lang="de"), [], {})
    asked = fields(FIELDS)
    counts = [min(FIELDS, values - done) for done in range(0, values, FIELDS)]
    forms = sheets(batch.folder.first_moment(), *[asked for _ in counts])
    for record, count in zip(forms, counts, strict=True):
        keys, kept = answers(chance, asked[:count])
        batch.keys.append(ENTER + keys + F3 + DOWN)
        batch.kept[record.execution.key] = kept
    batch.folder.fill([record.execution for record in forms], forms)
    return batch


# -- the two ways ---------------------------------------------------------------------------------------------


def here(seed: str, values: int) -> Score:
    """Through an application in this process."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as home:
        batch = prepare(Path(home), chance, values)
        set_language("de", {})
        try:
            return batch.score(asyncio.run(_in_process(batch, chance)))
        finally:
            set_language("en", {})


async def _in_process(batch: Batch, chance: random.Random) -> int:
    composer = batch.folder.composer()
    app = ShiftdeckApp(composer, keymap_from({}), composer.workbench(PROFILE))
    count, early = 0, chance.random() < 0.2
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        while not isinstance(app.screen, MainScreen) or not (app.screen.at_rest or early):
            await pilot.pause()
        wire = Wire(app)
        for keys in batch.keys:
            for piece in in_pieces(chance, keys):
                wire.send(piece, gap=chance.choice(GAPS))
                count += 1
                if chance.random() < 0.02:
                    await asyncio.sleep(0)
            await pilot.pause()
    composer.close()
    return count


def in_a_pty(seed: str, values: int) -> Score:
    """Through the real command in a real pseudo-terminal."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as home:
        batch = prepare(Path(home), chance, values)
        count = 0
        with Pseudo([sys.executable, "-m", "tui"], batch.folder.environ, SIZE) as terminal:
            terminal.until(lambda text: "Sheet 1" in text and OFFLINE in text)
            for piece in in_pieces(chance, b"".join(batch.keys)):
                terminal.write(piece, chance.choice((0.0, 0.0, 0.001, 0.003)))
                if chance.random() < 0.01:
                    terminal.settle(chance.choice(GAPS))
                count += 1
            # The help comes when every key before it was handled; then the disk gets a moment.
            terminal.output = b""
            terminal.write(F1)
            terminal.until(lambda text: HELP_IS_THERE in text, 60)
            terminal.settle(1.0)
        return batch.score(count)
