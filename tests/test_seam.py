"""The seam: screens, workbench, form and commands never ask which system they are drawing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.config import SYSTEMS

ROOT = Path(__file__).parent.parent
ROOMS = ("ui", "workbench", "form", "cli", "model")
FILES = sorted(path for room in ROOMS for path in (ROOT / "tui" / room).rglob("*.py"))


def words_of(path: Path) -> Iterator[tuple[int, str]]:
    """Every text of the program that is no docstring, and every name, with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | bare:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_system_is_named(path: Path) -> None:
    named = [
        f"line {line}: {word[:60]}"
        for line, word in words_of(path)
        if any(system in word.casefold().replace(" ", "") for system in SYSTEMS)
    ]
    assert named == []


def test_nothing_is_decided_by_the_system_of_an_execution() -> None:
    """``key.system`` and ``desk.system`` are written down and handed on, never compared."""
    compared = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare):
                sides = [node.left, *node.comparators]
                if any(isinstance(side, ast.Attribute) and side.attr == "system" for side in sides):
                    compared.append(f"{path.relative_to(ROOT)}:{node.lineno}")
            if isinstance(node, ast.Match) and ast.unparse(node.subject).endswith(".system"):
                compared.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert compared == []
