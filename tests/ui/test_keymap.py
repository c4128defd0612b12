"""Keys: defaults without clashes, remapping, and refusals that name the mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.config import ConfigError
from tui.ui.actions import BY_ID, COMMANDS
from tui.ui.keymap import Keymap, keymap_from, written


def test_the_default_keys_have_no_duplicates() -> None:
    assert keymap_from({}).label("finish") == "F10"


def test_every_command_is_found_by_each_of_its_keys_in_each_scope() -> None:
    keymap = Keymap()
    for command in COMMANDS:
        for scope in command.scopes:
            for key in command.keys:
                found = keymap.find(scope, key, key if len(key) == 1 else None)
                assert found is not None
                assert found.id == command.id


def test_capital_r_resets_and_small_r_reads_again() -> None:
    keymap = Keymap()
    reset, refresh = keymap.find("list", "R", "R"), keymap.find("list", "r", "r")
    assert reset is not None
    assert refresh is not None
    assert (reset.id, refresh.id) == ("reset", "refresh")


def test_brackets_are_found_by_what_they_type() -> None:
    command = Keymap().find("list", "left_square_bracket", "[")
    assert command is not None
    assert command.id == "previous_day"


def test_a_remapped_key_works_and_the_old_one_is_free() -> None:
    keymap = keymap_from({"refresh": "ctrl+r, u"})
    found = keymap.find("list", "ctrl+r", None)
    assert found is not None
    assert found.id == "refresh"
    assert keymap.find("list", "r", "r") is None
    assert keymap.label("refresh") == "Ctrl+R"


def test_a_remapped_form_key_reaches_the_form_as_its_default() -> None:
    keymap = keymap_from({"note": "ctrl+n"})
    assert keymap.widget_key("ctrl+n", None) == "f5"
    assert keymap.widget_key("f5", None) == "f5"


def test_help_is_always_reachable() -> None:
    assert "f1" in keymap_from({"help": "?"}).keys("help")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"refersh": "r"}, ["refersh", "refresh"]),
        ({"refresh": "f11"}, ["f11"]),
        ({"refresh": "alt+r"}, ["alt+r"]),
        ({"refresh": "ctrl+h"}, ["ctrl+h"]),
        ({"refresh": "nonsense"}, ["nonsense"]),
        ({"refresh": "enter"}, ["enter"]),
        ({"refresh": "5"}, ["5"]),
        ({"refresh": "t"}, ["today", "refresh"]),
        ({"deny": "f2"}, ["save", "deny"]),
    ],
)
def test_a_bad_key_is_refused_in_words(keys: dict[str, str], words: list[str], tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    name, key = next(iter(keys.items()))
    file.write_text(f'[keys]\n{name} = "{key}"\n')
    with pytest.raises(ConfigError) as caught:
        keymap_from(keys, file)
    text = str(caught.value)
    assert all(word in text for word in words)
    assert "config.toml" in text
    assert "2" in text


def test_keys_are_written_as_people_read_them() -> None:
    assert [written(key) for key in ("f10", "shift+tab", "/", "ctrl+p", "R")] == [
        "F10",
        "Shift+Tab",
        "/",
        "Ctrl+P",
        "R",
    ]


def test_no_command_uses_a_key_that_terminals_swallow() -> None:
    used = {key for command in BY_ID.values() for key in command.keys}
    assert not used & {"f11", "f12", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+s", "ctrl+q"}
    assert not any("alt+" in key for key in used)
