"""Text on one line, as it is typed. Group separators of scanned codes (0x1D) stay inside."""

from __future__ import annotations

from tui.form.codec import Codec, register


class TextCodec(Codec):
    """The typed text is the value."""

    kinds = ("text",)


register(TextCodec())
