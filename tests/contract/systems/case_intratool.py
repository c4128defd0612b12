"""Intratool: progress on a task that is open, and one more execution of an assignment."""

from __future__ import annotations

from tests.contract.systems.case import NOW, ZONE, Case, request_for, rows_of
from tui.model.action import Request
from tui.model.status import Phase
from tui.model.system import TaskSystem


class Intratool(Case):
    system = "intratool"

    async def write(self, client: TaskSystem) -> Request:
        for row in await rows_of(client):
            if row.status.phase is not Phase.OPEN:
                continue
            record = await client.show(row.key)
            save = record.action("progress")
            texts = [field.key for field in record.fields if field.kind in ("text", "long_text")]
            if save is not None and save.enabled and texts:
                return request_for("intratool", record, save, {texts[0]: "seen at the door"})
        raise AssertionError("no open task with a text")

    async def creation(self, client: TaskSystem) -> Request | None:
        action = await client.new_action()
        assert action is not None
        assignment = (await client.choices("assignments")).choices[0].value
        moment = NOW.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
        inputs = {"task_assignment_id": assignment, "for_execution_date": moment}
        return request_for("intratool", None, action, inputs={**inputs})


CASE = Intratool()
