"""Roads of the demonstration with their signs and lamps, defects and works."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import LineString, MultiLineString, Point

from kernel.access.models import User
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from tenant_apps.territory.street_network import operations
from tenant_apps.territory.street_network.models import LightPoint, RoadDefect, RoadSection, RoadSign, RoadWork

CENTRE = (33.6200, 49.2300)
ROADS = (
    *("вул. Центральна", "вул. Соборна", "просп. Шевченка", "вул. Лесі Українки", "вул. Героїв України"),
    *("вул. Набережна", "бульв. Свободи", "пров. Тихий", "вул. Садова", "вул. Козацька"),
)
PARTS = ("від площі до мосту", "від мосту до околиці")
SIGNS = (
    ("2.1", "Дати дорогу"), ("2.2", "Проїзд без зупинки заборонено"), ("3.29", "Обмеження максимальної швидкості"),
    ("5.38.1", "Пішохідний перехід"), ("1.33", "Діти"), ("3.34", "Зупинку заборонено"),
)  # fmt: skip
DEFECTS = ("Вибоїна на проїзній частині", "Знак повернуто", "Не світить", "Просідання люка", "Знак вицвів", "Блимає")


def load(by: User) -> int:
    """Once: where there are roads already, nothing is added."""
    if RoadSection.objects.exists():
        return 0
    places = RoadSection._meta.get_field("settlement").related_model._default_manager
    settlement = places.filter(archived_at=None).order_by("katottg").first()
    roads = [_save(_road(number, settlement), by) for number in range(len(ROADS) * len(PARTS))]
    signs = [_save(_sign(number, roads), by) for number in range(24)]
    lights = [_save(_light(number, roads), by) for number in range(40)]
    return len(roads) + len(signs) + len(lights) + _care(roads, signs, lights, by)


def _save(card: Any, by: User) -> Any:
    register = register_of(type(card))
    assert register is not None
    return save_card(register, card, by=by)


def _start(number: int) -> tuple[float, float]:
    return round(CENTRE[0] - 0.012 + number % 2 * 0.012, 6), round(CENTRE[1] - 0.009 + number // 2 * 0.002, 6)


def _road(number: int, settlement: Any) -> RoadSection:
    east, north = _start(number)
    line = LineString((east, north), (east + 0.006, north + 0.0003), (east + 0.0118, north + 0.0001), srid=4326)
    return RoadSection(
        name=f"{ROADS[number // 2]}, {PARTS[number % 2]}",
        settlement=settlement,
        category=("main", "district", "local", "local", "yard")[number // 2 % 5],
        surface=("asphalt", "asphalt", "stone", "gravel", "soil")[number // 4 % 5],
        condition=("good", "fair", "poor", "fair", "broken")[number % 5],
        inspected_on=date(2026, 4, 6) + timedelta(days=number * 3),
        line=MultiLineString(line, srid=4326),
        length=Decimal(860 + number % 4 * 15),
        width=Decimal(6 + number % 3),
        pavement=number % 3 != 0,
        drain=number % 4 == 0,
        built_in=1970 + number,
        repaired_in=2015 + number % 9 if number % 3 else None,
    )


def _point(number: int, roads: list[RoadSection]) -> tuple[RoadSection, Point]:
    place = number % len(roads)
    east, north = _start(place)
    along = 0.001 + number // len(roads) * 0.004
    return roads[place], Point(round(east + along, 6), round(north + 0.0001, 6), srid=4326)


def _sign(number: int, roads: list[RoadSection]) -> RoadSign:
    road, point = _point(number, roads)
    code, name = SIGNS[number % len(SIGNS)]
    return RoadSign(
        code=code, name=name, value="50" if code == "3.29" else "", road=road, location=point,
        state=("good", "good", "worn", "good", "hidden")[number % 5], installed_on=date(2019, 5, 1),
    )  # fmt: skip


def _light(number: int, roads: list[RoadSection]) -> LightPoint:
    road, point = _point(number, roads)
    lamp, power = (("led", 60), ("led", 100), ("sodium", 150), ("mercury", 250))[number % 4]
    return LightPoint(
        lamp=lamp, power=power, road=road, location=point, pole_number=str(number + 1), height=Decimal(8),
        cabinet=f"ШК-{number % 5 + 1:02}", pole="concrete" if number % 3 else "metal", installed_on=date(2020, 9, 1),
    )  # fmt: skip


def _care(roads: list[RoadSection], signs: list[RoadSign], lights: list[LightPoint], by: User) -> int:
    for number in range(24):
        found_on = date(2026, 9, 1) + timedelta(days=number * 2)
        about = {("road", "sign", "light")[number % 3]: (roads, signs, lights)[number % 3][number // 3]}
        defect = RoadDefect(
            **about, defect=DEFECTS[number % len(DEFECTS)], found_on=found_on, due_on=found_on + timedelta(days=30),
            urgency=("danger", "urgent", "urgent", "planned")[number % 4],
        )  # fmt: skip
        defect = _save(defect, by)
        if number % 2:
            operations.mend_defect(defect, by=by, on=found_on + timedelta(days=6), outcome="Усунуто бригадою")
        work = RoadWork(
            **about, kind=("patch", "replace", "replace")[number % 3], done_on=found_on + timedelta(days=6),
            works=("Ямковий ремонт", "Заміна щитка знака", "Заміна лампи")[number % 3],
            cost=Decimal(1200 + number * 430), warranty_until=found_on + timedelta(days=180),
        )  # fmt: skip
        _save(work, by)
    return 48
