"""Plausible answers for the sample site's history."""

from __future__ import annotations

from random import Random
from typing import Any

from tui.embedded.intratool.validation import Field

_NUMBERS = {
    "fridge-temperature": (2.1, 6.8), "cell-1": (2.1, 6.9), "cell-2": (1.8, 6.5), "display": (3.0, 6.9),
    "freezer-temperature": (-24.0, -18.2), "freezer-1": (-25.0, -18.1), "freezer-2": (-23.5, -18.0),
    "temperature": (1.5, 6.5), "1. Prüfung.Öl (°C)": (165, 178), "polar": (8, 23), "pressure": (5.5, 7.5),
    "portions": (80, 260), "weight": (120, 900), "waste": (3, 28), "battery": (35, 100), "staff": (3, 7),
    "gloves": (4, 30), "paper": (6, 48),
}  # fmt: skip
_TEXTS = {
    "batch": ("L-2605-114", "L-2605-118", "C4471", "FR-0920-7"),
    "supplier": ("Frischdienst Nord", "Molkerei Sander", "Bäko", "Getränke Holm"),
    "supplier-mail": ("dispo@frischdienst.example", "versand@sander.example"),
    "supplier-phone": ("+49 40 5550110", "040 555 0177"),
    "delivery-link": ("https://frischdienst.example/ls/48113",),
    "opened-by": ("Ana Kowalska", "Ben Fischer"),
    "closed-by": ("Ben Fischer", "Dora Novak"),
    "note-for-morning": ("Slicer blade is dull.\nBread comes at 06:30.", "All quiet."),
    "open-points": ("Dishwasher needs salt.", "Two trays of lasagne left.\nFreezer 2 door sticks.", "None."),
    "defects": ("keine", "Lampe im Gang 2 flackert."),
    "remarks": ("Belt runs a bit loud.", "OK"),
    "missing": ("Gloves size L",),
    "what": ("Wasser unter der Spülmaschine.",),
}
_NOTES = {
    "de": ("Techniker ist informiert.", "Wird nach der Pause erledigt.", "Nachgemessen, jetzt in Ordnung."),
    "en": ("Technician has been told.", "Will be done after the break.", "Measured again, fine now."),
}


def answer(field: Field, rng: Random, wall: str) -> tuple[Any, str | None]:
    """(value, note) for one field; (None, None) where people leave it empty."""
    kind, key, config = field["form_field_type_id"], field["key"], field["config"]
    note = rng.choice(_NOTES.get(field["lang_id"], _NOTES["en"]))
    if field["disabled"] or kind in ("description", "file-upload", "recipient-select"):
        return None, None
    if kind in ("radio", "select"):
        options = list(config["options"])
        good = max(options, key=lambda option: config.get("points", {}).get(option, 0))
        if options[0] == "yes":
            chosen = rng.choices(options, [92, 4, 4][: len(options)])[0]
            return chosen, note if chosen == "no" else None
        return good if rng.random() < 0.5 else rng.choice(options), note if rng.random() < 0.04 else None
    if kind == "checkbox":
        return [option for option in config["options"] if rng.random() < 0.6], None
    if kind == "datetime":
        return {"date": wall[:10], "time": wall[11:16]}.get(config.get("type", ""), wall), None
    if kind == "entity_select":
        chosen_id = rng.randint(1, 3)
        return [chosen_id] if config.get("multiple") else chosen_id, None
    if kind == "signature_pad":
        return {"signed_by": "Emil Brandt", "strokes": rng.randint(6, 30)}, None
    if key in _NUMBERS:
        return _number(field, rng), note if rng.random() < 0.05 else None
    if key in _TEXTS:
        return rng.choice(_TEXTS[key]), None
    return field["default_value"], None


def _number(field: Field, rng: Random) -> str:
    low, high = _NUMBERS[field["key"]]
    rules = {rule["form_field_validation_type_id"]: rule["config"] for rule in field["field_validations"]}
    if rules.get("number", {}).get("type") == "integer":
        return str(rng.randint(int(low), int(high)))
    return f"{rng.uniform(low, high):.1f}"
