"""What the server says when it refuses, in the language that the request asks for (``Accept-Language``)."""

from __future__ import annotations

from typing import Any

from tui.embedded.asgi import ApiError

_ENGLISH = {
    "token": "The access token is missing or not valid.",
    "forbidden": "This action is unauthorized.",
    "not_found": "Not Found.",
    "not_json": "The body is not a JSON object.",
    "busy": "The same request is still being worked on. Please ask again.",
    "key_reused": "This Idempotency-Key was used for another request.",
    "closed": "This task is already closed ({status}). Reset it first.",
    "too_early": "This task can be worked on from {time}.",
    "too_late": "This task could be worked on until {time}.",
    "owned": "Somebody else has already taken this task: {who}.",
    "deny_not_allowed": "This task must not be denied.",
    "deny_reason": "A reason is required to deny this task.",
    "delayed_reason": "This task is late: a reason is required.",
    "has_fields": "A task with fields is done by finishing it, not by setting its status.",
    "required": "The {field} field is required.",
    "text": "The {field} field must be a text.",
    "email": "The {field} field must be a valid email address.",
    "phone": "The {field} field must be a valid phone number.",
    "url": "The {field} field must be a valid URL.",
    "number": "The {field} field must be a number.",
    "integer": "The {field} field must be a whole number.",
    "min": "The {field} field must be at least {min}.",
    "max": "The {field} field must not be greater than {max}.",
    "between": "The {field} field must be between {min} and {max}.",
    "datetime": "The {field} field must match the format {format}.",
    "mimetypes": "The {field} field must be a file of type: {types}.",
    "max_file": "The {field} field must not be larger than {max} kilobytes.",
    "file": "The {field} field must be a file.",
    "choice": "The selected {field} is invalid.",
    "unknown_relation": "Unknown relation: {name}.",
    "too_deep": "Relations can be followed {depth} steps deep.",
    "unknown_column": "Unknown column: {name}.",
    "unknown_filter": "Unknown filter: {name}.",
    "unknown_append": "Unknown attribute: {name}.",
}
_GERMAN = {
    "token": "Das Zugriffstoken fehlt oder ist ungültig.",
    "forbidden": "Dafür fehlt die Berechtigung.",
    "not_found": "Nicht gefunden.",
    "not_json": "Der Inhalt ist kein JSON-Objekt.",
    "busy": "Dieselbe Anfrage wird noch bearbeitet. Bitte noch einmal fragen.",
    "key_reused": "Dieser Idempotency-Key wurde für eine andere Anfrage benutzt.",
    "closed": "Diese Aufgabe ist schon abgeschlossen ({status}). Bitte erst zurücksetzen.",
    "too_early": "Diese Aufgabe kann ab {time} bearbeitet werden.",
    "too_late": "Diese Aufgabe konnte bis {time} bearbeitet werden.",
    "owned": "Jemand anderes hat diese Aufgabe schon übernommen: {who}.",
    "deny_not_allowed": "Diese Aufgabe darf nicht abgelehnt werden.",
    "deny_reason": "Zum Ablehnen dieser Aufgabe ist ein Grund nötig.",
    "delayed_reason": "Diese Aufgabe ist verspätet: Ein Grund ist nötig.",
    "has_fields": "Eine Aufgabe mit Feldern wird abgeschlossen, nicht auf erledigt gesetzt.",
    "required": "{field} muss ausgefüllt werden.",
    "text": "{field} muss ein Text sein.",
    "email": "{field} muss eine gültige E-Mail-Adresse sein.",
    "phone": "{field} muss eine gültige Telefonnummer sein.",
    "url": "{field} muss eine gültige URL sein.",
    "number": "{field} muss eine Zahl sein.",
    "integer": "{field} muss eine ganze Zahl sein.",
    "min": "{field} muss mindestens {min} sein.",
    "max": "{field} darf höchstens {max} sein.",
    "between": "{field} muss zwischen {min} und {max} liegen.",
    "datetime": "{field} muss dem Format {format} entsprechen.",
    "mimetypes": "{field} muss eine Datei vom Typ {types} sein.",
    "max_file": "{field} darf höchstens {max} Kilobyte groß sein.",
    "file": "{field} muss eine Datei sein.",
    "choice": "Die Auswahl bei {field} ist ungültig.",
    "unknown_relation": "Unbekannte Beziehung: {name}.",
    "too_deep": "Beziehungen werden höchstens {depth} Schritte weit verfolgt.",
    "unknown_column": "Unbekannte Spalte: {name}.",
    "unknown_filter": "Unbekannter Filter: {name}.",
    "unknown_append": "Unbekanntes Attribut: {name}.",
}

_STATUSES = {
    "done": ("done", "erledigt"),
    "done_delayed": ("done late", "verspätet erledigt"),
    "denied": ("denied", "abgelehnt"),
    "missed": ("missed", "verpasst"),
}

Sentence = tuple[str, dict[str, Any]]
"""A sentence before it has a language: its name above and its parts."""


class Refused(Exception):
    """Something that this server will not do. ``fields`` maps request keys to their sentences (a 422)."""

    def __init__(
        self, status: int, name: str = "", /, *, fields: dict[str, list[Sentence]] | None = None, **parts: Any
    ) -> None:
        super().__init__(name)
        self.status = status
        self.sentence: Sentence = (name, parts)
        self.fields = fields

    def answer(self, language: str) -> ApiError:
        """The answer in ``language`` (``de`` or ``en``); as in Laravel the first sentence is the message."""
        if not self.fields:
            return ApiError(self.status, say(language, self.sentence))
        errors = {key: [say(language, one) for one in sentences] for key, sentences in self.fields.items()}
        return ApiError(self.status, next(iter(errors.values()))[0], errors)


def invalid(key: str, name: str, /, **parts: Any) -> Refused:
    """A 422 about one request key."""
    return Refused(422, fields={key: [(name, {"field": key, **parts})]})


def say(language: str, sentence: Sentence) -> str:
    """The sentence in ``language``."""
    name, parts = sentence
    if "status" in parts:
        words = _STATUSES.get(parts["status"], (parts["status"],) * 2)
        parts = {**parts, "status": words[1] if language == "de" else words[0]}
    return (_GERMAN if language == "de" else _ENGLISH)[name].format(**parts)


def language_of(accept_language: str) -> str:
    """``de`` when the header's first language is German, else ``en``."""
    return "de" if accept_language.strip().lower().startswith("de") else "en"
