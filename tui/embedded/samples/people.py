"""Who works at the sample site. Importable without the server: the list of accounts is drawn from here.

Each is (username, name, role), the role being worker, supervisor or admin; the first supervisor is the user whom a
newcomer meets the site as. The server's own sample data uses these very people.
"""

from __future__ import annotations

PEOPLE: tuple[tuple[str, str, str], ...] = (
    ("sabine", "Sabine Krüger", "supervisor"),
    ("aylin", "Aylin Demir", "worker"),
    ("jonas", "Jonas Weber", "worker"),
    ("marek", "Marek Nowak", "worker"),
    ("lena", "Lena Hoffmann", "worker"),
    ("tomas", "Tomás Oliveira", "worker"),
)
