"""The words of states, actions and questions, as the kept lists and records still know them."""

from __future__ import annotations

from tests.workbench.bench import Bench
from tests.workbench.test_board import ALL, LATE, row
from tui.model.action import Action, Slot
from tui.model.execution import Record
from tui.model.field import Choice, Field
from tui.model.message import Message, verbatim
from tui.workbench.glossary import Glossary, glossary_in
from tui.workbench.packing import pack

ROOM = Field(key="room", label="Raum", kind="choice", choices=(Choice("1", "Küche"),))
STATE = Field(key="state", label="New status", kind="choice", choices=(Choice("done", "Done"),))
HIDDEN = Field(key="flow_id", label="", kind="text", hidden=True)


def record(number: int, *fields: Field, inputs: tuple[Field, ...] = ()) -> Record:
    action = Action(id="turn:7", slot=Slot.OTHER, label=Message("Set status"), inputs=inputs)
    return Record(execution=row(number, LATE), fields=fields, actions=(action,))


def test_a_question_has_the_words_of_its_own_task_and_an_input_those_of_its_system() -> None:
    one, other = record(1, ROOM, inputs=(STATE, HIDDEN)), record(2)
    words = Glossary([one, other])
    key, elsewhere = one.execution.key, other.execution.key
    room = words.field(key, "room")
    assert room is not None
    assert (room.label, room.choice("1"), room.choice("2")) == (verbatim("Raum"), verbatim("Küche"), None)
    assert words.field(elsewhere, "room") is None, "another task may ask something else under that name"
    state = words.field(elsewhere, "state")
    assert state is not None
    assert (state.label, state.choice("done")) == (Message("New status"), Message("Done"))
    hidden = words.field(elsewhere, "flow_id")
    assert hidden is not None
    assert hidden.field.hidden
    assert words.action(elsewhere, "turn:7") == Message("Set status")
    assert words.state(key, LATE.raw) == Message("Started, late")
    stranger = key._replace(system="another")
    assert words.state(stranger, LATE.raw) is words.action(stranger, "turn:7") is None
    assert words.field(stranger, "state") is None


async def test_it_is_read_from_lists_and_records_and_bears_what_nobody_can_read(bench: Bench) -> None:
    workbench = bench.workbench
    await workbench.live.load()
    rows = [row(number, status) for number, status in enumerate(ALL)]
    owner, journal = workbench.desk.owner, workbench.journal
    sql = "INSERT INTO records (owner, profile, system, id, record) VALUES (?, 'p', 's', ?, ?)"
    for number, blob in enumerate((pack(record(1, ROOM)), b"not a record")):
        journal.write(lambda db, args=(owner, str(number), blob): db.execute(sql, args)).result()  # type: ignore[misc]
    journal.write(lambda db: db.execute("UPDATE list_pages SET rows = ?", (pack(rows),))).result()
    words = glossary_in(journal, owner)
    key = rows[0].key
    assert [words.state(key, status.raw) for status in ALL] == [status.word for status in ALL]
    assert words.field(key._replace(id="1"), "room") is not None
    assert words.action(key, "turn:7") == Message("Set status")
    assert glossary_in(journal, "somebody else").state(key, "open") == Message("Open"), "they have one language"
