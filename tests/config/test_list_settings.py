"""Columns of the list and saved filters in the config: taken as they stand, or refused with the nearest word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.config import ConfigError, Overrides, Settings, load_settings


def loaded(folder: Path, text: str) -> Settings:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(Overrides(config=file, data_dir=folder), {})


def test_columns_and_filters_are_taken_in_their_order(tmp_path: Path) -> None:
    settings = loaded(tmp_path, 'columns = ["id", "title"]\n[filters]\n"B rooms" = \'"bar" x\'\nA = " y "\n')
    assert settings.columns == ("id", "title")
    assert list(settings.filters.items()) == [("B rooms", '"bar" x'), ("A", "y")]
    assert loaded(tmp_path, "").columns == ()
    assert loaded(tmp_path, "").filters == {}


def test_shifts_are_taken_earliest_first(tmp_path: Path) -> None:
    assert loaded(tmp_path, 'shifts = ["22:15", "05:45", "13:30"]').shifts == ("05:45", "13:30", "22:15")
    assert loaded(tmp_path, "").shifts == ("06:00", "14:00", "22:00")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('columns = "title"', "a list is needed here"),
        ("columns = []", "a list is needed here"),
        ('columns = ["title", 3]', "a list is needed here"),
        ('columns = ["titel"]', "“titel” is not a column."),
        ('columns = ["id"]', "“title” is one of them"),
        ('columns = ["title", "title"]', "each column stands here once"),
        ("shifts = []", "a list of times is needed here"),
        ('shifts = "06:00"', "a list of times is needed here"),
        ('shifts = ["6:00"]', "a list of times is needed here"),
        ('shifts = ["24:00"]', "a list of times is needed here"),
        ('shifts = ["06:00", "06:00"]', "a list of times is needed here"),
        ('[filters]\nx = ""', "a text in quotes is needed here"),
        ('filters = "x"', "a table is needed here"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert words in str(caught.value)


def test_the_nearest_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, 'columns = ["title", "plase"]')
    assert caught.value.nearest == "place"
