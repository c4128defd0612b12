"""The translations, kept in step with the code.

``python -m tests.tools.catalogue`` reads every sentence in ``tui/`` from its syntax tree, brings the German
``.po`` up to date (new sentences empty, gone ones dropped), compiles the ``.mo`` and names what still lacks a
translation. ``--check`` changes nothing and answers with the exit code.
"""

from __future__ import annotations

import ast
import io
import struct
import sys
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "tui"
PO = PACKAGE / "i18n" / "locales" / "de" / "LC_MESSAGES" / "shiftdeck.po"
MO = PO.with_suffix(".mo")

_ONE = {"_", "Message"}
_TWO = {"plural"}
# i18n hands a message's own id on, and fills it: the one place where no literal is possible.
_EXEMPT = PACKAGE / "i18n" / "__init__.py"

# ``Message(known.id, ...)``, ``Message(field.label)``: a sentence handed on; its own literal is found elsewhere.
_HANDED_ON = {"id", "label", "help", "called"}

Id = str | tuple[str, str]


class Found(NamedTuple):
    """All sentences with the files that say them, and the calls that cannot be translated."""

    ids: dict[Id, list[str]]
    not_literal: list[str]


def scan(package: Path = PACKAGE) -> Found:
    """Every ``_("...")``, ``Message("...")`` and ``plural("...", "...", n)`` of the package."""
    found = Found({}, [])
    for path in sorted(package.rglob("*.py")):
        if path == _EXEMPT:
            continue
        where = path.relative_to(package.parent).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                _take(node, where, found)
    return found


def _take(call: ast.Call, where: str, found: Found) -> None:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name not in _ONE | _TWO:
        return
    if name == "Message" and any(word.arg == "server" for word in call.keywords):
        return
    texts: list[ast.expr] = [*call.args, *(word.value for word in call.keywords if word.arg == "id")]
    wanted = texts[: 2 if name in _TWO else 1]
    for option in _options(wanted):
        words = [part.value for part in option if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if len(option) == 1 and isinstance(option[0], ast.Attribute) and option[0].attr in _HANDED_ON:
            continue
        if len(words) != (2 if name in _TWO else 1):
            found.not_literal.append(f"{where}:{call.lineno}: {name}(...) needs a literal")
            continue
        if not any(words):
            continue
        key: Id = (words[0], words[1]) if name in _TWO else words[0]
        files = found.ids.setdefault(key, [])
        if where not in files:
            files.append(where)


def _options(texts: list[ast.expr]) -> list[list[ast.expr]]:
    """``Message("a" if x else "b")`` says two sentences."""
    if len(texts) == 1 and isinstance(texts[0], ast.IfExp):
        return [*_options([texts[0].body]), *_options([texts[0].orelse])]
    return [texts]


def load(path: Path = PO) -> Catalog:
    """The catalogue as it is on disk."""
    with path.open("rb") as stream:
        return read_po(stream, locale="de", domain="shiftdeck")


def updated(old: Catalog, found: Found) -> Catalog:
    """A fresh catalogue with the sentences of the code and the translations that are there already."""
    known = {message.id: message.string for message in old if message.id}
    fresh = Catalog(
        locale="de",
        domain="shiftdeck",
        project="shiftdeck",
        header_comment="# German texts of Shiftdeck. Kept in step with the code by tests/tools/catalogue.py.",
        creation_date=old.creation_date,
        revision_date=old.creation_date,
        fuzzy=False,
    )
    for key, files in sorted(found.ids.items(), key=lambda item: (item[1][0], str(item[0]))):
        string = known.get(key, ("", "") if isinstance(key, tuple) else "")
        fresh.add(key, string, locations=[(file, 1) for file in files])
    return fresh


def as_po(catalogue: Catalog) -> bytes:
    """The .po text, the same bytes for the same sentences."""
    out = io.BytesIO()
    write_po(out, catalogue, width=115, include_lineno=False)
    lines = [
        line
        for line in out.getvalue().splitlines()
        if not line.startswith((b'"PO-Rev', b'"POT-Cre', b'"Generated'))
    ]
    return b"\n".join(lines).rstrip() + b"\n"


def as_mo(catalogue: Catalog) -> bytes:
    """The .mo bytes (GNU format, sorted, no hash table): the same for the same sentences.

    What lacks a translation is left out: it is said in English then, and not as nothing.
    """
    texts = {"\0".join(english): "\0".join(german) for english, german in pairs(catalogue) if all(german)}
    texts[""] = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    ordered = sorted((key.encode(), text.encode()) for key, text in texts.items())
    count, at = len(ordered), 28 + 16 * len(ordered)
    tables, body = [], b""
    for column in (0, 1):
        for pair in ordered:
            tables += [len(pair[column]), at + len(body)]
            body += pair[column] + b"\0"
    return struct.pack(f"<7I{4 * count}I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, at, *tables) + body


def pairs(catalogue: Catalog) -> list[tuple[list[str], list[str]]]:
    """Each sentence as its English and its German forms: one of each, or two where there is a plural."""
    return [(_forms(message.id), _forms(message.string)) for message in catalogue if message.id]


def missing(catalogue: Catalog) -> list[str]:
    """Sentences without a translation, or with half of one."""
    return [english[0] for english, german in pairs(catalogue) if len(german) != len(english) or not all(german)]


def _forms(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text or ""] if isinstance(text, str) or text is None else [form or "" for form in text]


def main(arguments: list[str]) -> int:
    found = scan()
    catalogue = updated(load() if PO.exists() else Catalog(locale="de"), found)
    po, mo = as_po(catalogue), as_mo(catalogue)
    empty = missing(catalogue)
    for line in (*found.not_literal, *(f"not translated: {key!r}" for key in empty)):
        print(line)
    if "--check" in arguments:
        stale = not PO.exists() or PO.read_bytes() != po or MO.read_bytes() != mo
        if stale:
            print("the catalogue is not current: run python -m tests.tools.catalogue")
        return 1 if stale or empty or found.not_literal else 0
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(po)
    MO.write_bytes(mo)
    print(f"{len(found.ids)} sentences, {len(empty)} without a translation")
    return 1 if empty or found.not_literal else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
