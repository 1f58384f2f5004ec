"""Passports of blocks of flats of the demonstration: inspections, repairs, meters and what they used."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kernel.access.models import User
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from tenant_apps.property.houses import operations
from tenant_apps.property.houses.calc import condition_by_wear
from tenant_apps.property.houses.models import (
    Finding,
    House,
    HouseEnergy,
    HouseInspection,
    HouseMeter,
    HouseRepair,
    HouseSystem,
)

HOUSES = 24
SERIES = ("1-464", "94", "1-438", "індивідуальний", "87")
COMMISSION = "Голова: головний інженер Савчук Б. М.\nЧлени: майстер Лисенко О. І., голова ОСББ Ткачук Н. О."
SYSTEMS = (
    ("heat", "залежна, однотрубна", "0.1850", "gcal_h"),
    ("cold_water", "тупикова", "", ""),
    ("sewer", "самопливна", "", ""),
    ("electricity", "два вводи", "120", "kw"),
)
DEFECTS = (
    ("roof", "Протікання покрівлі над підʼїздом 1", "Залатати рулонний килим", "season"),
    ("walls", "Відшарування штукатурки фасаду", "Відновити штукатурку", "planned"),
    ("power", "Відкритий електрощит на 2 поверсі", "Установити дверцята з замком", "danger"),
    ("heat", "Не утеплено трубопровід у підвалі", "Відновити теплоізоляцію", "season"),
    ("stairs", "Вибоїни на сходах до підʼїзду 2", "Відремонтувати сходи", "planned"),
    ("chimneys", "Засмічено вентиляційний канал", "Прочистити канал", "season"),
)


def load(by: User) -> int:
    """Once: where there are passports already, nothing is added."""
    buildings = House._meta.get_field("building").related_model
    found = buildings._default_manager.filter(purpose="flats", archived_at=None).order_by("pk")[:HOUSES]
    if House.objects.exists() or not found:
        return 0
    houses = [_save(_passport(number, building), by) for number, building in enumerate(found)]
    return len(houses) + _parts(houses, by) + _care(houses, by)


def _save(card: Any, by: User) -> Any:
    register = register_of(type(card))
    assert register is not None
    return save_card(register, card, by=by)


def _passport(number: int, building: Any) -> House:
    floors, entrances = (2, 3, 5, 5, 9)[number % 5], number % 4 + 1
    flats = floors * entrances * 4
    living = Decimal(flats * 51)
    wear = (12, 28, 35, 47, 64, 22, 83, 31)[number % 8]
    return House(
        building=building,
        built_in=1958 + number * 2,
        series=SERIES[number % 5],
        walls=("brick", "panel", "brick", "block")[number % 4],
        roof=("soft", "slate", "metal")[number % 3],
        roof_area=Decimal(300 + entrances * 120),
        floors=floors,
        entrances=entrances,
        flats=flats,
        lifts=entrances if floors == 9 else 0,
        residents=flats * 2 + number,
        total_area=living * Decimal("1.10") + number % 3 * 60,
        living_area=living,
        other_area=Decimal(number % 3 * 60),
        shared_area=living * Decimal("0.10"),
        basement_area=Decimal(200 + entrances * 90),
        managed=("condominium", "manager", "community", "nobody")[number % 4],
        condition=condition_by_wear(wear),
        wear=wear,
        wear_on=date(2024, 5, 20),
        capital_repair_in=2009 + number % 12 if number % 3 else None,
        energy_class="DEFC"[number % 4] if number % 2 else "",
        certificate_number=f"ЕС{2000 + number}" if number % 2 else "",
        certificate_until=date(2026, 12, 10) + timedelta(days=number * 90) if number % 2 else None,
    )


def _parts(houses: list[House], by: User) -> int:
    systems = [
        HouseSystem(
            house=house, kind=kind, scheme=scheme, load=Decimal(load) if load else None, load_unit=unit,
            installed_in=house.built_in, created_by=by,
            state="dangerous" if house.condition == "unfit" and kind == "heat" else "works",
        )
        for house in houses[:12]
        for kind, scheme, load, unit in SYSTEMS
    ]  # fmt: skip
    meters = [
        HouseMeter(
            house=house, resource=resource, number=f"{place:02}{position}{7031 + place * 13}", place="підвал",
            type_name=kind, installed_on=date(2021, 9, 1), verified_on=date(2022, 12, 1) + timedelta(days=place * 40),
            verified_until=date(2026, 12, 1) + timedelta(days=place * 40), created_by=by,
        )
        for place, house in enumerate(houses[:14])
        for position, (resource, kind) in enumerate((("heat", "Sharky 775"), ("cold_water", "WPH-N-K 50")))
    ]  # fmt: skip
    energy = [
        HouseEnergy(
            house=house, year=year, heat_gcal=(house.total_area or 0) * Decimal("0.12") + place, source="лічильник",
            power_kwh=Decimal(4200 + place * 150), water_m3=Decimal(house.flats * 74), created_by=by,
        )
        for place, house in enumerate(houses[:14])
        for year in (2024, 2025)
    ]  # fmt: skip
    made = (
        len(HouseSystem.objects.bulk_create(systems))
        + len(HouseMeter.objects.bulk_create(meters))
        + len(HouseEnergy.objects.bulk_create(energy))
    )
    return made


def _care(houses: list[House], by: User) -> int:
    """Two seasons of inspections, the last act not signed yet, and a few repairs."""
    made = 0
    for place, house in enumerate(houses[:12]):
        for season, day in (("spring", date(2026, 4, 14)), ("autumn", date(2026, 9, 15))):
            inspection = HouseInspection(
                house=house, season=season, inspected_on=day + timedelta(days=place), commission=COMMISSION,
                conclusion="Будинок придатний до експлуатації, дефекти усунути в строк.",
            )  # fmt: skip
            inspection = _save(inspection, by)
            element, defect, remedy, urgency = DEFECTS[(place + made) % len(DEFECTS)]
            finding = Finding(
                inspection=inspection, element=element, defect=defect, remedy=remedy, urgency=urgency,
                due_on=inspection.inspected_on + timedelta(days=75),
            )  # fmt: skip
            finding = _save(finding, by)
            made += 2
            if season == "spring":
                operations.sign_inspection(inspection, by=by, signed_on=inspection.inspected_on + timedelta(days=2))
                if place % 3:
                    on = inspection.inspected_on + timedelta(days=40 + place)
                    operations.mend_finding(finding, by=by, on=on, outcome=remedy)
    for place, house in enumerate(houses[:20]):
        repair = HouseRepair(
            house=house,
            kind=("current", "capital", "urgent")[place % 3],
            element=("roof", "stairs", "heat", "walls")[place % 4],
            works=("Ремонт покрівлі", "Ремонт підʼїзду", "Заміна стояків опалення", "Утеплення фасаду")[place % 4],
            planned_on=date(2025, 3, 1) + timedelta(days=place * 31),
            cost=Decimal(48_000 + place * 21_300),
            warranty_until=date(2027, 1, 15) + timedelta(days=place * 45),
        )
        repair = _save(repair, by)
        made += 1
        if place < 14:
            operations.finish_repair(repair, by=by, on=date(2025, 6, 10) + timedelta(days=place * 30))
    return made
