"""File questions: what people type, drag and paste, what is taken, and what a server's name for a file means."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.form.forms import context, form, press, type_chunk
from tui.form import folders
from tui.form.codec import Control, codec_for
from tui.form.flow import FormFlow
from tui.form.state import FieldEdit, FormState
from tui.i18n import say, set_language
from tui.model.execution import Answer
from tui.model.field import Field, Rule, Value
from tui.model.upload import became, called_like, file_name, is_upload, media_type, upload

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)
MEGABYTE = 1024 * 1024


def file_field(*types: str, **more: Any) -> Field:
    rules = tuple(more.pop("rules", ()))
    if types:
        rules += (Rule("mimetypes", {"allowed": list(types)}),)
    return Field(key="photo", label="Photo", kind="file", rules=rules, **more)


FIELD = file_field()


def parse(text: str, field: Field = FIELD) -> Value:
    return codec_for(field).parse(field, text, context("en")).value


def path_of(value: Value) -> Value:
    """The file that is meant, in whatever state it was accepted."""
    return upload(value["path"]) if is_upload(value) else value


def words(text: str, field: Field = FIELD) -> tuple[str, str]:
    """The kind of the problem with ``text``, and its sentence."""
    problem = codec_for(field).parse(field, text, context("en")).problem
    return ("", "") if problem is None else (problem.kind, problem.message.english())


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory that is the home too, with a photo in it. The clock stands: nothing is remembered."""
    monkeypatch.setattr(folders, "SECONDS", 0.0)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "photo.png").write_bytes(PNG)
    return tmp_path


# ── what is understood ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "typed",
    [
        "photo.png", "./photo.png", "~/photo.png", "{here}/photo.png", "sub/../photo.png", " photo.png ",
        "'{here}/photo.png' ", '"{here}/photo.png"', "file://{here}/photo.png", "FILE://{here}/photo.png\r\n",
        "file://localhost{here}/photo.png", "file:{here}/photo.png", "'file://{here}/photo.png'",
        "file://{here}/phot%6F.png", "'{here}/photo.png",
    ],
)  # fmt: skip
def test_a_path_is_understood_as_terminals_and_people_write_it(typed: str, desk: Path) -> None:
    (desk / "sub").mkdir()
    assert path_of(parse(typed.format(here=desk))) == {"path": str(desk / "photo.png")}


@pytest.mark.parametrize(
    ("name", "dragged"),
    [
        ("my photo.png", r"{here}/my\ photo.png "),
        ("my photo.png", "'{here}/my photo.png'"),
        ("my photo.png", "{here}/my photo.png"),
        ("my photo.png", "file://{here}/my%20photo.png"),
        ("it's.png", r"'{here}/it'\''s.png'"),
        ("it's.png", "{here}/it's.png"),
        ('a "b".png', '{here}/a "b".png'),
        ("a\\b.png", "{here}/a\\b.png"),
        ("100%.png", "{here}/100%.png"),
        ("#1?.png", "file://{here}/#1?.png"),
        ("Grüße.png", "file://{here}/Gr%C3%BC%C3%9Fe.png"),
        ("two\nlines.png", "file://{here}/two%0Alines.png"),
        (" blank .png ", "{here}/ blank .png "),
        ("~odd.png", "~odd.png"),
        ("写真.png", "写真.png"),
    ],
)
def test_strange_names_are_understood_and_written_so_that_they_are_read_again(
    name: str, dragged: str, desk: Path
) -> None:
    (desk / name).write_bytes(PNG)
    value = parse(dragged.format(here=desk))
    assert path_of(value) == {"path": str(desk / name)}
    codec = codec_for(FIELD)
    assert parse(codec.format(FIELD, value, context())) == value
    assert codec.show(FIELD, value, context("en")) == f"{name} · 48 B"


@pytest.mark.parametrize(
    ("kept", "typed"), [("Gru\u0308n.png", "Gr\u00fcn.png"), ("Gr\u00fcn.png", "Gru\u0308n.png")]
)
def test_accents_may_be_written_apart(kept: str, typed: str, desk: Path) -> None:
    (desk / kept).write_bytes(PNG)
    assert path_of(parse(typed)) == {"path": str(desk / kept)}
    assert suggested(typed[:4]) == [kept]


