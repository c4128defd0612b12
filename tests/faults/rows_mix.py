"""F36: everything at once, at random, from a seed."""

from __future__ import annotations

from tests.faults.registry import Row, played
from tests.faults.shift import random_shift

ROWS = (Row("F36", "random mix of all of these on the wire", played(random_shift), bounded=60, full=10_000),)
