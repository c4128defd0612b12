"""Hidden fields: not shown, not asked, not changed; what the server holds stays."""

from __future__ import annotations

from tui.form.codec import register
from tui.form.codecs.raw import RawCodec


class HiddenCodec(RawCodec):
    """Kept out of sight; its value goes back untouched."""

    kinds = ("hidden",)


register(HiddenCodec())
