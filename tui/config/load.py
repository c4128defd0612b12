"""config.toml, environment and flags become :class:`Settings`, or one sentence that says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui.config import checks, paths
from tui.config.errors import ConfigError, nearest
from tui.config.settings import (
    EMBEDDED_REFRESH_SECONDS,
    SAMPLE,
    SHIFTS,
    SYSTEMS,
    Overrides,
    Profile,
    Settings,
    Source,
    sample_profile,
)
from tui.i18n import LANGUAGES, known_language
from tui.model.message import Message

_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)\s*$")
_NAME = re.compile(r"^[^\x00-\x1f\x7f/\\:]{1,40}$")


def load_settings(overrides: Overrides, environ: Mapping[str, str]) -> Settings:
    """Flag beats environment beats file beats default. Raises :class:`ConfigError`.

    A file that was named by a flag must exist; any other may be missing, which means the sample site.
    """
    path, config_source = paths.config_path(overrides, environ)
    file = ConfigFile.read(path, must_exist=config_source is Source.FLAG)
    top = file.top()
    profiles = file.profiles()
    sources = dict.fromkeys(top, Source.FILE)
    sources["config"] = config_source
    data_dir, sources["data_dir"] = paths.data_dir(overrides, environ, top.get("data_dir"), path.parent)
    language, sources["language"] = _language(overrides, environ, top)
    chosen, sources["profile"] = _profile(overrides, environ, top, profiles, file)
    for name in ("theme", "ascii", "auto_advance", "columns", "shifts"):
        sources.setdefault(name, Source.DEFAULT)
    return Settings(
        config_path=path,
        config_exists=file.exists,
        data_dir=data_dir,
        profiles=profiles,
        profile=chosen,
        language=language,
        theme=top.get("theme", ""),
        ascii=top.get("ascii", False),
        auto_advance=top.get("auto_advance", True),
        keys=file.keys(),
        columns=top.get("columns", ()),
        shifts=top.get("shifts", SHIFTS),
        filters=file.filters(),
        sources=sources,
    )


class ConfigFile:
    """The file as it was read: values, text for the line numbers, and the checks of its keys."""

    def __init__(self, path: Path, text: str, values: dict[str, Any], exists: bool) -> None:
        self.path = path
        self.text = text
        self.values = values
        self.exists = exists

    @classmethod
    def read(cls, path: Path, *, must_exist: bool = False) -> ConfigFile:
        """The file at ``path``; nothing at all when there is none and none is demanded."""
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            if must_exist:
                raise ConfigError(Message("There is no such file."), file=path) from None
            return cls(path, "", {}, False)
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            what = Message("The file is not written in UTF-8.")
            raise ConfigError(what, file=path, line=line) from None
        except OSError as error:
            what = Message("The file cannot be read ({why}).", {"why": error.strerror or type(error).__name__})
            raise ConfigError(what, file=path) from None
        import tomllib

        try:
            return cls(path, text, tomllib.loads(text), True)
        except tomllib.TOMLDecodeError as error:
            raise _broken(path, text, str(error)) from None

    def fault(self, where: tuple[str, ...], what: Message, meant: str | None = None) -> ConfigError:
        """The error for the key at ``where``."""
        from tui.config.lines import line_of

        line = line_of(self.text, where) if self.exists else None
        return ConfigError(what, file=self.path, line=line, key=".".join(where), nearest=meant)

    def checked(self, where: tuple[str, ...], value: Any, check: checks.Check) -> Any:
        """``value`` after its check, or the error that names this key."""
        try:
            return check(value)
        except checks.Fault as fault:
            what = Message("{key}: {fault}", {"key": ".".join(where), "fault": fault.what})
            raise self.fault(where, what, fault.meant) from None

    def top(self) -> dict[str, Any]:
        """The keys outside of all tables, checked."""
        found: dict[str, Any] = {}
        for key, value in self.values.items():
            if key in checks.TABLES:
                continue
            if key not in checks.TOP:
                raise self._unknown((key,), (*checks.TOP, *checks.TABLES))
            found[key] = self.checked((key,), value, checks.TOP[key])
        return found

    def keys(self) -> dict[str, str]:
        """The [keys] table: action id to key names. Which actions there are, the screen knows."""
        table = self._table("keys")
        return {action: self.checked(("keys", action), value, checks.key_names) for action, value in table.items()}

    def filters(self) -> dict[str, str]:
        """The [filters] table: name to filter text."""
        table = self._table("filters")
        return {name: self.checked(("filters", name), value, checks.text) for name, value in table.items()}

    def profiles(self) -> dict[str, Profile]:
        """All profiles in the order of the file; the sample site when there is none."""
        table = self._table("profiles")
        return {name: self._one_profile(name, entry) for name, entry in table.items()} or {
            SAMPLE: sample_profile()
        }

    def _table(self, name: str) -> dict[str, Any]:
        table = self.values.get(name, {})
        if not isinstance(table, dict):
            raise self.fault((name,), Message("{key}: a table is needed here.", {"key": name}))
        return table

    def _one_profile(self, name: str, entry: Any) -> Profile:
        where = ("profiles", name)
        if not valid_name(name):
            what = Message(
                "“{name}” cannot be a profile's name: it has 1 to 40 characters and none of / \\ : in it.",
                {"name": name},
            )
            raise self.fault(where, what)
        if not isinstance(entry, dict):
            what = Message("{key}: a table is needed here.", {"key": ".".join(where)})
            known = (*checks.TOP, *checks.TABLES)
            raise self.fault(where, what, nearest(name, known))
        found: dict[str, Any] = {}
        for key, value in entry.items():
            if key not in checks.PROFILE:
                raise self._unknown((*where, key), tuple(checks.PROFILE))
            found[key] = self.checked((*where, key), value, checks.PROFILE[key])
        if "options" in found:
            found["options"] = self._options(
                (*where, "options"), found.get("system", SYSTEMS[0]), found["options"]
            )
        profile = Profile(name=name, **found)
        if profile.user and not profile.embedded:
            what = Message(
                "{key}: only the built-in server has sample users.", {"key": ".".join((*where, "user"))}
            )
            raise self.fault((*where, "user"), what)
        if profile.embedded and "refresh_seconds" not in found:
            return Profile(name=name, refresh_seconds=EMBEDDED_REFRESH_SECONDS, **found)
        return profile

    def _options(self, where: tuple[str, ...], system: str, table: dict[str, Any]) -> dict[str, str]:
        """The system's own settings, each after its check."""
        known = checks.OPTIONS[system]
        for key in table:
            if key not in known:
                raise self._unknown((*where, key), tuple(known))
        return {key: self.checked((*where, key), value, known[key]) for key, value in table.items()}

    def _unknown(self, where: tuple[str, ...], known: tuple[str, ...]) -> ConfigError:
        key = where[-1]
        if key.casefold().replace("-", "_") in checks.SECRET_KEYS:
            what = Message(
                "{key}: a secret does not belong into this file. Use token_env (the name of an environment"
                " variable), token_command (a program that prints it) or the keyring.",
                {"key": ".".join(where)},
            )
            return self.fault(where, what)
        what = Message("“{key}” is not a key that belongs here.", {"key": ".".join(where)})
        return self.fault(where, what, nearest(key, known))


