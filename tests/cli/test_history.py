"""``shiftdeck history``: who did what, when, and what the server answered."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tests.cli.conftest import Run
from tests.cli.place import Place
from tui.compose import Composer
from tui.config import Overrides, load_settings
from tui.model.execution import Key
from tui.model.field import Value
from tui.model.message import Message, verbatim
from tui.workbench import history
from tui.workbench.workbench import Workbench

HOSTILE = "\x1b[2JName\u202e"


def test_what_was_sent_is_told_in_words_and_as_data(place: Place) -> None:
    place.queue(2, reason="Kein Platz")
    assert place.run("history").stdout == "Nothing was sent from here yet.\n"
    assert place.run("sync").returncode == 0
    # needs neither a connection nor a token
    place.wire.cut()
    done = place.run("history", LOCAL_TOKEN="")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == 4
    assert re.fullmatch(
        r"\d\d\.\d\d\. \d\d:\d\d:\d\d  .+: Deny – accepted by the server: Open → Denied(, late)?",
        lines[0],
    )
    assert lines[1] == "                Why can it not be done?: Kein Platz"
    assert "Ablehnen – vom Server angenommen: " in place.run("--lang", "de", "history").stdout
    whole = json.loads(place.run("history", "--json", "--last", "1").stdout)
    assert set(whole) == {"profile", "all", "events"}
    (event,) = whole["events"]
    assert (event["seq"], event["what"], event["outcome"]) == (2, "deny", "sent")
    assert event["new"] == {"deny_reason": "Kein Platz"}
    assert datetime.fromisoformat(event["at"]).tzinfo is not None
    assert len(event["hash"]) == 64
    assert place.run("history", "verify").stdout == "The trail is whole.\n"


def event(number: int, outcome: str, owner: str = "sample:maria", who: str = "Maria") -> history.Event:
    values: dict[str, dict[str, Value]] = {
        "old": {"t": 4.5, "ok": None},
        "new": {"t": 5, "ok": ["a", "b"], "n": True},
    }
    return history.Event(
        at=datetime(2026, 5, 11, 4, number, tzinfo=UTC),
        owner=owner,
        who=who,
        what="finish",
        outcome=outcome,
        key=Key("sample", "intratool", str(number)),
        title=HOSTILE,
        notes={"t": "late\nnight"},
        answer=Message("{what} ({said})", {"what": Message("The server refused this."), "said": HOSTILE}),
        **values,  # type: ignore[arg-type]
    )


def write(tmp_path: Path, *events: history.Event) -> None:
    """Events in the journal of the sample site."""
    settings = load_settings(Overrides(data_dir=tmp_path / "data"), {"SHIFTDECK_CONFIG": str(tmp_path / "none")})

    async def work() -> None:
        bench = Composer(settings, {}).workbench("sample")
        for one in events:
            await asyncio.wrap_future(bench.journal.write(lambda db, one=one: history.append(db, one)))  # type: ignore[misc]
        await bench.close()

    asyncio.run(work())


def test_every_outcome_has_words_and_no_text_steers_the_terminal(shiftdeck: Run, tmp_path: Path) -> None:
    outcomes = ("sent", "refused", "unsent", "paused", "discarded", "retried", "something else")
    write(tmp_path, *(event(number, outcome) for number, outcome in enumerate(outcomes)))
    done = shiftdeck("history")
    assert done.returncode == 0
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", done.stdout)
    heads = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    words = [line.partition(" – ")[2] for line in heads]
    answer = "The server refused this. ([2JName)"
    assert words == [
        f"accepted by the server: {answer}",
        f"not accepted: {answer}",
        f"not sent: {answer}",
        f"held: {answer}",
        f"taken back ({answer})",
        "to be sent again",
        "something else",
    ]
    assert heads[0].startswith("11.05. 06:00:00  Maria  [2JName: Finish")
    below = [line.strip() for line in done.stdout.splitlines() if line.startswith(" ")][:4]
    assert below == ["N: – → yes", "Ok: – → a, b", "T: 4.5 → 5", "Note to T: late night"]
    assert "T: 4,5 → 5" in shiftdeck("--lang", "de", "history").stdout


def test_the_status_before_and_the_reason_for_the_history_are_told(shiftdeck: Run, tmp_path: Path) -> None:
    told_so = {"was": "done", "why": "Wrong\x1b[2J fridge", "answer": verbatim("in_progress"), "notes": {}}
    write(tmp_path, msgspec.structs.replace(event(1, "sent"), what="reset", **told_so))
    text = shiftdeck("history").stdout
    assert "Reset – accepted by the server: Done → Started" in text
    assert "angenommen: Erledigt → " in shiftdeck("--lang", "de", "history").stdout
    assert text.splitlines()[-1].strip() == "Reason: Wrong[2J fridge"
    (told,) = json.loads(shiftdeck("history", "--json").stdout)["events"]
    assert (told["was"], told["why"]) == ("done", "Wrong\x1b[2J fridge")
    assert shiftdeck("history", "verify").returncode == 0


def test_a_state_that_stays_is_said_once_and_a_failure_with_its_reason(shiftdeck: Run, tmp_path: Path) -> None:
    plain = msgspec.structs.replace(event(1, "sent", who=""), title="Fridge", new={}, old={}, notes={}, was="done")
    stays = msgspec.structs.replace(plain, answer=verbatim("done"))
    failed = msgspec.structs.replace(
        stays, failed=Message("{what}", {"what": Message("The server cannot be reached.")})
    )
    write(tmp_path, stays, failed, msgspec.structs.replace(plain, answer=verbatim("")))
    assert shiftdeck("history").stdout.splitlines() == [
        "11.05. 06:01:00  Fridge: Finish – accepted by the server: Done",
        "11.05. 06:01:00  Fridge: Finish – accepted by the server, but it failed: The server cannot be reached.",
        "11.05. 06:01:00  Fridge: Finish – accepted by the server",
    ]
    told = [one["failed"] for one in json.loads(shiftdeck("history", "--json").stdout)["events"]]
    assert told == ["", "The server cannot be reached.", ""]


def test_what_the_journal_has_words_for_is_never_told_as_a_code(place: Place) -> None:
    (number,) = place.queue(1)
    (entry,) = [one for one in place.entries() if one.id == number]

    async def add(bench: Workbench) -> None:
        for what, was, became, new in (
            ("deny", "open", "denied_delayed", {"deny_reason": "Kein Platz"}),
            ("status", "in_progress_delayed", "missed", {"task_status_id": "in_progress_delayed"}),
            ("complete:fda80263-4ae6", "on_hold", "", {"flow_execution_id": "a0a2"}),
        ):
            old = history.Event(
                at=bench.clock(),
                owner=bench.desk.owner,
                who="Maria",
                what=what,
                outcome="sent",
                key=entry.key,
                title="Fridge",
                new=dict(new),
                old=dict.fromkeys(new),
                answer=verbatim(became),
                was=was,
            )
            await asyncio.wrap_future(bench.journal.write(lambda db, old=old: history.append(db, old)))  # type: ignore[misc]

    place.at_desk(add)
    lines = [line.partition("  ")[2].strip() for line in place.run("history").stdout.splitlines()]
    assert lines == [
        "Maria  Fridge: Deny – accepted by the server: Open → Denied delayed",
        "Why can it not be done?: – → Kein Platz",
        "Maria  Fridge: Set status – accepted by the server: Started, late → Missed",
        "New status: – → Started, late",
        "Maria  Fridge: Complete – accepted by the server",
        "Flow execution: – → a0a2",
    ]
    german = place.run("--lang", "de", "history").stdout
    assert "Begonnen, spät → Verpasst" in german
    events = json.loads(place.run("history", "--json").stdout)["events"]
    assert [(one["what"], one["was"]) for one in events] == [
        ("complete:fda80263-4ae6", "on_hold"),
        ("status", "in_progress_delayed"),
        ("deny", "open"),
    ]
    assert events[1]["new"] == {"task_status_id": "in_progress_delayed"}


def test_everybody_is_shown_only_when_asked_for(shiftdeck: Run, tmp_path: Path) -> None:
    write(tmp_path, event(1, "sent"), event(2, "sent", "sample:ben", ""), event(3, "sent"))
    assert [one["seq"] for one in json.loads(shiftdeck("history", "--json").stdout)["events"]] == [3, 1]
    done = shiftdeck("history", "--all")
    heads = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert [line[17:].partition("  ")[0] for line in heads] == [
        "sample, Maria",
        "sample",
        "sample, Maria",
    ]
    assert shiftdeck("history", "verify").returncode == 0
    with sqlite3.connect(tmp_path / "data" / "journal.sqlite") as db:
        db.execute("UPDATE history SET body = replace(body, 'Maria', 'Mario') WHERE seq = 3")
    db.close()
    broken = shiftdeck("history", "verify")
    assert broken.returncode == 1
    assert "from entry 3 on" in broken.stderr
