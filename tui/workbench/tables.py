"""Values for a table that a spreadsheet opens: whoever wrote a text, it is never run there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from tui.model.plain import clean

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def cell(value: object) -> object:
    """A value for a table that a spreadsheet opens. Numbers stay numbers, ``None`` stays empty.

    A text comes without control and bidi characters, on one line, and with an apostrophe in front where a
    spreadsheet would take it for a formula and run it.
    """
    if not isinstance(value, str):
        return value
    safe = clean(value, limit=None)
    return "'" + safe if safe.lstrip().startswith(_FORMULA) else safe


def table(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """A line of column names, then one for each row, quoted where needed; what is not known is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: cell(value) for name, value in row.items()})
    return out.getvalue()
