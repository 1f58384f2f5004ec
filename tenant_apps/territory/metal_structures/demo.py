"""Garages between houses: most with permits, some forgotten, one row to be taken away."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.gis.geos import Point
from django.utils import timezone

from kernel.access.models import User
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from tenant_apps.territory.metal_structures.models import MetalDismantling, MetalStructure

BY = Actor("job", name="демонстрація")
CENTRE = (33.4235, 49.0725)
KINDS = ("garage", "garage", "garage", "container", "shed", "kiosk")
YARDS = ("вул. Садова, 7", "вул. Соборна, 24", "вул. Лікарняна, 3", "пров. Тихий, 2")
ACT = "Рішення виконкому від 15.05.2026 № 141"


def load(by: User) -> int:
    """Once; without a settlement there is nowhere to put them."""
    settlement = apps.get_model("addresses", "Settlement").objects.order_by("katottg").first()
    if settlement is None or MetalStructure.objects.exists():
        return 0
    today = timezone.localdate()
    owners = list(apps.get_model("organisations", "Party").objects.exclude(kind="legal").order_by("id"))
    for place in range(40):
        paper = _paper(place, today) if owners else {}
        yard, row = YARDS[place // 10], place % 10
        structure = MetalStructure(
            kind=KINDS[place % len(KINDS)], settlement=settlement, place=f"двір будинку {yard}", mark=str(place + 1),
            holder=owners[place % len(owners)] if paper else None, area=Decimal("18.00") + place % 3, for_disabled=place == 3,
            location=Point(CENTRE[0] + row * 0.00006, CENTRE[1] + place // 10 * 0.0011, srid=4326), **paper,
        )  # fmt: skip
        _keep("metal-structures", structure, by)
    gone = MetalStructure.objects.filter(state__in=("unpermitted", "expired")).order_by("number")[:5]
    for structure in gone:
        order = MetalDismantling(
            permit=structure, act=ACT, grounds="Стоїть на комунікаціях, дозволу немає.", ordered_on=today,
            due_on=today + timedelta(days=30), contractor="КП «Благоустрій»",
        )  # fmt: skip
        _keep("dismantlings", order, by)
    return 40 + len(gone)


def _paper(place: int, today: Any) -> dict[str, Any]:
    if place % 6 == 5:
        return {}
    if place % 10 == 8:
        return {"applied_on": today}
    since = today - timedelta(days=220)
    until = today - timedelta(days=14) if place % 9 == 4 else today + timedelta(days=15 + place * 11)
    return {"permit_number": f"МК-{place + 1}/26", "issued_on": since, "valid_from": since, "valid_to": until}


def _keep(register: str, card: Any, by: User) -> None:
    """The administrator who loads the demonstration has no say here: the shell does it in his name."""
    card.created_by = by
    save_card(register_named(f"metal_structures.{register}"), card, by=BY)
