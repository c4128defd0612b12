"""Texts of a web editor: read as lines, never destroyed by looking at them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.api.stub import Said, Stub, key, on, request, system
from tui.api.intratool.rich_text import is_formatted, is_html, plain
from tui.model.action import Verdict

SHOW = "GET /api/tasks-2/executions/812"
STORED = "<p>Belt is <strong>loud</strong>.</p><p>Told the technician.</p>"


@pytest.mark.parametrize(
    ("html", "lines", "formatted"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\nTwo\nThree", False),
        ("<p>One</p><p><br></p><p>Two</p>", "One\n\nTwo", False),
        ("<p>a</p>\n<p></p>\n<p>b</p>", "a\n\nb", False),
        ("<div>a\n b</div>", "a b", False),
        ("<P CLASS='x'>4 &lt; 5 &amp; 6&nbsp;kg</P>", "4 < 5 & 6 kg", False),
        ("<p>a <b>b</b> c</p>", "a b c", True),
        ("<h2>T</h2><p>x</p>", "T\nx", True),
        ("<ul><li>x</li><li>y<ol><li>q</li><li>r</li></ol></li></ul>", "- x\n- y\n  1. q\n  2. r", True),
        ('<p><a href="https://x.de/a">here</a></p>', "here (https://x.de/a)", True),
        ('<p><a href="https://x.de">https://x.de</a></p>', "https://x.de", True),
        ('<p><img src="/files/9/gauge.png"></p>', "[gauge.png]", True),
        ('<p><img alt="the gauge"></p>', "[the gauge]", True),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc", True),
        ("<pre>a\n  b</pre>", "a\n  b", True),
        ("<p>x</p><script>alert(1)</script><p>y</p>", "x\ny", True),
        ("<p></p>", "", False),
    ],
)
def test_html_of_an_editor_is_read_as_lines(html: str, lines: str, formatted: bool) -> None:
    assert (is_html(html), plain(html), is_formatted(html)) == (True, lines, formatted)


@pytest.mark.parametrize(
    "text",
    ["plain", "two\nlines ", "druck < 5 & > 2", "<min> bis <max>", "a <b>bold</b> word", "<p>begun", "&amp;", ""],
)
def test_what_a_person_typed_stays_as_it_was_typed(text: str) -> None:
    assert (is_html(text), plain(text), is_formatted(text)) == (False, text, False)


@given(st.text() | st.from_regex(r"<p>(<[a-z!/]*[^>]{0,9}>?|[^<]){0,9}</p>"))
def test_any_text_can_be_read(text: str) -> None:
    lines = plain(text)
    assert isinstance(lines, str)
    assert is_html(text) or lines == text


def stored(value: str) -> Stub:
    field = {"id": 1, "key": "remarks", "name": "Remarks", "form_field_type_id": "rich-text"}
    answer = {"form_field_id": 1, "request_value": value, "value": value}
    record = {
        "id": 812, "task_assignment_id": 558, "task_template_id": 203, "task_status_id": "open",
        "task_template": {"id": 203, "form_fields": [field]}, "task_progress_fields": [answer],
    }  # fmt: skip
    return Stub(on(SHOW, Said(200, record)))


async def test_a_formatted_answer_is_shown_as_lines_with_a_warning() -> None:
    shown = await system(stored(STORED)).show(key())
    answer = shown.answers["remarks"]
    assert answer.value == answer.text == "Belt is loud.\nTold the technician."
    said = [one.english() for one in shown.policies]
    assert said == ["“Remarks” is formatted in the browser; what is changed here keeps its text alone."]
    for harmless in ("<p>Belt is loud.</p><p>Told.</p>", "Belt <is> loud."):
        assert not (await system(stored(harmless)).show(key())).policies


async def test_an_answer_that_nobody_changed_is_no_conflict_and_one_that_arrived_is_found() -> None:
    client = system(stored(STORED))
    before = (await client.show(key())).answers["remarks"].value
    mine = request("progress", {"remarks": "Belt is fine."}, base={"remarks": before})
    assert (await client.reconcile(mine)).verdict is Verdict.NOT_APPLIED
    arrived = system(stored("Belt is fine."))
    assert (await arrived.reconcile(mine)).verdict is Verdict.APPLIED
    rewritten = system(stored("<p>Belt is fine.</p>"))
    assert (await rewritten.reconcile(mine)).verdict is Verdict.APPLIED
