"""For tests of the real command: the sample site lives in real time, and its list of today ends at midnight."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

MARGIN = timedelta(seconds=60)


def not_at_midnight() -> None:
    """Let midnight pass, where it is nearer than a test takes; a minute a day."""
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    left = now.replace(hour=23, minute=59, second=59) - now + timedelta(seconds=2)
    if left < MARGIN:
        time.sleep(left.total_seconds())
