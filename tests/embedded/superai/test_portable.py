"""Nothing in the tables and statements is SQLite's alone: PostgreSQL is to follow."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from tui.embedded import superai
from tui.embedded.superai import schema

SOURCES = sorted(Path(superai.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("table", schema.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_can_be_made_in_postgresql(table: Table) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    text = str(CreateTable(table).compile(dialect=dialect))
    assert table.name in text
    for index in table.indexes:
        assert str(CreateIndex(index).compile(dialect=dialect))
    assert all(len(name) <= 63 for name in [table.name, *table.c.keys()])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_statement_is_written_as_text_or_for_one_dialect(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = {
        getattr(node.func, "id", getattr(node.func, "attr", ""))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not calls & {"text", "exec_driver_sql", "on_conflict_do_update", "literal_column"}
    assert not any(name.startswith("sqlalchemy.dialects") for name in imported)
