"""Several people, departments or other things of the server, found one after the other."""

from __future__ import annotations

from tui.form.codec import Context, register
from tui.form.codecs.entity import NO_LIST, can_be_found
from tui.form.codecs.multi_choice import MultiChoiceCodec
from tui.model.field import Field
from tui.model.message import Message


class EntitiesCodec(MultiChoiceCodec):
    """Like several choices, but asked with the finder however short the list is today."""

    kinds = ("entities",)
    finder = True
    numbered = False

    def answerable(self, field: Field) -> bool:
        """Where there is something to pick from, or will be."""
        return can_be_found(field)

    def hint(self, field: Field, ctx: Context) -> Message | None:
        """Says why it cannot be answered."""
        return None if can_be_found(field) or field.read_only else NO_LIST


register(EntitiesCodec())
