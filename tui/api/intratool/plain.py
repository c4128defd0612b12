"""Their descriptions are HTML; a terminal shows the text of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table"})
_SILENT = frozenset({"script", "style"})
_tag = re.compile(r"<[a-zA-Z/!][^>]*>|&[#\w]+;")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain_text(html: str) -> str:
    """The readable text of ``html``, paragraphs on lines of their own; text without tags stays as it is."""
    if not _tag.search(html):
        return html.strip()
    reader = _Text()
    try:
        reader.feed(html)
        reader.close()
    except (ValueError, AssertionError):  # the parser gives up on some broken declarations
        return html.strip()
    lines = [" ".join(line.split()) for line in "".join(reader.parts).splitlines()]
    return "\n".join(line for line in lines if line)
