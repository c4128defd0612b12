"""F17, F18: the form changes under a draft; answers have more, less or other things in them than documented."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from tests.faults import deeds, ground, line
from tests.faults.person import Person
from tests.faults.registry import Row, played
from tests.faults.world import World
from tui.workbench.entry import EntryState

_RENAMED = "UPDATE form_fields SET key = 'fridge-new', slug = 'fridge-new', name = 'New name' WHERE key = 'fridge'"
_REMOVED = f"UPDATE form_fields SET deleted_at = '{ground.STAMP}' WHERE key = 'fridge'"
_OTHER_KIND = (
    'UPDATE form_fields SET form_field_type_id = \'radio\', config = \'{"options": {"a": "A"}}\''
    " WHERE key = 'fridge'"
)
_OTHER_LIMITS = "UPDATE form_field_validations SET config = '{\"min\": 0, \"max\": 3}' WHERE config LIKE '%-5%'"
_NEW_FIELD = (
    "INSERT INTO form_fields (id, form_type, form_id, form_field_type_id, lang_id, name, slug, key, hidden,"
    " disabled, config, sort_number) VALUES (29999, 'taskTemplate', 201, 'signature_pad', 'en', 'Sign', 'sign',"
    " 'sign', 0, 0, '{}', 99)"
)
_NO_TEMPLATE = f"UPDATE task_templates SET deleted_at = '{ground.STAMP}' WHERE id = 201"
CHANGES = (_RENAMED, _REMOVED, _OTHER_KIND, _OTHER_LIMITS, _NEW_FIELD, _NO_TEMPLATE)


async def form_changes(world: World) -> None:
    """A field is removed, renamed, of another kind or limits, under a draft and under a waiting item."""
    chance = world.random
    person = world.person("ana")
    terminal = person.terminal
    await asyncio.sleep(1.0)
    await person.open("1")
    terminal.line.up = False
    await person.type("fridge", "4,5")
    await person.type("batch", "L-77")
    if chance.random() < 0.5:
        await person.save()
    world.server.change(CHANGES[world.seed % len(CHANGES)])
    if chance.random() < 0.5:
        world.kill(terminal)
        person.leave()
        terminal.start()
    await world.settle()
    for entry in terminal.bench.outbox.entries(EntryState.ATTENTION):
        world.expect(entry.reason is not None, "a refused item does not say why")
    await person.open("1")
    if person.state is not None and not person.state.read_only:
        shown = person.state.edits().keys() | person.state.kept_back().keys()
        draft = terminal.bench.drafts.load(terminal.key("1"))
        hidden = set(draft.fields if draft is not None else {}) - shown
        world.expect(not hidden, f"typed answers are not shown any more: {hidden}")
        await person.save()
    await world.drained()
    await deeds.attended(world, person)


class Twist:
    """Changes JSON at random: keys vanish, values become null or other types, strange keys and words appear."""

    def __init__(self, chance: random.Random, odds: float) -> None:
        self._chance = chance
        self._odds = odds

    def __call__(self, value: Any) -> Any:
        chance = self._chance
        if isinstance(value, list):
            return [self(part) for part in value] + ([None, 7, "x", {}] if chance.random() < self._odds else [])
        if not isinstance(value, dict):
            return self._other(value) if chance.random() < self._odds else value
        twisted = {key: self(part) for key, part in value.items() if chance.random() >= self._odds}
        if chance.random() < self._odds:
            twisted["völlig_neu"] = {"deep": [1, None, {"er": True}]}
        if "task_status_id" in twisted and chance.random() < self._odds:
            twisted["task_status_id"] = chance.choice(("postponed", "", None, 5, "DONE", ["done"]))
        return twisted

    def _other(self, value: Any) -> Any:
        strange: tuple[Any, ...] = (None, "", "x", -1, 10**30, 1.5, True, [], {}, [None], {"a": 1}, "\u202e")
        return self._chance.choice((*strange, "2026-99-99 25:61:00", str(value)))


async def strange_answers(world: World) -> None:
    """Every answer of the server is twisted for a while: nothing crashes, nothing false is believed."""
    chance = world.random
    person = world.person("ana")
    terminal = person.terminal
    await asyncio.sleep(1.0)
    await person.open("1")
    odds = chance.choice((0.02, 0.1, 0.3, 1.0))
    terminal.line.next(r".", line.twisted(Twist(chance, odds)), 60)
    if chance.random() < 0.3:
        person.leave()
        await terminal.stop()
        terminal.start()
        await asyncio.sleep(1.0)
    for task in ("1", "2", "3"):
        if await person.open(task):
            await _work(person)
        await asyncio.sleep(20.0)
        terminal.bench.live.refresh()
    await person.create(deeds.MOMENT)
    await asyncio.sleep(60.0)
    await world.settle()
    await deeds.attended(world, person)
    await world.lists_agree()


async def _work(person: Person) -> None:
    state = person.state
    assert state is not None
    for field, text in (("fridge", "4"), ("batch", "L-1")):
        if field in state.entries and state.answerable(state.entries[field]) and person.state is state:
            await person.type(field, text)
    if person.state is state:
        await person.save()
    if person.state is not None:
        await person.deny("closed")


ROWS = (
    Row("F17", "field removed, renamed, other kind, other limits", played(form_changes), bounded=12, full=240),
    Row("F18", "missing, extra, unknown, null everywhere", played(strange_answers), bounded=12, full=400),
)
