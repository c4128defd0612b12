"""Kinds that we do not know: shown with their raw value, never changed, never sent."""

from __future__ import annotations

from tui.form.codec import Codec, Context, Control, Parsed, register
from tui.form.problem import Problem
from tui.form.rules import as_json
from tui.model.field import Field, Value


class RawCodec(Codec):
    """Read-only. Whatever the server holds is shown as it is and stays as it is."""

    kinds = ("",)
    control = Control.BLOCK

    def parse(self, field: Field, text: str, ctx: Context) -> Parsed:
        """Text is not an answer here."""
        return Parsed(None)

    def format(self, field: Field, value: Value, ctx: Context) -> str:
        """Nothing can be edited."""
        return ""

    def show(self, field: Field, value: Value, ctx: Context) -> str:
        """The raw value: text as it is, anything else as JSON."""
        if value is None:
            return ""
        return value if isinstance(value, str) else as_json(value)

    def validate(self, field: Field, value: Value, ctx: Context) -> Problem | None:
        """The server alone can judge."""
        return None


register(RawCodec())
