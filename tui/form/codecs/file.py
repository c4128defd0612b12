"""Files: the path of one of this machine is the answer until it is sent; then the server names what it holds."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from urllib.parse import unquote

from tui.form import files, folders
from tui.form.codec import NOTHING, Codec, Context, Parsed, Suggestion, register
from tui.form.problem import Problem
from tui.form.rules import MISSING, as_json, is_required, limits
from tui.model.field import Field, Value, no_answer
from tui.model.message import Message
from tui.model.upload import accepted_size, became, extension_type, is_upload, upload

_HASH = re.compile(r"[0-9a-f-]{16,}", re.IGNORECASE)
MOST_BYTES = 10 * 1024 * 1024
"""The largest file where the field says nothing else (contract gap 26)."""


class FileCodec(Codec):
    """A line with a path. What a server holds (a name, a link) is shown as it is and is no path of ours."""

    kinds = ("file",)
    rewritten = True

    def parse(self, field: Field, text: str, ctx: Context) -> Parsed:
        """A path as it is typed, dragged in or pasted; the value is ``{"path": absolute}``."""
        if not text.strip():
            return NOTHING
        path = files.locate(text, ctx.clock().timestamp())
        seen = files.nothing_there(text) if path is None else files.look(path)
        if path is None or isinstance(seen, Message):
            return Parsed(
                None, Problem(seen if isinstance(seen, Message) else files.nothing_there(text), "unreadable")
            )
        return Parsed(upload(path, seen.stamp), _refused(field, path, seen, ctx))

    def read_anew(self) -> None:
        """Folders are looked into again."""
        folders.forget()

    def format(self, field: Field, value: Value, ctx: Context) -> str:
        """The path of a file to be sent."""
        return value["path"] if is_upload(value) else super().format(field, value, ctx)

    def show(self, field: Field, value: Value, ctx: Context) -> str:
        """Name and size of a file to be sent; of one that the server has as much of it as is known."""
        if not is_upload(value):
            return _name_of(value, ctx)
        name, size = os.path.basename(value["path"]), accepted_size(value)
        return name if size is None else f"{name} · {files.size_in_words(size, ctx.lang)}"

    def validate(self, field: Field, value: Value, ctx: Context) -> Problem | None:
        """Missing; not to be read; too large; of another type. What the server holds already is an answer."""
        if not is_upload(value):
            return MISSING if is_required(field) and no_answer(value) else None
        path = value["path"]
        seen = files.look(path) if os.path.isabs(path) else files.nothing_there(path)
        if isinstance(seen, Message):
            return Problem(seen, "unreadable")
        if seen.stamp != value.get("stamp", seen.stamp):
            name = {"name": files.short_name(path)}
            changed = Message("{name} has changed since you chose it: Enter here takes it as it is now.", name)
            return Problem(changed, "unreadable")
        return _refused(field, path, seen, ctx)

    def hint(self, field: Field, ctx: Context) -> Message | None:
        """What is wanted and taken."""
        types, most = accepted_types(field), files.size_in_words(most_bytes(field), ctx.lang)
        if types:
            return Message("path of a file: {types}, at most {most}", {"types": _words(types), "most": most})
        return Message("path of a file, at most {most}", {"most": most})

    def suggest(self, field: Field, text: str, ctx: Context) -> tuple[Suggestion, ...]:
        """Files and folders whose path begins like ``text``; first those that may be taken."""
        types = accepted_types(field)

        def fits(name: str) -> bool:
            claimed = extension_type(name)
            return not types or (claimed is not None and any(_covers(one, claimed) for one in types))

        found = files.completions(text, fits, ctx.clock().timestamp())
        return tuple(Suggestion(whole, label) for whole, label in found)

    def became(self, field: Field, ours: Value, theirs: Value) -> bool:
        """A server gives a file that it took a name or link of its own."""
        return became(ours, theirs)


def _name_of(value: Value, ctx: Context) -> str:
    """The name (and size) under which a server keeps a file; of an unnamed one the beginning of its ID."""
    if no_answer(value):
        return ""
    if isinstance(value, list):
        return ", ".join(_name_of(one, ctx) for one in value)
    size, link = None, value
    if isinstance(value, dict):
        size = value.get("size")
        link = next((value[key] for key in ("name", "url", "path") if isinstance(value.get(key), str)), "")
    name = _last_part(link) if isinstance(link, str) else ""
    if not name:
        return as_json(value)
    known = isinstance(size, int) and not isinstance(size, bool) and size >= 0
    return f"{name} · {files.size_in_words(int(size or 0), ctx.lang)}" if known else name


def _last_part(link: str) -> str:
    """The name at the end of a path or link; nothing where an ID or a hash alone stands there."""
    name = unquote(link.partition("?")[0].rstrip("/").rpartition("/")[2])
    return f"#{name[:8]}" if "/" in link and (name.isdigit() or _HASH.fullmatch(name)) else name


def _refused(field: Field, path: str, seen: files.Seen, ctx: Context) -> Problem | None:
    most, types = most_bytes(field), accepted_types(field)
    if seen.size > most:
        words = {"size": files.size_in_words(seen.size, ctx.lang), "most": files.size_in_words(most, ctx.lang)}
        what = Message(
            "{name} has {size}, and at most {most} are taken: choose a smaller file.",
            {"name": files.short_name(path), **words},
        )
        return Problem(what, "limit")
    if types and not any(_covers(one, seen.media) for one in types):
        what = Message(
            "{name} is {type}: choose a file of the type {types}.",
            {"name": files.short_name(path), "type": _word(seen.media), "types": _words(types)},
        )
        return Problem(what, "limit")
    return None


def most_bytes(field: Field) -> int:
    """The largest file that ``field`` takes; a maximum of a file is in kilobytes, as Laravel has it."""
    _, high = limits(field)
    return MOST_BYTES if high is None or high <= 0 else int(high * 1024)


def accepted_types(field: Field) -> tuple[str, ...]:
    """The MIME types of the first ``mimetypes`` rule that names any; empty: every type."""
    for rule in field.rules:
        if rule.kind != "mimetypes":
            continue
        allowed = rule.config.get("allowed")
        listed = allowed.split(",") if isinstance(allowed, str) else allowed if isinstance(allowed, list) else []
        types = tuple(one.strip().lower() for one in listed if isinstance(one, str) and one.strip())
        if types:
            return () if _EVERY.intersection(types) else types
    return ()


_EVERY = frozenset({"*", "*/*"})


_SAME = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/heif": "image/heic",
    "image/heic-sequence": "image/heic",
    "image/heif-sequence": "image/heic",
    "image/tif": "image/tiff",
    "image/x-ms-bmp": "image/bmp",
    "application/x-pdf": "application/pdf",
    "application/x-zip-compressed": "application/zip",
    "audio/mp3": "audio/mpeg",
}
_WORDS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/tiff": "TIFF",
    "image/webp": "WebP",
    "image/heic": "HEIC",
    "image/heif": "HEIC",
    "image/avif": "AVIF",
    "image/bmp": "BMP",
    "image/svg+xml": "SVG",
    "application/pdf": "PDF",
    "application/zip": "ZIP",
    "text/csv": "CSV",
    "video/mp4": "MP4",
    "video/quicktime": "QuickTime",
    "audio/mpeg": "MP3",
}


def _covers(allowed: str, media: str) -> bool:
    """Whether the type ``media`` is meant by ``allowed``: a type, ``image/*``, or an extension alone."""
    if allowed.endswith("/*"):
        return media.startswith(allowed[:-1])
    if "/" not in allowed:
        return extension_type(f"file.{allowed.lstrip('.')}") == media
    return allowed == media or _SAME.get(allowed, allowed) == _SAME.get(media, media)


def _word(media: str) -> str | Message:
    if media == "text/plain":
        return Message("a text")
    if media == "application/octet-stream":
        return Message("of an unknown type")
    return _WORDS.get(_SAME.get(media, media), media)


def _words(types: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(_WORDS.get(_SAME.get(one, one), one) for one in types))


register(FileCodec())
