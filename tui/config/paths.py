"""Where the config file and the data live. platformdirs is asked only when nothing else says it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tui.config.settings import Overrides, Source

APPLICATION = "shiftdeck"


def config_path(overrides: Overrides, environ: Mapping[str, str]) -> tuple[Path, Source]:
    """The config file, whether it exists or not."""
    if overrides.config is not None:
        return _absolute(overrides.config), Source.FLAG
    if named := environ.get("SHIFTDECK_CONFIG"):
        return _absolute(Path(named)), Source.ENVIRONMENT
    from platformdirs import user_config_path

    return user_config_path(APPLICATION, appauthor=False) / "config.toml", Source.DEFAULT


def data_dir(
    overrides: Overrides, environ: Mapping[str, str], from_file: str | None, beside: Path
) -> tuple[Path, Source]:
    """The folder of the journal; a relative path in the file is meant from the file's own folder."""
    if overrides.data_dir is not None:
        return _absolute(overrides.data_dir), Source.FLAG
    if named := environ.get("SHIFTDECK_DATA_DIR"):
        return _absolute(Path(named)), Source.ENVIRONMENT
    if from_file:
        return _absolute(beside / Path(from_file).expanduser()), Source.FILE
    from platformdirs import user_data_path

    return user_data_path(APPLICATION, appauthor=False), Source.DEFAULT


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()
