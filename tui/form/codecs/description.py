"""Descriptions: text between the questions. They hold no value and are never sent."""

from __future__ import annotations

from tui.form.codec import register
from tui.form.codecs.raw import RawCodec


class DescriptionCodec(RawCodec):
    """Only the label and the help text are shown."""

    kinds = ("description",)


register(DescriptionCodec())
