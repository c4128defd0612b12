"""Web addresses: text without spaces around it, checked by the documented rule."""

from __future__ import annotations

from tui.form.codec import NOTHING, Codec, Context, Parsed, register
from tui.model.field import Field


class UrlCodec(Codec):
    """The typed text without outer spaces is the value; :mod:`tui.form.rules` judges it."""

    kinds = ("url",)

    def parse(self, field: Field, text: str, ctx: Context) -> Parsed:
        """Outer spaces are slips of the finger (or of a clipboard)."""
        text = text.strip()
        return Parsed(text) if text else NOTHING


register(UrlCodec())
