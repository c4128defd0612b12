"""The HTTP library logs whole addresses; what stands behind the question mark of a pre-signed link is a secret."""

from __future__ import annotations

import logging

import httpx


class _WithoutQuery(logging.Filter):
    """Cuts the query off every address in a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_shown(part) for part in record.args)
        return True


def _shown(part: object) -> object:
    return str(part.copy_with(query=None)) if isinstance(part, httpx.URL) and part.query else part


_FILTER = _WithoutQuery()


def quiet_links() -> None:
    """From now on the library's log shows no queries. To call it again changes nothing."""
    logging.getLogger("httpx").addFilter(_FILTER)
