"""Files of this machine as answers: the value that names one, what it is, and how a server may call it later."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from typing import TypeGuard
from urllib.parse import unquote

from tui.model.field import Value, no_answer, same_value

HEAD_BYTES = 4096
"""How much of a file's beginning :func:`media_type` looks at."""

UNKNOWN_TYPE = "application/octet-stream"


def upload(path: str, stamp: str = "") -> dict[str, Value]:
    """The answer "this file of mine": ``path`` is absolute; ``stamp`` says which state of it was accepted."""
    return {"path": path, "stamp": stamp} if stamp else {"path": path}


def is_upload(value: object) -> TypeGuard[dict[str, str]]:
    """Whether a value names a file of this machine to be sent: ``{"path": "..."}``, as the form writes it.

    It may hold a ``stamp`` besides. No answer that came from a server has this shape: adapters let no object in.
    """
    if not isinstance(value, dict) or not value.keys() <= {"path", "stamp"}:
        return False
    return isinstance(value.get("path"), str) and isinstance(value.get("stamp", ""), str)


def stamp_of(info: os.stat_result) -> str:
    """What tells a file from the one that stands in its place later: its size and when it was written."""
    return f"{info.st_size}:{info.st_mtime_ns}"


def accepted_size(value: dict[str, str]) -> int | None:
    """Bytes of the file when it was accepted, as far as that is known."""
    size = value.get("stamp", "").partition(":")[0]
    return int(size) if size.isascii() and size.isdigit() else None


def open_unhurried(path: str, flags: int) -> int:
    """An opener for :func:`open` that does not wait for the other end, should the file have become a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))


def file_name(value: Value) -> str:
    """The name of the file that ``value`` means: one of ours, or a name or link of a server."""
    if is_upload(value):
        return os.path.basename(value["path"])
    text = value if isinstance(value, str) else ""
    if "/" not in text:
        return text
    return unquote(text.partition("?")[0].rstrip("/").rpartition("/")[2])


def became(ours: Value, theirs: Value) -> bool:
    """Whether ``theirs``, of a server, is what it holds since it took ``ours``: the same, or that file's name."""
    if is_upload(ours) and not is_upload(theirs):
        return not no_answer(theirs) and called_like(file_name(theirs), file_name(ours))
    return same_value(theirs, ours)


def called_like(theirs: str, ours: str) -> bool:
    """Whether a server that was given the name ``ours`` may call the file ``theirs``.

    Servers take blanks, accents and signs out of names, cut them, and put a number or a moment beside them. The
    numbers that are in a name stay: cameras tell their pictures apart by nothing else.
    """
    if not theirs or not ours:
        return theirs == ours
    numbered = _numbers(ours) <= _numbers(theirs)
    for spell in (_bare, _bare_german, _ascii_only):
        given, kept = spell(ours), spell(theirs)
        stem, kept_stem = (spell(_stem(name)) for name in (ours, theirs))
        if stem and kept == given:
            return True
        if numbered and len(stem) >= _WHOLE_NAME and stem in kept:
            return True
        if numbered and stem and _added_digits(stem, kept_stem):
            return True
        if len(kept_stem) >= _CUT_NAME and given.startswith(kept_stem):
            return True
    return False


_WHOLE_NAME = 4
_CUT_NAME = 24
_NUMBER = re.compile(r"[0-9]+")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _numbers(name: str) -> Counter[str]:
    return Counter(_NUMBER.findall(unicodedata.normalize("NFKD", _stem(name))))


def _added_digits(stem: str, kept: str) -> bool:
    """Whether ``kept`` is ``stem`` with nothing but digits before and behind it."""
    before, found, behind = kept.partition(stem)
    return bool(found) and not (before + behind).strip("0123456789") and not stem.isdigit()


