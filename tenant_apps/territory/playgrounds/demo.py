"""Grounds in the yards and parks of the demonstration, some of them closed by a defect."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point

from kernel.access.models import User
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from tenant_apps.territory.playgrounds import operations
from tenant_apps.territory.playgrounds.models import Equipment, Ground, GroundDefect, GroundInspection

CENTRE = (33.6200, 49.2300)
TODAY = date(2026, 11, 20)
# Name, kind, for whom, surface.
GROUNDS = (
    ("Двір Центральної, 14", "children", "all", "rubber"),
    ("Двір Соборної, 7", "children", "preschool", "sand"),
    ("Парк Перемоги, дитячий", "children", "all", "rubber"),
    ("Парк Перемоги, тренажери", "workout", "teens", "tiles"),
    ("Стадіон «Колос», воркаут", "workout", "teens", "rubber"),
    ("Ліцей № 1, футбольне поле", "football", "school", "turf"),
    ("Ліцей № 1, баскетбол", "sports", "school", "asphalt"),
    ("Бульвар Свободи, 3", "mixed", "all", "rubber"),
    ("Набережна, скейт-парк", "skate", "teens", "asphalt"),
    ("Двір Шевченка, 22", "children", "toddlers", "sand"),
    ("Двір Героїв України, 9", "children", "school", "grass"),
    ("Сквер Незалежності", "children", "preschool", "rubber"),
    ("Лікарняна, 4", "children", "all", "soil"),
    ("Мікрорайон Молодіжний, 1", "mixed", "all", "rubber"),
    ("Мікрорайон Молодіжний, 5", "children", "all", "sand"),
    ("Мікрорайон Молодіжний, міні-футбол", "football", "school", "turf"),
    ("Медвинка, центр", "children", "all", "grass"),
    ("Медвинка, школа", "sports", "school", "soil"),
    ("Вербопіль, клуб", "children", "all", "sand"),
    ("Вербопіль, стадіон", "football", "all", "grass"),
    ("Садова, 18", "children", "preschool", "sand"),
    ("Козацька, 2", "mixed", "all", "rubber"),
)
EQUIPMENT = (
    ("swing", "Гойдалка подвійна", "18500"),
    ("slide", "Гірка металева 2 м", "32400"),
    ("sandbox", "Пісочниця з дашком", "9800"),
)
SPORT = (("bars", "Турнік трирівневий", "14200"), ("trainer", "Тренажер «Лижник»", "26700"))
DEFECTS = (
    ("Тріснув підвіс гойдалки", "dangerous"),
    ("Стерта фарба на перилах", "minor"),
    ("Виступає анкерний болт", "dangerous"),
    ("Бракує піску в пісочниці", "minor"),
    ("Хитається стійка турніка", "dangerous"),
    ("Зламано дошку лави", "minor"),
)


def load(by: User) -> int:
    """Once: where there are grounds already, nothing is added."""
    if Ground.objects.exists():
        return 0
    places = Ground._meta.get_field("settlement").related_model._default_manager
    settlement = places.filter(archived_at=None).order_by("katottg").first()
    grounds = [_save(_ground(number, settlement), by) for number in range(len(GROUNDS))]
    return len(grounds) + _equipment(grounds, by) + _inspections(grounds, by) + _defects(grounds, by)


def _save(card: Any, by: User) -> Any:
    register = register_of(type(card))
    assert register is not None
    return save_card(register, card, by=by)


def _ground(number: int, settlement: Any) -> Ground:
    name, kind, age, surface = GROUNDS[number]
    east, north = CENTRE[0] + number % 6 * 0.0031 - 0.008, CENTRE[1] + number // 6 * 0.0027 - 0.005
    return Ground(
        name=name, kind=kind, age=age, surface=surface, settlement=settlement,
        location=Point(round(east, 6), round(north, 6), srid=4326), area=Decimal(120 + number * 35),
        fenced=number % 3 == 0, lit=number % 2 == 0, accessible=number % 4 == 0,
        installed_on=date(2012 + number % 13, number % 12 + 1, 15),
    )  # fmt: skip


def _equipment(grounds: list[Ground], by: User) -> int:
    rows = [
        Equipment(
            ground=ground, kind=kind, name=name, inventory_number=f"1013{place:02}{position}", cost=Decimal(cost),
            maker="ТОВ «Граймайстер»", installed_on=ground.installed_on, created_by=by,
            serves_until=date(2026, 12, 1) + timedelta(days=place * 70),
            certificate_number=f"UA.092.{place:03}-{position}" if place % 4 else "",
            certificate_until=date(2026, 11, 30) + timedelta(days=place * 33) if place % 4 else None,
        )
        for place, ground in enumerate(grounds)
        for position, (kind, name, cost) in enumerate(
            SPORT if ground.kind in ("workout", "sports") else EQUIPMENT if ground.kind != "football" else ()
        )
    ]  # fmt: skip
    return len(Equipment.objects.bulk_create(rows))


def _inspections(grounds: list[Ground], by: User) -> int:
    rows = [
        GroundInspection(
            ground=ground, kind=kind, inspected_on=TODAY - timedelta(days=ago + place % spread), created_by=by,
            result="remarks" if (place + ago) % 5 == 0 else "sound",
            note="Потрібне фарбування." if (place + ago) % 5 == 0 else "Обладнання справне.",
        )
        for place, ground in enumerate(grounds[:-2])
        for kind, ago, spread in (("visual", 1, 9), ("functional", 20, 90), ("annual", 160, 210))
    ]  # fmt: skip
    made = GroundInspection.objects.bulk_create(rows)
    operations.reschedule_all(by=by)
    return len(made)


def _defects(grounds: list[Ground], by: User) -> int:
    for place, ground in enumerate(grounds):
        words, danger = DEFECTS[place % len(DEFECTS)]
        found_on = TODAY - timedelta(days=30 + place * 3)
        defect = GroundDefect(
            ground=ground, defect=words, danger=danger, found_on=found_on, due_on=found_on + timedelta(days=14)
        )
        defect = _save(defect, by)
        if place % 4:
            operations.mend_defect(defect, by=by, on=found_on + timedelta(days=9), outcome="Відремонтовано бригадою")
    return len(grounds)
