"""``shiftdeck sync``: what waits goes out once, and whoever asks learns how it went."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.place import TOKEN, Place
from tui.workbench.entry import EntryState


def test_what_waited_goes_out_once_and_is_said(place: Place) -> None:
    names = place.queue(3)
    done = place.run("sync")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == 4
    assert all(line.startswith("sent: ") and line.endswith(": Deny") for line in lines[:3])
    assert lines[3] == "All is sent."
    assert sorted(place.wire.writes) == sorted(names)
    again = place.run("sync")
    assert (again.returncode, again.stdout) == (0, "All is sent.\n")
    assert len(place.wire.writes) == 3


def test_an_unreachable_server_is_six_and_keeps_everything(place: Place) -> None:
    place.queue(2)
    place.wire.cut()
    done = place.run("sync")
    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr.splitlines()[0] == "2 items wait to be sent"
    assert "your entries are kept and sent when the link is back" in done.stderr
    assert TOKEN not in done.stderr
    assert [entry.state for entry in place.entries()] == [EntryState.WAITING] * 2
    place.wire.join()
    assert place.run("sync").returncode == 0


def test_a_refused_token_is_three_and_keeps_everything(place: Place) -> None:
    place.queue(2)
    place.wire.refusal = 401
    done = place.run("sync")
    assert done.returncode == 3, done.stderr
    assert "does not accept this token" in done.stderr
    assert [entry.state for entry in place.entries()] == [EntryState.PAUSED] * 2
    place.wire.refusal = 0
    assert place.run("sync").returncode == 0
    assert len(place.wire.writes) == 2


def test_what_the_server_refuses_needs_a_person_and_is_told_whole(place: Place) -> None:
    first, second = place.data, place.folder / "second"
    task = place.make()
    for place.data in (first, second):
        place.deny(task, reason=f"from {place.data.name}")
    assert place.run("sync").returncode == 0
    place.environ["SHIFTDECK_DATA_DIR"] = str(second)
    place.queue(2)
    done = place.run("sync", "--json")
    assert done.returncode == 1
    assert done.stderr == ""
    whole = json.loads(done.stdout)
    assert [len(whole[group]) for group in ("sent", "waiting", "attention", "problems")] == [2, 0, 1, 0]
    (held,) = whole["attention"]
    assert held["inputs"] == {"deny_reason": "from second"}
    assert held["reason"]
    assert (held["action"], held["profile"], held["state"]) == ("deny", "local", "attention")
    assert [entry["inputs"]["deny_reason"] for entry in whole["sent"]] == ["No time"] * 2
    words = place.run("sync")
    assert words.returncode == 1
    first_line, second_line = words.stderr.splitlines()
    assert first_line == "1 needs attention"
    assert second_line.startswith("needs a person: ")
    assert second_line.endswith(held["reason"])


def test_a_dry_run_shows_and_asks_nobody(place: Place) -> None:
    place.queue(2, reason="Kein Platz")
    place.wire.cut()
    done = place.run("--lang", "de", "sync", "--dry-run", LOCAL_TOKEN="")
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["wartet", "wartet"]
    whole = json.loads(place.run("sync", "--dry-run", "--json").stdout)
    assert [entry["inputs"]["deny_reason"] for entry in whole["waiting"]] == ["Kein Platz"] * 2
    assert [entry.attempts for entry in place.entries()] == [0, 0]


def test_entries_of_a_token_that_was_replaced_are_not_sent_with_another(place: Place) -> None:
    place.queue(1)
    done = place.run("sync", LOCAL_TOKEN="another-token")
    assert done.returncode == 1
    assert "made with another token" in done.stderr
    assert place.wire.writes == []
    assert "Bearer another-token" not in place.wire.seen_tokens
    assert place.run("sync").returncode == 0


def test_all_is_for_every_profile_and_a_profile_that_is_gone_is_named(place: Place, tmp_path: Path) -> None:
    place.queue(1)
    text = (tmp_path / "config.toml").read_text()
    (tmp_path / "config.toml").write_text("[profiles.site]\n" + text)
    alone = place.run("sync")
    assert (alone.returncode, alone.stdout) == (0, "All is sent.\n")
    assert "1 item of other profiles or people waits too (--all)." in alone.stderr
    assert place.wire.writes == []
    (tmp_path / "config.toml").write_text("[profiles.site]\n")
    gone = place.run("sync", "--all")
    assert gone.returncode == 1
    assert "“local” does not stand in the config file any more" in gone.stderr
    (tmp_path / "config.toml").write_text("[profiles.site]\n" + text)
    assert place.run("sync", "--all").returncode == 0
    assert len(place.wire.writes) == 1


def test_nothing_that_waits_needs_no_token_and_no_server(shiftdeck: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[profiles.a]\nbase_url = "http://127.0.0.1:9"\ntoken_env = "NONE"\n')
    done = shiftdeck("sync")
    assert (done.returncode, done.stdout, done.stderr) == (0, "All is sent.\n", "")
    assert shiftdeck("sync", "--dry-run").stdout == "Nothing waits.\n"
    wrong = shiftdeck("sync", "--watch", "--json")
    assert (wrong.returncode, wrong.stderr) == (2, "--watch and --json do not go together.\n")
