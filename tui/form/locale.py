"""How six languages write numbers and dates. Facts of the languages (CLDR), not texts of this program."""

from __future__ import annotations

import msgspec


class Locale(msgspec.Struct, frozen=True):
    """``decimal`` sign; ``date`` in PHP letters as it is typed; ``weekdays`` from Monday, short.

    ``read``: how a date is written for reading, in PHP letters, where that is another way ("" for the same).
    """

    decimal: str
    date: str
    weekdays: tuple[str, ...]
    read: str = ""

    @property
    def other(self) -> str:
        """The separator that is not this language's decimal sign: it may mean thousands."""
        return "." if self.decimal == "," else ","


_LOCALES = {
    # British and American readers write days and months the other way round; a month in letters is plain to both.
    "en": Locale(".", "Y-m-d", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "j M Y"),
    "de": Locale(",", "d.m.Y", ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")),
    "fr": Locale(",", "d/m/Y", ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")),
    "nl": Locale(",", "d-m-Y", ("ma", "di", "wo", "do", "vr", "za", "zo")),
    "pl": Locale(",", "d.m.Y", ("pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz.")),
    "tr": Locale(",", "d.m.Y", ("Pzt", "Sal", "Çar", "Per", "Cum", "Cmt", "Paz")),
}


def locale_of(lang: str) -> Locale:
    """The habits of ``lang`` (``de``, ``de_AT``, ``de-CH``); English where it is not known."""
    return _LOCALES.get(lang.replace("-", "_").split("_")[0].lower(), _LOCALES["en"])
