"""One table of answers, judged twice: by the form's rules, and by the embedded server through a real request.

The two were written from the contract, each without the other. Where they are meant to differ, the table says why;
a difference that it does not name is a mistake in one of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.embedded.world import EXECUTIONS, REQUIRED, World, field
from tui.api.intratool.fields import field_of
from tui.api.intratool.records import FormField
from tui.form import rules
from tui.form.codec import Context, codec_for
from tui.model.field import Field

OPTIONS = {"options": {"yes": "Ja", "no": "Nein"}}
CANNOT = "the form lets a person pick among the choices alone, so its rules do not look at them"
CODEC = "the form's codec writes this kind of value itself, so its rules do not look at the shape"
COUNTRY = "the form may leave countries and kinds of lines to the server, which has the last word"


class Case(NamedTuple):
    """An answer; whether both take it; and why only the server refuses it, where that is meant."""

    value: Any
    fits: bool
    server_alone: str = ""


def yes(*values: Any) -> list[Case]:
    return [Case(value, True) for value in values]


def no(*values: Any, why: str = "") -> list[Case]:
    return [Case(value, False, why) for value in values]


def rule(kind: str, **config: Any) -> tuple[str, dict[str, Any]]:
    return kind, config


def phone(**config: Any) -> dict[str, Any]:
    documented = {"fixed_line": True, "mobile": True, "country_codes": None, "default_country_code": "DE"}
    return field("q", "text", ("phone", {**documented, **config}))


TABLE: dict[str, tuple[dict[str, Any], list[Case]]] = {
    "plain text": (field("q"), [*yes("x", " ", "4,5", "<b>", "a\nb", 5), *no({"a": 1}, why=CODEC)]),
    "rich text": (field("q", "rich-text"), yes("two\nlines", "<p>x</p>")),
    "email": (
        field("q", "text", rule("email")),
        [
            *yes("a.b@example.org", "a+b@example.org", "ä@example.org", "a@exämple.org", "a@b", "x@m.example.co"),
            *no("a", "@", "a@", "@b.de", "a b@c.de", "a@b c.de", "a@@b.de", "a@b@c.de", "a@.de", "a@b."),
            *no("a@b..de", ".a@b.de", "a.@b.de", "a..b@c.de", "a@-b.de", "a,b@c.de", "<a@b.de>", 'a"b@c.de'),
            *no("a@b.de;c@d.de", "a@b.de, c@d.de"),
        ],
    ),
    "phone": (
        phone(),
        [
            *yes("+49 40 5550110", "0049 40 5550110", "040/555-0110", "(040) 555 01.10", "01701234567", "12345"),
            *yes("+1 202 555 0143", "+49 (0) 170 1234567", "+999 12345678"),
            *no("1234", "12 34", "+", "call me", "040 555 0110 x7", "+49+40555011", "4940+5550110"),
            *no("1234567890123456", "٠٤٠٥٥٥٠١١٠", "040_5550110"),
        ],
    ),
    "phone, mobile alone": (
        phone(fixed_line=False),
        [*yes("0170 1234567", "+49 151 1234567", "+43 664 1234567", "+41 79 123 45 67", "+33 1 12345678"),
         *no("040 5550110", "+49 40 5550110", "0043 1 5550110", "+41 44 123 45 67", why=COUNTRY)],
    ),
    "phone, fixed line alone": (
        phone(mobile=False),
        [*yes("040 5550110", "+43 1 5550110"), *no("0170 1234567", "+49 (0)170 1234567", why=COUNTRY)],
    ),
    "phone, neither: a slip that limits nothing": (
        phone(mobile=False, fixed_line=False), yes("040 5550110", "0170 1234567"),
    ),
    "phone, some countries": (
        phone(country_codes=["DE", "at"]),
        [*yes("040 5550110", "+49 40 5550110", "+43 1 5550110"),
         *no("+41 44 123 45 67", "0033 1 12345678", "+999 12345678", why=COUNTRY)],
    ),
    "phone, another country at home": (
        phone(country_codes="AT", default_country_code="AT"),
        [*yes("0664 1234567", "+43 664 1234567"), *no("+49 170 1234567", why=COUNTRY)],
    ),
    "phone, home is not among the countries": (
        phone(country_codes=["CH"]), [*yes("+41 44 123 45 67"), *no("040 5550110", why=COUNTRY)],
    ),
    "phone, a country that nobody here knows": (
        phone(country_codes=["TV"]), yes("+688 20123", "+49 40 5550110"),
    ),
    "url": (
        field("q", "text", rule("url")),
        [
            *yes("https://example.org", "http://example.org/a?b=c#d", "HTTPS://EXAMPLE.ORG", "ftp://files.example"),
            *yes("https://localhost:8080/x", "https://müller.de"),
            *no("example.org", "https://", "https:///x", "//example.org", "https://exa mple.org", "mailto:a@b.de"),
            *no("https://example.org/a b", "1https://example.org", "https:/example.org"),
        ],
    ),
    "number": (
        field("q", "text", rule("number", type="numeric")),
        [
            *yes("4.5", "-18", "+3", ".5", "5.", "007", "0", 4, 4.5, -2, "12345678901234567890.25"),
            *no("4,5", "1e5", "4 5", " 4", "4.5.6", "NaN", "Infinity", "0x1A", "1_000", "٤", "−4", "4 °C", "x"),
        ],
    ),
    "integer": (
        field("q", "text", rule("number", type="integer")),
        [*yes("120", "-3", "+3", "0", 120, "4.0", 4.0), *no("1.5", 1.5, "1,5", "x", "1e2", "")],
    ),
    "number without a type": (field("q", "text", rule("number")), [*yes("4.5", "4"), *no("4,5", "x")]),
    "minmax, both": (
        field("q", "text", rule("number", type="numeric"), rule("minmax", min=-2, max=8)),
        [*yes("-2", "8", "8.0", "0", 3), *no("-2.01", "8.01", "100", 9, "x")],
    ),
    "minmax, min alone": (
        field("q", "text", rule("minmax", min=0)), [*yes("0", "99999"), *no("-1", "-0.01", "x", "1,5")],
    ),
    "minmax, max alone": (
        field("q", "text", rule("minmax", max=190)), [*yes("190", "-5"), *no("190.1", "x")],
    ),
    "minmax, with texts as limits": (
        field("q", "text", rule("minmax", min="1.5", max="2")), [*yes("1.5", "2"), *no("1.4", "2.1")],
    ),
    "minmax, without limits": (field("q", "text", rule("minmax")), [*yes("5"), *no("x")]),
    "date": (
        field("q", "datetime", config={"type": "date", "format": "Y-m-d"}),
        [*yes("2026-05-11"), *no("11.05.2026", "2026-02-30", "x", why=CODEC)],
    ),
    "time by its type": (
        field("q", "datetime", config={"type": "time"}), [*yes("07:05:00"), *no("07:05", "7:05", why=CODEC)],
    ),
    "moment with a rule": (
        field("q", "datetime", rule("datetime", format="Y-m-d H:i:s"), config={"type": "datetime"}),
        [*yes("2026-05-11 07:05:00", "2024-02-29 00:00:00"),
         *no("2026-05-11", "2026-05-11 7:05:00", "2026-02-30 00:00:00", "2026-05-11T07:05:00", "now")],
    ),
    "text that is a date": (
        field("q", "text", rule("datetime", format="d.m.Y")),
        [*yes("11.05.2026"), *no("2026-05-11", "11.5.2026", "30.02.2026", "11.05.26")],
    ),
    "date in words": (
        field("q", "text", rule("datetime", format="j F Y")),
        [*yes("1 May 2026", "11 May 2026"), *no("May 1 2026"), *no("1 Mai 2026", why=CODEC)],
    ),
    "half a day": (
        field("q", "text", rule("datetime", format="g:i A")),
        [*yes("9:05 AM", "12:00 PM"), *no("21:05", "13:05 PM")],
    ),
    "choice": (
        field("q", "radio", config=OPTIONS), [*yes("yes"), *no("maybe", "Ja", ["yes"], why=CANNOT)],
    ),
    "several": (
        field("q", "checkbox", config=OPTIONS), [*yes(["yes", "no"], []), *no("yes", ["maybe"], why=CANNOT)],
    ),
    "somebody": (
        field("q", "entity_select", config={"entity_type": "user"}), [*yes("2", 2), *no("99", "x", why=CANNOT)],
    ),
    "two rules": (
        field("q", "text", rule("email"), rule("url")), no("a@b.de", "https://example.org"),
    ),
}  # fmt: skip


async def theirs(world: World, execution: int) -> Field:
    """The field as the client reads it from the server."""
    row = await world.get("ana", f"{EXECUTIONS}/{execution}", include="taskTemplate.formFields")
    return field_of(FormField.model_validate(row["task_template"]["form_fields"][0]))


@pytest.mark.parametrize("name", TABLE)
async def test_both_judge_an_answer_alike(world: World, name: str) -> None:
    asked, cases = TABLE[name]
    world.assignment(world.template(asked))
    execution = (await world.only("ana"))["id"]
    question = await theirs(world, execution)
    found: list[tuple[Any, bool, bool]] = []
    for case in cases:
        answer = await world.write("ana", execution, "progress", {"q": case.value})
        assert answer.status_code in (200, 422), answer.text
        server = answer.status_code == 200
        # An empty answer is no answer: it can only be missing, and that is asked on finish.
        client = rules.broken(question, case.value, "en") is None
        wanted = case.fits or case.value == ""
        if server != wanted or (client != wanted and not case.server_alone):
            found.append((case.value, client, server))
    assert found == [], "(answer, taken by the form, taken by the server)"


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        (field("q", "text", REQUIRED), None),
        (field("q", "text", REQUIRED), ""),
        (field("q", "text", REQUIRED), "   "),
        (field("q", "text", REQUIRED), "x"),
        (field("q", "text", REQUIRED, rule("number", type="numeric")), "0"),
        (field("q", "text", REQUIRED, rule("number", type="numeric")), 0),
        (field("q", "rich-text", REQUIRED), "\n\t\n"),
        (field("q", "checkbox", REQUIRED, config=OPTIONS), []),
        (field("q", "checkbox", REQUIRED, config=OPTIONS), ["no"]),
        (field("q", "radio", REQUIRED, config=OPTIONS), None),
        (field("q", "entity_select", REQUIRED, config={"entity_type": "user", "multiple": True}), []),
        (field("q", "text"), None),
    ],
)
async def test_both_miss_the_same_answers_on_finish(world: World, asked: dict[str, Any], value: Any) -> None:
    world.assignment(world.template(asked))
    execution = (await world.only("ana"))["id"]
    problem = rules.broken(await theirs(world, execution), value, "en")
    answer = await world.write("ana", execution, "progress/finish", {"q": value})
    if problem is None:
        assert answer.status_code == 200, answer.text
    else:
        assert problem.kind == "missing"
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["q"])


PNG, JPEG = b"\x89PNG\r\n\x1a\n" + bytes(64), b"\xff\xd8\xff\xe0" + bytes(64)
PICTURES = rule("mimetypes", allowed=["image/jpeg", "image/png"])


@pytest.mark.parametrize(
    ("asked", "name", "content", "fits"),
    [
        ((PICTURES,), "gauge.png", PNG, True),
        ((PICTURES,), "gauge.JPG", JPEG, True),
        ((PICTURES,), "gauge", PNG, True),
        ((PICTURES,), "wrong.txt", PNG, True),
        ((PICTURES,), "notes.txt", b"hello", False),
        ((PICTURES,), "lies.png", b"hello", False),
        ((PICTURES,), "sheet.pdf", b"%PDF-1.7 ...", False),
        ((rule("mimetypes", allowed=["image/*"]),), "gauge.gif", b"GIF89a....", True),
        ((rule("mimetypes", allowed=["image/*"]),), "sheet.pdf", b"%PDF-1.7 ...", False),
        ((rule("mimetypes", allowed=["text/plain"]),), "notes.txt", b"hello", True),
        ((rule("mimetypes", allowed=[]),), "notes.txt", b"hello", True),
        ((), "notes.txt", b"hello", True),
        ((rule("minmax", max=1),), "small.txt", b"x" * 1024, True),
        ((rule("minmax", max=1),), "large.txt", b"x" * 1025, False),
        ((PICTURES, rule("minmax", max=0.5)), "large.png", PNG + bytes(600), False),
    ],
)
async def test_both_take_the_same_files(
    world: World, tmp_path: Path, asked: tuple[Any, ...], name: str, content: bytes, fits: bool
) -> None:
    world.assignment(world.template(field("q", "file-upload", *asked)))
    execution = (await world.only("ana"))["id"]
    question = await theirs(world, execution)
    path = tmp_path / name
    path.write_bytes(content)
    problem = codec_for(question).validate(question, {"path": str(path)}, Context())
    # The type that a part names is not believed.
    form = {"data": {"_method": "PUT"}, "files": {"q": (name, content, "image/png")}}
    answer = await world.ask("ana", "POST", f"{EXECUTIONS}/{execution}/progress", **form)
    assert answer.status_code in (200, 422), answer.text
    assert (problem is None, answer.status_code == 200) == (fits, fits), problem
    if not fits:
        assert list(answer.json()["errors"]) == ["q"]
