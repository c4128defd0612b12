"""The rows that need real processes, a real terminal and a real socket."""

from __future__ import annotations

from tests.faults.processes import keys, killing, lines, mix, soak
from tests.faults.processes.checklist import KEYS
from tests.faults.processes.hall import played
from tests.faults.registry import Row

ROWS = (
    Row("F1", "kill -9 after every key", played(killing.every_key), bounded=2, full=2 * len(KEYS), apart=True),
    Row("F2", "kill -9 between two steps", played(killing.every_step), bounded=2, full=killing.STEPS, apart=True),
    Row("F3", "SIGHUP, SIGTERM, the line cut", played(killing.told_to_end), bounded=1, full=30, apart=True),
    Row("F13b", "hanging line, no name, no TLS: pty", played(lines.hangs), bounded=1, full=8, apart=True),
    Row("F19", "whole checklist in chunks", played(keys.chunks), bounded=1, full=40, apart=True),
    Row("F20", "function keys in pieces", played(keys.split), bounded=1, full=20, apart=True),
    Row("F21", "any bytes", played(keys.any_bytes), bounded=1, full=20, apart=True),
    Row("F24", "the terminal does not read", played(lines.stalled), bounded=1, full=10, apart=True),
    Row("F24b", "it does not read, and is lost", played(lines.stalled_and_lost), bounded=0, full=10, apart=True),
    Row("F27c", "two windows, two terminals: pty", played(lines.two_windows), bounded=1, full=24, apart=True),
    Row("F34", "polls: memory, files, threads", played(soak.short), bounded=1, full=1, apart=True),
    Row("F34b", "polls of eight hours", played(soak.long), bounded=0, full=1, apart=True),
    Row("F36b", "random mix through a pty", played(mix.bad_day), bounded=1, full=200, apart=True),
)
