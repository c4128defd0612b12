"""``shiftdeck doctor``: a line for everything, a remedy where one is needed, and no secret anywhere."""

from __future__ import annotations

import base64
import json
import os
import re
import sqlite3
import sys
import time
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Run
from tests.cli.place import TOKEN, Place
from tests.support.terminal import SHIFTDECK, Terminal
from tui.cli.doctoring import files, server
from tui.cli.doctoring import place as settled
from tui.cli.doctoring.bundle import write
from tui.cli.doctoring.finding import Finding, Verdict, data_of, text_of
from tui.compose import Composer
from tui.config import Overrides, Profile, load_settings
from tui.i18n import set_language
from tui.model.errors import Unreachable
from tui.model.system import Who

IDS = [
    *("program", "config", "keys", "theme", "language", "terminal", "profile", "server", "time"),
    *("token", "connection", "answer time", "clock"),
    *("data folder", "journal", "sample site", "trail", "outbox"),
]


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en", {})


def found(done: Any) -> dict[str, Any]:
    """The findings of ``--json`` by their ID."""
    return {one["id"]: one for one in json.loads(done.stdout)["findings"]}


def test_a_sound_sample_site_works_in_every_line(shiftdeck: Run) -> None:
    done = shiftdeck("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == len(IDS)
    assert all(line.startswith("works ") for line in lines), done.stdout
    whole = json.loads(shiftdeck("doctor", "--json").stdout)
    assert whole["worst"] == "works"
    assert [one["id"] for one in whole["findings"]] == IDS
    facts = {one["id"]: one["facts"] for one in whole["findings"]}
    listed = json.loads(shiftdeck("list", "--json").stdout)["rows"]
    assert facts["connection"]["rows"] == len(listed), "as the list counts"
    assert facts["journal"]["faults"] == []
    assert facts["journal"]["version"] == facts["journal"]["known_version"] >= 1
    assert 0 < facts["answer time"]["seconds"] < 10
    assert facts["token"]["role"]


def test_german_is_whole(shiftdeck: Run) -> None:
    done = shiftdeck("--lang", "de", "doctor")
    assert all(line.startswith("geht ") for line in done.stdout.splitlines())
    for word in ("works", "free", "pages", "version", "oldest", "Nothing", "the "):
        assert word not in done.stdout


def test_keys_and_theme_are_judged_as_at_a_start(shiftdeck: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('theme = "high-contrst"\n[keys]\nrefresh = "ctrl+q"\n')
    done = shiftdeck("doctor", "--json")
    assert done.returncode == 1
    one = found(done)
    for name, words in (("keys", "line 3: The key “ctrl+q”"), ("theme", "Is “high-contrast” meant?")):
        assert one[name]["verdict"] == "broken"
        assert words in one[name]["value"]
        assert "does not start" in one[name]["remedy"]
    (tmp_path / "config.toml").write_text('theme = "high-contrast"\n[keys]\nrefresh = "E"\n')
    one = found(shiftdeck("doctor", "--json"))
    assert (one["keys"]["value"], one["theme"]["value"]) == ("1 key is your own", "high-contrast")


def test_a_server_that_is_not_there_is_said_and_the_rest_is_looked_at(place: Place) -> None:
    place.queue(2)
    place.wire.cut()
    done = place.run("doctor")
    assert done.returncode == 1
    assert re.search(r"^DOES NOT WORK   connection:", done.stdout, re.MULTILINE)
    assert "→ Work on: your entries are kept" in done.stdout
    assert re.search(r"^works           outbox: +2 waiting \(oldest: \d+ s\)$", done.stdout, re.MULTILINE)
    assert TOKEN not in done.stdout + done.stderr


def test_a_missing_token_says_where_it_was_looked_for(place: Place) -> None:
    one = found(place.run("doctor", "--json", LOCAL_TOKEN=""))
    assert one["connection"]["verdict"] == "broken"
    assert "LOCAL_TOKEN" in one["connection"]["value"]
    assert one["token"]["facts"]["origin"] == "named variable"


def test_damage_of_the_journal_is_found_wherever_it_is(shiftdeck: Run, tmp_path: Path) -> None:
    assert shiftdeck("doctor").returncode == 0
    path = tmp_path / "data" / "journal.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'outbox_settled'").fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
    db.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : (page - 1) * size + 200] = b"\x55" * 200
    path.write_bytes(content)
    done = shiftdeck("doctor")
    assert done.returncode == 1
    assert re.search(r"^DOES NOT WORK   journal: .*damaged: ", done.stdout, re.MULTILINE)
    assert "start it again" in done.stdout
    # the remedy helps: the next start puts it right, and says where the old file is
    after = found(shiftdeck("doctor", "--json"))
    assert after["journal"]["facts"]["faults"] == []
    assert after["rescued"]["verdict"] == "look"
    assert shiftdeck("doctor").returncode == 0


