"""One entry of the outbox as a file of its own: for an office that has to enter it by hand."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tui.i18n import say
from tui.model.field import Value
from tui.workbench.entry import Entry

FOLDER = "exports"


def export(
    entry: Entry, data_dir: Path, now: datetime, *, values: Mapping[str, Value], labels: Mapping[str, str]
) -> Path:
    """Write ``entry`` as JSON that only its owner may read; where it is. Raises ``OSError``.

    ``values`` are the answers as they may be told (of files name and hash), ``labels`` the questions by field key.
    """
    folder = data_dir / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps(_told(entry, now, values, labels), ensure_ascii=False, indent=2, default=str) + "\n"
    request = entry.request
    stem = f"{now:%Y%m%d-%H%M%S}-{_plain(request.slot)}-{_plain(request.key_id) or 'new'}"
    for number in range(1, 1000):
        path = folder / (f"{stem}.json" if number == 1 else f"{stem}-{number}.json")
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            continue
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return path
    raise FileExistsError(f"{stem}.json")


def _told(entry: Entry, now: datetime, values: Mapping[str, Value], labels: Mapping[str, str]) -> dict[str, Any]:
    request = entry.request
    return {
        "exported": now.isoformat(),
        "created": entry.created.isoformat(),
        "state": entry.state.value,
        "attempts": entry.attempts,
        "profile": request.profile,
        "system": request.system,
        "id": request.key_id,
        "title": request.title,
        "action": request.action,
        "idempotency_key": request.idempotency_key,
        "reason": say(entry.reason) if entry.reason is not None else "",
        "about_fields": {key: [say(message) for message in said] for key, said in entry.fields.items()},
        "questions": {
            key: label for key, label in labels.items() if key in request.values or key in request.notes
        },
        "values": dict(values),
        "notes": request.notes,
        "inputs": request.inputs,
        "why": request.why,
        "before": request.base,
    }


def _plain(text: str) -> str:
    """``text`` as a part of a file's name."""
    return "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "_" for char in text)[:40]
