"""Premises of a small town, fictional: let, vacant, offered by auction and without it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.contrib.gis.geos import Point

from kernel.access.models import User
from kernel.cards.models import Card
from kernel.identifiers import complete_edrpou
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from tenant_apps.property.organisations.public import party_of
from tenant_apps.property.rental.models import RentLease, RentObject, RentPayment
from tenant_apps.property.rental.operations import activate

BY = Actor("job", name="демонстрація")
STREETS = ("Соборна", "Центральна", "Шевченка", "Набережна", "Лесі Українки")
NAMES = (
    ("premises", "Нежитлове приміщення першого поверху", "магазин, аптека, відділення пошти"),
    ("premises", "Кабінети другого поверху", "офіс, громадська організація"),
    ("premises", "Підвальне приміщення", "склад, майстерня"),
    ("building", "Будівля колишньої пральні", "виробництво, послуги"),
    ("structure", "Павільйон на ринку", "торгівля продуктами"),
)
COUNT = 34


def load(by: User) -> int:
    """Once: what is there already stays as it is."""
    if RentObject.objects.exists():
        return 0
    known = [party_of(complete_edrpou(f"990010{number}")) for number in range(1, 7)]
    parties = [ref.id for ref in known if ref]
    made = 0
    for number in range(COUNT):
        kind, name, purpose = NAMES[number % len(NAMES)]
        offered = number % 3 == 2
        one = RentObject(
            kind=kind,
            name=f"{name}, № {number + 1}",
            purpose=purpose,
            address=f"м. Дубогір, вул. {STREETS[number % len(STREETS)]}, {number + 3}",
            floor="підвал" if name.startswith("Підвал") else str(number % 2 + 1),
            area=Decimal("18.40") + Decimal(number) * Decimal("7.35"),
            location=Point(33.606 + number % 7 * 0.003, 49.224 + number // 7 * 0.002, srid=4326),
            holder_id=parties[number % len(parties)] if parties else None,
            listing=("first" if number % 2 else "second") if offered else "none",
            listed_on=date(2026, 3 + number % 7, 10) if offered else None,
            listing_act=f"рішення виконкому від 05.03.2026 № {60 + number}" if offered else "",
            start_price=Decimal(900 + number * 110),
            value=Decimal(145_000 + number * 18_200),
            valued_on=date(2025, 11, 20),
            condition="Опалення централізоване, окремий вхід. Огляд щовівторка з 10:00 до 12:00, попередньо подзвоніть.",
        )
        _keep("objects", one, by)
        made += 1
        if parties and not offered:
            made += _lease(one, number, parties[number % len(parties)], by)
    return made


def _lease(one: RentObject, number: int, tenant: int, by: User) -> int:
    """Of these some wait for indices of inflation, which come with the reference data."""
    preferential = number % 6 == 0
    lease = RentLease(
        number=f"О-{number + 1}/25",
        signed_on=date(2025, 12, 20),
        object=one,
        tenant_id=tenant,
        purpose=one.purpose.partition(",")[0],
        starts_on=date(2026, 1, 1 if number % 2 else 16),
        ends_on=date(2026 + number % 4, 12, 20 + number % 10),
        rent=Decimal(0) if preferential else Decimal(900 + number * 110),
        yearly=Decimal(1) if preferential else None,
        indexed=number % 5 == 0,
        penalty=Decimal("0.05"),
        insured_until=date(2027, 1, 1 + number % 20),
        opening_debt=Decimal(420) if number % 7 == 3 else Decimal(0),
    )
    _keep("leases", lease, by)
    if number % 8 == 7:
        return 1
    activate(lease, by=BY, reason="наказ управління майном")
    made = 1
    for invoice in lease.invoices.order_by("month")[: 10 if number % 4 else 5]:
        payment = RentPayment(lease=lease, paid_on=invoice.due_on, amount=invoice.total, document=invoice.number)
        _keep("payments", payment, by)
        made += 2
    return made


def _keep(register: str, card: Card, by: User) -> None:
    """Whoever loads the demonstration need have no say over leases, so the shell does it in his name."""
    card.created_by = by
    save_card(register_named(f"rental.{register}"), card, by=BY)
