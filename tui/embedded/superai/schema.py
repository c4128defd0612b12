"""The tables. Moments are ISO 8601 texts in UTC with microseconds, so that they sort as they follow each other."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
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


def _id(name: str = "id", **more: Any) -> Column[str]:
    return Column(name, String(36), **more)


def _moment(name: str) -> Column[str]:
    return Column(name, String(32))


def _json(name: str) -> Column[Any]:
    return Column(name, JSON(none_as_null=True))


def _touched() -> list[Column[str]]:
    return [_moment("created_at"), _moment("updated_at"), Column("modified_by", String(100), nullable=False)]


site = facts_table("superai_site", metadata)
organizations = Table(
    "superai_organizations", metadata, _id(primary_key=True), Column("name", String(200), nullable=False)
)
users = Table(
    "superai_users",
    metadata,
    _id(primary_key=True),
    Column("organization_id", ForeignKey("superai_organizations.id"), nullable=False),
    Column("username", String(100), nullable=False),
    Column("email", String(200), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("status", String(20), nullable=False, default="active"),
    Column("number", Integer, nullable=False),
)
secrets = Table(
    "superai_secrets",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("superai_users.id"), nullable=False),
    # "token" (a bearer token, an API key or a password), "access" and "refresh" (of a sign-in)
    Column("kind", String(10), nullable=False),
    Column("expires_at", Integer),
)
flows = Table(
    "superai_flows",
    metadata,
    _id(primary_key=True),
    Column("organization_id", ForeignKey("superai_organizations.id"), nullable=False),
    Column("display_name", String(255), nullable=False),
    Column("description", Text),
    _json("settings"),
    Column("deleted", Boolean, nullable=False, default=False),
    *_touched(),
)
flow_versions = Table(
    "superai_flow_versions",
    metadata,
    Column("flow_id", ForeignKey("superai_flows.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("status", String(20), nullable=False, default="published"),
    _json("definition"),
    _json("output_schemas"),
    *_touched(),
)
flow_executions = Table(
    "superai_flow_executions",
    metadata,
    _id(primary_key=True),
    Column("flow_id", ForeignKey("superai_flows.id"), nullable=False),
    Column("flow_version", Integer, nullable=False),
    Column("organization_id", ForeignKey("superai_organizations.id"), nullable=False),
    Column("status", String(20), nullable=False),
    _json("input"),
    Column("run_number", Integer, nullable=False),
    Column("deleted", Boolean, nullable=False, default=False),
    *_touched(),
    Index("superai_runs_of_flow", "flow_id", "created_at"),
)
task_executions = Table(
    "superai_task_executions",
    metadata,
    _id(primary_key=True),
    Column("flow_execution_id", ForeignKey("superai_flow_executions.id"), nullable=False),
    Column("task_name", String(200), nullable=False),
    Column("task_execution_idx", Integer, nullable=False),
    Column("organization_id", ForeignKey("superai_organizations.id"), nullable=False),
    Column("processing_status", String(20), nullable=False),
    Column("edited_status", String(30), nullable=False, default="not_edited"),
    Column("stale_status", String(20), nullable=False, default="consistent"),
    _json("input"),
    _json("output"),
    _json("error"),
    _moment("started_at"),
    _moment("completed_at"),
    *_touched(),
    UniqueConstraint("flow_execution_id", "task_name", "task_execution_idx", name="superai_one_attempt"),
)
task_tags = Table(
    "superai_task_tags",
    metadata,
    _id(primary_key=True),
    Column("flow_execution_id", ForeignKey("superai_flow_executions.id"), nullable=False),
    Column("task_name", String(200), nullable=False),
    Column("tag", String(200), nullable=False),
    Column("tag_type", String(100), nullable=False),
    Column("organization_id", ForeignKey("superai_organizations.id"), nullable=False),
    _json("tag_metadata"),
    # Databases do not compare JSON alike: its sorted text does for all of them.
    Column("metadata_text", Text, nullable=False),
    Column("status", String(10), nullable=False),
    *_touched(),
    Index("superai_tags_of_run", "flow_execution_id", "task_name"),
)
files = Table(
    "superai_files",
    metadata,
    Column("uri", String(300), primary_key=True),
    Column("organization_id", ForeignKey("superai_organizations.id"), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
