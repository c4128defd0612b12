"""F31: five thousand executions, three hundred fields, notes of twenty kilobytes: all comes and goes whole."""

from __future__ import annotations

import asyncio

from tests.faults import ground
from tests.faults.registry import Row, played
from tests.faults.world import World

EXECUTIONS, FIELDS, NOTE = 5_000, 300, 20_000


def _grow(world: World, executions: int, fields: int) -> None:
    """More of everything, behind the server's back."""
    db = world.server.db
    db.execute("BEGIN")
    for number in range(fields):
        db.execute(
            "INSERT INTO form_fields (id, form_type, form_id, form_field_type_id, lang_id, name, slug, key,"
            " hidden, disabled, config, sort_number)"
            " VALUES (?, 'taskTemplate', ?, 'text', 'en', ?, ?, ?, 0, 0, '{}', ?)",
            (30_000 + number, ground.ROUND, f"Field {number}", f"f{number}", f"f{number}", 100 + number),
        )
    for ident in range(1000, 1000 + executions):
        db.execute(
            "INSERT INTO tasks (id, task_assignment_id, task_template_id, task_status_id, for_execution_date,"
            " department_id, achieved_points, max_points) VALUES (?, ?, ?, 'open', ?, 1, 0, 1)",
            (ident, ground.ALWAYS, ground.ROUND, f"2026-05-11 {ident % 24:02}:{ident // 24 % 60:02}:00"),
        )
    db.execute("COMMIT")
    world.server.note()


async def volume(world: World) -> None:
    """Everything large at once, saved without a line, killed, and sent."""
    person = world.person("ana")
    terminal = person.terminal
    await asyncio.sleep(1.0)
    _grow(world, EXECUTIONS, FIELDS)
    await terminal.bench.live.load()
    world.expect(len(terminal.bench.live.rows) == EXECUTIONS + 4, f"{len(terminal.bench.live.rows)} rows")
    await asyncio.sleep(150.0)
    await person.open("1")
    terminal.line.up = False
    for number in range(FIELDS):
        await person.type(f"f{number}", f"answer {number}")
    for number in range(0, FIELDS, 30):
        await person.note(f"f{number}", f"{number}" + "n" * NOTE)
    await person.save()
    world.kill(terminal)
    person.leave()
    terminal.start()
    await asyncio.sleep(1.0)
    world.expect(len(terminal.bench.live.rows) == EXECUTIONS + 4, "the list did not outlive the application")
    await world.settle()
    answers = world.server.answers("1")
    whole = all(answers.get(f"f{number}", ("", ""))[0] == f"answer {number}" for number in range(FIELDS))
    world.expect(whole, "an answer is missing")
    world.expect(len(answers["f270"][1]) == NOTE + 3, "a long note was cut")


ROWS = (Row("F31", "5,000 executions, 300 fields, 20 kB notes", played(volume), bounded=0, full=2, apart=True),)
