"""What a person did to one field: the piece of a draft that the journal keeps."""

from __future__ import annotations

import msgspec

from tui.model.field import Value


class FieldEdit(msgspec.Struct, frozen=True, kw_only=True):
    """``text`` as typed, the ``value`` read from it, the ``note``; ``base`` and ``base_note`` from the server."""

    text: str = ""
    value: Value = None
    note: str = ""
    base: Value = None
    base_note: str = ""