def test_a_journal_of_a_newer_version_is_left_alone_and_named(shiftdeck: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "journal.sqlite") as db:
        db.execute("PRAGMA user_version = 99")
    done = shiftdeck("doctor", "--bundle", "b.zip")
    assert done.returncode == 1
    assert "written by a newer Shiftdeck" in done.stdout
    assert set(zipfile.ZipFile(tmp_path / "b.zip").namelist()) >= {"doctor.txt", "config.json"}


def test_a_sample_user_that_nobody_is_hides_nothing_else(shiftdeck: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[profiles.site]\nuser = "marie"\n')
    one = found(shiftdeck("doctor", "--json"))
    assert one["connection"]["verdict"] == "broken"
    assert "Is “maria” meant?" in one["connection"]["value"]
    assert one["journal"]["verdict"] == "works"


def test_what_waits_for_a_person_or_for_long_says_what_to_do(place: Place) -> None:
    place.queue(3)
    with sqlite3.connect(place.data / "journal.sqlite") as db:
        db.execute("UPDATE outbox SET state = 'attention' WHERE seq = 1")
        db.execute("UPDATE outbox SET created = created - 7200 WHERE seq = 2")
        db.execute("UPDATE outbox SET owner = 'gone:abc' WHERE seq = 3")
    db.close()
    done = place.run("doctor")
    assert done.returncode == 0
    assert (
        "look here       outbox:           1 waiting (oldest: 2 h 00 min), 1 for a person (oldest: " in done.stdout
    )
    assert "→ Somebody must decide: F4" in done.stdout
    assert "look here       outbox:           gone: 1 waiting" in done.stdout
    assert "→ This profile does not stand in the config file any more" in done.stdout


@pytest.mark.parametrize(
    ("environ", "size", "encoding", "verdict", "words"),
    [
        ({"TERM": "xterm-256color"}, (120, 30), "utf-8", "works", "xterm-256color, 120x30, utf-8, colours: 256"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, (120, 30), "UTF8", "works", "colours: 16777216"),
        ({"TERM": "linux", "NO_COLOR": "1"}, (40, 20), "utf-8", "works", "colours: none"),
        ({"TERM": "dumb"}, (120, 30), "utf-8", "look", "Set TERM"),
        ({}, (120, 30), "utf-8", "look", "Set TERM"),
        ({"TERM": "xterm"}, (120, 30), "latin-1", "look", "Set LANG"),
        ({"TERM": "xterm"}, (120, 19), "utf-8", "look", "at least 40x20"),
        ({"TERM": "xterm"}, (39, 30), "utf-8", "look", "at least 40x20"),
        ({"TERM": "xterm"}, None, "utf-8", "works", "none here"),
    ],
)
def test_the_terminal_is_judged(
    tmp_path: Path,
    environ: dict[str, str],
    size: tuple[int, int] | None,
    encoding: str,
    verdict: str,
    words: str,
) -> None:
    config = load_settings(Overrides(data_dir=tmp_path), {"SHIFTDECK_CONFIG": str(tmp_path / "none")})
    one = settled.terminal(config, environ, size, encoding)
    assert one.verdict == verdict
    assert words in one.value + one.remedy
    if encoding == "latin-1":
        config.ascii = True
        assert settled.terminal(config, environ, size, encoding).verdict is Verdict.WORKS


def test_a_real_terminal_is_seen(tmp_path: Path) -> None:
    environ = {"SHIFTDECK_CONFIG": str(tmp_path / "c.toml"), "SHIFTDECK_DATA_DIR": str(tmp_path / "data")}
    with Terminal([*SHIFTDECK, "doctor"], home=tmp_path, columns=130, lines=50, environ=environ) as terminal:
        assert terminal.wait_exit() == 0
        assert "xterm-256color, 130x50, utf-8, colours: 256" in terminal.text


@pytest.mark.parametrize(
    ("offset", "verdict", "words"),
    [
        (timedelta(0), Verdict.WORKS, "fine: 0 s"),
        (timedelta(seconds=-40), Verdict.WORKS, "fine: 40 s"),
        (timedelta(minutes=3), Verdict.LOOK, "wrong by 3 min: it is behind"),
        (timedelta(hours=-1, minutes=-5), Verdict.LOOK, "wrong by 1 h 05 min: it is ahead"),
    ],
)
def test_the_clock_is_judged(offset: timedelta, verdict: Verdict, words: str) -> None:
    one = server.clock(offset)
    assert one.verdict is verdict
    assert words in one.value
    assert bool(one.remedy) is (verdict is not Verdict.WORKS)
    assert one.facts == {"offset_seconds": offset.total_seconds()}


def test_a_slow_server_and_an_error_are_judged() -> None:
    assert server.speed(0.2).verdict is Verdict.WORKS
    assert server.speed(1.5).verdict is Verdict.LOOK
    error = server.connection(Who(), None, Unreachable("Name or service not known"))
    assert error.verdict is Verdict.BROKEN
    assert "(Name or service not known)" in error.value
    assert "Connected: 4 tasks" in server.connection(Who(), 4, None).value


def test_files_are_measured_by_kind(tmp_path: Path) -> None:
    for name, size in (
        ("journal.sqlite", 10),
        ("journal.sqlite-wal", 5),
        ("journal.sqlite.v1-backup-1", 7),
        ("journal.sqlite.damaged-1", 8),
        ("journal.sqlite.damaged-1-wal", 1),
        ("journal.sqlite.lock", 1),
        ("intratool.sqlite", 100),
        ("files/abc/photo.jpg", 50),
        ("files/def/photo.jpg", 51),
        ("notes.txt", 3),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * size)
    sizes = {kind: (one.count, one.size) for kind, one in files.measure(tmp_path).items() if kind}
    assert sizes == {
        "journal": (1, 10),
        "log": (1, 5),
        "backup": (1, 7),
        "rescued": (2, 9),
        "sample site": (1, 100),
        "files to send": (2, 101),
        "other": (1, 3),
    }
    shown = {one.id: one for one in files.beside(files.measure(tmp_path))}
    assert shown["files to send"].value == "2 files, 101 B"
    assert shown["rescued"].verdict is Verdict.LOOK


def test_a_remedy_stands_below_its_line() -> None:
    finding = Finding(id="a", name="a", value="b\x1b[2J\nc", verdict=Verdict.BROKEN, remedy="Do it.")
    assert text_of([finding]) == f"DOES NOT WORK   {'a:':<18}b[2J c\n{'':<16}→ Do it."
    assert data_of([finding])["worst"] == "broken"
    assert data_of([])["worst"] == "works"


# -- the bundle --------------------------------------------------------------------------------------------

SECRETS = {
    "LOCAL_TOKEN": "s3cret-one.in-env",
    "SHIFTDECK_TOKEN": "",
    "SHIFTDECK_SERVE_TOKEN": "s3cret-two-of-serve",
}
REASON = "Heizung-im-Keller"


def everything(path: Path) -> str:
    """All that is in the zip, names and times too, as text."""
    with zipfile.ZipFile(path) as bundle:
        assert bundle.testzip() is None
        return "\n".join(f"{name}\n{bundle.read(name).decode()}" for name in bundle.namelist())


def jwt(**claims: Any) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "x"}, claims)]
    return b".".join([*parts, b"signature"]).decode()


