"""Pieces of pavement and lawn along two streets, most of them allotted by a decision of last spring."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.contrib.gis.geos import Polygon
from django.utils import timezone

from kernel.access.models import User
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from tenant_apps.territory.adjacent_territories.models import Allotment, AllotmentDecision, AllotmentInspection
from tenant_apps.territory.adjacent_territories.operations import sign_decision

BY = Actor("job", name="демонстрація")
CORNER = (33.4120, 49.0660)
# A lot is some 22 by 15 metres; the next one begins a metre farther.
WIDE, DEEP, STEP = 0.0003, 0.000135, 0.000315
NAMES = (
    ("shop", "магазин «Продукти»"), ("service", "перукарня «Стиль»"), ("office", "відділення банку"), ("shop", "аптека № 3"),
    ("flats", "багатоквартирний будинок"), ("plant", "пекарня"), ("house", "садиба"), ("service", "кафе «Затишок»"),
)  # fmt: skip
REASON = "На обговоренні з власниками"


def load(by: User) -> int:
    """Once; needs somebody to allot to and a settlement."""
    settlement = apps.get_model("addresses", "Settlement").objects.order_by("katottg").first()
    parties = list(apps.get_model("organisations", "Party").objects.order_by("id")[:8])
    if settlement is None or not parties or Allotment.objects.exists():
        return 0
    today = timezone.localdate()
    signed = AllotmentDecision(title="Про закріплення прилеглих територій", signatory="Керуюча справами Оксана Савчук")
    draft = AllotmentDecision(title="Про закріплення територій вздовж вул. Садової", annex=1)
    for one in (signed, draft):
        _keep("decisions", one, by)
    for place in range(30):
        kind, name = NAMES[place % len(NAMES)]
        allotment = Allotment(
            kind=kind, name=name, holder=parties[place % len(parties)], settlement=settlement,
            place=f"вул. {'Соборна' if place < 15 else 'Садова'}, {place % 15 * 2 + 1}", shape=_lot(place),
            decision=signed if place < 20 else draft if place < 25 else None, **_contract(place, today),
        )  # fmt: skip
        _keep("allotments", allotment, by)
    sign_decision(signed, by=BY, number="118", on=date(2026, 4, 16))
    for place, allotment in enumerate(Allotment.objects.order_by("number")[:20]):
        violated = place % 3 == 0
        inspection = AllotmentInspection(
            allotment=allotment, inspected_on=today - timedelta(days=place), result="violated" if violated else "clean",
            findings="Сміття біля входу, не скошено траву." if violated else "Територію прибрано.",
            due_on=today + timedelta(days=3 + place) if violated else None,
        )  # fmt: skip
        _keep("inspections", inspection, by)
    return 52


def _lot(place: int) -> Polygon:
    west = CORNER[0] + place % 15 * STEP
    south = CORNER[1] + place // 15 * 0.0012
    east, north = west + WIDE, south + DEEP
    # Every fourth is cut by a drive-in.
    points = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    if place % 4 == 0:
        points[2:3] = [(east, north - DEEP / 3), (east - WIDE / 4, north)]
    return Polygon(points, srid=4326)


def _contract(place: int, today: date) -> dict[str, Any]:
    if place >= 14:
        return {}
    over = place == 5
    return {
        "contract": f"ПТ-{place + 1}/26", "valid_from": today - timedelta(days=400 if over else 200),
        "valid_to": today - timedelta(days=5) if over else today + timedelta(days=30 + place * 25),
    }  # fmt: skip


def _keep(register: str, card: Any, by: User) -> None:
    """The administrator who loads the demonstration has no say here: the shell does it in his name."""
    card.created_by = by
    save_card(register_named(f"adjacent_territories.{register}"), card, by=BY, reason=REASON)
