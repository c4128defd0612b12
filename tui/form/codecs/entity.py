"""One person, department or other thing of the server, found by typing; the list may be searched there."""

from __future__ import annotations

from tui.form.codec import Context, Control, register
from tui.form.codecs.choice import ChoiceCodec
from tui.model.field import Field
from tui.model.message import Message


class EntityCodec(ChoiceCodec):
    """Asked by typing to find. It takes the cursor before its list is here, so that no key goes elsewhere."""

    kinds = ("entity",)
    control = Control.PICKER
    finder = True
    numbered = False

    def answerable(self, field: Field) -> bool:
        """Where there is something to pick from, or will be."""
        return can_be_found(field)

    def hint(self, field: Field, ctx: Context) -> Message | None:
        """Says why it cannot be answered."""
        return None if can_be_found(field) or field.read_only else NO_LIST


NO_LIST = Message("This list cannot be answered here yet.")


def can_be_found(field: Field) -> bool:
    """Whether a person may pick here: there are choices, or a list to be read from the server."""
    return not field.read_only and (bool(field.choices) or field.source is not None)


register(EntityCodec())
