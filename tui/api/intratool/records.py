"""Their single records, read tolerantly: each type says how a value is brought into shape, and none ever refuses.

A relation is ``None`` where the answer does not hold it (its include was not asked for, or refused).
Attributes as in contract sections 2, 3 and 4. Unknown keys are left to the raw JSON.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from tui.api.lenient import as_flag, as_id, as_number, as_object, as_objects, as_text


def _object_or_none(value: Any) -> Any:
    # One that was read before comes along as it is.
    return value if isinstance(value, dict | BaseModel) else None


def _objects_or_none(value: Any) -> Any:
    return as_objects(value) if isinstance(value, list | dict) else None


Text = Annotated[str, BeforeValidator(as_text)]
Id = Annotated[str | None, BeforeValidator(as_id)]
Number = Annotated[float | None, BeforeValidator(as_number)]
Flag = Annotated[bool | None, BeforeValidator(as_flag)]
Config = Annotated[dict[str, Any], BeforeValidator(as_object)]


class _Theirs(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, revalidate_instances="never")


class Validation(_Theirs):
    """A rule of a field."""

    form_field_validation_type_id: Text = ""
    config: Config = {}
    validation_string: Text = ""


Validations = Annotated[list[Validation] | None, BeforeValidator(_objects_or_none)]


class FormField(_Theirs):
    """A question, ``formField``."""

    id: Id = None
    form_type: Text = ""
    form_id: Id = None
    form_field_type_id: Text = ""
    name: Text = ""
    slug: Text = ""
    key: Text = ""
    default_value: Any = None
    placeholder: Text = ""
    description: Text = ""
    hidden: Flag = None
    disabled: Flag = None
    config: Config = {}
    sort_number: Number = None
    field_validation_string: Text = ""
    field_validations: Validations = None
    validations: Validations = None


FormFields = Annotated[list[FormField] | None, BeforeValidator(_objects_or_none)]
Objects = Annotated[list[dict[str, Any]] | None, BeforeValidator(_objects_or_none)]


class ProgressField(_Theirs):
    """An answer: ``request_value`` as it was sent, ``value`` as it is read."""

    form_field_id: Id = None
    value: Any = None
    request_value: Any = None
    additional_information: Text = ""
    form_field: Annotated[FormField | None, BeforeValidator(_object_or_none)] = None


class Template(_Theirs):
    """What executions are made from."""

    id: Id = None
    title: Text = ""
    description: Text = ""
    parent_id: Id = None
    grade_scale: Number = None
    form_fields: FormFields = None
    layouts: Objects = None


class Assignment(_Theirs):
    """What is to be done where and when, and by which rules (contract 6.3 and gap 6)."""

    id: Id = None
    title: Text = ""
    description: Text = ""
    task_template_id: Id = None
    show_before_interval: Text = ""
    executable_before_interval: Text = ""
    executable_after_interval: Text = ""
    interval: Text = ""
    active: Flag = None
    always_executable: Flag = None
    user_confirmation_required: Flag = None
    delayed_reason_required: Flag = None
    deny_allowed: Flag = None
    deny_reason_required: Flag = None


class Person(_Theirs):
    """A user."""

    id: Id = None
    first_name: Text = ""
    last_name: Text = ""
    full_name: Text = ""
    username: Text = ""
    role: Config = {}

    @property
    def name(self) -> str:
        """The name that people know."""
        return self.full_name or f"{self.first_name} {self.last_name}".strip() or self.username


class Department(_Theirs):
    """A location or group."""

    id: Id = None
    name: Text = ""


class Child(_Theirs):
    """An execution that hangs below or above another."""

    id: Id = None
    task_status_id: Text = ""


class TaskExecution(_Theirs):
    """One execution with whatever was included."""

    id: Id = None
    parent_id: Id = None
    task_assignment_id: Id = None
    task_template_id: Id = None
    task_status_id: Text = ""
    last_activity_user_id: Id = None
    department_id: Id = None
    for_execution_date: Text = ""
    visibility_start_time: Text = ""
    started_at: Text = ""
    ended_at: Text = ""
    updated_at: Text = ""
    achieved_points: Number = None
    max_points: Number = None
    deny_reason: Text = ""
    delayed_reason: Text = ""
    task_template: Annotated[Template | None, BeforeValidator(_object_or_none)] = None
    task_assignment: Annotated[Assignment | None, BeforeValidator(_object_or_none)] = None
    last_activity_user: Annotated[Person | None, BeforeValidator(_object_or_none)] = None
    task_progress_fields: Annotated[list[ProgressField] | None, BeforeValidator(_objects_or_none)] = None
    children: Annotated[list[Child] | None, BeforeValidator(_objects_or_none)] = None


class WorkflowNode(_Theirs):
    """One step of what came before."""

    id: Id = None
    type: Text = ""
    level: Number = None
    dispatchable_id: Id = None
    dispatchable_type: Text = ""


class CreateBody(BaseModel):
    """The body of "Create"; an ID that is no number is refused before it is sent."""

    task_assignment_id: int
    task_template_id: int
    parent_id: int | None = None
    task_status_id: str = "open"
    for_execution_date: str | None = None
