"""Parks, beaches and squares of the demonstration with what stands in them and how they were checked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils import timezone

from kernel.access.models import User
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from tenant_apps.territory.recreation_zones import operations
from tenant_apps.territory.recreation_zones.models import Facility, Zone, ZoneCheck

CENTRE = (33.6200, 49.2300)
# Name, kind, hectares.
ZONES = (
    ("Парк Перемоги", "park", "6.4"), ("Сквер Незалежності", "square", "0.8"),
    ("Міський пляж", "beach", "2.1"), ("Набережна Сріблянки", "embankment", "3.3"),
    ("Бульвар Свободи", "boulevard", "1.2"), ("Лісопарк «Дубовий гай»", "forest", "18.5"),
    ("Сквер Героїв", "square", "0.5"), ("Пляж «Затока»", "beach", "1.4"),
    ("Парк Молодіжний", "park", "4.0"), ("Місце для пікніка «Кручі»", "picnic", "0.6"),
    ("Сквер біля ліцею № 1", "square", "0.3"), ("Ковзанка на стадіоні", "rink", "0.4"),
    ("Парк у Медвинці", "park", "2.2"), ("Пляж у Медвинці", "beach", "0.7"),
    ("Сквер у Верболозах", "square", "0.4"), ("Місце для пікніка «Три дуби»", "picnic", "0.5"),
    ("Лижна траса «Дубовий гай»", "rink", "1.0"), ("Сквер Матері", "square", "0.2"),
    ("Бульвар Шевченка", "boulevard", "0.9"), ("Набережна ставка", "embankment", "1.1"),
)  # fmt: skip
SEASONS = {"beach": (6, 8), "rink": (11, 3)}
FACILITIES = (
    ("bench", "Лава зі спинкою", 12, "4200"), ("bin", "Урна бетонна", 10, "1350"), ("lamp", "Ліхтар парковий", 8, "9800")
)  # fmt: skip


def load(by: User) -> int:
    """Once: where there are zones already, nothing is added."""
    if Zone.objects.exists():
        return 0
    places = Zone._meta.get_field("settlement").related_model._default_manager
    settlement = places.filter(archived_at=None).order_by("katottg").first()
    zones = [_save(_zone(number, settlement), by) for number in range(len(ZONES))]
    facilities = [
        Facility(
            zone=zone, kind=kind, name=name, quantity=count + place % 5, cost=Decimal(cost) * (count + place % 5),
            state=("good", "good", "worn", "good", "broken")[(place + count) % 5], installed_in=2012 + place % 12,
            created_by=by,
        )
        for place, zone in enumerate(zones[:16])
        for kind, name, count, cost in FACILITIES
    ]  # fmt: skip
    checks = [
        ZoneCheck(
            zone=zone, kind=kind, checked_on=date(2026, 5, 12) + timedelta(days=place * 3 + turn * 40),
            result="bad" if (place, kind) == (7, "water") else "good", number=f"{100 + place}-{turn}",
            note="Перевищено індекс ЛКП." if (place, kind) == (7, "water") else "",
            valid_until=date(2026, 12, 1) + timedelta(days=place * 9), created_by=by,
        )
        for place, zone in enumerate(zones)
        for turn, kind in enumerate(("water", "sand", "divers") if zone.kind == "beach" else ("state",))
    ]  # fmt: skip
    made = len(zones) + len(Facility.objects.bulk_create(facilities)) + len(ZoneCheck.objects.bulk_create(checks))
    operations.limit_zone(zones[7], by=by, state="closed", reason="Вода не відповідає нормам, купатися заборонено.")
    operations.limit_zone(
        zones[8], by=by, state="limited", reason="Ремонт доріжок у північній частині парку.",
        until=timezone.localdate() + timedelta(days=20),
    )  # fmt: skip
    return made


def _save(card: Any, by: User) -> Any:
    register = register_of(type(card))
    assert register is not None
    return save_card(register, card, by=by)


def _zone(number: int, settlement: Any) -> Zone:
    name, kind, area = ZONES[number]
    first, last = SEASONS.get(kind, (None, None))
    return Zone(
        name=name, kind=kind, settlement=settlement, area=Decimal(area), shape=_shape(number),
        season_from=first, season_to=last, hours="06:00–22:00" if number % 2 else "",
        lit=number % 3 != 0, accessible=number % 4 == 0, toilet=number % 3 == 0, water=number % 5 == 0,
        parking=number % 2 == 0, rescue=kind == "beach", capacity=100 + number * 20,
    )  # fmt: skip


def _shape(number: int) -> MultiPolygon:
    east = round(CENTRE[0] + number % 5 * 0.004 - 0.01, 6)
    north = round(CENTRE[1] + number // 5 * 0.003 - 0.007, 6)
    ring = [(east, north), (east + 0.0018, north + 0.0002), (east + 0.0016, north + 0.0012), (east, north + 0.001)]
    return MultiPolygon(Polygon([*ring, ring[0]], srid=4326), srid=4326)
