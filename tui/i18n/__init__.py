"""English and German: gettext catalogues, loaded when the first sentence needs one.

The English text is the key, so English needs no catalogue. The German one is
``locales/de/LC_MESSAGES/shiftdeck.mo``, made from the ``.po`` beside it by ``python -m tests.tools.catalogue``.
Nothing is imported here before it is needed: ``shiftdeck --help`` comes through this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gettext import NullTranslations

    from tui.model.message import Message

LANGUAGES = ("en", "de")
DOMAIN = "shiftdeck"

_language = "en"
_loaded: dict[str, NullTranslations] = {}


def set_language(wanted: str | None, environ: Mapping[str, str]) -> str:
    """Speak ``wanted``; with ``None`` what the environment says. Returns the language that is spoken now.

    Looked at in this order: ``SHIFTDECK_LANG``, ``LC_ALL``, ``LC_MESSAGES``, ``LANG``; the first that is set
    decides, and a language that we do not have means English.
    """
    global _language
    if wanted is None:
        names = ("SHIFTDECK_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
        wanted = next((environ[name] for name in names if environ.get(name)), "en")
    _language = known_language(wanted) or "en"
    return _language


def known_language(name: str) -> str | None:
    """``de`` for ``de``, ``de_DE.UTF-8``, ``DE-at``; ``None`` for a language that we do not have."""
    short = name.replace("-", "_").split(".")[0].split("_")[0].lower()
    return short if short in LANGUAGES else None


def language() -> str:
    """The language that is spoken now: ``en`` or ``de``."""
    return _language


def _(text: str, /, **params: Any) -> str:
    """``text`` in the current language, with ``{named}`` parts filled in. Call it with a literal."""
    return _filled(_catalogue().gettext(text) if text else "", params)


def plural(one: str, many: str, n: int, /, **params: Any) -> str:
    """The form that belongs to ``n``, which may also be used as ``{n}``. Call it with literals."""
    return _filled(_catalogue().ngettext(one, many, n), {"n": n, **params})


def say(message: Message) -> str:
    """A :class:`Message` as text. A server's words stay as they are; parts that are messages are said too."""
    if message.server:
        return message.id
    kind = type(message)
    params = {name: say(part) if isinstance(part, kind) else part for name, part in message.params.items()}
    return _(message.id, **params)


def _filled(template: str, params: dict[str, Any]) -> str:
    if not params:
        return template
    try:
        return template.format(**params)
    except (KeyError, ValueError, IndexError, AttributeError):
        # something is missing: the model's own way keeps what is missing visible (and costs an import)
        from tui.model.message import fill

        return fill(template, params)


def _catalogue() -> NullTranslations:
    found = _loaded.get(_language)
    if found is None:
        import gettext
        from pathlib import Path

        if _language == "en":
            found = gettext.NullTranslations()
        else:
            folder = Path(__file__).with_name("locales")
            found = gettext.translation(DOMAIN, folder, [_language], fallback=True)
        _loaded[_language] = found
    return found
