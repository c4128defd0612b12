"""A day of the SuperAI sample: runs done, running, waiting for a person, failed, or outdated in part."""

from __future__ import annotations

from typing import Any, NamedTuple

from tui.embedded.samples.superai_flows import (
    COMPLAINTS,
    FAILURE,
    FILE_IT,
    INVOICE,
    INVOICES,
    OVERLOADED,
    REPLY,
    REVIEWED,
    TOPIC,
)


class Step(NamedTuple):
    """One attempt of a run: which task, how it stands, and what differs from the usual."""

    task: str
    status: str = "completed"
    number: int = 0
    more: dict[str, Any] = {}  # noqa: RUF012  (never changed)


class Story(NamedTuple):
    """One run. ``tags`` are (task, tag, type, metadata)."""

    flow: str
    status: str
    steps: tuple[Step, ...] = ()
    input: dict[str, Any] = {}  # noqa: RUF012  (never changed)
    tags: tuple[tuple[str, str, str, Any], ...] = ()
    by: str = "system"


def _done(*names: str) -> tuple[Step, ...]:
    return tuple(Step(name) for name in names)


def _invoice(number: str, supplier: str, total: float) -> dict[str, Any]:
    return {**INVOICE, "invoice_no": number, "supplier": supplier, "total": total}


_READ = _done("receive", "read")
_CHECKED = (*_READ, *_done("extract", "order", "vat"))
_ALL = (*_CHECKED, *_done("review", "post", "mail"))
_STALE = {"stale_status": "stale"}
_EDITED = {"edited_status": "edited_not_reexecuted", "modified_by": "maria"}
_BUTTER = _invoice("MK-889", "Molkerei Kiel eG", 402.6)
_FISH = _invoice("HF-0093", "Hafenfisch KG", 2310.0)


def _file(number: str) -> dict[str, Any]:
    return {"file": f"gs://zentralkueche/invoices/{number}.txt"}


DAY: tuple[Story, ...] = (
    Story(INVOICES, "completed", _ALL, _file("NF-2026-4470"), (("review", "approved", "review_status", None),)),
    Story(COMPLAINTS, "completed", _done(TOPIC, REPLY, FILE_IT), {"text": "The van came two hours late."}),
    Story(INVOICES, "completed", _ALL, _file("NF-2026-4471"), (("extract", "reviewed", "quality", None),)),
    Story(
        INVOICES,
        "completed",
        (
            *_READ,
            Step("extract", more={"output": _BUTTER, **_EDITED}),
            *(Step(name, more=_STALE) for name in ("order", "vat", "review", "post")),
            Step("mail"),
        ),
        _file("MK-889"),
    ),
    Story(
        INVOICES,
        "failed",
        (
            *_READ,
            Step("extract", more={"output": _FISH}),
            Step("vat"),
            Step("order", "failed", more={"output": None, "error": FAILURE}),
            Step("order", "failed", 1, {"output": None, "error": FAILURE}),
        ),
        _file("HF-0093"),
    ),
    Story(
        COMPLAINTS,
        "completed",
        (
            Step(TOPIC),
            Step(REPLY, "failed", more={"output": None, "error": OVERLOADED}),
            Step(REPLY, number=1),
            Step(FILE_IT),
        ),
        {"text": "Three boxes were damaged."},
    ),
    Story(
        INVOICES,
        "awaiting_input",
        (*_CHECKED, Step("review", "awaiting_input", more={"output": REVIEWED})),
        _file("NF-2026-4472"),
    ),
    Story(
        INVOICES,
        "awaiting_input",
        (
            *_READ,
            Step("extract", more={"output": _BUTTER}),
            *_done("order", "vat"),
            Step("review", "awaiting_input", more={"output": {**_BUTTER, "matches_order": False, "comment": ""}}),
        ),
        _file("MK-890"),
        (("review", "rejected", "review_status", {"reason": "Price differs from the order", "by": "cem"}),),
    ),
    Story(
        INVOICES,
        "cancelled",
        (*_READ, Step("extract", "cancelled", more={"output": None})),
        _file("X-1"),
        by="ana",
    ),
    Story(
        COMPLAINTS, "running", (Step(TOPIC), Step(REPLY, "running", more={"output": None})), {"text": "Cold soup."}
    ),
    Story(INVOICES, "running", (*_READ, Step("extract", "running", more={"output": None})), _file("NF-2026-4473")),
    Story(INVOICES, "queued", (), _file("NF-2026-4474"), by="dora"),
)