def test_what_is_there_by_that_very_name_comes_first(desk: Path) -> None:
    for name in ("a b.png", r"a\ b.png", "'a b.png'"):
        (desk / name).write_bytes(PNG)
        assert path_of(parse(name)) == {"path": str(desk / name)}


def test_dots_behind_a_link_lead_where_the_link_leads(desk: Path) -> None:
    (desk / "deep" / "inner").mkdir(parents=True)
    (desk / "deep" / "there.png").write_bytes(PNG)
    (desk / "link").symlink_to(desk / "deep" / "inner")
    assert path_of(parse("link/../there.png")) == {"path": str(desk / "deep" / "there.png")}


def test_an_empty_line_is_no_answer_and_only_a_required_one_is_missed() -> None:
    needed = file_field(required=True)
    for text in ("", "  "):
        assert parse(text) is None
        assert words(text) == ("", "")
    codec = codec_for(needed)
    nothing: Value
    for nothing in (None, "", " ", []):
        problem = codec.validate(needed, nothing, context())
        assert problem is not None
        assert problem.kind == "missing"
        assert codec_for(FIELD).validate(FIELD, nothing, context()) is None
    assert codec.validate(needed, "/files/ab/photo.png", context()) is None
    assert codec.validate(needed, upload(os.path.abspath("photo.png")), context()) is None


# ── what is not taken ────────────────────────────────────────────────────────────────────────────────────────


def test_what_cannot_be_sent_is_told_in_a_sentence(desk: Path) -> None:
    (desk / "folder").mkdir()
    (desk / "empty.png").touch()
    (desk / "gone.png").symlink_to(desk / "nowhere.png")
    (desk / "loop.png").symlink_to(desk / "loop.png")
    os.mkfifo(desk / "pipe.png")
    assert words("folder") == ("unreadable", "folder is a folder: go on with / and the name of a file.")
    assert words("folder/")[0] == "unreadable"
    assert words("empty.png") == ("unreadable", "empty.png is empty: choose a file with something in it.")
    assert words("gone.png")[1] == "gone.png is a link to a file that is not there any more: choose another one."
    assert words("loop.png")[0] == "unreadable"
    assert words("pipe.png") == ("unreadable", "pipe.png is no ordinary file: choose another one.")
    assert words("/dev/null")[1] == "null is no ordinary file: choose another one."
    assert words("nope.png") == (
        "unreadable",
        "There is no file nope.png: type the path of one, like ~/photo.jpg.",
    )
    assert words(r"'/no/such/my photo.png' ")[1].startswith("There is no file my photo.png:")
    assert words("photo.png/deeper.png")[0] == "unreadable"
    assert words("file://elsewhere/photo.png")[0] == "unreadable"


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, where we have them."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_file_that_may_not_be_read_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    place = Path("/tmp") / f"shiftdeck-{os.getpid()}"
    place.mkdir()
    try:
        (place / "closed.png").write_bytes(PNG)
        (place / "closed.png").chmod(0)
        (place / "shut").mkdir(mode=0)
        with as_nobody():
            told = words(str(place / "closed.png")), words(str(place / "shut" / "x.png"))
        assert told[0] == ("unreadable", "You may not read closed.png: choose a file that you may read.")
        assert told[1] == ("unreadable", "You may not read x.png: choose a file that you may read.")
    finally:
        (place / "shut").rmdir()
        (place / "closed.png").unlink()
        place.rmdir()


@pytest.mark.parametrize(
    ("field", "size", "sentence"),
    [
        (FIELD, 10 * MEGABYTE, ""),
        (FIELD, 10 * MEGABYTE + 1, "big.png has 10.1 MB, and at most 10 MB are taken: choose a smaller file."),
        (file_field(maximum="20"), 20 * 1024, ""),
        (
            file_field(rules=[Rule("minmax", {"max": 20})]),
            20 * 1024 + 1,
            "big.png has 20.1 kB, and at most 20 kB are taken: choose a smaller file.",
        ),
        (file_field(maximum="20480"), 11 * MEGABYTE, ""),
    ],
)
def test_large_files_stop_at_the_limit_of_the_field_else_at_10_mb(
    field: Field, size: int, sentence: str, desk: Path
) -> None:
    with (desk / "big.png").open("wb") as file:
        file.write(PNG)
        file.truncate(size)
    assert words("big.png", field) == (("limit", sentence) if sentence else ("", ""))
    assert path_of(parse("big.png", field)) == {"path": str(desk / "big.png")}


