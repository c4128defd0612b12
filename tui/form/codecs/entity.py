"""People, departments and other things of the server, picked from the choices that were handed over."""

from __future__ import annotations

from tui.form.codec import Context, Control, register
from tui.form.codecs.choice import ChoiceCodec
from tui.model.field import Field
from tui.model.message import Message


class EntityCodec(ChoiceCodec):
    """Asked like a choice by typing to find; without choices it can only be read."""

    kinds = ("entity",)
    control = Control.PICKER

    def answerable(self, field: Field) -> bool:
        """Only where there is something to pick from."""
        return not field.read_only and bool(field.choices)

    def hint(self, field: Field, ctx: Context) -> Message | None:
        """Says why it cannot be answered."""
        return None if field.choices else Message("This list cannot be answered here yet.")


register(EntityCodec())
