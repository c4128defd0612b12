"""Writes the SuperAI sample: the organization with the people of the sample site, its flows, and a day of runs.

The runs of a day are made once, when a list is asked for on that day, as if they had begun in the hours before.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select

from tui.embedded.clock import SiteClock
from tui.embedded.samples.people import PEOPLE
from tui.embedded.samples.superai_flows import COMPLAINTS, FLOWS, INVOICES, SCAN, TEXT, sample_id
from tui.embedded.samples.superai_runs import DAY, Step, Story
from tui.embedded.superai import schema
from tui.embedded.superai.definitions import Plan, plan_of
from tui.embedded.superai.server import stamp

Row = dict[str, Any]
ROLES = {"worker": "app_user", "supervisor": "backoffice", "admin": "org_admin"}
OURS, THEIRS = sample_id("organization", "ours"), sample_id("organization", "theirs")
LONGEST_LOOK_BACK = 6 * 3600
"""Seconds before now within which the day's runs have begun."""

MOST_WAITING = 8
"""So many runs may wait for a person before only such are begun as need none."""

_STEP_SECONDS = 40


def seed(tx: Connection, now: int) -> None:
    """People, flows and one file; a second organization with nothing but a flow, which nobody here may see."""
    moment = stamp(now)
    touched = {"created_at": moment, "updated_at": moment, "modified_by": "system"}
    names = {OURS: "Zentralküche", THEIRS: "Somebody else"}
    tx.execute(insert(schema.organizations), [{"id": key, "name": name} for key, name in names.items()])
    tx.execute(insert(schema.users), [_person(place) for place in range(len(PEOPLE))])
    tx.execute(
        insert(schema.files).values(
            uri=SCAN, organization_id=OURS, media_type="text/plain", content=TEXT.encode("utf-8")
        )
    )
    for flow in FLOWS:
        row = {name: flow[name] for name in ("id", "display_name", "description")}
        tx.execute(insert(schema.flows).values(**row, organization_id=OURS, settings={}, deleted=False, **touched))
        parts = {"definition": flow["definition"], "output_schemas": flow["output_schemas"]}
        version = {"flow_id": flow["id"], "version": 1, "status": "published"}
        tx.execute(insert(schema.flow_versions).values(**version, **parts, **touched))
    foreign = {"id": sample_id("flow", "theirs"), "display_name": "Not yours", "organization_id": THEIRS}
    tx.execute(insert(schema.flows).values(**foreign, settings={}, deleted=False, **touched))
    empty: Row = {"definition": {"tasks": [], "edges": []}, "output_schemas": {}}
    version = {"flow_id": foreign["id"], "version": 1, "status": "published"}
    tx.execute(insert(schema.flow_versions).values(**version, **empty, **touched))


def _person(place: int) -> Row:
    one = PEOPLE[place]
    return {
        "id": sample_id("user", one.username), "organization_id": OURS, "username": one.username,
        "email": f"{one.username}@example.org", "name": f"{one.first_name} {one.last_name}",
        "role": ROLES[one.level], "status": "active", "number": place,
    }  # fmt: skip


def is_filled(tx: Connection, day: date) -> bool:
    """Whether the runs of ``day`` are there."""
    return tx.execute(select(schema.site.c.value).where(schema.site.c.name == f"day {day}")).first() is not None


def fill(tx: Connection, clock: SiteClock) -> None:
    """The runs of the site's today, unless they are there."""
    day, now = clock.today(), clock.now()
    if is_filled(tx, day):
        return
    tx.execute(insert(schema.site).values(name=f"day {day}", value="filled"))
    begin = max(clock.moment(f"{day} 00:00:00"), now - LONGEST_LOOK_BACK)
    for place, story in enumerate(DAY):
        start = begin + (now - begin) * place // len(DAY)
        _tell(tx, story, sample_id("run", day, place), start, now)


def next_run(number: int, waiting: int) -> tuple[str, Row]:
    """Flow and input of the run that is begun as the ``number``-th while ``waiting`` runs wait for a person."""
    flow = COMPLAINTS if number % 2 or waiting >= MOST_WAITING else INVOICES
    inputs = [story.input for story in DAY if story.flow == flow]
    return flow, inputs[number % len(inputs)]


def _tell(tx: Connection, story: Story, run_id: str, start: int, now: int) -> None:
    plan = plan_of(next(flow["definition"] for flow in FLOWS if flow["id"] == story.flow))
    number = select(func.coalesce(func.max(schema.flow_executions.c.run_number), 0)).where(
        schema.flow_executions.c.flow_id == story.flow
    )
    by = "system" if story.by == "system" else sample_id("user", story.by)
    end = min(start + _STEP_SECONDS * len(story.steps), now)
    tx.execute(
        insert(schema.flow_executions).values(
            id=run_id, flow_id=story.flow, flow_version=1, organization_id=OURS, status=story.status,
            input=story.input, run_number=tx.execute(number).scalar_one() + 1, deleted=False,
            created_at=stamp(start), updated_at=stamp(end), modified_by=by,
        )
    )  # fmt: skip
    for place, step in enumerate(story.steps):
        begun = min(start + _STEP_SECONDS * place, now)
        tx.execute(insert(schema.task_executions).values(**_attempt(plan, run_id, step, begun, now)))
    for task, tag, kind, metadata in story.tags:
        tx.execute(insert(schema.task_tags).values(**_tag(run_id, task, tag, kind, metadata, end)))


def _attempt(plan: Plan, run_id: str, step: Step, begun: int, now: int) -> Row:
    node = plan.nodes[step.task]
    ended = step.status in ("completed", "failed", "cancelled")
    end = min(begun + _STEP_SECONDS - 5, now)
    row = {
        "id": sample_id(run_id, step.task, step.number), "flow_execution_id": run_id, "task_name": step.task,
        "task_execution_idx": step.number, "organization_id": OURS, "processing_status": step.status,
        "edited_status": "not_edited", "stale_status": "consistent", "input": node["parameters"],
        "output": node["sample_output"], "error": None, "started_at": stamp(begun),
        "completed_at": stamp(end) if ended else None, "created_at": stamp(begun), "updated_at": stamp(end),
        "modified_by": "system", **step.more,
    }  # fmt: skip
    if row["modified_by"] != "system":
        row["modified_by"] = sample_id("user", row["modified_by"])
    return row


def _tag(run_id: str, task: str, tag: str, kind: str, metadata: Any, moment: int) -> Row:
    return {
        "id": sample_id(run_id, task, tag, kind), "flow_execution_id": run_id, "task_name": task, "tag": tag,
        "tag_type": kind, "organization_id": OURS, "tag_metadata": metadata,
        "metadata_text": msgspec.json.encode(metadata, order="sorted").decode(), "status": "active",
        "created_at": stamp(moment), "updated_at": stamp(moment), "modified_by": sample_id("user", "maria"),
    }  # fmt: skip
