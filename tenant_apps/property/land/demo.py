"""Parcels of a small town, fictional: rows of them along the edge of the settlement, most of them let."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon

from kernel.access.models import User
from kernel.cards.models import Card
from kernel.identifiers import complete_edrpou
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from tenant_apps.property.land.models import LandPayment, LandRight, Parcel, Valuation
from tenant_apps.property.land.operations import activate
from tenant_apps.property.organisations.public import party_of

BY = Actor("job", name="демонстрація")
CORNER = (33.6050, 49.2150)
ROWS, IN_ROW = 4, 8
# Purpose, category, use, the side in degrees.
KINDS = (
    ("03.07", "200", "для будівництва та обслуговування будівель торгівлі", 0.0006),
    ("11.02", "900", "для розміщення виробничих будівель", 0.0010),
    ("01.03", "100", "для ведення особистого селянського господарства", 0.0014),
    ("02.01", "200", "для будівництва і обслуговування житлового будинку", 0.0005),
)


def load(by: User) -> int:
    """Once: what is there already stays as it is."""
    if Parcel.objects.exists():
        return 0
    made = 0
    parcels = []
    for number in range(ROWS * IN_ROW):
        purpose, category, use, side = KINDS[number % len(KINDS)]
        west = CORNER[0] + number % IN_ROW * 0.0018
        south = CORNER[1] + number // IN_ROW * 0.0014
        square = Polygon.from_bbox((west, south, west + side, south + side * 0.65))
        square.srid = 4326
        shape = MultiPolygon(square, srid=4326)
        parcel = Parcel(
            cadastral=f"9902001000:01:{number // IN_ROW + 1:03}:{number % IN_ROW + 1:04}",
            area=Decimal(str(round(shape.transform(6933, clone=True).area / 10_000, 4))),
            purpose=purpose,
            category=category,
            use=use,
            ownership="private" if purpose == "02.01" else "communal",
            address=f"м. Дубогір, вул. Заводська, {number + 2}",
            boundary=shape,
            registered_on=date(2014 + number % 9, number % 12 + 1, 5 + number % 20),
        )
        parcels.append(_keep("parcels", parcel, by))
        value = Valuation(parcel=parcel, value=Decimal(180_000 + number * 23_750), valued_on=date(2025, 7, 1))
        value.number = f"НВ-{9900000 + number}"
        _keep("valuations", value, by)
        made += 2
    return made + _contracts(parcels, by)


def _contracts(parcels: list[Any], by: User) -> int:
    known = [party_of(complete_edrpou(f"990010{number}")) for number in range(1, 7)]
    holders = [ref.id for ref in known if ref]
    if not holders:
        return 0
    made = 0
    for number, parcel in enumerate(parcels):
        if number % 4 == 3 or number % 7 == 5:
            continue
        right = LandRight(
            number=f"{number + 1}/{2019 + number % 6}",
            signed_on=date(2019 + number % 6, 2, 10),
            parcel=parcel,
            holder_id=holders[number % len(holders)],
            starts_on=date(2019 + number % 6, 3, 1),
            ends_on=date(2026 + number % 4, 12, 31 if number % 3 else 14),
            rate=Decimal("3") + number % 3,
            penalty=Decimal("0.05"),
            counted_from=date(2026, 1, 1),
            opening_debt=Decimal(1250) if number % 9 == 0 else Decimal(0),
        )
        _keep("rights", right, by)
        made += 1
        if number % 8 == 6:
            continue
        activate(right, by=BY, registration=f"{48000000 + number}", reason=f"рішення ради № {number + 11}-14/VIII")
        for charge in right.charges.order_by("month")[: 9 if number % 3 else 5]:
            payment = LandPayment(
                right=right, paid_on=charge.due_on, amount=charge.amount, document=f"{number}-{charge.month:%m}",
                purpose=f"плата за землю, договір № {right.number}",
            )  # fmt: skip
            _keep("payments", payment, by)
            made += 1
    return made


def _keep(register: str, card: Card, by: User) -> Card:
    """Whoever loads the demonstration need have no say over land, so the shell does it in his name."""
    card.created_by = by
    return save_card(register_named(f"land.{register}"), card, by=BY, reason="показ")
