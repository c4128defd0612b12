"""The flows of the SuperAI sample: an invoice check with a person in it, and a small triage of complaints.

One is defined by templates that name other tasks, the other by edges between tasks whose names are UUIDs, as both
occur (contract section 3.7). ``sample_output`` is what the sample's worker answers; ``sample_failure``: of so many
runs one fails there at its first attempt, which is perhaps followed by a second one.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

NAMESPACE = UUID("6f1c2a9e-0d57-4b5e-9a44-3d2f0c7be101")


def sample_id(*words: object) -> str:
    """A UUID that is the same at every sample site."""
    return str(uuid5(NAMESPACE, "/".join(str(word) for word in words)))


INVOICES, COMPLAINTS = sample_id("flow", "invoices"), sample_id("flow", "complaints")
TOPIC, REPLY, FILE_IT = (sample_id("task", name) for name in ("topic", "reply", "file"))

TRACEBACK = """Traceback (most recent call last):
  File "/srv/executors/http_request.py", line 118, in run
    answer = session.get(url, timeout=30)
  File "/srv/lib/http/session.py", line 64, in get
    raise ConnectTimeout(url)
executors.errors.ConnectTimeout: orders.example.org did not answer within 30 s
"""
FAILURE = {"message": "The order system did not answer.", "type": "ConnectTimeout", "traceback": TRACEBACK}
OVERLOADED = {"message": "The model was overloaded."}

INVOICE: dict[str, Any] = {
    "supplier": "Nordfrisch Großhandel GmbH",
    "invoice_no": "NF-2026-4471",
    "invoice_date": "2026-11-19",
    "total": 1184.05,
    "vat_rate": 7,
    "lines": [
        {"article": "Kartoffeln, 25 kg", "quantity": 12, "price": 14.9},
        {"article": "Möhren, 10 kg", "quantity": 20, "price": 8.35},
    ],
}
REVIEWED: dict[str, Any] = {**INVOICE, "matches_order": True, "comment": ""}
TEXT = "Nordfrisch Großhandel GmbH\nRechnung NF-2026-4471\nKartoffeln 12 x 14,90\nMöhren 20 x 8,35\n"
SCAN = "gs://zentralkueche/invoices/NF-2026-4471.txt"

_INVOICE_MODEL: dict[str, Any] = {
    "type": "object",
    "required": ["supplier", "invoice_no", "total"],
    "properties": {
        "supplier": {"type": "string", "title": "Lieferant"},
        "invoice_no": {"type": "string", "title": "Rechnungsnummer"},
        "invoice_date": {"type": "string", "format": "date", "title": "Rechnungsdatum"},
        "total": {"type": "number", "title": "Gesamtbetrag", "description": "brutto, in Euro"},
        "vat_rate": {"type": "integer", "title": "Steuersatz in %"},
        "lines": {"type": "array", "title": "Positionen", "items": {"type": "object"}},
        "matches_order": {"type": "boolean", "title": "Passt zur Bestellung"},
        "comment": {"type": "string", "title": "Bemerkung"},
    },
}


def _task(
    name: str, executor: str, title: str, parameters: dict[str, Any], output: Any, **more: Any
) -> dict[str, Any]:
    return {
        "name": name,
        "task_executor_name": executor,
        "task_title": title,
        "parameters": parameters,
        "sample_output": output,
        **more,
    }


INVOICE_TASKS = [
    _task("receive", "receive_file", "Rechnung empfangen", {}, {"file": SCAN, "pages": 2}),
    _task("read", "doc_to_text", "Text erkennen", {"file": "{{receive.file}}"}, {"text": TEXT, "words": 11}),
    _task("extract", "doc_to_structured", "Felder auslesen", {"text": "{{read.text}}"}, INVOICE),
    _task(
        "order",
        "http_request",
        "Bestellung suchen",
        {"number": "{{extract.invoice_no}}"},
        {"order": "B-20117"},
        sample_failure={"every": 4, "again": False, "error": FAILURE},
    ),
    _task("vat", "rule_check", "Steuer prüfen", {"rate": "{{extract.vat_rate}}"}, {"ok": True}),
    _task(
        "review",
        "human_review",
        "Rechnung freigeben",
        {"invoice": "{{extract.output}}", "order": "{{order.order}}", "vat": "{{vat.ok}}"},
        REVIEWED,
    ),
    _task("post", "http_request", "In die Buchhaltung", {"invoice": "{{review.output}}"}, {"entry": 90417}),
    _task("mail", "send_email", "Lieferant benachrichtigen", {"entry": "{{post.entry}}"}, {"sent": True}),
]
COMPLAINT_TASKS = [
    _task(
        TOPIC, "classify", "Find the topic", {}, {"topic": "late delivery", "confidence": 0.93, "urgent": False}
    ),
    _task(
        REPLY,
        "write_text",
        "Draft a reply",
        {},
        {"text": "We are sorry that the van came late.", "words": 9},
        sample_failure={"every": 3, "again": True, "error": OVERLOADED},
    ),
    _task(FILE_IT, "http_request", "File it", {}, {"ticket": "C-5521"}),
]

FLOWS: tuple[dict[str, Any], ...] = (
    {
        "id": INVOICES,
        "display_name": "Eingangsrechnungen prüfen",
        "description": "Liest Rechnungen aus, vergleicht sie mit der Bestellung und lässt sie freigeben.",
        "definition": {
            "flow_configs": [
                {"config": {"tasks": INVOICE_TASKS, "groups": [], "notes": [], "meta": {"name": "invoices"}}}
            ]
        },
        "output_schemas": {"extract": _INVOICE_MODEL, "review": _INVOICE_MODEL},
    },
    {
        "id": COMPLAINTS,
        "display_name": "Complaint triage",
        "description": "Sorts what customers complain about and drafts a reply.",
        "definition": {
            "version": "1",
            "tasks": COMPLAINT_TASKS,
            "edges": [{"source": TOPIC, "target": REPLY}, {"source": REPLY, "target": FILE_IT}],
        },
        "output_schemas": {},
    },
)