def _bare(name: str) -> str:
    """Letters and digits alone, without accents and case, in any script."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).casefold())
    return "".join(char for char in text if char.isalnum())


def _bare_german(name: str) -> str:
    return _bare(unicodedata.normalize("NFC", name).lower().translate(_GERMAN))


def _ascii_only(name: str) -> str:
    return "".join(char for char in name.lower() if char.isascii() and char.isalnum())


# -- what a file is ------------------------------------------------------------------------------------------

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"PK\x07\x08", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"{\\rtf", "application/rtf"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"heim": "image/heic", b"heis": "image/heic",
    b"hevc": "image/heic", b"hevx": "image/heic", b"avif": "image/avif", b"avis": "image/avif",
    b"mif1": "image/heif", b"msf1": "image/heif", b"qt  ": "video/quicktime", b"M4A ": "audio/mp4",
}  # fmt: skip
_OFFICE = "application/vnd.openxmlformats-officedocument."
_IN_ZIP = {
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "pptx": _OFFICE + "presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
_IN_OLE = {
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
}
_EXTENSIONS = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "jpe": "image/jpeg", "jfif": "image/jpeg", "png": "image/png",
    "gif": "image/gif", "tif": "image/tiff", "tiff": "image/tiff", "bmp": "image/bmp", "webp": "image/webp",
    "heic": "image/heic", "heif": "image/heif", "avif": "image/avif", "pdf": "application/pdf",
    "zip": "application/zip", "gz": "application/gzip", "7z": "application/x-7z-compressed",
    "rar": "application/vnd.rar", "rtf": "application/rtf", "ogg": "audio/ogg", "flac": "audio/flac",
    "mp3": "audio/mpeg", "wav": "audio/wav", "avi": "video/x-msvideo", "mov": "video/quicktime",
    "mp4": "video/mp4", "m4a": "audio/mp4", "webm": "video/webm", **_IN_ZIP, **_IN_OLE,
}  # fmt: skip
_SIGNED = frozenset(_EXTENSIONS.values())
"""What is known by its first bytes: an extension alone does not make it one."""


def media_type(head: bytes, name: str) -> str:
    """The MIME type of a file: by its first ``HEAD_BYTES`` bytes, and only then by the extension of its name."""
    found = _by_content(head)
    extension = _extension(name)
    if found == "application/zip":
        return _IN_ZIP.get(extension, found)
    if found == "application/x-ole-storage":
        return _IN_OLE.get(extension, found)
    if found is not None:
        return found
    claimed = extension_type(name)
    if claimed is not None and claimed not in _SIGNED:
        return claimed
    return "text/plain" if _is_text(head) else UNKNOWN_TYPE


def extension_type(name: str) -> str | None:
    """The MIME type that the name alone claims; ``None`` where its extension says nothing."""
    extension = _extension(name)
    if not extension or extension in _EXTENSIONS:
        return _EXTENSIONS.get(extension)
    import mimetypes  # late: it reads the system's tables

    return mimetypes.guess_type(f"file.{extension}", strict=False)[0]


def _extension(name: str) -> str:
    stem, _, extension = name.rpartition(".")
    return extension.lower() if stem and extension.isascii() and extension.isalnum() else ""


def _by_content(head: bytes) -> str | None:
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _by_brands(head)
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "image/bmp"
    if head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xf3", b"\xf2"):
        return "audio/mpeg"
    # Readers of PDF find its mark anywhere in the first kilobyte.
    return "application/pdf" if b"%PDF-" in head[:1024] else None


def _by_brands(head: bytes) -> str:
    """Pictures of telephones and films begin alike (ISO 14496-12): the first brand that says which counts."""
    size = int.from_bytes(head[:4], "big")
    brands = [head[8:12], *(head[place : place + 4] for place in range(16, min(size, len(head)), 4))]
    known = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
    return next((kind for kind in known if kind != "image/heif"), known[0] if known else "video/mp4")


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\0" in head:
        return False
    try:
        # The last character may be cut in the middle.
        head[: HEAD_BYTES - 4].decode() if len(head) >= HEAD_BYTES else head.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True
