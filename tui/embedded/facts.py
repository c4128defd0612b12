"""What a server remembers of itself: its version, its secret, whether it holds the sample."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Column, Connection, MetaData, String, Table, Text, insert, select


def facts_table(name: str, metadata: MetaData) -> Table:
    """The table, under the name that its system gives it."""
    return Table(
        name,
        metadata,
        Column("name", String(40), primary_key=True),
        Column("value", Text, nullable=False),
    )


def read_facts(tx: Connection, table: Table) -> dict[str, str]:
    """All that is remembered."""
    return {row.name: row.value for row in tx.execute(select(table))}


def write_facts(tx: Connection, table: Table, facts: Mapping[str, str]) -> None:
    """Remember more; a name that is there already is an ``IntegrityError``."""
    tx.execute(insert(table), [{"name": name, "value": value} for name, value in facts.items()])
