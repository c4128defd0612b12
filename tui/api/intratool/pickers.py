"""The options of pickers, narrowed by what a person typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from tui.api.intratool.catalogue import Catalogue
from tui.api.intratool.seen import Seen
from tui.model.field import Choice
from tui.model.system import Page

_PLAIN_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
LONGEST = 500
"""At most so many options are given at once; the page says when there are more."""


async def page(catalogue: Catalogue, seen: Seen, source: str, query: str) -> Page:
    """The options of ``source``; for assignments and templates those of the last list where the server refuses.

    Every word of ``query`` must stand somewhere in the label, whatever its case and accents, or be the whole ID.
    First comes who is named exactly, then whose label begins with it, then the others, each by their labels.
    """
    words = fold(query).split()
    wanted = " ".join(words)
    hits: list[tuple[int, str, Choice]] = []
    for value, label in await _pairs(catalogue, seen, source):
        folded, ident = fold(label or value), value.casefold()
        if all(word in folded or word == ident for word in words):
            rank = 0 if wanted in (folded, ident) else 1 if folded.startswith(wanted) else 2
            hits.append((rank, folded, Choice(value, label or value)))
    hits.sort(key=lambda hit: (hit[0], hit[1], hit[2].value))
    return Page(choices=tuple(hit[2] for hit in hits[:LONGEST]), complete=len(hits) <= LONGEST)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """``text`` for comparing: without case and accents, all kinds of i alike (Turkish has four)."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN_LETTERS))
    return " ".join("".join(one for one in letters if not unicodedata.combining(one)).split())


async def child_templates(catalogue: Catalogue, parent: str | None) -> Sequence[Choice]:
    """The templates that hang below ``parent``'s: what its child executions are made from."""
    if parent is None:
        return ()
    found = await catalogue.templates() or []
    return [Choice(one.id, one.title or one.id) for one in found if one.id is not None and one.parent_id == parent]


async def _pairs(catalogue: Catalogue, seen: Seen, source: str) -> Iterable[tuple[str, str]]:
    if source == "assignments":
        assignments = await catalogue.assignments()
        if assignments is None:
            return [
                (number, _both(seen.titles.get(seen.templates.get(number, ""), ""), place))
                for number, place in seen.places.items()
            ]
        titles = {one.id: one.title for one in await catalogue.templates() or ()} or dict(seen.titles)
        return [
            (one.id, _both(titles.get(one.task_template_id or "", ""), one.title))
            for one in assignments
            if one.id is not None and one.active is not False
        ]
    if source == "templates":
        templates = await catalogue.templates()
        if templates is None:
            return seen.titles.items()
        return [(one.id, one.title) for one in templates if one.id is not None]
    if source == "users":
        return [(one.id, one.name) for one in await catalogue.people() or () if one.id is not None]
    if source == "departments":
        return [(one.id, one.name) for one in await catalogue.departments() or () if one.id is not None]
    return ()


def _both(template: str, place: str) -> str:
    """What is to be done, and where: an assignment's own title says only the second."""
    return f"{template} · {place}" if template and place and template != place else template or place