def valid_name(name: str) -> bool:
    """Whether a profile may be called so."""
    return _NAME.match(name) is not None and name == name.strip()


def _broken(path: Path, text: str, said: str) -> ConfigError:
    match = _AT.search(said)
    line = int(match.group(1)) if match and match.group(1) else len(text.splitlines()) or 1
    why = said[: match.start()] if match else said
    return ConfigError(Message("This is not valid TOML ({why}).", {"why": why}), file=path, line=line)


def _language(
    overrides: Overrides, environ: Mapping[str, str], top: Mapping[str, Any]
) -> tuple[str | None, Source]:
    if overrides.lang is not None:
        return _known("--lang", overrides.lang), Source.FLAG
    if named := environ.get("SHIFTDECK_LANG"):
        return _known("SHIFTDECK_LANG", named), Source.ENVIRONMENT
    if "language" in top:
        return str(top["language"]), Source.FILE
    return None, Source.DEFAULT


def _known(key: str, name: str) -> str:
    short = known_language(name)
    if short is None:
        fault = Message("only {words} fit here.", {"words": ", ".join(LANGUAGES)})
        raise ConfigError(Message("{key}: {fault}", {"key": key, "fault": fault}), key=key)
    return short


def _profile(
    overrides: Overrides,
    environ: Mapping[str, str],
    top: Mapping[str, Any],
    profiles: Mapping[str, Profile],
    file: ConfigFile,
) -> tuple[str, Source]:
    named, key, source = overrides.profile, "--profile", Source.FLAG
    if named is None:
        named, key, source = environ.get("SHIFTDECK_PROFILE") or None, "SHIFTDECK_PROFILE", Source.ENVIRONMENT
    if named is None:
        named, key, source = top.get("default_profile"), "default_profile", Source.FILE
    if named is None:
        return next(iter(profiles)), Source.DEFAULT
    if named in profiles:
        return named, source
    what = Message(
        "{key}: there is no profile “{name}”. There is: {known}.",
        {"key": key, "name": named, "known": ", ".join(profiles)},
    )
    meant = nearest(named, tuple(profiles))
    if source is Source.FILE:
        raise file.fault((key,), what, meant)
    raise ConfigError(what, key=key, nearest=meant)
