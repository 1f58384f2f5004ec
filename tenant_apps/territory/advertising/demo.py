"""Billboards and citylights of a small town, permits for most of them, a free place here and there."""

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
from tenant_apps.territory.advertising.models import (
    FEES,
    AdDismantling,
    AdPayment,
    AdPlace,
    AdRate,
    Advertisement,
    AdZone,
)

BY = Actor("job", name="демонстрація")
CENTRE = (33.42, 49.07)
ZONES = (
    ("А", "Центр і площі", 0.007, "42.00"),
    ("Б", "Магістральні вулиці", 0.02, "28.50"),
    ("В", "Решта території", 0.05, "12.00"),
)
SIZES = {"billboard": "18.00", "citylight": "2.16", "facade": "9.50", "screen": "24.00", "pole": "1.20"}
STREETS = ("Центральна", "Соборна", "Шевченка", "Героїв України", "Набережна")
ACT = "Рішення виконкому від 20.11.2025 № 377"
RATES_SINCE = date(2026, 1, 1)
MONTHS = 7


def load(by: User) -> int:
    """Once; without a settlement there is nowhere to put them."""
    settlement = apps.get_model("addresses", "Settlement").objects.order_by("katottg").first()
    if settlement is None or AdPlace.objects.exists():
        return 0
    today = timezone.localdate()
    for code, name, size, rate in ZONES:
        _zone(by, code, name, size, rate)
    holders = list(apps.get_model("organisations", "Party").objects.filter(kind="legal").order_by("id")) or [None]
    kinds = list(SIZES)
    for place in range(32):
        kind = kinds[place % len(kinds)]
        spot = AdPlace(
            kind=kind, settlement=settlement, place=f"вул. {STREETS[place % len(STREETS)]}, навпроти будинку {place * 2 + 3}",
            location=Point(CENTRE[0] + (place % 8 - 4) * 0.0043, CENTRE[1] + (place // 8 - 2) * 0.0037, srid=4326),
        )  # fmt: skip
        _keep("places", spot, by)
        if place % 8 == 6:
            continue
        permit = Advertisement(
            ad_place=spot, holder=holders[place % len(holders)], area=Decimal(SIZES[kind]), sides=1 + place % 2,
            lit=place % 3 == 0, **_paper(place, today),
        )  # fmt: skip
        _keep("advertisements", permit, by)
    for number, day in enumerate(_days_of_months(today)):
        charge_month(FEES, day, by=BY)
        # Not everybody pays every month.
        for permit in Advertisement.objects.filter(state="valid").order_by("number")[number % 2 : 6 + number % 3]:
            document = f"ПІ № {permit.pk}-{day:%m}"
            payment = AdPayment(permit=permit, paid_on=day, amount=Decimal("300.00"), document=document)
            _keep("payments", payment, by)
    for permit in Advertisement.objects.filter(state__in=("expired", "unpermitted")).order_by("number")[:3]:
        order = AdDismantling(
            permit=permit, act=ACT, grounds="Рекламний засіб без чинного дозволу.", ordered_on=today,
            due_on=today + timedelta(days=20), contractor="КП «Благоустрій»",
        )  # fmt: skip
        _keep("dismantlings", order, by)
    return 32 + Advertisement.objects.count()


def _days_of_months(today: date) -> list[date]:
    """Today, and a day in each of the months before it for which there is a rate."""
    days, day = [today], today
    while len(days) < MONTHS and (day := day.replace(day=1) - timedelta(days=12)) >= RATES_SINCE:
        days.append(day)
    return days[::-1]


def _zone(by: User, code: str, name: str, size: float, rate: str) -> None:
    lon, lat = CENTRE
    shape = MultiPolygon(Polygon.from_bbox((lon - size, lat - size * 0.7, lon + size, lat + size * 0.7)), srid=4326)
    zone = AdZone(code=code, name=name, shape=shape)
    _keep("zones", zone, by)
    _keep("rates", AdRate(zone=zone, rate=Decimal(rate), starts_on=RATES_SINCE, act=ACT), by)


def _paper(place: int, today: date) -> dict[str, Any]:
    if place % 9 == 4:
        return {"applied_on": today}
    if place % 9 == 7:
        return {}
    since = today.replace(day=1) - timedelta(days=300 if place % 9 == 5 else 40)
    return {
        "applied_on": since - timedelta(days=20), "issued_on": since, "valid_from": since,
        "valid_to": today - timedelta(days=9) if place % 9 == 5 else today + timedelta(days=25 + place * 30),
        "permit_number": f"Р-{place + 1}/26", "contract": f"№ {place + 5}-р від {since:%d.%m.%Y}",
    }  # fmt: skip


def _keep(register: str, card: Any, by: User) -> None:
    """The administrator who loads the demonstration has no say here: the shell does it in his name."""
    card.created_by = by
    save_card(register_named(f"advertising.{register}"), card, by=BY)