def test_sizes_are_written_as_the_language_does() -> None:
    codec, field = codec_for(FIELD), FIELD
    Path("photo.png").write_bytes(PNG + bytes(1500))
    value = parse("photo.png")
    os.unlink("photo.png")
    assert codec.show(field, value, context("de")) == "photo.png · 1,6 kB", "as it was accepted, without a look"
    assert codec.show(field, path_of(value), context("de")) == "photo.png"


PICTURES = file_field("image/jpeg", "image/png")


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("a.png", PNG, True),
        ("a.txt", PNG, True),
        ("a", JPEG, True),
        ("a.jpg", PNG, True),
        ("a.png", b"GIF89a" + bytes(9), False),
        ("a.png", b"<html>not a picture</html>", False),
        ("a.jpg", bytes(30), False),
        ("a.pdf", b"%PDF-1.7\n", False),
        ("a.csv", b"a;b\n1;2\n", False),
    ],
)
def test_the_content_says_what_a_file_is(name: str, content: bytes, taken: bool, desk: Path) -> None:
    (desk / name).write_bytes(content)
    kind, sentence = words(name, PICTURES)
    assert kind == ("" if taken else "limit")
    assert taken or sentence.endswith(": choose a file of the type JPEG, PNG.")
    # What is not taken is kept as the answer, and said; it is not sent.
    assert path_of(parse(name, PICTURES)) == {"path": str(desk / name)}


@pytest.mark.parametrize(
    ("allowed", "name", "content", "taken"),
    [
        (["image/*"], "a.gif", b"GIF87a..", True),
        (["image/*"], "a.pdf", b"%PDF-1.4", False),
        (["IMAGE/PNG "], "a.png", PNG, True),
        (["jpg", ".png"], "a.png", PNG, True),
        ("image/gif,image/png", "a.png", PNG, True),
        (["image/heif"], "a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", True),
        (["text/csv"], "a.csv", b"1;2", True),
        ([], "a.exe", b"MZ\0\0", True),
        (None, "a.exe", b"MZ\0\0", True),
        ([5, None, "image/png"], "a.exe", b"MZ\0\0", False),
    ],
)
def test_the_types_of_the_rule_are_read_kindly(
    allowed: Any, name: str, content: bytes, taken: bool, desk: Path
) -> None:
    (desk / name).write_bytes(content)
    field = file_field(rules=[Rule("mimetypes", {"allowed": allowed})])
    assert words(name, field)[0] == ("" if taken else "limit")


@pytest.mark.parametrize(
    ("head", "name", "media"),
    [
        (JPEG, "x", "image/jpeg"), (PNG, "x.pdf", "image/png"), (b"GIF89a", "", "image/gif"),
        (b"II*\0....", "x", "image/tiff"), (b"MM\0*....", "x", "image/tiff"),
        (b"%PDF-1.5", "x", "application/pdf"),
        (b"\n \n%PDF-1.5", "x", "application/pdf"), (b"RIFF\0\0\0\0WEBPVP8 ", "x", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "x", "audio/wav"), (b"\0\0\0\x1cftypheic\0\0\0\0", "x", "image/heic"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf", "x", "image/heic"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "x", "image/avif"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1", "x", "image/heif"),
        (b"\0\0\0\x18ftypisom\0\0\0\0mp41", "x", "video/mp4"), (b"\0\0\0\x14ftypqt  ", "x", "video/quicktime"),
        (b"PK\x03\x04...", "x.bin", "application/zip"), (b"PK\x05\x06", "x", "application/zip"),
        (b"PK\x03\x04", "x.odt", "application/vnd.oasis.opendocument.text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.doc", "application/msword"),
        (b"BM\x10\0\0\0\0\0\0\0", "x", "image/bmp"), (b"BMW is a car", "x", "text/plain"),
        (b"plain words", "x.docx", "text/plain"), (b"plain words", "x.json", "application/json"),
        (b"plain words", "x", "text/plain"), ("Grüße".encode()[:-2], "x", "text/plain"),
        (b"\xff\xfea\0", "x", "text/plain"), (b"\0\x01\x02", "x", "application/octet-stream"),
        (b"\0\x01", "x.jpg", "application/octet-stream"), (b"\xe9t\xe9", "x.heic", "application/octet-stream"),
        (b"", "x", "text/plain"), (b"<svg/>", "a.b/x.svg", "image/svg+xml"), (b"x", ".png", "text/plain"),
    ],
)  # fmt: skip
def test_types_by_signature_first_and_extension_second(head: bytes, name: str, media: str) -> None:
    assert media_type(head, name) == media


