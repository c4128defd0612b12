"""Points from ``config.points {option key: number}`` (contract gap 7): the best sum, and the sum reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def best(fields: Iterable[Mapping[str, Any]]) -> float:
    """The most that a checklist can reach: the best option of each choice, all good ones of a multiple choice."""
    total = 0.0
    for field in fields:
        points = _points(field)
        if field["form_field_type_id"] == "checkbox":
            total += sum(value for value in points.values() if value > 0)
        else:
            total += max(points.values(), default=0.0)
    return total


def reached(fields: Iterable[Mapping[str, Any]], answers: Mapping[int, Any]) -> float:
    """The sum of the chosen options; ``answers`` maps field IDs to what was sent."""
    total = 0.0
    for field in fields:
        points = _points(field)
        if not points:
            continue
        answer = answers.get(field["id"])
        chosen = answer if isinstance(answer, list) else [answer]
        total += sum(points.get(str(option), 0.0) for option in chosen if option is not None)
    return total


def _points(field: Mapping[str, Any]) -> dict[str, float]:
    points = field["config"].get("points")
    if not isinstance(points, dict):
        return {}
    return {str(key): float(value) for key, value in points.items()}
