"""Storing of answers: flat ``{field-key}`` and ``{field-key}_additional_information``.

Contract 2.4 and gaps 3, 12, 13.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update

from tui.embedded.intratool import points, schema
from tui.embedded.intratool.entities import ENTITIES, Row, fetch, table_of
from tui.embedded.intratool.validation import (
    PICKERS,
    Field,
    answerable,
    check,
    check_file,
    is_required,
    readable,
)
from tui.embedded.intratool.view import View
from tui.embedded.intratool.words import Refused, Sentence
from tui.embedded.multipart import Upload
from tui.model.upload import HEAD_BYTES, media_type

NOTE = "_additional_information"
_progress = schema.task_progress_fields.c
_file = schema.files.c
Errors = dict[str, list[Sentence]]


class Answers:
    """The fields of one execution, what is stored for them, and what a request changes."""

    def __init__(self, view: View, task: Row) -> None:
        self._view = view
        self._task = task
        form = schema.form_fields.c
        self.fields = answerable(
            fetch(
                view, ENTITIES["formField"], form.form_type == "taskTemplate",
                form.form_id == task["task_template_id"], order=[form.sort_number, form.id],
            )
        )  # fmt: skip
        stored = select(schema.task_progress_fields).where(_progress.task_id == task["id"])
        self._stored: dict[int, Row] = {row.form_field_id: dict(row._mapping) for row in view.tx.execute(stored)}
        self._values: dict[int, Any] = {}
        self._notes: dict[int, str | None] = {}

    def take(self, body: dict[str, Any]) -> Errors:
        """Remembers what the body changes; the sentences about what it may not be. Unknown keys are ignored."""
        errors: Errors = {}
        for field in self.fields:
            if field["disabled"]:
                continue
            key = field["key"]
            if key in body:
                self._take_value(field, body[key], errors)
            if key + NOTE in body:
                note = body[key + NOTE]
                if note is not None and not isinstance(note, str):
                    errors[key + NOTE] = [("text", {"field": field["name"]})]
                else:
                    self._notes[field["id"]] = note
        return errors

    def missing(self) -> Errors:
        """The sentences about required fields that would still be empty."""
        return {
            field["key"]: [("required", {"field": field["name"]})]
            for field in self.fields
            if is_required(field) and self._value(field["id"]) in (None, [], "")
        }

    def reached(self) -> float:
        """The points of all answers."""
        return points.reached(self.fields, {field["id"]: self._value(field["id"]) for field in self.fields})

    def store(self) -> None:
        """Writes what changed, one row per field, so that answers to other fields stay as they are."""
        stamp = self._view.wall
        for field in self.fields:
            if field["id"] not in self._values and field["id"] not in self._notes:
                continue
            old = self._stored.get(field["id"])
            row: Row = {"additional_information": old["additional_information"] if old else None}
            if field["id"] in self._notes:
                row["additional_information"] = self._notes[field["id"]]
            if field["id"] in self._values or old is None:
                row["request_value"], row["value"] = self._stored_form(field, self._value(field["id"]))
            row["updated_at"] = stamp
            if old is None:
                row |= {"task_id": self._task["id"], "form_field_id": field["id"], "created_at": stamp}
                self._view.tx.execute(insert(schema.task_progress_fields).values(row))
            else:
                change = update(schema.task_progress_fields).where(_progress.id == old["id"])
                self._view.tx.execute(change.values(row))

    def _stored_form(self, field: Field, value: Any) -> tuple[Any, str]:
        """``request_value`` and ``value`` of an answer."""
        if isinstance(value, Upload):
            return self._store_file(field, value)
        return value, answer_text(self._view, field, value)

    def _value(self, field_id: int) -> Any:
        if field_id in self._values:
            return self._values[field_id]
        old = self._stored.get(field_id)
        return old["request_value"] if old else None

    def _take_value(self, field: Field, value: Any, errors: Errors) -> None:
        kind = field["form_field_type_id"]
        if value is None:
            self._values[field["id"]] = None
            return
        if kind == "file-upload":
            found = self._check_file(field, value)
            if found is None:
                return
        elif kind in PICKERS:
            found = check_entities(self._view, field, value)
        else:
            found = [("text", {"field": field["name"]})] if isinstance(value, Upload) else check(field, value)
        if found:
            errors[field["key"]] = found
        else:
            self._values[field["id"]] = value

    def _check_file(self, field: Field, value: Any) -> list[Sentence] | None:
        """``None``: the text names the file that is already there, so nothing changes."""
        if isinstance(value, Upload):
            return check_file(field, _media_type(value), len(value.data))
        old = self._stored.get(field["id"])
        if old is not None and value in (old["request_value"], old["value"]):
            return None
        return [("file", {"field": field["name"]})]

    def _store_file(self, field: Field, upload: Upload) -> tuple[str, str]:
        digest = sha256(upload.data).hexdigest()[:40]
        name = upload.name
        row = {
            "user_id": self._view.account.id, "task_id": self._task["id"],
            "path": str(field["config"].get("path") or ""), "name": name, "hash": digest,
            "extension": name.rpartition(".")[2][:20] if "." in name else "",
            "mime_type": _media_type(upload)[:100], "size": len(upload.data), "content": upload.data,
            "created_at": self._view.wall, "updated_at": self._view.wall,
        }  # fmt: skip
        self._view.tx.execute(insert(schema.files).values(row))
        return name, f"/files/{digest}/{name}"


def _media_type(file: Upload) -> str:
    """What a file is by its content, as Laravel looks at it; what its sender calls it counts for nothing."""
    return media_type(file.data[:HEAD_BYTES], file.name)


def check_entities(view: View, field: Field, value: Any) -> list[Sentence]:
    """What is wrong with the chosen people or departments: one ID, or with ``multiple`` a list of them."""
    entity = ENTITIES.get(entity_of(field))
    wanted = value if isinstance(value, list) else [value]
    refused: list[Sentence] = [("choice", {"field": field["name"]})]
    if isinstance(value, list) and not field["config"].get("multiple"):
        return refused
    ids = {number for one in wanted if (number := as_id(one)) is not None}
    if entity is None or len(ids) != len(wanted):
        return refused
    key = table_of(entity).c.id
    found = set(view.tx.execute(select(key).where(key.in_(ids))).scalars())
    return [] if found == ids else refused


def entity_of(field: Field) -> str:
    """What a picker picks, as a name of ``ENTITIES``; "" for what nobody knows."""
    named = str(field["config"].get("entity_type") or "user").lower().removesuffix("s")
    return named if named in ("user", "department") else ""


def answer_text(view: View, field: Field, value: Any) -> str:
    """The readable form of a stored answer; people and departments by name."""
    if value is None or field["form_field_type_id"] not in PICKERS:
        return readable(field, value)
    entity = ENTITIES.get(entity_of(field))
    if entity is None:
        return readable(field, value)
    ids = [int(one) for one in (value if isinstance(value, list) else [value])]
    rows = fetch(view, entity, table_of(entity).c.id.in_(ids))
    return ", ".join(str(row.get("full_name") or row.get("name")) for row in rows)


def as_id(value: Any) -> int | None:
    """An ID that may have been sent as a number or as its digits; ``None`` for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15:
        return value
    return None


def refuse(errors: Errors) -> None:
    """422 when there is any sentence."""
    if errors:
        raise Refused(422, fields=errors)


def text_of(body: dict[str, Any], key: str) -> str | None:
    """A reason from the body, without spaces around it; ``None`` when there is none. 422 when it is no text."""
    value = body.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Refused(422, fields={key: [("text", {"field": key})]})
    return value.strip() or None
