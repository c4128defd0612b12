"""Jumping to a field: which one a typed number or a few letters mean."""

from __future__ import annotations

from collections.abc import Sequence

from tui.form.choosing import fold
from tui.form.state import FormState


def target(state: FormState, order: Sequence[str], typed: str) -> str | None:
    """The key of the field among ``order``: by its number, else by its label, from the beginning first."""
    wanted = typed.strip()
    if not wanted:
        return None
    if wanted.isascii() and wanted.isdigit():
        number = int(wanted) if len(wanted) < 6 else 0
        return next((key for key in order if state.numbers.get(key) == number), None)
    folded = fold(wanted)
    labels = [(key, fold(state.entries[key].field.label or key)) for key in order]
    return next(
        (key for key, label in labels if label.startswith(folded)),
        next((key for key, label in labels if folded and folded in label), None),
    )
