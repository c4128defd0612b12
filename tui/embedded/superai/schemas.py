"""The part of JSON Schema that output models use: types, properties, required names, items."""

from __future__ import annotations

from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def misfit(schema: Any, value: Any, path: str = "output") -> str:
    """Where ``value`` does not fit and why; "" when it does, or where there is no schema."""
    if not isinstance(schema, dict):
        return ""
    named = schema.get("type")
    types = named if isinstance(named, list) else [named] if named else []
    if types and not any(_is(value, one) for one in types):
        return f"{path}: should be {' or '.join(types)}"
    if isinstance(value, dict):
        missing = next((name for name in schema.get("required", ()) if name not in value), None)
        if missing is not None:
            return f"{path}.{missing}: is required"
        parts = schema.get("properties", {})
        found = (misfit(parts.get(name), part, f"{path}.{name}") for name, part in value.items())
        return next((problem for problem in found if problem), "")
    if isinstance(value, list):
        found = (misfit(schema.get("items"), part, f"{path}[{place}]") for place, part in enumerate(value))
        return next((problem for problem in found if problem), "")
    return ""


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES.get(kind, (object,)))