# ── never falls over ─────────────────────────────────────────────────────────────────────────────────────────

wild = st.text(st.characters(), max_size=60) | st.sampled_from(
    ["\0", "~\0", "\udc80", "~\ud800", "file://\udcff", "file:///%00", "file:///%ff", "file://[", "file:", "'",
     '"', "\\", "~nobodyatall/x", "x" * 100_000, "/" * 5_000, "~" + "x" * 100_000, "' " * 40_000, "../" * 3_000,
     "\\" * 100_000, "a\0b", "\n", "\x1b]0;x\x07", "~root", "///", "//"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(text=wild)
def test_no_text_makes_it_fall_over(text: str) -> None:
    codec = codec_for(PICTURES)
    for lang in ("en", "de"):
        ctx = context(lang)
        read = codec.parse(PICTURES, text, ctx)
        assert read.value is None or is_upload(read.value)
        if read.problem is not None:
            assert len(read.problem.message.english()) < 400
        assert len(codec.suggest(PICTURES, text, ctx)) <= 50
        for value in (text, {"path": text}, {"path": 5}, read.value):
            codec.validate(PICTURES, value, ctx)
            assert isinstance(codec.format(PICTURES, value, ctx), str)
            assert isinstance(codec.show(PICTURES, value, ctx), str)
            codec.became(PICTURES, value, text)


def test_a_working_directory_that_is_gone_is_no_disaster(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk / "away").mkdir()
    monkeypatch.chdir(desk / "away")
    (desk / "away").rmdir()
    assert words("photo.png")[0] == "unreadable"
    assert path_of(parse(str(desk / "photo.png"))) == {"path": str(desk / "photo.png")}


def test_every_sentence_is_translated(desk: Path) -> None:
    set_language("de", {})
    try:
        (desk / "a.txt").write_bytes(b"words")
        problem = codec_for(PICTURES).parse(PICTURES, "a.txt", context("de")).problem
        assert problem is not None
        assert say(problem.message) == "a.txt ist ein Text: eine Datei vom Typ JPEG, PNG wählen."
    finally:
        set_language("en", {})


# ── completion ───────────────────────────────────────────────────────────────────────────────────────────────


def suggested(text: str, field: Field = FIELD) -> list[str]:
    return [one.text for one in codec_for(field).suggest(field, text, context())]


@pytest.fixture
def shelf(desk: Path) -> Path:
    (desk / "photos").mkdir()
    (desk / "photos" / "left side.png").write_bytes(PNG)
    (desk / "photos" / "list.txt").write_text("x")
    (desk / "photos" / ".hidden.png").write_bytes(PNG)
    (desk / "Phone.jpg").write_bytes(JPEG)
    return desk


def test_paths_are_completed_as_they_were_begun(shelf: Path) -> None:
    assert suggested("pho") == ["photo.png", "photos/", "Phone.jpg"]
    assert suggested("Pho") == ["Phone.jpg", "photo.png", "photos/"]
    assert suggested("~/photos/l") == ["~/photos/left side.png", "~/photos/list.txt"]
    assert suggested(f"{shelf}/photos/le") == [f"{shelf}/photos/left side.png"]
    assert suggested("photos/") == ["photos/left side.png", "photos/list.txt"]
    assert suggested("photos/.") == ["photos/.hidden.png"]
    assert suggested("./photos/lef") == ["./photos/left side.png"]
    assert suggested("'photos/lef") == ["photos/left side.png"]
    assert suggested(r"photos/left\ s") == ["photos/left side.png"]
    assert suggested("~") == ["~/"]
    assert suggested("..") == ["../"]
    labels = [one.label for one in codec_for(FIELD).suggest(FIELD, "photos/l", context())]
    assert labels == ["left side.png", "list.txt"]


def test_what_is_suggested_can_be_taken_and_leads_somewhere(shelf: Path) -> None:
    (whole,) = suggested("photos/lef")
    assert path_of(parse(whole)) == {"path": str(shelf / "photos" / "left side.png")}
    assert suggested(whole) == []


def test_files_that_may_be_taken_come_first(shelf: Path) -> None:
    assert suggested("photos/l", file_field("text/plain")) == ["photos/list.txt", "photos/left side.png"]
    assert suggested("photos/l", PICTURES) == ["photos/left side.png", "photos/list.txt"]


def test_nothing_is_suggested_for_nothing_and_never_too_much(shelf: Path) -> None:
    for text in ("", " ", "nowhere/x", "photo.png/x", "/files/ab/photo.png", "~nobodyatall/"):
        assert suggested(text) == []
    for number in range(80):
        (shelf / f"many-{number:02}.png").touch()
    assert suggested("many") == [f"many-{number:02}.png" for number in range(50)]


def test_names_that_no_line_can_hold_are_not_suggested(desk: Path) -> None:
    for name in ("odd\nname.png", "odd\x1b[2Jname.png", "odd\u202egnp.name", os.fsdecode(b"odd\xff.png")):
        (desk / name).write_bytes(PNG)
    assert suggested("odd") == []
    assert parse(os.fsdecode(b"odd\xff.png")) is None


# ── in a form ────────────────────────────────────────────────────────────────────────────────────────────────

HELD = Answer(value="/files/ab12/gauge.png", text="gauge.png")


def answered(**more: Any) -> FormState:
    return form(file_field(**more), Field(key="b", label="B", kind="text"), answers={"photo": HELD}, lang="en")


def test_a_file_is_asked_for_on_a_line() -> None:
    assert codec_for(FIELD).control is Control.LINE
    assert codec_for(FIELD).answerable(FIELD)
    assert not codec_for(FIELD).answerable(file_field(read_only=True))


def test_what_the_server_holds_passes_through_untouched() -> None:
    state = answered(required=True)
    flow = FormFlow(state)
    assert flow.focus("photo") == [] or flow.key == "photo"
    press(flow, "enter")
    entry = state.entries["photo"]
    assert (entry.text, entry.value, entry.dirty, entry.problem) == (HELD.value, HELD.value, False, None)
    assert not state.changed()
    # Typed over and put back by hand or by Ctrl+Z: still the server's.
    flow.focus("photo")
    press(flow, "x", "ctrl+z", "enter")
    assert not state.changed()
    entry.type(str(HELD.value))
    assert not state.changed()


def test_a_servers_name_for_a_file_of_this_machine_is_no_path(desk: Path) -> None:
    """A server that writes a local path as its answer does not get that file by passing through."""
    lure = str(desk / "photo.png")
    state = form(FIELD, answers={"photo": Answer(value=lure)}, lang="en")
    press(FormFlow(state), "enter")
    assert not state.changed()
    press(FormFlow(state), "end", "space", "enter")
    state.entries["photo"].type(f"{lure} ")
    assert not state.changed()
    again = form(FIELD, answers={"photo": Answer(value=lure)}, edits={"photo": state.entries["photo"].edit()})
    assert not again.changed()


def test_a_typed_path_becomes_the_answer_and_is_written_out(desk: Path) -> None:
    state = answered()
    flow = FormFlow(state)
    flow.focus("photo")
    type_chunk(flow, "~/photo.png\r")
    entry = state.entries["photo"]
    assert (path_of(entry.value), entry.text) == ({"path": str(desk / "photo.png")}, str(desk / "photo.png"))
    assert entry.shown() == "photo.png · 48 B"
    changed = state.changed()
    assert path_of(changed.values["photo"]) == {"path": str(desk / "photo.png")}
    assert changed.base == {"photo": HELD.value}


def test_a_file_that_may_not_be_sent_stays_as_typed_and_does_not_travel(desk: Path) -> None:
    (desk / "notes.txt").write_text("words")
    state = form(PICTURES, lang="en")
    type_chunk(FormFlow(state), "notes.txt\r")
    assert state.doubtful() == ["photo"]
    assert not state.changed()
    assert state.entries["photo"].text.endswith("notes.txt")


def test_a_draft_keeps_the_very_file_wherever_the_next_start_is(desk: Path, monkeypatch: Any) -> None:
    state = answered()
    state.entries["photo"].type("photo.png")
    edit = state.entries["photo"].edit()
    (desk / "other").mkdir()
    (desk / "other" / "photo.png").write_bytes(PNG)
    monkeypatch.chdir(desk / "other")
    again = form(FIELD, answers={"photo": HELD}, edits={"photo": edit})
    assert path_of(again.changed().values["photo"]) == {"path": str(desk / "photo.png")}
    (desk / "other" / "photo.png").unlink()
    monkeypatch.chdir("/")
    lost = form(FIELD, answers={"photo": HELD}, edits={"photo": edit})
    assert lost.doubtful() == ["photo"]
    assert lost.entries["photo"].text == "photo.png"


def mine(desk: Path, name: str = "photo.png") -> FormState:
    state = answered()
    (desk / name).write_bytes(PNG)
    entry = state.entries["photo"]
    entry.type(name)
    entry.settle()
    return state


def test_a_sent_file_is_what_the_server_names_it_then(desk: Path) -> None:
    state = mine(desk)
    sent = state.changed().values
    state.accepted(sent, {})
    assert not state.changed()
    state.rebase({"photo": Answer(value="/files/cd34/photo.png", text="photo.png")})
    entry = state.entries["photo"]
    assert (entry.value, entry.text, entry.conflict) == ("/files/cd34/photo.png", "/files/cd34/photo.png", None)


def test_the_server_may_be_read_before_it_is_told_that_the_file_was_sent(desk: Path) -> None:
    state = mine(desk)
    sent = state.changed().values
    state.rebase({"photo": Answer(value="/files/cd34/photo.png", text="photo.png")})
    state.accepted(sent, {})
    state.rebase({"photo": Answer(value="/files/cd34/photo.png", text="photo.png")})
    assert (state.entries["photo"].conflict, state.changed().values) == (None, {})
    assert state.entries["photo"].value == "/files/cd34/photo.png"


def test_a_file_chosen_after_sending_is_still_to_be_sent_and_no_conflict(desk: Path) -> None:
    state = mine(desk)
    sent = state.changed().values
    (desk / "second.png").write_bytes(PNG)
    state.entries["photo"].type("second.png")
    state.accepted(sent, {})
    state.rebase({"photo": Answer(value="/files/cd34/photo.png", text="photo.png")})
    assert state.conflicts() == {}
    changed = state.changed()
    assert path_of(changed.values["photo"]) == {"path": str(desk / "second.png")}
    assert changed.base == {"photo": "/files/cd34/photo.png"}


def test_somebody_elses_file_is_a_conflict_even_by_the_same_name(desk: Path) -> None:
    state = mine(desk)
    state.rebase({"photo": Answer(value="/files/ef56/photo.png", text="photo.png")})
    assert list(state.conflicts()) == ["photo"]
    assert state.changed().values == {}


def test_a_stick_that_was_pulled_while_its_file_was_sent_leaves_no_doubt(desk: Path) -> None:
    edit = mine(desk).entries["photo"].edit()
    (desk / "photo.png").unlink()
    state = form(FIELD, answers={"photo": HELD}, edits={"photo": edit})
    assert state.doubtful() == ["photo"]
    state.accepted({"photo": edit.value}, {})
    state.rebase({"photo": Answer(value="/files/cd34/photo.png")})
    assert state.doubtful() == []
    assert state.entries["photo"].value == "/files/cd34/photo.png"


def test_a_note_alone_never_makes_a_path_of_the_servers_name(desk: Path) -> None:
    edit = FieldEdit(text=str(HELD.value), value=HELD.value, note="left side", base=HELD.value)
    state = form(file_field(allows_note=True), answers={"photo": HELD}, edits={"photo": edit})
    assert state.changed() == ({}, {"photo": "left side"}, {}, {"photo": ""})


# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("photo.png", "photo.png", True), ("Photo 1.PNG", "photo-1.png", True),
        ("Grüße.png", "gruesse.png", True),
        ("Grüße.png", "Gru\u0308ße.png", True), ("Grüße.png", "gr-e.png", True),
        ("photo.png", "1715412345_photo.png", True), ("photo.png", "photo(1).png", True),
        ("a.png", "a_2.png", True),
        ("a.png", "banana.png", False), ("photo.png", "other.png", False), ("photo.png", "", False),
        ("x" * 100 + ".png", "x" * 60 + ".png", True), ("写真.png", "写真.png", True), ("1.png", "2.png", False),
    ],
)  # fmt: skip
def test_a_server_may_spell_a_name_its_own_way(ours: str, theirs: str, same: bool) -> None:
    assert called_like(theirs, ours) is same
    assert became(upload(f"/home/x/{ours}"), f"/files/9/{theirs}") is same
    assert not became("/files/8/photo.png", "/files/9/photo.png")


