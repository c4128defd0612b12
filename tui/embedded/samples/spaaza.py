"""The sample retailer: its people, campaigns, saved segments, and tasks of every kind."""

from __future__ import annotations

import hmac
from typing import Any

from sqlalchemy import Connection, insert

from tui.embedded.samples.people import PEOPLE
from tui.embedded.samples.spaaza_shop import documents
from tui.embedded.site import SampleUser
from tui.embedded.spaaza import schema
from tui.embedded.spaaza.auth import hashed, password_hash
from tui.embedded.spaaza.occurrences import latest
from tui.embedded.spaaza.words import EXPORT, READY, REWARDS, iso

OTHER_CHAIN = 43
FIRST_TASK = 90_201
HOUR, DAY = 3600, 86_400

Row = dict[str, Any]


def users(secret: str) -> list[SampleUser]:
    """The people of the sample site with their access tokens, the supervisor first."""
    return [
        SampleUser(one.username, f"{one.first_name} {one.last_name}", one.level, _token(secret, one.username))
        for one in PEOPLE
    ]


def seed(tx: Connection, chain: int, secret: str, now: int) -> list[tuple[str, str]]:
    """Write the sample into an empty database; returns the mails (recipient, text) that tell the passwords."""
    tx.execute(insert(schema.chains).values(id=OTHER_CHAIN, name="Somebody else"))
    mails = _people(tx, chain, secret)
    tx.execute(
        insert(schema.campaigns),
        [
            {"id": 7, "chain": chain, "name": "Birthday coffee", "reward": "One coffee"},
            {"id": 9, "chain": chain, "name": "Winter thank-you", "reward": "Two euros"},
        ],
    )
    germans = _segment(chain, "users", [{"field_name": "country", "operator": "is", "value": "DE"}])
    tx.execute(insert(schema.segments).values(id="seg-germany", chain=chain, name="Germany", segment=germans))
    people = [5000 + place for place in range(1, 26)]
    tx.execute(insert(schema.user_lists).values(ref="lists/regulars.csv", chain=chain, user_ids=people))
    rows = [{"chain": chain, "index_name": index, "document": one} for index, one in documents(now)]
    tx.execute(insert(schema.documents), rows)
    tx.execute(insert(schema.tasks), _tasks(chain, now))
    return mails


def _people(tx: Connection, chain: int, secret: str) -> list[tuple[str, str]]:
    persons, tokens, mails = [], [], []
    for place, one in enumerate(PEOPLE, 1):
        name = f"{one.first_name} {one.last_name}"
        ident, _, key = _token(secret, one.username).partition(":")
        password = _derived(secret, "password", one.username)[:12]
        shared = {"chain": chain, "level": one.level, "name": name}
        tokens.append({"id": ident, "secret_hash": hashed(key), "active": True, **shared})
        if one.level != "worker":
            shown = password_hash(one.username, password)
            persons.append({"id": place, "username": one.username, "password_hash": shown, **shared})
            mails.append((one.username, f"Your password for this site is {password}"))
    tx.execute(insert(schema.people), persons)
    tx.execute(insert(schema.access_tokens), tokens)
    return mails


def _tasks(chain: int, now: int) -> list[Row]:
    night = now // DAY * DAY + 2 * HOUR - 7 * DAY
    week = [{"field_name": "timestamp", "field_type": "date", "operator": "relative_less_than",
             "time_factor": "day", "time_amount": 7}]  # fmt: skip
    either = [
        {"field_name": "category", "operator": "is", "value": "coffee"},
        {"field_name": "category", "operator": "contains", "value": "tea"},
    ]
    abroad = [
        {"field_name": "country", "operator": "is_not", "value": "DE"},
        {
            "field_name": "created_date",
            "field_type": "date",
            "operator": "is_after_date",
            "start_date": "2024-06-30",
        },
    ]
    cakes = [{"field_name": "items.category", "operator": "is", "value": "bakery", "nested": True,
              "nesting_path": "items"}]  # fmt: skip
    planned: list[tuple[str, Row, Row]] = [
        ("Nightly customers", _export("users"), {"once": night, "repeat": "daily"}),
        ("Sales of the last seven days", _export("transactions", "json"),
         {"once": night + HOUR, "repeat": "daily", "segment": _segment(chain, "transactions", week)}),
        ("Vouchers of the VIP segment", _export("vouchers"),
         {"once": night + 2 * HOUR, "repeat": "daily", "segment_id": "seg-vip-2024"}),
        ("Customers abroad", _export("users"),
         {"once": night + 3 * HOUR, "repeat": "weekly", "segment": _segment(chain, "users", abroad)}),
        ("Product list", _export("products"), {"once": night - 20 * DAY, "repeat": "monthly"}),
        ("Coffee and tea, all sizes", _export("product-variants", "json"),
         {"once": now - 5 * HOUR, "segment": _segment(chain, "product-variants", either, join="any")}),
        ("Wallets of the regulars", _export("wallet-ledger"),
         {"once": now - 3 * HOUR, "user_list": "lists/regulars.csv"}),
        ("Cakes sold", _export("transactions"),
         {"once": now + 2 * 60, "segment": _segment(chain, "transactions", cakes)}),
        ("Vouchers for the bookkeeper", _export("vouchers"), {"once": now + 4 * HOUR}),
        ("Birthday coffee, Germany", {"action": REWARDS, "campaign": 7},
         {"once": now + 6 * HOUR, "segment_id": "seg-germany"}),
        ("Winter thank-you", {"action": REWARDS, "campaign": 9}, {"once": now + 30 * HOUR}),
    ]  # fmt: skip
    rows = [
        _row(FIRST_TASK + place, chain, now, desc, target, trigger)
        for place, (desc, target, trigger) in enumerate(planned)
    ]
    other = {"once": now + HOUR}
    return [*rows, _row(FIRST_TASK + 99, OTHER_CHAIN, now, "Not of this chain", _export("users"), other)]


def _row(number: int, chain: int, now: int, desc: str, target: Row, trigger: Row) -> Row:
    once, created = trigger["once"], min(trigger["once"], now) - 3 * DAY
    due = latest(once, trigger.get("repeat"), now)
    return {
        "id": number, "chain": chain, "desc": desc, "code": READY, "last_run": None, "modified": created,
        "created": created, "trigger": {**trigger, "once": iso(once)}, "target": target,
        "action": target["action"], "campaign": target.get("campaign"), "debug": "", "version": 1, "run": 0,
        "seconds": 6 if target["action"] == REWARDS else 4,
        # What was due is run at the first look, as it would have been.
        "next_run": once if due is None else due, "ends_at": None,
    }  # fmt: skip


def _export(index: str, kind: str = "csv") -> Row:
    return {"action": EXPORT, "export_index": index, "export_format": kind}


def _segment(chain: int, index: str, rules: list[Row], join: str = "all") -> Row:
    typed = [{"field_type": "keyword", **rule} for rule in rules]
    return {"entity": "people", "index": index, "join": join, "chain_id": chain, "rules": typed}


def _token(secret: str, username: str) -> str:
    ident = _derived(secret, "token", username)
    parts = (ident[:8], ident[8:12], ident[12:16], ident[16:20], ident[20:32])
    return f"{'-'.join(parts)}:{_derived(secret, 'secret', username)[:40]}"


def _derived(secret: str, what: str, username: str) -> str:
    return hmac.new(secret.encode(), f"{what}:{username}".encode(), "sha256").hexdigest()
