"""The documentation page "Execute a Task" as data: its sample request, its sample answer, what it lists."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

PAGE = Path(__file__).parent / "examples" / "execute-task.txt"


class Page(NamedTuple):
    """``headers`` are those of the sample request; ``fields`` name what the answer holds, in order."""

    method: str
    path: str
    headers: dict[str, str]
    answer: dict[str, str]
    fields: tuple[str, ...]
    conditions: tuple[str, ...]


def read_page() -> Page:
    """Everything that the page promises."""
    text = PAGE.read_text(encoding="utf-8")
    request = re.search(r"curl -X (\w+) 'https://\{Services API hostname\}([^']+)'", text)
    header = re.search(r"-H '([^:]+): ([^']+)'", text)
    answer = re.search(r"^\{\n.*?^\}", text, re.DOTALL | re.MULTILINE)
    assert request is not None
    assert header is not None
    assert answer is not None
    parsed: dict[str, Any] = json.loads(answer[0])
    return Page(
        request[1],
        request[2],
        {header[1]: header[2]},
        parsed,
        tuple(re.findall(r"^(\w+)string", text, re.MULTILINE)),
        tuple(re.findall(r"^(Task not found|Task execution failed|Authentication failure)", text, re.MULTILINE)),
    )