def test_the_name_of_a_file() -> None:
    assert file_name(upload("/a/b c.png")) == "b c.png"
    assert file_name("/files/9/b%20c.png?sig=a/b") == "b c.png"
    assert file_name("b%20c.png") == "b%20c.png"
    assert file_name("https://acme.example/files/91") == "91"
    assert file_name(None) == ""


# ── a file is looked at again before it travels ──────────────────────────────────────────────────────────────────


def chosen(desk: Path) -> FormFlow:
    flow = FormFlow(form(PICTURES, Field(key="z", label="z", kind="text"), lang="en"))
    type_chunk(flow, "photo.png\r")
    assert list(flow.state.changed().values) == ["photo"]
    return flow


def test_a_file_that_became_another_one_is_not_sent_until_it_is_taken_again(desk: Path) -> None:
    flow = chosen(desk)
    assert flow.state.recheck() == []
    (desk / "photo.png").write_bytes(JPEG + bytes(90))
    assert flow.state.recheck() == ["photo"]
    assert not flow.state.changed()
    assert flow.state.held_back() == ["Photo"]
    again = form(PICTURES, edits=flow.state.edits(), lang="en")
    assert again.problems()["photo"].message.english() == (
        "photo.png has changed since you chose it: Enter here takes it as it is now."
    )
    flow.focus("photo")
    press(flow, "enter")
    assert flow.state.recheck() == []
    assert list(flow.state.changed().values) == ["photo"]
    (desk / "photo.png").write_bytes(b"MZ" + bytes(90))
    flow.focus("photo")
    flow.state.recheck()
    press(flow, "enter")
    assert flow.state.problems()["photo"].kind == "limit"
    (desk / "photo.png").unlink()
    assert flow.state.recheck() == ["photo"]


