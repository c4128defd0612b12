"""What a terminal sends, read as keys and pastes, so that nothing typed is lost and no byte can do harm.

Between the bytes and Textual's own parser stands this stage, because lines stall, cut and pad what people type:

- Bytes that are not UTF-8 are read one by one: as Latin-1, or as CP437 where Latin-1 has only control characters
  (ü is 0xFC on one old handheld and 0x81 on another). NUL is the padding of a line, XON and XOFF are its brakes.
  All kinds of spaces are a space: AltGr and the space bar are pressed by a slip, and such a space cannot be seen.
- A key's sequence (F10 is ``ESC [ 2 1 ~``) is handed on only when it is whole. What waits for its rest waits
  ``patience`` seconds, counted from its last piece; then it is taken as typed, character by character.
  So Escape is felt after that time, except where the terminal tells it apart; F3 does the same at once.
  A rest that comes later still, in one piece, is left out: it is no text, and its digits are no answers.
- Escape and a character within ``TOGETHER`` seconds are Alt held by a slip: the character is typed, and nothing is
  left by it. Later than that they are two keys. ``ESC Tab`` is Shift+Tab of the Linux console.
- A whole sequence that nobody knows is no text and is left out.
- CR, LF and CR LF are one Enter each, in whatever pieces they come; an LF a second behind its CR is another one.
- A bracketed paste is one text, whatever it holds. One whose end does not come is handed over as far as it came
  when nothing more has come for a second. What comes in the seconds after that is its rest, so that no line of it
  is taken for keys; only one key alone, Escape or a sequence ends it, as five seconds of silence do.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Protocol

from textual import events
from textual.message import Message

PATIENCE = 0.5
"""Seconds that a begun sequence or character waits for its rest."""
TOGETHER = 0.03
"""Seconds between Escape and a character that one key has sent; a hand is slower."""
PASTE_PATIENCE = 1.0
"""Seconds of silence after which a paste without an end is handed over as far as it came."""
PASTE_LOST = 5.0
"""Seconds of silence after which its end is believed to be lost."""
REST_SECONDS = 10.0
"""Seconds in which the rest of a sequence is still known as such after nobody waits for it any more."""
RETURN_PATIENCE = 1.0
"""Seconds within which an LF belongs to the CR before it."""

ESC = "\x1b"
PASTE_BEGIN, PASTE_END = "\x1b[200~", "\x1b[201~"
_MOST = 32
"""Characters of the longest sequence."""
_WHOLE = re.compile(
    r"""\x1b(?: \t                                # Shift+Tab of the Linux console
        | O(?:[^\x00-\x1f0-9;]|[0-9;]{1,4}[A-HP-S]) # SS3: F1 to F4, keypad, with modifiers
        | \[\[[A-E]                               # F1 to F5 of the Linux console
        | \[M[^\x00-\x1f]{3}                      # the oldest mouse reports
        | \[\d+\$                                 # rxvt with Shift
        | \[(?![\[M])[0-?]*[\x20-/]*[@-~] )       # CSI""",
    re.VERBOSE,
)
_BEGUN = re.compile(r"\x1b(?:O[0-9;]{0,4}|\[(?:\[|M[^\x00-\x1f]{0,2}|[0-?]*[\x20-/]*)?)?")
_TYPED = re.compile(r"\x1b(?:\[\d?|O)[^\d~]")
"""Short enough to be Escape and a few characters of somebody quick."""
_REST = re.compile(r"\[?[0-9;]+~|\[?[0-9;]*[A-HP-S]$|~")
"""What a sequence may lack: no key of a hand comes with others in one piece."""
_SPACES = "\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"
_OF_THE_LINE = str.maketrans(dict.fromkeys("\x00\x11\x13") | dict.fromkeys(_SPACES, " "))
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_OLD_HANDHELDS = "shiftdeck-old-handhelds"


class SequenceParser(Protocol):
    """What is used of Textual's ``XTermParser``."""

    def feed(self, data: str) -> Iterable[Message]:
        """The events of ``data``."""
        ...


def _byte_by_byte(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    found = error.object[error.start : error.end]
    text = "".join(bytes([byte]).decode("cp437" if 0x80 <= byte < 0xA0 else "latin-1") for byte in found)
    return text, error.end


codecs.register_error(_OLD_HANDHELDS, _byte_by_byte)


class Keyboard:
    """Takes bytes as they come; gives the events they mean, in order. Give it time with :meth:`tick`.

    ``new_parser`` makes Textual's parser, which names the keys; ``clock`` gives seconds that only grow.
    """

    def __init__(
        self, new_parser: Callable[[], SequenceParser], clock: Callable[[], float], *, patience: float = PATIENCE
    ) -> None:
        self._new_parser = new_parser
        self._parser = new_parser()
        self._clock = clock
        self._patience = patience
        self._decoder = codecs.getincrementaldecoder("utf-8")(_OLD_HANDHELDS)
        self._text = ""
        """Read and not decided yet: a sequence that has begun, or what may be the end of a paste."""
        self._apart = False
        """Whether the Escape that ``_text`` begins with was pressed alone."""
        self._pasted: list[str] | None = None
        """The pieces of the paste that is coming in."""
        self._cut = False
        """Whether the paste was handed over without its end."""
        self._stale = 0
        """How much of ``_text`` was there at that moment: a piece of the end, or nothing."""
        self._given_up = ""
        """The piece of a sequence that was taken as typed because its rest did not come."""
        self._deadline: float | None = None
        self._returned: float | None = None
        """When a CR came, if nothing has come behind it."""
        self._heard = clock()
        """When the last bytes came."""
        self._understood = lru_cache(maxsize=1000)(self._ask)

    @property
    def wait(self) -> float | None:
        """Seconds until :meth:`tick` has something to do; ``None`` when it has nothing."""
        return None if self._deadline is None else max(0.0, self._deadline - self._clock())

    def feed(self, data: bytes) -> list[Message]:
        """The events that ``data`` completes."""
        out = list(self._take(self._without_rest(self._decoder.decode(data).translate(_OF_THE_LINE))))
        self._heard = self._clock()
        return out

    def tick(self) -> list[Message]:
        """The events of what has waited long enough for a rest that does not come."""
        if self._deadline is None or self._clock() < self._deadline:
            return []
        self._deadline = None
        out: list[Message] = []
        if self._decoder.getstate()[0]:
            out += self._take(self._decoder.decode(b"", final=True))
            self._decoder.reset()
        if self._pasted is not None and (self._pasted or not self._cut):
            out += self._paste_of(self._pasted)
            self._pasted, self._cut, self._stale = [], True, len(self._text)
        elif self._text:
            self._give_up_paste()
            held, self._text = self._text, ""
            self._given_up = held
            out += self._as_typed(held, self._apart)
        self._deadline = None
        return out

    # -- pieces -------------------------------------------------------------------------------------------

    def _without_rest(self, text: str) -> str:
        """``text`` without the rest of the sequence whose begin was taken as typed."""
        begun, self._given_up = self._given_up, ""
        if not begun or self._clock() - self._heard > REST_SECONDS:
            return text
        rest = _REST.match(text)
        if rest is None or (len(rest[0]) < 2 and rest[0] != "~"):
            return text
        whole = begun + rest[0]
        return text[rest.end() :] if _WHOLE.fullmatch(whole) and self._understood(whole) else text

    def _take(self, text: str) -> Iterator[Message]:
        if text and self._text in ("", ESC):
            self._apart = bool(self._text) and self._clock() - self._heard > TOGETHER
        self._text += text
        while self._text:
            before = len(self._text)
            yield from self._keys() if self._pasted is None else self._paste(self._pasted)
            if len(self._text) == before:
                break
        if self._pasted is not None and (self._pasted or not self._cut):
            self._deadline = self._clock() + max(self._patience, PASTE_PATIENCE)
        elif self._text[self._stale :] or self._decoder.getstate()[0]:
            self._deadline = self._clock() + self._patience
        else:
            self._deadline = None

    def _keys(self) -> Iterator[Message]:
        """Everything up to the next paste or to something that is not whole."""
        text, at = self._text, 0
        while at < len(text) and self._pasted is None:
            if text[at] != ESC:
                end = text.find(ESC, at)
                end = len(text) if end < 0 else end
                yield from self._plain(text[at:end])
                at = end
            elif found := _WHOLE.match(text, at):
                apart, at = self._apart and at == 0, found.end()
                yield from self._sequence(found[0], apart)
            elif len(text) - at < _MOST and _BEGUN.fullmatch(text, at):
                break
            else:
                yield from self._as_typed(text[at : at + 2], self._apart and at == 0)
                at += 2 if text[at + 1].isprintable() else 1
        self._text, self._apart = text[at:], self._apart and not at

    def _paste(self, pieces: list[str]) -> Iterator[Message]:
        """Collect up to the end of the paste; what may be the beginning of its end stays undecided."""
        end = self._text.find(PASTE_END)
        if end >= 0 and not (self._cut and PASTE_BEGIN in self._text[:end]):
            pieces.append(self._text[:end])
            self._text = self._text[end + len(PASTE_END) :]
            self._pasted, self._cut, self._stale = None, False, 0
            yield from self._paste_of(pieces)
            return
        begun = next((n for n in range(len(PASTE_END) - 1, 0, -1) if self._text.endswith(PASTE_END[:n])), 0)
        if begun == len(self._text):
            return
        if self._cut and not self._goes_on():
            yield from self._paste_of(pieces)
            self._give_up_paste()
            yield from self._keys()
            return
        again = self._text.find(PASTE_BEGIN, self._stale) if self._cut else -1
        rest = again if again >= 0 else len(self._text) - begun
        pieces.append(self._text[self._stale : rest])
        self._text, self._stale = self._text[rest:], 0

    def _goes_on(self) -> bool:
        """Whether what came behind a paste that was handed over is its rest: nobody types several keys in one."""
        fresh = self._text[self._stale :]
        if fresh.startswith(ESC):
            return False
        if self._pasted:
            return True
        return len(fresh) > 1 and fresh != "\r\n" and self._clock() - self._heard < PASTE_LOST

    def _give_up_paste(self) -> None:
        """The end was lost, and somebody goes on: from here on these are keys."""
        self._text = self._text[self._stale :]
        self._pasted, self._cut, self._stale = None, False, 0

    # -- events -------------------------------------------------------------------------------------------

    def _plain(self, text: str) -> Iterator[Message]:
        """Characters; CR LF and LF become one Enter each."""
        returned, self._returned = self._returned, None
        if returned is not None and text.startswith("\n") and self._clock() - returned <= RETURN_PATIENCE:
            text = text[1:]
        if text.endswith("\r"):
            self._returned = self._clock()
        text = text.replace("\r\n", "\r").replace("\n", "\r")
        if text:
            yield from self._parser.feed(text)

    def _sequence(self, sequence: str, apart: bool) -> Iterator[Message]:
        self._returned = None
        if sequence == PASTE_BEGIN:
            self._pasted = []
        elif self._understood(sequence):
            yield from self._parser.feed(sequence)
        elif _TYPED.fullmatch(sequence):
            yield from self._as_typed(sequence, apart)

    def _as_typed(self, held: str, apart: bool) -> Iterator[Message]:
        """Escape and what came behind it; ``apart``: so much later that Escape was a key of its own."""
        typed = held[1:] if held[1:2].isprintable() else ""
        if apart or not typed:
            yield from self._escape()
        yield from self._plain(typed)

    def _escape(self) -> Iterator[Message]:
        self._returned = None
        yield events.Key("escape", ESC)

    def _paste_of(self, pieces: list[str]) -> Iterator[Message]:
        text = _BREAKS.sub("\n", "".join(pieces).replace(PASTE_BEGIN, ""))
        self._returned = None
        if text:
            yield events.Paste(text)

    def _ask(self, sequence: str) -> bool:
        """Whether Textual knows ``sequence``: it would swallow the keys after one that it does not know.

        A parser of its own is asked, with a key behind: does that key come out, and nothing break? A number that
        names no key would come out as the character of that number; only a sequence that ends in ``u`` may.
        """
        try:
            meant = list(self._new_parser().feed(sequence + "\x00"))
        except (ValueError, OverflowError):
            return False
        behind = meant.pop() if meant else None
        if not isinstance(behind, events.Key) or behind.character != "\x00":
            return False
        may_be_text = sequence[1] != "[" or sequence.endswith("u")
        return may_be_text or not any(isinstance(key, events.Key) and key.character for key in meant)
