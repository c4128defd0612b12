"""A small site made to measure: its own people, templates and assignments, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import insert, select

from tui.embedded.app import build
from tui.embedded.database import Database
from tui.embedded.intratool import schema
from tui.embedded.intratool.auth import token_hash

ZONE = "Europe/Berlin"
EXECUTIONS = "/api/tasks-2/executions"
ADMIN_TOKEN = "root-of-all"


class Hands:
    """A clock that shows what it was set to, in wall time of ``ZONE``."""

    def __init__(self, wall: str = "2026-05-11 10:30:00") -> None:
        self.set(wall)

    def set(self, wall: str, fold: int = 0) -> None:
        self._now = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(ZONE), fold=fold).astimezone(UTC)

    def forward(self, **parts: float) -> None:
        self._now += timedelta(**parts)

    def __call__(self) -> datetime:
        return self._now


def field(key: str, kind: str = "text", *rules: tuple[str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "rules": rules, **more}


REQUIRED: tuple[str, dict[str, Any]] = ("required", {})


def variable(key: str, **more: Any) -> dict[str, Any]:
    """A default value source from a system variable."""
    config = {"variable_key": key, "variable_filter": None}
    return {"source_type": "systemVariable", "config": config, **more}


def from_field(field_id: int, **more: Any) -> dict[str, Any]:
    """A default value source from an earlier answer."""
    entity = {"source_entity_type": "formField", "source_entity_id": field_id}
    return {"source_type": "formFieldValue", "config": {}, **entity, **more}


class World:
    """A site without the sample. Departments are 1, 2, 3; ``ana`` and ``ben`` work in 1, ``cem`` in 2; ``maria``
    supervises 1 and 2. Tokens are the usernames."""

    def __init__(self, folder: Path, hands: Hands | None = None) -> None:
        self.hands = hands or Hands()
        self.url = f"sqlite:///{folder / 'world.sqlite3'}"
        self.site = build(
            "intratool", self.url, clock=self.hands, zone=ZONE, sample=False, admin_token=ADMIN_TOKEN
        )
        self.database = Database(self.url)
        self.fields: dict[tuple[int, str], int] = {}
        self.add(schema.departments, {"name": "one"}, {"name": "two"}, {"name": "three"})
        self.add(schema.roles, {"name": "W", "level": "worker"}, {"name": "S", "level": "supervisor"})
        self.user("ana", 2, 1)
        self.user("ben", 2, 1)
        self.user("cem", 2, 2)
        self.user("maria", 3, 1, 2)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.site.app), base_url="http://site", verify=False
        )

    async def close(self) -> None:
        await self.client.aclose()
        self.database.close()
        self.site.close()

    def add(self, table: Any, *rows: Mapping[str, Any]) -> list[int]:
        with self.database.write() as tx:
            return [
                tx.execute(insert(table).values(**row).returning(next(iter(table.primary_key)))).scalar_one()
                for row in rows
            ]

    def user(self, name: str, role_id: int, *departments: int) -> int:
        row = {"username": name, "first_name": name.title(), "last_name": "Test", "role_id": role_id}
        (key,) = self.add(schema.users, row)
        self.add(schema.tokens, {"token_hash": token_hash(name), "user_id": key})
        for department in departments:
            self.add(schema.department_user, {"department_id": department, "user_id": key})
        return key

    def id_of(self, username: str) -> int:
        with self.database.read() as tx:
            found = select(schema.users.c.id).where(schema.users.c.username == username)
            return int(tx.execute(found).scalar_one())

    def template(self, *fields: dict[str, Any], title: str = "Template", parent: int | None = None) -> int:
        (key,) = self.add(schema.task_templates, {"title": title, "parent_id": parent, "sort_number": 1})
        for place, one in enumerate(fields, 1):
            row = {
                "form_type": "taskTemplate", "form_id": key, "form_field_type_id": one["kind"], "lang_id": "en",
                "name": one.get("name", one["key"].title()), "slug": one["key"], "key": one["key"],
                "config": one.get("config", {}), "sort_number": place, "disabled": one.get("disabled", False),
                "hidden": one.get("hidden", False), "default_value": one.get("default"),
            }  # fmt: skip
            (field_id,) = self.add(schema.form_fields, row)
            self.fields[key, one["key"]] = field_id
            for at, source in enumerate(one.get("sources", ()), 1):
                self.add(schema.default_value_sources, {"form_field_id": field_id, "sort_number": at, **source})
            for kind, config in one["rules"]:
                rule = {"form_field_id": field_id, "form_field_validation_type_id": kind, "config": config}
                self.add(schema.form_field_validations, rule)
        return key

    def assignment(
        self, template: int | None = None, *, departments: tuple[int, ...] = (1,), users: tuple[str, ...] = (),
        **columns: Any,
    ) -> int:  # fmt: skip
        """An assignment that is due once, at 2026-05-11 12:00, unless ``columns`` say otherwise."""
        row = {
            "title": "Assignment", "task_template_id": template or self.template(), "assign_mode": "any_of",
            "start_date": "2026-05-11", "start_time": "12:00:00", **columns,
        }  # fmt: skip
        (key,) = self.add(schema.task_assignments, row)
        for department in departments:
            self.add(schema.assignment_department, {"task_assignment_id": key, "department_id": department})
        for user in users:
            self.add(schema.assignment_user, {"task_assignment_id": key, "user_id": self.id_of(user)})
        return key

    async def ask(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {who}", **more.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **more)

    async def get(self, who: str, path: str, **params: Any) -> Any:
        answer = await self.ask(who, "GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def day(self, who: str, day: str = "2026-05-11", **params: Any) -> list[dict[str, Any]]:
        """The executions of one calendar day."""
        period = {"period_start": f"{day} 00:00:00", "period_end": f"{day} 23:59:59"}
        rows: list[dict[str, Any]] = await self.get(who, EXECUTIONS, **period, **params)
        return rows

    async def only(self, who: str, **params: Any) -> dict[str, Any]:
        """The one execution of the day."""
        rows = await self.day(who, **params)
        assert len(rows) == 1, rows
        return rows[0]

    async def write(self, who: str, execution: int, what: str, body: Any = None, **more: Any) -> httpx.Response:
        method = "PUT" if what in ("progress", "status") else "POST"
        return await self.ask(who, method, f"{EXECUTIONS}/{execution}/{what}", json=body or {}, **more)

    async def done(self, who: str, execution: int, what: str, body: Any = None) -> dict[str, Any]:
        """The ``data`` of a write that must succeed."""
        answer = await self.write(who, execution, what, body)
        assert answer.status_code == 200, answer.text
        envelope = answer.json()
        assert envelope["status"] == "success"
        data: dict[str, Any] = envelope["data"]
        return data

    async def refused(self, who: str, execution: int, what: str, body: Any = None) -> dict[str, Any]:
        """The body of a write that must be a 422."""
        answer = await self.write(who, execution, what, body)
        assert answer.status_code == 422, answer.text
        said: dict[str, Any] = answer.json()
        assert said["message"]
        return said

    async def status(self, who: str, execution: int) -> str:
        row = await self.get(who, f"{EXECUTIONS}/{execution}")
        return str(row["task_status_id"])
