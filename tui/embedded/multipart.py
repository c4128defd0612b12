"""Reading of ``multipart/form-data`` bodies (RFC 7578) with the parser of the standard library."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP

import msgspec


class Upload(msgspec.Struct, frozen=True):
    """One uploaded file, whole in memory (bodies are limited before they are read)."""

    name: str
    mime_type: str
    data: bytes


def parse(content_type: str, body: bytes) -> dict[str, list[str | Upload]]:
    """The parts by name, in their order. Raises ``ValueError`` when it is not a multipart form."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    form = BytesParser(policy=HTTP).parsebytes(head + body)
    if not form.is_multipart():
        raise ValueError("not a multipart form")
    parts: dict[str, list[str | Upload]] = {}
    for part in form.get_payload():
        if not isinstance(part, Message):
            continue
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            continue
        parts.setdefault(name, []).append(_content(part))
    return parts


def _content(part: Message) -> str | Upload:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    filename = part.get_filename()
    if filename is None:
        return data.decode("utf-8", "replace")
    safe = filename.replace("\\", "/").rsplit("/", 1)[-1] or "file"
    return Upload(safe, part.get_content_type(), data)
