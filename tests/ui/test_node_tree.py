"""The workflow tree: loaded level by level, opened by a key, hostile titles shown as they are."""

from __future__ import annotations

import msgspec
import pytest
from textual.app import App, ComposeResult

from tests.support.screen import screen_lines
from tui.model.message import Message
from tui.model.node import Node
from tui.model.status import Phase, Status
from tui.ui.theme import DARK
from tui.ui.widgets.node_tree import NodeTree

DONE = Status("done_delayed", Phase.DONE, True)


def node(name: str, level: int = 1, title: str | None = None, status: Status | None = DONE) -> Node:
    return Node(
        id=name,
        root="7",
        level=level,
        kind="execution",
        label=Message("Task"),
        title=f"Step {name}" if title is None else title,
        status=status,
    )


class TreeApp(App[None]):
    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__()
        self.tree_pane = NodeTree(ascii_only=ascii_only)
        self.needed: list[int] = []
        self.chosen: list[str] = []
        self.register_theme(DARK)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        yield self.tree_pane

    def on_mount(self) -> None:
        self.tree_pane.focus()

    def on_node_tree_need_level(self, event: NodeTree.NeedLevel) -> None:
        self.needed.append(event.depth)

    def on_node_tree_chosen(self, event: NodeTree.Chosen) -> None:
        self.chosen.append(event.node.id)

    def text(self) -> str:
        return "\n".join(screen_lines(self))


async def test_each_node_says_what_it_is() -> None:
    app = TreeApp()
    async with app.run_test(size=(50, 14)):
        app.tree_pane.set_nodes([node("a"), node("b", 2, status=None)], complete=True)
        lines = screen_lines(app)
    assert lines[0].startswith("▌●! Step a")
    assert lines[1].startswith("▌   Level 1 · Task · Done, late")
    assert lines[2].startswith("      Step b")
    assert lines[3].startswith("      Level 2 · Task")


async def test_right_and_plus_ask_for_one_level_more_until_all_is_known() -> None:
    app = TreeApp()
    async with app.run_test(size=(50, 14)) as pilot:
        app.tree_pane.set_nodes([], complete=False)
        await pilot.press("right")
        assert app.needed == [1]
        assert "Reading" in app.text()
        await pilot.press("plus")
        assert app.needed == [1]
        app.tree_pane.set_nodes([node("a"), node("b")], complete=False)
        assert "one level more" in app.text()
        await pilot.press("plus")
        assert app.needed == [1, 2]
        app.tree_pane.set_nodes([node("a"), node("b"), node("c", 2)], complete=True)
        await pilot.press("right")
        assert app.needed == [1, 2]
        assert "level more" not in app.text()


async def test_the_cursor_stays_on_its_node_when_a_level_arrives() -> None:
    app = TreeApp()
    async with app.run_test(size=(50, 14)) as pilot:
        app.tree_pane.set_nodes([node("a"), node("b")], complete=False)
        await pilot.press("down", "down")
        app.tree_pane.set_nodes([node("x"), node("a"), node("b"), node("c", 2)], complete=True)
        await pilot.press("enter")
        assert app.chosen == ["b"]
        await pilot.press("home", "enter")
        assert app.chosen == ["b", "x"]


async def test_a_failure_is_said_and_what_is_known_stays() -> None:
    app = TreeApp()
    async with app.run_test(size=(40, 14)) as pilot:
        app.tree_pane.set_nodes([node("a")], complete=False)
        await pilot.press("right")
        app.tree_pane.fail("The server cannot be reached. Work on: [/your] entries are kept.")
        await pilot.pause()
        assert "Step a" in app.text()
        assert "[/your] entries" in app.text()
        await pilot.press("right")
        assert app.needed == [2, 2]
        assert "reached" not in app.text()


async def test_nothing_before_is_said_in_words() -> None:
    app = TreeApp()
    async with app.run_test(size=(40, 14)) as pilot:
        app.tree_pane.set_nodes([], complete=True)
        await pilot.press("enter", "down")
        assert "Nothing came before this task." in app.text()
        assert app.chosen == []


async def test_a_long_tree_scrolls_with_the_cursor() -> None:
    app = TreeApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.tree_pane.set_nodes([node(str(n), n + 1) for n in range(30)], complete=False)
        await pilot.press("end")
        assert "Step 29" in app.text()
        assert "one level more" in app.text()
        assert app.cursor_position == (0, 7)
        await pilot.press("home")
        assert "Step 0" in app.text()


async def test_a_click_selects_then_opens_and_below_asks_for_more() -> None:
    app = TreeApp()
    async with app.run_test(size=(40, 10)) as pilot:
        app.tree_pane.set_nodes([node("a"), node("b")], complete=False)
        await pilot.click(app.tree_pane, offset=(5, 2))
        assert app.chosen == []
        await pilot.click(app.tree_pane, offset=(5, 3))
        assert app.chosen == ["b"]
        await pilot.click(app.tree_pane, offset=(5, 4))
        assert app.needed == [2]


@pytest.mark.parametrize("title", ["[/foo]", "[@click=app.quit]x[/]", "z" * 10_000, "a\x1b[31m\u202eb", ""])
async def test_hostile_titles_break_nothing(title: str) -> None:
    app = TreeApp(ascii_only=True)
    async with app.run_test(size=(40, 10)) as pilot:
        app.tree_pane.set_nodes([node("a", 20, title=title), node("b")], complete=True)
        await pilot.press("down")
        text = app.text()
    assert text.isascii()
    assert "\x1b" not in text
    if len(title) < 30:
        assert (title.replace("\x1b", "").replace("\u202e", "") or "Task") in text


async def test_a_tree_with_a_name_of_its_own_hangs_by_its_parents() -> None:
    app = TreeApp()
    nodes = [
        node("a"),
        msgspec.structs.replace(node("b"), parent="a"),
        msgspec.structs.replace(node("c"), parent="b"),
        node("d"),
    ]
    async with app.run_test(size=(50, 14)) as pilot:
        app.tree_pane.call("Tasks of the run")
        app.tree_pane.set_nodes(nodes, complete=True)
        lines = screen_lines(app)
        assert lines[0].rstrip() == " Tasks of the run"
        assert [lines[n].index("Step") for n in (1, 3, 5, 7)] == [4, 6, 8, 4]
        assert "Level" not in app.text()
        await pilot.click(offset=(5, 6))
        await pilot.pause()
        assert app.tree_pane.selected is not None
        assert app.tree_pane.selected.id == "c"
        app.tree_pane.set_nodes((), complete=True)
        assert "There is nothing here." in app.text()
