"""Model values <-> bytes in the journal (MessagePack)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar
from zlib import crc32

import msgspec

from tui.model.message import Message

T = TypeVar("T")

_MESSAGE_KEYS = frozenset(Message.__struct_fields__)


def _unknown(value: object) -> str:
    # What a server's raw JSON cannot hold cannot be read back either: its text is enough.
    return str(value)


_SEALED = b"\xc1"
"""The one byte that no MessagePack begins with."""

_encoder = msgspec.msgpack.Encoder(enc_hook=_unknown)


def pack(value: object) -> bytes:
    """Bytes for ``value``."""
    try:
        return _encoder.encode(value)
    except OverflowError:
        return _encoder.encode(_bounded(msgspec.to_builtins(value, builtin_types=(bytes, int), enc_hook=_unknown)))


def _bounded(value: object) -> object:
    """Plain data without whole numbers of more than 64 bits: a server may name any, and they become decimal ones
    (or text, beyond those)."""
    if isinstance(value, dict):
        return {name: _bounded(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_bounded(part) for part in value]
    if not isinstance(value, int) or value.bit_length() < 64:
        return value
    try:
        return float(value)
    except OverflowError:
        return str(value)


def seal(value: object) -> bytes:
    """The same with a sum over it, for what a person typed: with a flipped bit it is a value, too."""
    data = pack(value)
    return _SEALED + crc32(data).to_bytes(4, "big") + data


def opened(data: bytes) -> bytes:
    """What :func:`pack` made, without its seal; raises ``msgspec.DecodeError`` when that is broken."""
    if data[:1] != _SEALED:
        return data
    inner = data[5:]
    if crc32(inner) != int.from_bytes(data[1:5], "big"):
        raise msgspec.DecodeError("the sum does not fit")
    return inner


def unpack(data: bytes, kind: type[T]) -> T:
    """The value of type ``kind`` in ``data``; raises ``msgspec.MsgspecError`` when it does not fit."""
    try:
        return msgspec.msgpack.decode(opened(data), type=kind)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(str(error)) from error


def revive(value: object) -> None:
    """Turn messages inside of message parameters back into messages, in place, anywhere below ``value``.

    Parameters may be anything, so that the decoder cannot know that one of them was a ``Message``.
    """
    if isinstance(value, Message):
        for name, param in value.params.items():
            if isinstance(param, dict) and param.keys() == _MESSAGE_KEYS:
                value.params[name] = inner = msgspec.convert(param, Message)
                revive(inner)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            revive(getattr(value, name))
    elif isinstance(value, (tuple, list)):
        for item in value:
            revive(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            revive(item)


def message_or_none(data: bytes | None) -> Message | None:
    """A stored message, its parameters revived."""
    if data is None:
        return None
    message = unpack(data, Message)
    revive(message)
    return message


def stamp(moment: datetime) -> float:
    """Seconds since 1970 for an aware moment."""
    return moment.timestamp()


def moment(seconds: float) -> datetime:
    """The aware UTC moment of ``seconds`` since 1970; the first of them where no calendar has such a moment."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)


def moment_or_none(seconds: float | None) -> datetime | None:
    """As :func:`moment`; 0 and ``None`` are no moment."""
    return moment(seconds) if seconds else None