@pytest.mark.parametrize("types", [("*/*",), ("*",), ("image/png", "*/*")])
def test_every_type_may_be_meant(types: tuple[str, ...], desk: Path) -> None:
    (desk / "notes.txt").write_text("words")
    assert words("notes.txt", file_field(*types)) == ("", "")
    hint = codec_for(FIELD).hint(file_field(*types), context("en"))
    assert hint is not None
    assert hint.english() == "path of a file, at most 10 MB"


def calls_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What asks the disk from now on."""
    asked: list[str] = []
    for name in ("stat", "lstat", "scandir"):
        ask = getattr(os, name)

        def noticed(*args: Any, name: str = name, ask: Any = ask, **more: Any) -> Any:
            asked.append(name)
            return ask(*args, **more)

        monkeypatch.setattr(os, name, noticed)
    return asked


def test_typing_a_path_asks_the_disk_once_per_folder(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "SECONDS", 3.0)
    folders.forget()
    flow = FormFlow(form(PICTURES))
    asked = calls_of(monkeypatch)
    for char in "sub/not there.jpg":
        type_chunk(flow, char)
        flow.suggestions()
    assert asked == ["scandir", "scandir"]


def test_reading_and_the_review_never_ask_the_disk(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flow = chosen(desk)
    asked = calls_of(monkeypatch)
    assert flow.state.summary()[0].text == "photo.png · 48 B"
    assert flow.state.changed()
    assert asked == []


def test_enter_looks_again_for_a_file_that_came_meanwhile(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "SECONDS", 3.0)
    folders.forget()
    flow = FormFlow(form(PICTURES, Field(key="z", label="z", kind="text")))
    type_chunk(flow, "new.png")
    assert flow.state.entries["photo"].unread
    (desk / "new.png").write_bytes(PNG)
    press(flow, "enter")
    assert list(flow.state.changed().values) == ["photo"]


def test_a_crowded_folder_is_looked_at_in_part_and_files_in_it_are_found(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MOST_ENTRIES", 3)
    for number in range(8):
        (desk / f"img{number}.png").write_bytes(PNG)
    assert len(suggested("img")) <= 3
    assert all(path_of(parse(f"img{number}.png")) for number in range(8))


def test_only_a_few_links_are_followed(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        (desk / f"link{number:02}").symlink_to(desk)
    asked = calls_of(monkeypatch)
    assert suggested("link")[:10] == [f"link{number:02}/" for number in range(10)] or asked.count("stat") <= 10
    assert asked.count("stat") <= 10
