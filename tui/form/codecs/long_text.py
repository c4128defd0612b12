"""Text of several lines."""

from __future__ import annotations

from tui.form.codec import Codec, Context, Control, register
from tui.model.field import Field
from tui.model.message import Message


class LongTextCodec(Codec):
    """The typed text is the value, line breaks included."""

    kinds = ("long_text",)
    control = Control.LONG

    def hint(self, field: Field, ctx: Context) -> Message | None:
        """Enter goes on as everywhere, so a line break needs a key of its own: on a keypad Down at the end."""
        return Message("Enter goes on · ↓ at the end or Ctrl+N: new line")


register(LongTextCodec())
