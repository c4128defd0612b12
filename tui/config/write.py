"""Profiles written back to config.toml, every other key kept.

Comments and the order of keys inside a value are lost, because TOML writers do not carry them: a file that had
comments is kept once as ``config.toml.bak`` beside the new one.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import Any

import msgspec

from tui.config import checks
from tui.config.errors import ConfigError
from tui.config.load import ConfigFile, valid_name
from tui.config.settings import SAMPLE, Profile, Settings, Source, sample_profile
from tui.model.message import Message

_COMMENT = re.compile(r"^\s*#|\s#", re.MULTILINE)


def save_profile(settings: Settings, profile: Profile, *, make_default: bool = False) -> Settings:
    """Write ``profile`` (new, or in place of the one with its name) and return the settings as they are now.

    Atomic and only readable by its owner (0600). The file is read again first, so what another process wrote
    in the meantime is kept. The first profile of all does not silently take the sample site's place: that is
    written down too. A ``title`` and ``options`` that the file has stay when ``profile`` has none, as the dialog
    does not ask for them. Comments of the file are lost (see above). Raises :class:`ConfigError`.
    """
    file = ConfigFile.read(settings.config_path)
    known = file.profiles().get(profile.name)
    if known is not None:
        profile = with_unasked(profile, known)
    if not valid_name(profile.name):
        what = Message(
            "“{name}” cannot be a profile's name: it has 1 to 40 characters and none of / \\ : in it.",
            {"name": profile.name},
        )
        raise ConfigError(what, key="profiles")
    values = dict(file.values)
    table = dict(values.get("profiles", {}))
    if not table and SAMPLE in settings.profiles and profile.name != SAMPLE:
        table[SAMPLE] = _entry(settings.profiles[SAMPLE])
        values.setdefault("default_profile", SAMPLE)
    table[profile.name] = {
        key: file.checked(("profiles", profile.name, key), value, checks.PROFILE[key])
        for key, value in _entry(profile).items()
    }
    if make_default:
        values["default_profile"] = profile.name
    values["profiles"] = _plain(table)
    _write(file, values)
    return _now(settings, values)


def with_unasked(profile: Profile, known: Profile) -> Profile:
    """``profile`` with what no dialog asks for, as in ``known``; another system's options mean nothing to it."""
    options = profile.options or (known.options if known.system == profile.system else {})
    return msgspec.structs.replace(profile, title=profile.title or known.title, options=options)


def remove_profile(settings: Settings, name: str) -> Settings:
    """Take ``name`` out of the file; its drafts stay in the journal. Returns the settings as they are now."""
    file = ConfigFile.read(settings.config_path)
    values = dict(file.values)
    table = {key: entry for key, entry in values.get("profiles", {}).items() if key != name}
    values["profiles"] = table
    if not table:
        del values["profiles"]
    if values.get("default_profile") == name:
        del values["default_profile"]
    _write(file, values)
    return _now(settings, values)


def _now(settings: Settings, values: dict[str, Any]) -> Settings:
    profiles = ConfigFile(settings.config_path, "", values, True).profiles()
    chosen = settings.profile if settings.profile in profiles else str(values.get("default_profile") or "")
    chosen = chosen if chosen in profiles else next(iter(profiles))
    settings.profiles = profiles
    settings.profile = chosen
    settings.config_exists = True
    settings.sources["profile"] = settings.sources.get("profile", Source.FILE)
    return settings


def _entry(profile: Profile) -> dict[str, Any]:
    """A profile as its TOML table: what is not set, or is the default of its kind, is left out."""
    entry: dict[str, Any] = {"system": profile.system, "base_url": profile.base_url}
    if profile.token_env:
        entry["token_env"] = profile.token_env
    if profile.token_command:
        entry["token_command"] = list(profile.token_command)
    entry["timezone"] = profile.timezone
    usual = sample_profile().refresh_seconds if profile.embedded else Profile(name="").refresh_seconds
    if profile.refresh_seconds != usual:
        entry["refresh_seconds"] = profile.refresh_seconds
    if profile.user:
        entry["user"] = profile.user
    if profile.title:
        entry["title"] = profile.title
    if profile.options:
        entry["options"] = dict(profile.options)
    return entry


def _plain(value: Any) -> Any:
    """tuples as lists, which is all that a TOML writer knows."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return value


def _write(file: ConfigFile, values: dict[str, Any]) -> None:
    import tomli_w

    target = file.path.resolve()
    content = tomli_w.dumps(values).encode()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if _COMMENT.search(file.text):
            _replace(target.with_name(target.name + ".bak"), file.text.encode())
        _replace(target, content)
    except OSError as error:
        what = Message("The file cannot be written ({why}).", {"why": error.strerror or type(error).__name__})
        raise ConfigError(what, file=file.path) from error


def _replace(target: Path, content: bytes) -> None:
    """All or nothing: a new file beside the old one, on disk, then in its place. mkstemp makes it 0600."""
    import tempfile

    handle, name = tempfile.mkstemp(prefix=target.name + ".", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise
