"""The tables. Moments are whole seconds since 1970 (UTC); the interface sends them as ISO 8601 with ``Z``."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
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
)

from tui.embedded.facts import facts_table

metadata = MetaData()

site = facts_table("spaaza_site", metadata)
chains = Table(
    "spaaza_chains",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(200), nullable=False),
)
people = Table(
    "spaaza_people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chain", ForeignKey("spaaza_chains.id"), nullable=False),
    Column("username", String(100), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("level", String(20), nullable=False),
    Column("password_hash", String(64), nullable=False),
    Column("login_2fa_exempt", Boolean, nullable=False, default=False),
)
access_tokens = Table(
    "spaaza_access_tokens",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("secret_hash", String(64), nullable=False),
    Column("chain", ForeignKey("spaaza_chains.id"), nullable=False),
    Column("level", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("active", Boolean, nullable=False, default=True),
)
passcodes = Table(
    "spaaza_passcodes",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("person", ForeignKey("spaaza_people.id"), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("expires", BigInteger, nullable=False),
)
sessions = Table(
    "spaaza_sessions",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("person", ForeignKey("spaaza_people.id"), nullable=False),
    Column("expires", BigInteger, nullable=False),
)
tasks = Table(
    "spaaza_tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chain", ForeignKey("spaaza_chains.id"), nullable=False),
    Column("desc", Text, nullable=False),
    Column("code", String(12), nullable=False),
    Column("last_run", BigInteger),
    Column("modified", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("trigger", JSON, nullable=False),
    Column("target", JSON, nullable=False),
    Column("action", String(60), nullable=False),
    Column("campaign", Integer),
    Column("debug", Text, nullable=False, default=""),
    Column("version", Integer, nullable=False, default=1),
    Column("run", Integer, nullable=False, default=0),
    Column("seconds", Integer, nullable=False),
    Column("next_run", BigInteger),
    Column("ends_at", BigInteger),
    Index("spaaza_tasks_due", "next_run"),
    Index("spaaza_tasks_ending", "ends_at"),
)
logs = Table(
    "spaaza_logs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("task", ForeignKey("spaaza_tasks.id"), nullable=False, index=True),
    Column("moment", BigInteger, nullable=False),
    Column("level", String(10), nullable=False),
    Column("message", Text, nullable=False),
)
results = Table(
    "spaaza_results",
    metadata,
    Column("task", ForeignKey("spaaza_tasks.id"), primary_key=True),
    Column("run", Integer, nullable=False),
    Column("name", String(120), nullable=False),
    Column("media_type", String(60), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
documents = Table(
    "spaaza_documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chain", ForeignKey("spaaza_chains.id"), nullable=False),
    Column("index_name", String(30), nullable=False),
    Column("document", JSON, nullable=False),
    Index("spaaza_documents_index", "chain", "index_name"),
)
segments = Table(
    "spaaza_segments",
    metadata,
    Column("id", String(60), primary_key=True),
    Column("chain", ForeignKey("spaaza_chains.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("segment", JSON, nullable=False),
)
user_lists = Table(
    "spaaza_user_lists",
    metadata,
    Column("ref", String(120), primary_key=True),
    Column("chain", ForeignKey("spaaza_chains.id"), nullable=False),
    Column("user_ids", JSON, nullable=False),
)
campaigns = Table(
    "spaaza_campaigns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("chain", ForeignKey("spaaza_chains.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("reward", String(200), nullable=False),
)
