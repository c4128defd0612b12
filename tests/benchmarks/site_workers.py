"""Forty people at work: real clients over sockets that finish, deny and reset, and note what the server accepted.

``python -m tests.benchmarks.site_workers ADDRESS SECONDS LOG [EXECUTIONS]`` in a process of its own, so that the
boards' time is theirs. Each line of the log is one accepted write: execution, state, the moments of the machine's
monotonic clock when it was sent and when the answer was there.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TextIO
from zoneinfo import ZoneInfo

from tui.api import connect
from tui.model.action import Delivery, Request, Slot
from tui.model.errors import TaskError
from tui.model.execution import Execution
from tui.model.period import Period
from tui.model.system import Filters, TaskSystem

WORKERS = 40
ZONE = ZoneInfo("Europe/Berlin")
TITLE = "Take out the bins"
"""A checklist of the sample site without a question: whatever is done to it, nothing has to be answered."""

PAUSE = (1.5, 5.0)
"""Seconds between two deeds of one person."""

_NEXT = {"open": ("finish", "deny"), "in_progress": ("finish", "deny"), "done": ("reset",), "denied": ("reset",)}


def client(address: str) -> TaskSystem:
    token = os.environ["SHIFTDECK_SERVE_TOKEN"]
    return connect("intratool", base_url=address, token=token, zone=ZONE, profile="site")


def today() -> Period:
    return Period.of_day(datetime.now(ZONE).date(), ZONE)


def _request(action: str, key_id: str, inputs: dict[str, str], expected: str) -> Request:
    online = {"reset": Delivery.ONLINE, "create": Delivery.ONCE}
    return Request(
        profile="site",
        system="intratool",
        key_id=key_id,
        action=action,
        slot=Slot(action),
        delivery=online.get(action, Delivery.QUEUED),
        idempotency_key=str(uuid.uuid4()),
        inputs=dict(inputs),
        expected=expected,
    )


async def fill(system: TaskSystem, count: int) -> list[Execution]:
    """``count`` executions of that checklist today, made where they are missing."""
    rows = (await system.list(today(), Filters())).rows or ()
    model = next(row for row in rows if row.title == TITLE)
    begin = datetime.now(ZONE).replace(microsecond=0, tzinfo=None)
    begin = max(begin, begin.replace(hour=0, minute=5, second=0))  # none of them belongs to yesterday
    for number in range(count):
        moment = begin + timedelta(seconds=number % 600 - 300)
        inputs = {
            "task_assignment_id": model.assignment or "",
            "task_template_id": model.template or "",
            "for_execution_date": f"{moment:%Y-%m-%d %H:%M:%S}",
        }
        await system.perform(_request("create", "", inputs, ""))
    rows = (await system.list(today(), Filters())).rows or ()
    return [row for row in rows if row.title == TITLE]


async def work(
    system: TaskSystem, own: list[Execution], chance: random.Random, until: float, log: TextIO, counts: list[int]
) -> None:
    """One person with some executions of their own."""
    states = {row.key.id: row.status.raw.removesuffix("_delayed") for row in own}
    while True:
        await asyncio.sleep(chance.uniform(*PAUSE))
        if monotonic() >= until:
            return
        key_id = chance.choice(sorted(states))
        action = chance.choice(_NEXT.get(states[key_id], ("reset",)))
        inputs = {"finish": {"delayed_reason": "Busy"}, "deny": {"deny_reason": "No time"}}.get(action, {})
        began = monotonic()
        try:
            receipt = await system.perform(_request(action, key_id, inputs, states[key_id]))
        except TaskError as error:
            counts[1] += 1
            if counts[1] <= 3:
                print(f"refused: {action} {error} {error.said}", file=sys.stderr)
            continue
        counts[0] += 1
        states[key_id] = receipt.status_raw.removesuffix("_delayed")
        log.write(json.dumps([key_id, receipt.status_raw, began, monotonic()]) + "\n")


async def main(address: str, seconds: float, log: Path, executions: int) -> int:
    """Fill, say so on standard output, wait for a line on standard input, work, and say how it went."""
    first = client(address)
    rows = await fill(first, executions)
    print(len(rows), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    counts = [0, 0]
    # making them takes as long as some of the work: each looks for the machine's certificates
    people = [client(address) for _ in range(WORKERS)]
    until = monotonic() + seconds
    with log.open("w", encoding="utf-8") as file:
        await asyncio.gather(
            *(
                work(person, rows[number::WORKERS], random.Random(number), until, file, counts)
                for number, person in enumerate(people)
            )
        )
    for person in (first, *people):
        await person.close()
    print(json.dumps({"accepted": counts[0], "refused": counts[1]}), flush=True)
    return 0


if __name__ == "__main__":
    address, seconds, log = sys.argv[1:4]
    sys.exit(asyncio.run(main(address, float(seconds), Path(log), int((sys.argv[4:] or ["200"])[0]))))
