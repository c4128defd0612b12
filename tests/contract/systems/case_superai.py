"""SuperAI: the completion of a task that waits for a review, and one more run of a flow."""

from __future__ import annotations

from tests.contract.systems.case import Case, request_for, rows_of
from tui.model.action import Request, Slot
from tui.model.status import Phase
from tui.model.system import TaskSystem


class SuperAi(Case):
    system = "superai"

    async def write(self, client: TaskSystem) -> Request:
        waiting = next(row for row in await rows_of(client) if row.status.phase is Phase.WAITING)
        record = await client.show(waiting.key)
        finish = record.in_slot(Slot.FINISH)
        assert finish is not None
        comment = next(field.key for field in record.fields if field.key.endswith("/comment"))
        return request_for("superai", record, finish, {comment: "seen at the door"})

    async def creation(self, client: TaskSystem) -> Request | None:
        action = await client.new_action()
        assert action is not None
        flow = (await client.choices("flows", "triage")).choices[0].value
        return request_for("superai", None, action, inputs={"flow_id": flow, "input": '{"text": "Cold soup."}'})


CASE = SuperAi()
