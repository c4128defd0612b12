"""The documentation page of TaskExecutions as data: every example request with its documented answer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

PAGE = Path(__file__).parent / "examples" / "task-executions.md"


class Example(NamedTuple):
    """One section of the page."""

    title: str
    definition: str
    verb: str
    target: str
    body: dict[str, Any] | None
    answer: Any

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> str:
        return urlsplit(self.target).query


def examples() -> dict[str, Example]:
    """All sections that define a route, by title, in the order of the page."""
    found = {}
    for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        title = part.splitlines()[0].strip()
        defined = re.search(r">`(GET|POST|PUT|DELETE)`</mark> `([^`]+)`", part)
        if defined is None:
            continue
        request = re.search(r"->request\('(\w+)', '([^']+)'", part)
        answer = re.search(r"```json\n(.*?)```", part, re.DOTALL)
        assert request is not None
        assert answer is not None
        found[title] = Example(title, defined[2], request[1], request[2], _body(part), json.loads(answer[1]))
        assert request[1] == defined[1]
    return found


def _body(part: str) -> dict[str, Any] | None:
    block = re.search(r"'json' => \[(.*?)\]", part, re.DOTALL)
    if block is None:
        return None
    pairs = re.findall(r"'(\w+)' => (?:'([^']*)'|(\d+))", block[1])
    return {key: int(number) if number else text for key, text, number in pairs}
