"""Answers of ``rich-text``, which their web editor writes as HTML and a terminal as plain lines.

The contract names no shape (section 3), so both are read:

- A value that begins and ends with a block of HTML (``<p>``, ``<ul>``, ``<h2>`` ...) came from an editor. The form
  holds the text of it: every paragraph and ``<br>`` is a line, an empty paragraph an empty line, ``- `` and
  ``1. `` stand before list items, a link is followed by its address, a picture is named in brackets.
- Everything else is plain text as it stands, also where it holds a ``<`` or an ``&``.

What goes back is plain text, and only where a person has changed it: an answer that nobody touched is not sent, so
its formatting stays at the server. Where formatting would be lost by a change, :func:`is_formatted` says so, for a
warning beside the form.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

_BLOCK = "p|div|h[1-6]|ul|ol|blockquote|pre|table|figure|hr|section|article"
_HTML = re.compile(rf"\s*<({_BLOCK})(\s[^<>]*)?/?>.*<(/({_BLOCK})|hr)\s*/?>\s*", re.IGNORECASE | re.DOTALL)
_LINES = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "tr", "pre", "blockquote", "hr", "figure"}
)
_PLAIN = frozenset({"p", "br", "div", "span", "html", "body", "section", "article"})
_SILENT = frozenset({"script", "style", "head", "title"})
_BLANKS = re.compile(r"[ \t\r\n\f]+")


class _Reader(HTMLParser):
    """Collects lines; ``formatted`` once there was something that plain lines cannot hold."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.formatted = False
        self._line = ""
        self._open = False
        self._silent = 0
        self._verbatim = 0
        self._lists: list[int | None] = []
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.formatted |= tag not in _PLAIN
        self._silent += tag in _SILENT
        self._verbatim += tag == "pre"
        if tag in _LINES:
            self._end_line()
            self._open = tag != "hr"
        if tag == "br":
            self._end_line(always=True)
        elif tag in ("ul", "ol"):
            self._end_line()
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._line = self._mark()
        elif tag == "img":
            self._add(f"[{named.get('alt') or named.get('src', '').rpartition('/')[2][:60] or '…'}]")
        elif tag == "a":
            self._link = named.get("href", "")
        elif tag in ("td", "th") and self._line.strip():
            self._line += " | "

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        self._verbatim -= tag == "pre" and self._verbatim > 0
        if tag == "a":
            if self._link and self._link not in self._line:
                self._add(f" ({self._link})")
            self._link = ""
        elif tag in ("ul", "ol") and self._lists:
            self._end_line()
            self._lists.pop()
        elif tag in _LINES:
            # An empty paragraph is an empty line, and so is one that holds a single <br>.
            self._end_line(always=self._open and tag in ("p", "div"))

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._verbatim:
            first, *more = data.split("\n")
            self._add(first)
            for line in more:
                self._end_line(always=True)
                self._add(line)
            return
        text = _BLANKS.sub(" ", data).replace("\xa0", " ")
        self._add(text if self._line else text.lstrip(" "))

    def close(self) -> None:
        super().close()
        self._end_line()

    def _add(self, text: str) -> None:
        self._line += text

    def _mark(self) -> str:
        number = self._lists[-1] if self._lists else None
        indent = "  " * max(len(self._lists) - 1, 0)
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number + 1}. "

    def _end_line(self, *, always: bool = False) -> None:
        if self._line.strip() or always:
            self.lines.append(self._line.rstrip(" "))
        self._line, self._open = "", False


def is_html(value: Any) -> bool:
    """Whether an answer came from an editor."""
    return isinstance(value, str) and _HTML.fullmatch(value) is not None


def plain(value: str) -> str:
    """The lines of an answer; plain text stays as it is."""
    reader = _read(value)
    return value if reader is None else "\n".join(reader.lines).strip("\n")


def is_formatted(value: Any) -> bool:
    """Whether an answer holds more than its lines: emphasis, lists, links, pictures, tables."""
    reader = _read(value)
    return reader is not None and reader.formatted


def _read(value: Any) -> _Reader | None:
    if not is_html(value):
        return None
    reader = _Reader()
    try:
        reader.feed(value)
        reader.close()
    except (ValueError, AssertionError):  # the parser gives up on some broken declarations
        return None
    return reader
