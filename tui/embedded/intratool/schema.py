"""The tables. Dates are the site's wall time as text (``2026-05-11 09:00:00``), as the interface sends them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from tui.embedded.facts import facts_table

metadata = MetaData()


def _wall(name: str) -> Column[str | None]:
    return Column(name, String(19))


def _stamps() -> list[Column[str | None]]:
    return [_wall("created_at"), _wall("updated_at"), _wall("deleted_at")]


site = facts_table("site", metadata)
departments = Table(
    "departments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("user_id", Integer),
    Column("folder_id", Integer),
    *_stamps(),
)
roles = Table(
    "roles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
    Column("level", String(20), nullable=False),
    Column("department_id", ForeignKey("departments.id")),
)
users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(100), nullable=False, unique=True),
    Column("first_name", String(100), nullable=False),
    Column("last_name", String(100), nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("group_account", Boolean, nullable=False, default=False),
    Column("role_id", ForeignKey("roles.id"), nullable=False),
    *_stamps(),
)
department_user = Table(
    "department_user",
    metadata,
    Column("department_id", ForeignKey("departments.id"), primary_key=True),
    Column("user_id", ForeignKey("users.id"), primary_key=True),
)
tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    _wall("created_at"),
)
task_templates = Table(
    "task_templates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("description", Text),
    Column("parent_id", ForeignKey("task_templates.id")),
    Column("revision_id", Integer),
    Column("origin_id", Integer),
    Column("folder_id", Integer),
    Column("sort_number", Integer, nullable=False, default=1),
    Column("user_id", ForeignKey("users.id")),
    Column("grade_scale", Integer),
    Column("tour_enabled", Boolean, nullable=False, default=False),
    *_stamps(),
)
form_fields = Table(
    "form_fields",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("form_type", String(40), nullable=False),
    Column("form_id", Integer, nullable=False, index=True),
    Column("form_field_type_id", String(40), nullable=False),
    Column("lang_id", String(10), nullable=False),
    Column("name", String(200), nullable=False),
    Column("slug", String(200), nullable=False),
    Column("key", String(200), nullable=False),
    Column("default_value", JSON(none_as_null=True)),
    Column("placeholder", Text),
    Column("description", Text),
    Column("hidden", Boolean, nullable=False, default=False),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("config", JSON, nullable=False),
    Column("sort_number", Integer, nullable=False, default=1),
    *_stamps(),
    UniqueConstraint("form_type", "form_id", "key"),
)
form_field_validations = Table(
    "form_field_validations",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("form_field_id", ForeignKey("form_fields.id"), nullable=False, index=True),
    Column("form_field_validation_type_id", String(40), nullable=False),
    Column("config", JSON, nullable=False),
    _wall("created_at"),
    _wall("updated_at"),
)
default_value_sources = Table(
    "default_value_sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_type", String(40), nullable=False),
    Column("form_field_id", ForeignKey("form_fields.id"), nullable=False, index=True),
    Column("config", JSON, nullable=False),
    Column("source_entity_type", String(40)),
    Column("source_entity_id", Integer),
    Column("sort_number", Integer, nullable=False, default=1),
    _wall("created_at"),
    _wall("updated_at"),
)
layouts = Table(
    "layouts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(200)),
    Column("layoutable_type", String(40), nullable=False),
    Column("layoutable_id", Integer, nullable=False, index=True),
    Column("type", String(20), nullable=False, default="default"),
    Column("sort_number", Integer, nullable=False, default=1),
    *_stamps(),
)
layout_rows = Table(
    "layout_rows",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(200)),
    Column("layout_id", ForeignKey("layouts.id"), nullable=False, index=True),
    Column("separator", Boolean, nullable=False, default=False),
    Column("sort_number", Integer, nullable=False, default=1),
    *_stamps(),
)
layout_columns = Table(
    "layout_columns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(200)),
    Column("layout_row_id", ForeignKey("layout_rows.id"), nullable=False, index=True),
    Column("width", Integer),
    Column("sort_number", Integer, nullable=False, default=1),
    *_stamps(),
)
layout_elements = Table(
    "layout_column_layout_elements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("layout_column_id", ForeignKey("layout_columns.id"), nullable=False, index=True),
    Column("layout_element_type", String(40), nullable=False, default="formField"),
    Column("layout_element_id", ForeignKey("form_fields.id"), nullable=False),
    Column("sort_number", Integer, nullable=False, default=1),
    _wall("created_at"),
    _wall("updated_at"),
)
task_assignments = Table(
    "task_assignments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("description", Text),
    Column("task_template_id", ForeignKey("task_templates.id"), nullable=False),
    Column("user_id", ForeignKey("users.id")),
    Column("assign_mode", String(20), nullable=False, default="all"),
    Column("start_date", String(10)),
    Column("start_time", String(8)),
    Column("show_before_interval", String(40)),
    Column("executable_before_interval", String(40)),
    Column("executable_after_interval", String(40)),
    Column("interval", Text),
    Column("interval_end", String(10)),
    Column("active", Boolean, nullable=False, default=True),
    Column("always_executable", Boolean, nullable=False, default=False),
    Column("user_confirmation_required", Boolean, nullable=False, default=False),
    Column("delayed_reason_required", Boolean, nullable=False, default=False),
    Column("deny_allowed", Boolean, nullable=False, default=True),
    Column("deny_reason_required", Boolean, nullable=False, default=True),
    Column("sort_number", Integer, nullable=False, default=1),
    *_stamps(),
)
assignment_department = Table(
    "assignment_department",
    metadata,
    Column("task_assignment_id", ForeignKey("task_assignments.id"), primary_key=True),
    Column("department_id", ForeignKey("departments.id"), primary_key=True),
)
assignment_user = Table(
    "assignment_user",
    metadata,
    Column("task_assignment_id", ForeignKey("task_assignments.id"), primary_key=True),
    Column("user_id", ForeignKey("users.id"), primary_key=True),
)
tasks = Table(
    "tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id")),
    Column("department_id", ForeignKey("departments.id")),
    Column("last_activity_user_id", ForeignKey("users.id")),
    Column("parent_id", ForeignKey("tasks.id"), index=True),
    Column("task_assignment_id", ForeignKey("task_assignments.id"), nullable=False),
    Column("task_template_id", ForeignKey("task_templates.id"), nullable=False),
    Column("task_status_id", String(30), nullable=False),
    _wall("for_execution_date"),
    _wall("started_at"),
    _wall("ended_at"),
    Column("achieved_points", Float, nullable=False, default=0),
    Column("max_points", Float, nullable=False, default=0),
    Column("deny_reason", Text),
    Column("delayed_reason", Text),
    *_stamps(),
    # Set when somebody opened a closed execution again: it is not missed a second time.
    _wall("reopened_at"),
    # assignment|moment|target|template of a generated execution: the same one can never be made twice.
    Column("origin", String(200), unique=True),
    Index("tasks_by_date", "for_execution_date", "id"),
    Index("tasks_by_assignment", "task_assignment_id", "for_execution_date"),
)
task_progress_fields = Table(
    "task_progress_fields",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("task_id", ForeignKey("tasks.id"), nullable=False),
    Column("form_field_id", ForeignKey("form_fields.id"), nullable=False),
    Column("value", Text, nullable=False),
    Column("request_value", JSON(none_as_null=True)),
    Column("additional_information", Text),
    *_stamps(),
    UniqueConstraint("task_id", "form_field_id"),
)
files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("task_id", ForeignKey("tasks.id"), nullable=False),
    Column("path", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("hash", String(64), nullable=False, index=True),
    Column("extension", String(20), nullable=False),
    Column("mime_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    *_stamps(),
)
form_messages = Table(
    "form_messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id")),
    Column("group_account_user_id", Integer),
    Column("department_id", ForeignKey("departments.id")),
    Column("form_id", Integer, nullable=False),
    Column("recipient", String(200)),
    Column("subject", String(200)),
    Column("body", Text),
    _wall("sent_at"),
    _wall("created_at"),
    _wall("updated_at"),
    Column("hash", String(64)),
)
workflow_links = Table(
    "workflow_links",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("task_assignment_id", ForeignKey("task_assignments.id"), nullable=False, unique=True),
    Column("type", String(60), nullable=False),
    Column("previous_assignment_id", ForeignKey("task_assignments.id")),
    Column("form_message_id", ForeignKey("form_messages.id")),
)
idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("user_id", Integer, primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("claimed_at", Integer, nullable=False),
    Column("status", Integer),
    Column("body", LargeBinary),
)
