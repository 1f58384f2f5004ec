"""Kiosks and pavilions of a small town: with passports, applications, terms that are over, one to be taken away."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils import timezone

from kernel.access.models import User
from kernel.permits.charging import charge_month
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from tenant_apps.territory.temporary_structures.models import (
    FEES,
    PlacementPayment,
    PlacementRate,
    PlacementZone,
    Structure,
    StructureDismantling,
    StructureViolation,
)

BY = Actor("job", name="демонстрація")
CENTRE = (33.42, 49.07)
ZONES = (
    ("1", "Центр", 0.006, "24.50"),
    ("2", "Житлові квартали", 0.014, "16.00"),
    ("3", "Околиці та села", 0.04, "8.40"),
)
TRADES = (
    ("kiosk", "продаж преси", "6.00"), ("kiosk", "кава на виніс", "8.00"), ("pavilion", "продукти", "28.50"),
    ("pavilion", "хліб і випічка", "18.00"), ("stop", "зупинка з торговим місцем", "14.00"), ("counter", "овочі та фрукти", "4.00"),
    ("kiosk", "ремонт телефонів", "9.50"), ("pavilion", "квіти", "15.00"),
)  # fmt: skip
STREETS = ("Центральна", "Соборна", "Лесі Українки", "Набережна", "Героїв України", "Садова")
ACT = "Рішення виконкому від 18.12.2025 № 412"
RATES_SINCE = date(2026, 1, 1)
MONTHS = 7


def load(by: User) -> int:
    """Once; without a settlement there is nowhere to put them."""
    settlement = apps.get_model("addresses", "Settlement").objects.order_by("katottg").first()
    if settlement is None or Structure.objects.exists():
        return 0
    today = timezone.localdate()
    zones = [_zone(by, code, name, size, rate) for code, name, size, rate in ZONES]
    holders = list(apps.get_model("organisations", "Party").objects.filter(kind="entrepreneur").order_by("id")) or [
        None
    ]
    for place in range(36):
        kind, purpose, area = TRADES[place % len(TRADES)]
        structure = Structure(
            kind=kind, purpose=purpose, area=Decimal(area), holder=holders[place % len(holders)], settlement=settlement,
            place=f"вул. {STREETS[place % len(STREETS)]}, біля будинку {place * 3 + 2}", closed=kind != "counter",
            location=Point(CENTRE[0] + (place % 7 - 3) * 0.0031, CENTRE[1] + (place // 7 - 2) * 0.0024, srid=4326),
            zone=zones[place % len(zones)], **_paper(place, today),
        )  # fmt: skip
        _keep("structures", structure, by)
    structures = list(Structure.objects.order_by("number"))
    for number, day in enumerate(_days_of_months(today)):
        charge_month(FEES, day, by=BY)
        # Not everybody pays every month.
        for structure in structures[number % 3 : 8 + number % 4]:
            payment = PlacementPayment(
                permit=structure, paid_on=day, amount=Decimal("120.00"), document=f"ПІ № {structure.pk}-{day:%m}"
            )
            _keep("payments", payment, by)
    return len(structures) + _trouble(structures, today, by)


def _days_of_months(today: date) -> list[date]:
    """Today, and a day in each of the months before it for which there is a rate."""
    days, day = [today], today
    while len(days) < MONTHS and (day := day.replace(day=1) - timedelta(days=12)) >= RATES_SINCE:
        days.append(day)
    return days[::-1]


def _zone(by: User, code: str, name: str, size: float, rate: str) -> PlacementZone:
    lon, lat = CENTRE
    shape = MultiPolygon(Polygon.from_bbox((lon - size, lat - size * 0.7, lon + size, lat + size * 0.7)), srid=4326)
    zone = PlacementZone(code=code, name=name, shape=shape)
    _keep("zones", zone, by)
    _keep("rates", PlacementRate(zone=zone, rate=Decimal(rate), starts_on=RATES_SINCE, act=ACT), by)
    return zone


def _paper(place: int, today: date) -> dict[str, Any]:
    if place % 9 == 4:
        return {"applied_on": today}
    if place % 9 == 7:
        return {}
    since = today.replace(day=1) - timedelta(days=300 if place % 9 == 5 else 40)
    return {
        "applied_on": since - timedelta(days=25), "issued_on": since, "valid_from": since, "installed_on": since,
        "valid_to": today - timedelta(days=12) if place % 9 == 5 else today + timedelta(days=20 + place * 17),
        "permit_number": f"{place + 11}/2026", "contract": f"№ {place + 30} від {since:%d.%m.%Y}",
    }  # fmt: skip


def _trouble(structures: list[Structure], today: date, by: User) -> int:
    for place, structure in enumerate(structures[:20:2]):
        found = today - timedelta(days=place)
        violation = StructureViolation(
            permit=structure, kind=list(StructureViolation.Kind)[place % 4], found_on=found, due_on=found + timedelta(days=14),
            description="Виявлено під час обходу; власника повідомлено.", order=f"Припис № {place + 1}",
        )  # fmt: skip
        _keep("violations", violation, by)
    standing = [one for one in structures if one.state in ("expired", "unpermitted")]
    for structure in standing[:4]:
        order = StructureDismantling(
            permit=structure, act=ACT, grounds="Споруда стоїть без чинного паспорта привʼязки.",
            ordered_on=today, due_on=today + timedelta(days=30), contractor="КП «Благоустрій»",
        )  # fmt: skip
        _keep("dismantlings", order, by)
    return len(standing[:4]) + 10


def _keep(register: str, card: Any, by: User) -> None:
    """The administrator who loads the demonstration has no say over structures: the shell does it in his name."""
    card.created_by = by
    save_card(register_named(f"temporary_structures.{register}"), card, by=BY)
