"""Who works at the sample site."""

from __future__ import annotations

from tui.embedded.samples.build import Person

KITCHEN, STORE, TECHNICAL = 1, 2, 3
DEPARTMENTS = {KITCHEN: "Zentralküche", STORE: "Lager Nord", TECHNICAL: "Technik"}
LEVELS = {"worker": "Mitarbeiter", "supervisor": "Schichtleitung", "admin": "Administration"}

PEOPLE = (
    Person("maria", "Maria", "Lindner", "supervisor", (KITCHEN, STORE, TECHNICAL)),
    Person("ana", "Ana", "Kowalska", "worker", (KITCHEN,)),
    Person("ben", "Ben", "Fischer", "worker", (KITCHEN,)),
    Person("cem", "Cem", "Yılmaz", "worker", (STORE,)),
    Person("dora", "Dora", "Novak", "worker", (STORE, KITCHEN)),
    Person("emil", "Emil", "Brandt", "worker", (TECHNICAL,)),
    Person("fatou", "Fatou", "Diallo", "worker", (TECHNICAL, STORE)),
    Person("admin", "Jonas", "Weber", "admin", ()),
)