def test_a_bundle_has_what_helps_and_no_answer_and_no_token(place: Place) -> None:
    place.queue(1, reason=REASON)
    assert place.run("sync").returncode == 0
    place.queue(1, reason=REASON)
    with sqlite3.connect(place.data / "journal.sqlite") as db:
        blob = bytes.fromhex("83a26964") + b"\xd9" + bytes([len(f"Not {REASON}!")]) + f"Not {REASON}!".encode()
        blob += bytes.fromhex("a6706172616d7380a6736572766572c3")
        db.execute("UPDATE outbox SET state = 'attention', reason = ? WHERE state = 'waiting'", (blob,))
    db.close()
    target = place.folder / "help.zip"
    done = place.run("doctor", "--bundle", str(target))
    assert (done.returncode, done.stderr) == (0, f"Written: {target}. Look into it before you hand it on.\n")
    assert target.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(target) as bundle:
        names = set(bundle.namelist())
        entries = json.loads(bundle.read("entries.json"))["entries"]
        events = json.loads(bundle.read("history.json"))
        assert json.loads(bundle.read("about.json"))["packages"]["textual"]
        assert bundle.read("doctor.txt").decode() == done.stdout
        assert "CREATE TABLE outbox" in bundle.read("schema.sql").decode()
    assert names == {
        "README.txt",
        "about.json",
        "config.json",
        "doctor.txt",
        "doctor.json",
        "entries.json",
        "history.json",
        "schema.sql",
    }
    assert [entry["state"] for entry in entries] == ["sent", "attention"]
    assert entries[1]["reason"] == "Not [answer]!"
    assert (events[0]["outcome"], events[0]["what"], events[0]["answers"]) == ("sent", "deny", ["deny_reason"])
    text = everything(target)
    assert REASON not in text
    assert TOKEN not in text

    again = place.run("doctor", "--bundle", str(target))
    assert again.returncode == 1
    assert "is there already" in again.stderr
    assert everything(target) == text
    assert place.run("doctor", "--bundle", str(place.folder / "a.zip"), "--with-answers").returncode == 0
    assert REASON in everything(place.folder / "a.zip")
    assert TOKEN not in everything(place.folder / "a.zip")
    assert place.run("doctor", "--with-answers").returncode == 2
    nowhere = place.run("doctor", "--bundle", str(place.folder / "no" / "a.zip"))
    assert (nowhere.returncode, len(nowhere.stderr.splitlines())) == (1, 1)


