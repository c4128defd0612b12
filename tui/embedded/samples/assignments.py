"""The assignments of the sample site over three shifts: early 06-14, late 14-22, night 22-06."""

from __future__ import annotations

from tui.embedded.samples.build import AssignmentSpec
from tui.embedded.samples.people import KITCHEN, STORE, TECHNICAL

_EVERYBODY = (KITCHEN, STORE, TECHNICAL)

ASSIGNMENTS = (
    AssignmentSpec(
        title="Frühschicht", template="opening", at="06:15", departments=(KITCHEN,), after="PT4H",
        follows="Kitchen, last round",
    ),
    AssignmentSpec(
        title="Kitchen, last round", template="closing", at="21:30", departments=(KITCHEN,), after="PT5H",
        follows="Reinigung Spätschicht",
    ),
    AssignmentSpec(
        title="Küche 1 bis 4", template="fridge", at="00:00", hours=(0, 4, 8, 12, 16, 20), departments=(KITCHEN,),
        after="PT3H",
    ),
    AssignmentSpec(
        title="Lager, Zelle A und B", template="fridge", at="02:00", hours=(2, 6, 10, 14, 18, 22),
        departments=(STORE,), after="PT3H",
    ),
    AssignmentSpec(
        title="Store, cold room 7", template="freezer", at="03:30", hours=(3, 7, 11, 15, 19, 23),
        departments=(STORE,), after="PT4H", follows="Lager, Zelle A und B",
    ),
    AssignmentSpec(
        title="Küche und Lager", template="safety", at="07:00", mode="all", departments=(KITCHEN, STORE),
        after="PT6H",
    ),
    AssignmentSpec(
        title="Technikräume", template="safety", at="15:00", hours=(15, 23), departments=(TECHNICAL,), after="PT5H"
    ),
    AssignmentSpec(
        title="Bakery line", template="machine", at="08:00", hours=(0, 8, 16), departments=(TECHNICAL,),
        after="PT4H", deny_reason=True, follows="Store, cold room 7",
    ),
    AssignmentSpec(
        title="Rampe 2, Frische", template="goods", at="07:30", departments=(STORE,), after="PT3H",
        delayed_reason=True, deny_allowed=False,
        message=("Lieferung angekündigt", "Frischdienst kommt heute mit zwei Paletten."),
    ),
    AssignmentSpec(
        title="Rampe 1, Trockenware", template="goods", at="10:15", departments=(STORE,), after="PT3H",
        delayed_reason=True,
    ),
    AssignmentSpec(
        title="Rampe 1, Getränke", template="goods", at="13:30", departments=(STORE,), after="PT6H",
        delayed_reason=True,
    ),
    AssignmentSpec(
        title="Reinigung Frühschicht", template="cleaning", at="13:15", departments=(KITCHEN,), after="PT3H",
        follows="Frühschicht, Küche",
    ),
    AssignmentSpec(
        title="Reinigung Spätschicht", template="cleaning", at="21:15", departments=(KITCHEN,), after="PT3H",
        follows="Spätschicht, Küche",
    ),
    AssignmentSpec(
        title="Reinigung Nachtschicht", template="cleaning", at="05:15", departments=(KITCHEN,), after="PT3H"
    ),
    AssignmentSpec(
        title="Night to early", template="handover", at="05:45", departments=_EVERYBODY, after="PT3H",
        follows="Nachtschicht, Küche",
    ),
    AssignmentSpec(title="Early to late", template="handover", at="13:45", departments=_EVERYBODY, after="PT3H"),
    AssignmentSpec(title="Late to night", template="handover", at="21:45", departments=_EVERYBODY, after="PT3H"),
    AssignmentSpec(
        title="Frühschicht, Küche", template="shift", at="06:45", departments=(KITCHEN,), after="PT5H",
        follows="Rampe 2, Frische",
    ),
    AssignmentSpec(
        title="Spätschicht, Küche", template="shift", at="14:45", departments=(KITCHEN,), after="PT5H",
        follows="Reinigung Frühschicht",
    ),
    AssignmentSpec(
        title="Nachtschicht, Küche", template="shift", at="22:45", departments=(KITCHEN,), after="PT5H",
        follows="Kitchen, last round",
    ),
    AssignmentSpec(
        title="Yard, gate 3", template="bins", at="10:30", hours=(4, 10, 20), departments=(KITCHEN, STORE),
        deny_reason=False, after="PT6H",
    ),
    AssignmentSpec(
        title="Frühschicht, je Person", template="hygiene", at="06:05", mode="all", users=("ana", "ben"),
        after="PT4H",
    ),
    AssignmentSpec(
        title="Spätschicht, eine Person", template="hygiene", at="14:05", mode="one_of_user",
        departments=(KITCHEN,), after="PT4H",
    ),
    AssignmentSpec(
        title="Nachtschicht, wer da ist", template="hygiene", at="22:05", mode="any_of_user",
        departments=(KITCHEN,), after="PT4H",
    ),
    AssignmentSpec(
        title="Forklift 1", template="lift", at="09:00", hours=(1, 9, 17), mode="one_of",
        departments=(STORE, TECHNICAL), after="PT4H",
    ),
    AssignmentSpec(
        title="Verbandkasten Flur", template="safety", at="12:00", departments=_EVERYBODY, after="PT8H"
    ),
    AssignmentSpec(
        title="Fritteuse 1 und 2", template="fryer", at="12:30", hours=(12, 19), departments=(KITCHEN,),
        after="PT3H",
    ),
    AssignmentSpec(
        title="Consumables", template="stock", at="11:00", departments=(STORE,), show="P1D", before="P1D",
        after="P2D", deny_reason=False,
    ),
    AssignmentSpec(
        title="Putzmittel", template="stock", at="18:30", departments=(KITCHEN,), show="P1D", before="P1D",
        after="P2D",
    ),
    AssignmentSpec(
        title="Störung", template="incident", at="00:00", rule=None, departments=_EVERYBODY, always=True,
        show=None, before=None, after=None,
    ),
)  # fmt: skip
