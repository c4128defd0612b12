"""A flow's definition: its tasks in topological order, and what each of them needs (contract section 3.7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

_REFERENCE = re.compile(r"\{\{\s*([^{}.\s]+)")


class Plan(msgspec.Struct, frozen=True):
    """``names`` in topological order; ``needs``: the direct parents of each task; ``nodes``: as defined."""

    names: tuple[str, ...]
    needs: Mapping[str, tuple[str, ...]]
    nodes: Mapping[str, dict[str, Any]]

    def below(self, name: str) -> frozenset[str]:
        """All tasks that need ``name``, directly or through others."""
        found: set[str] = set()
        for task in self.names:
            if name in self.needs[task] or found.intersection(self.needs[task]):
                found.add(task)
        return frozenset(found)


def plan_of(definition: Mapping[str, Any]) -> Plan:
    """The plan of a definition of either stored shape: ``flow_configs``, or ``tasks`` with ``edges``."""
    configs = definition.get("flow_configs")
    config = configs[0]["config"] if configs else definition
    nodes = {node["name"]: node for node in config["tasks"]}
    edges = config.get("edges") or []
    needs: dict[str, tuple[str, ...]] = {}
    for name, node in nodes.items():
        drawn = [edge["source"] for edge in edges if edge["target"] == name]
        written = _REFERENCE.findall(msgspec.json.encode(node.get("parameters")).decode())
        needs[name] = tuple(dict.fromkeys(one for one in (*drawn, *written) if one in nodes and one != name))
    return Plan(_ordered(nodes, needs), needs, nodes)


def _ordered(nodes: Mapping[str, Any], needs: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Parents first, otherwise as they stand in the definition."""
    left, done = list(nodes), []
    while left:
        # A cycle cannot be stored; should there be one, its first task breaks it.
        ready = next((name for name in left if all(one in done for one in needs[name])), left[0])
        left.remove(ready)
        done.append(ready)
    return tuple(done)