def test_no_planted_secret_is_in_a_bundle(shiftdeck: Run, tmp_path: Path) -> None:
    code = "print('s3cret-three-printed')"
    ring = tmp_path / "keyring.py"
    ring.write_text("def get_password(service, name):\n    return 's3cret-four-in-keyring'\n")
    (tmp_path / "config.toml").write_text(
        "# token = 's3cret-five-in-a-comment'\n"
        '[profiles.local]\nbase_url = "http://127.0.0.1:9"\ntoken_env = "LOCAL_TOKEN"\n'
        '[profiles.wrong]\nbase_url = "http://127.0.0.1:9"\ntoken_env = "s3cret_six_in_place_of_a_name"\n'
        '[profiles.ring]\nbase_url = "http://127.0.0.1:9"\n'
        '[profiles.program]\nbase_url = "http://127.0.0.1:9"\n'
        f"token_command = [{json.dumps(sys.executable)}, '-c', {json.dumps(code)}, 's3cret-seven-as-argument']\n"
    )
    for name in ("local", "wrong", "ring", "program"):
        for answers in ([], ["--with-answers"]):
            target = tmp_path / f"{name}{len(answers)}.zip"
            more = SECRETS | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
            done = shiftdeck("--profile", name, "doctor", "--bundle", str(target), *answers, **more)
            assert done.returncode == 1
            text = everything(target)
            assert "s3cret" not in text, re.findall(".*plant.*", text)
            assert "Authorization" not in text
            assert "Bearer" not in text
            shown = done.stdout + done.stderr
            assert "s3cret" not in shown.replace("s3cret_six_in_place_of_a_name", "")
            config = json.loads(zipfile.ZipFile(target).read("config.json"))
            origins = {key: one["token"] for key, one in config["profiles"].items()}
            assert origins == {
                "local": "named variable",
                "wrong": "named variable",
                "ring": "keyring",
                "program": "command",
            }


def test_an_address_with_a_password_is_shown_without_it(tmp_path: Path) -> None:
    settings = load_settings(Overrides(data_dir=tmp_path), {"SHIFTDECK_CONFIG": str(tmp_path / "none")})
    settings.profiles["acme"] = Profile(name="acme", base_url="https://s3cret:s3cret-pass@acme.example/x")
    settings.profile = "acme"
    shop = Composer(settings, {"SHIFTDECK_TOKEN": jwt(exp=1_800_000_000, plant="s3cret")})
    books = shop.books()
    described = settled.profile(shop)
    said = Finding(id="x", name="x", value="Authorization: Bearer s3cret-eight, at http://s3cret:nine@host/")
    write(tmp_path / "b.zip", shop, [*described, said], books, with_answers=True)
    books.close()
    text = everything(tmp_path / "b.zip")
    assert "https://[secret]@acme.example/x" in text
    assert "s3cret" not in text
    assert "s3cret" not in text_of(described)


@pytest.mark.parametrize(
    ("seconds", "verdict", "words"),
    [(-60, "broken", "has ended"), (3600, "look", "ends in"), (10**7, "works", "ends in")],
)
def test_a_token_that_ends_is_told(place: Place, seconds: int, verdict: str, words: str) -> None:
    token = jwt(exp=int(time.time()) + seconds)
    done = place.run("doctor", "--json", LOCAL_TOKEN=token)
    one = found(done)["token"]
    assert one["verdict"] == verdict
    assert words in one["value"]
    assert token not in done.stdout


def test_a_zip_that_cannot_be_finished_is_not_left_behind(tmp_path: Path) -> None:
    settings = load_settings(Overrides(data_dir=tmp_path / "data"), {"SHIFTDECK_CONFIG": str(tmp_path / "none")})
    shop = Composer(settings, {})
    with pytest.raises(AttributeError):
        write(tmp_path / "b.zip", shop, [1], None, with_answers=False)  # type: ignore[list-item]
    assert not (tmp_path / "b.zip").exists()
