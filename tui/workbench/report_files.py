"""A report as a file: its text in one of three forms, its name, and the writing, which leaves nothing half."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from tui.model.period import Period
from tui.model.plain import escaped
from tui.workbench.report import Report
from tui.workbench.report_forms import as_csv, as_data, as_markdown
from tui.workbench.report_words import Say

FORMS = ("md", "csv", "json")
"""The names of the forms, which are the ends of the files' names."""


def text_of(report: Report, zone: ZoneInfo, form: str, say: Say) -> str:
    """The report in one of the :data:`FORMS`."""
    if form == "csv":
        return as_csv(report, zone, say)
    if form == "md":
        return as_markdown(report, zone, say)
    return escaped(json.dumps(as_data(report, zone, say), ensure_ascii=False, indent=1)) + "\n"


def file_name(period: Period, zone: ZoneInfo, form: str) -> str:
    """``shift-report-2026-05-11-0600-1400.md``; of whole days only the dates."""
    first, last = period.start.astimezone(zone), period.end.astimezone(zone)
    if period == Period.of_days(first.date(), last.date(), zone):
        span = f"{first:%Y-%m-%d}" + (f"-to-{last:%Y-%m-%d}" if first.date() != last.date() else "")
    else:
        span = f"{first:%Y-%m-%d-%H%M}-to-" + (f"{last:%Y-%m-%d-}" if first.date() != last.date() else "")
        span += f"{last:%H%M}"
    return f"shift-report-{span}.{form}"


def replace_file(path: Path, text: str) -> None:
    """Write ``path`` so that whoever reads it finds the old text or the whole new one. Raises ``OSError``."""
    # where the name leads to another place, that place gets the text
    target = path.resolve()
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with open(draft, "x", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
