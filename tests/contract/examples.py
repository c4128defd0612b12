"""The example answers of the vendor's page "TaskExecutions", word for word, and the comparison with them."""

from __future__ import annotations

from typing import Any

LIST: list[dict[str, Any]] = [
    {
        "id": 812,
        "task_assignment_id": 558,
        "task_template_id": 203,
        "task_status_id": "open",
        "for_execution_date": "2026-05-11 09:00:00",
        "achieved_points": 0,
        "max_points": 0,
    }
]
LIST_OF_ASSIGNMENT: list[dict[str, Any]] = [
    {"id": 812, "task_assignment_id": 558, "task_template_id": 203, "task_status_id": "open"}
]
COUNT = {"count": 12}
SHOW = LIST[0]
CREATE = {
    "status": "success",
    "data": {"id": 812, "task_assignment_id": 558, "task_template_id": 203, "task_status_id": "open"},
}
PROGRESS = {"status": "success", "data": {"id": 812, "task_status_id": "in_progress"}}
FINISH = {"status": "success", "data": {"id": 812, "task_status_id": "done"}}
DENY = {
    "status": "success",
    "data": {"id": 812, "task_status_id": "denied", "deny_reason": "Equipment unavailable"},
}
RESET = {"status": "success", "data": {"id": 812, "task_status_id": "in_progress"}}
STATUS = {"status": "success", "data": {"id": 812, "task_status_id": "in_progress"}}
NODES: list[dict[str, Any]] = [
    {
        "id": 9001,
        "type": "taskExecutionFinished",
        "level": 1,
        "dispatchable_id": 812,
        "dispatchable_type": "taskExecution",
    },
    {
        "id": 9000,
        "type": "formMessageSent",
        "level": 2,
        "dispatchable_id": 301,
        "dispatchable_type": "formMessage",
    },
]
NODE = NODES[0]
DISPATCHABLE = {
    "id": 812,
    "task_assignment_id": 558,
    "task_template_id": 203,
    "task_status_id": "done",
    "visibility_start_time": "2026-04-29 08:45:00",
    "task_template": {"id": 203, "title": "Safety Checklist"},
    "task_assignment": {"id": 558, "title": "Morning Shift"},
}


def differences(answer: Any, example: Any, path: str = "$") -> list[str]:
    """Where ``answer`` lacks a key of ``example`` or has another type there. More keys are fine."""
    if isinstance(example, dict):
        if not isinstance(answer, dict):
            return [f"{path}: {type(answer).__name__} instead of an object"]
        found = [f"{path}.{key}: missing" for key in example if key not in answer]
        for key, value in example.items():
            if key in answer:
                found += differences(answer[key], value, f"{path}.{key}")
        return found
    if isinstance(example, list):
        if not isinstance(answer, list) or not answer:
            return [f"{path}: {type(answer).__name__} instead of a filled array"]
        return [one for item in answer for one in differences(item, example[0], f"{path}[]")]
    if type(answer) is not type(example) and not (isinstance(answer, float) and isinstance(example, int)):
        return [f"{path}: {answer!r} is not of the type of {example!r}"]
    return []
