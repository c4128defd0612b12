"""Finding executions by what is typed. Pure: no Textual.

A row is found when it holds every word of the text as it was typed; words in quotes belong together. Only where
no row at all has them is a row found that has the letters of every word in their order, within one of its
fields. Nothing is ranked: the list keeps its order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress

from tui.i18n import say
from tui.model.execution import Execution, Key

Groups = tuple[Sequence[Key], ...]
"""The keys of each section of the list, from top to bottom."""

_COMBINING = re.compile("[\u0300-\u036f]+")
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_TOKEN = re.compile(r'"([^"]*)"?|(\S+)')


def folded(text: str) -> str:
    """``text`` without case and accents: ``Kühl`` and ``kuhl`` are the same to whoever looks for them."""
    plain = text.casefold()
    if plain.isascii():
        return plain
    return _COMBINING.sub("", unicodedata.normalize("NFKD", plain.replace("ı", "i")).casefold())


def sought(text: str) -> str:
    """In what is looked for: ``text`` folded, and once more with its umlauts written out where it has some."""
    plain = folded(text)
    if text.isascii():
        return plain
    written = unicodedata.normalize("NFC", text.casefold()).translate(_WRITTEN_OUT)
    full = folded(written)
    return plain if full == plain else f"{plain}\n{full}"


def tokens_of(text: str) -> tuple[str, ...]:
    """The words of a filter text, folded as the rows are; what stands in quotes is one word."""
    found = (quoted or plain for quoted, plain in _TOKEN.findall(folded(text)))
    return tuple(token.strip() for token in found if token.strip())


class Finder:
    """Finds executions by ID, title, place, department, person and the words of their status.

    The folded text of a row is made once, at the first search or ahead of it by :meth:`prepare`, and again only
    after :meth:`forget`.
    """

    def __init__(self) -> None:
        self.loose = False
        """Whether the last search found rows by the order of letters only."""
        self._texts: dict[Key, str] = {}
        self._words: dict[tuple[str, bool, int], str] = {}
        self._all: Groups = ()
        self._aligned: tuple[Groups, list[list[str]]] | None = None
        self._making: object = None
        self._found: list[tuple[list[str], Sequence[Key]]] = []

    def forget(self, keys: Iterable[Key] | None = None) -> None:
        """The rows of ``keys`` (all: ``None``) have changed or are gone."""
        self._aligned = self._making = None
        if keys is None:
            self._texts.clear()
            self._words.clear()
            self._found.clear()
            return
        for key in keys:
            self._texts.pop(key, None)

    def prepare(self, groups: Groups, rows: Mapping[Key, Execution], at_once: int) -> Iterator[None]:
        """Make the texts of ``groups`` ready, so many between two stops: the first character then finds them."""
        ready: list[list[str]] = [[] for _group in groups]
        self._aligned = None
        token = self._making = object()
        for group, texts in zip(groups, ready, strict=True):
            for first in range(0, len(group), at_once):
                part = group[first : first + at_once]
                texts += [self._text(row) if (row := rows.get(key)) is not None else "" for key in part]
                yield
                if self._making is not token:
                    return
        self._aligned = groups, ready

    def match(self, execution: Execution, tokens: Sequence[str]) -> bool:
        """Whether ``execution`` would be found, by the letters alone where the last search was so."""
        text = self._text(execution)
        if self.loose:
            return all(_letters(token).search(text) is not None for token in tokens)
        return all(token in text for token in tokens)

    def search(self, groups: Groups, rows: Mapping[Key, Execution], tokens: Sequence[str]) -> Groups:
        """``groups`` without the rows that do not match."""
        self.loose = False
        self._all = groups
        if not tokens:
            self._found.clear()
            return groups
        if self._aligned is not None and self._aligned[0] is groups:
            self._found = list(zip(self._aligned[1], groups, strict=True))
        else:
            self._found = [(self._texts_of(group, rows), group) for group in groups]
        return self._narrow(tokens, rows)

    def refine(self, rows: Mapping[Key, Execution], tokens: Sequence[str]) -> Groups:
        """The same for a text that grew: only what the last search found is looked at."""
        return self._narrow(tokens, rows) if not self.loose else self.search(self._all, rows, tokens)

    def _narrow(self, tokens: Sequence[str], rows: Mapping[Key, Execution]) -> Groups:
        for token in tokens:
            for n, (texts, keys) in enumerate(self._found):
                hits = [token in text for text in texts]
                if not all(hits):
                    self._found[n] = list(compress(texts, hits)), list(compress(keys, hits))
        if any(keys for _texts, keys in self._found):
            return tuple(keys for _texts, keys in self._found)
        return self._by_letters(tokens, rows)

    def _by_letters(self, tokens: Sequence[str], rows: Mapping[Key, Execution]) -> Groups:
        found: list[tuple[list[str], Sequence[Key]]] = [
            (self._texts_of(group, rows), group) for group in self._all
        ]
        for token in tokens:
            search = _letters(token).search
            for n, (texts, keys) in enumerate(found):
                hits = [search(text) is not None for text in texts]
                found[n] = list(compress(texts, hits)), list(compress(keys, hits))
        self._found, self.loose = found, True
        return tuple(keys for _texts, keys in found)

    def _texts_of(self, keys: Sequence[Key], rows: Mapping[Key, Execution]) -> list[str]:
        texts = list(map(self._texts.get, keys))
        if None in texts:
            return [text if text is not None else self._text(rows[keys[n]]) for n, text in enumerate(texts)]
        return texts  # type: ignore[return-value]  # just looked

    def _text(self, row: Execution) -> str:
        text = self._texts.get(row.key)
        if text is None:
            status = row.status
            kind = (status.raw, status.late, id(status.phase))  # hashing the enum itself would run Python code
            word = self._words.get(kind)
            if word is None:
                word = self._words[kind] = say(status.word)
            more = f"\n{row.actor}" if row.actor else ""
            if row.department:
                more += f"\n{row.department}"
            for mark in row.marks:
                more += f"\n{say(mark)}"
            if row.verdict is not None:
                more += f"\n{say(row.verdict.text)}"
            text = sought(f"{row.key.id}\n{row.title}\n{row.place}\n{word}{more}")
            self._texts[row.key] = text
        return text


def _letters(token: str) -> re.Pattern[str]:
    """The letters of ``token`` in their order, within one field. The compiler keeps the last patterns itself."""
    letters = [re.escape(letter) for letter in token]
    return re.compile(letters[0] + "".join(f"[^\\n{letter}]*{letter}" for letter in letters[1:]))
