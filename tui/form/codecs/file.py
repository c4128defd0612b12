"""Files: what the server holds is named; sending one from here is not possible yet."""

from __future__ import annotations

from tui.form.codec import Context, register
from tui.form.codecs.raw import RawCodec
from tui.form.problem import Problem
from tui.form.rules import MISSING, is_required
from tui.model.field import Field, Value
from tui.model.message import Message


class FileCodec(RawCodec):
    """Read-only, but a required file that is missing is named as missing: the server would refuse."""

    kinds = ("file",)

    def validate(self, field: Field, value: Value, ctx: Context) -> Problem | None:
        """Missing, if it is required and the server has none."""
        return MISSING if is_required(field) and not value else None

    def hint(self, field: Field, ctx: Context) -> Message | None:
        """Says why it cannot be answered."""
        return Message("Files cannot be added here yet.")


register(FileCodec())
