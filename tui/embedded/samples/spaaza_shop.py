"""What the sample retailer has sold and to whom: the documents that its exports are made of."""

from __future__ import annotations

from random import Random
from typing import Any

from tui.embedded.spaaza.words import iso

CUSTOMERS, SALES, VOUCHERS, WALLET = 320, 600, 90, 150
DAY = 86_400

_FIRST = ("Ada", "Björn", "Chloé", "Dörte", "Enzo", "Fatma", "Gül", "Håkon", "Inès", "Jürgen", "Keiko", "Łukasz")
_LAST = ("Adler", "Özdemir", "Nowak", "Müller-Lüdenscheidt", "Dubois", "O'Brien", "Sørensen", "Weiß", "Rossi")
_COUNTRIES = ("DE", "DE", "DE", "NL", "AT", "FR")
_PRODUCTS = (
    ("Espresso beans 1 kg", "coffee", 1890), ("Filter coffee 500 g", "coffee", 790),
    ("Oat milk 1 l", "drinks", 229), ("Green tea", "tea", 450), ("Earl Grey", "tea", 480),
    ("Croissant", "bakery", 180), ("Zimtschnecke", "bakery", 260),
    ("Käsekuchen", "bakery", 380), ("Mug, blue", "kitchen", 1290), ("Mug, white", "kitchen", 1290),
    ("Water filter", "kitchen", 2490), ("Gift card", "cards", 2500),
)  # fmt: skip

Document = dict[str, Any]


def documents(now: int) -> list[tuple[str, Document]]:
    """(index, document) of everything, the same for the same moment."""
    rng = Random(42)
    sales = [_sale(place, rng, now) for place in range(1, SALES + 1)]
    return [
        *(("users", _customer(place, rng, now)) for place in range(1, CUSTOMERS + 1)),
        *(("transactions", one) for one in sales),
        *(("vouchers", _voucher(place, rng, now)) for place in range(1, VOUCHERS + 1)),
        *(("wallet-ledger", _wallet(place, rng, now)) for place in range(1, WALLET + 1)),
        *(("products", _product(place)) for place in range(1, len(_PRODUCTS) + 1)),
        *(
            ("product-variants", {**_product(place), "barcode": f"40{place:04d}{size}", "size": size})
            for place in range(1, len(_PRODUCTS) + 1)
            for size in ("S", "L")
        ),
    ]


def _customer(place: int, rng: Random, now: int) -> Document:
    first, last = rng.choice(_FIRST), rng.choice(_LAST)
    return {
        "user_id": 5000 + place, "first_name": first, "last_name": last, "email": f"customer{place}@example.org",
        "country": rng.choice(_COUNTRIES), "opted_in": rng.random() < 0.7,
        "created_date": iso(now - rng.randint(1, 900) * DAY - rng.randint(0, DAY)),
    }  # fmt: skip


def _sale(place: int, rng: Random, now: int) -> Document:
    items: list[dict[str, Any]] = [
        {"name": name, "category": category, "price": price / 100, "quantity": rng.randint(1, 3)}
        for name, category, price in rng.sample(_PRODUCTS, rng.randint(1, 4))
    ]
    total = sum(item["price"] * item["quantity"] for item in items)
    return {
        "transaction_id": 700_000 + place, "user_id": 5000 + rng.randint(1, CUSTOMERS),
        "timestamp": iso(now - rng.randint(0, 60 * DAY)), "total": round(total, 2), "currency": "EUR",
        "store": rng.choice(("Mitte", "Nord", "Online")), "items": items,
    }  # fmt: skip


def _voucher(place: int, rng: Random, now: int) -> Document:
    redeemed = rng.random() < 0.4
    return {
        "voucher_key": f"V1-{place}", "user_id": 5000 + rng.randint(1, CUSTOMERS), "campaign_id": 7,
        "title": "One coffee", "status": "redeemed" if redeemed else "generated",
        "created_date": iso(now - rng.randint(20, 90) * DAY),
        "date_time_redeemed": iso(now - rng.randint(0, 20) * DAY) if redeemed else None,
    }  # fmt: skip


def _wallet(place: int, rng: Random, now: int) -> Document:
    return {
        "entry_id": 9000 + place, "user_id": 5000 + rng.randint(1, CUSTOMERS),
        "timestamp": iso(now - rng.randint(0, 40 * DAY)), "amount": rng.choice((1.0, 2.5, -2.0, 5.0)),
    }  # fmt: skip


def _product(place: int) -> Document:
    name, category, price = _PRODUCTS[place - 1]
    return {"product_id": 300 + place, "title": name, "category": category, "price": price / 100}
