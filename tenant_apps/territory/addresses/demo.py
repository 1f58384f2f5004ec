"""Streets of the demonstration communities: houses along real-looking lines, old names, one act."""

from __future__ import annotations

from datetime import date
from math import cos, radians, sin

from django.contrib.gis.geos import Point

from kernel.access.models import User
from kernel.registers.merging.merge import merge_cards
from kernel.registers.registry import register_named
from kernel.tenancy import current_tenant
from kernel.tenancy.actor import Actor
from shared_apps.communities.brand import community_of
from shared_apps.reference.territory import settlements_of
from tenant_apps.territory.addresses.models import (
    AssignmentAct,
    Building,
    Entrance,
    Premises,
    Settlement,
    Street,
    StreetName,
)
from tenant_apps.territory.addresses.operations import fill_settlements, issue_act, rename_street, save, save_act
from tenant_apps.territory.addresses.shown import refresh_unwritten

CENTRE = (33.6200, 49.2300)
BY = Actor("job", name="демонстрація")
HOUSES = 20
STEP = 0.0005
# Kind, name, direction of the line in degrees, where it begins beside the centre.
CITY = (
    ("street", "Центральна", 10, (-0.006, -0.001)),
    ("street", "Соборна", 95, (-0.001, -0.006)),
    ("avenue", "Шевченка", 40, (-0.005, -0.005)),
    ("street", "Лесі Українки", 12, (-0.006, 0.003)),
    ("street", "Героїв України", 100, (0.004, -0.006)),
    ("street", "Набережна", 5, (-0.007, -0.006)),
    ("boulevard", "Свободи", 55, (0.000, -0.003)),
    ("lane", "Тихий", 130, (0.003, 0.001)),
)
ELSEWHERE = (("street", "Садова", 20, (0.0, 0.0)), ("street", "Миру", 110, (0.001, -0.001)))
RENAMED = ("Комарова", "Козацька", date(2023, 8, 1), "Рішення сесії від 20.07.2023 № 15-9/VIII")
OLD_NAMES = (("Соборна", "Жовтнева", date(2016, 2, 19), "Розпорядження міського голови від 19.02.2016 № 41-р"),)


def load(by: User) -> int:
    """Once: where there are settlements already, nothing is added."""
    if Settlement.objects.exists():
        return 0
    hromada = community_of(current_tenant().id).katottg
    if not settlements_of(hromada):
        return 0
    made = fill_settlements(hromada, by=by)
    places = list(Settlement.objects.order_by("katottg"))
    for place, settlement in enumerate(places[:4]):
        centre = (CENTRE[0] + place * 0.05, CENTRE[1] + place % 2 * 0.04)
        for kind, name, angle, start in CITY if place == 0 else ELSEWHERE:
            street = save(Street(settlement=settlement, kind=kind, name=name), by=by)
            made += 1 + _houses(street, (centre[0] + start[0], centre[1] + start[1]), angle, by)
    made += _past(places[0], by) + _paperwork(places[0], by)
    refresh_unwritten()
    return made + _flats(by)


def _houses(street: Street, start: tuple[float, float], angle: int, by: User) -> int:
    rows = [
        Building(
            settlement_id=street.settlement_id,
            street=street,
            number=f"{number}А" if number % 7 == 0 else f"{number}/1" if number == 10 else str(number),
            postcode="39990" if street.kind != "lane" else "",
            purpose=_purpose(street, number),
            location=_place(start, angle, number),
            created_by=by,
        )
        for number in range(1, HOUSES + 1)
    ]
    return len(Building.objects.bulk_create(rows))


def _place(start: tuple[float, float], angle: int, number: int) -> Point:
    """Odd numbers on the left of the line, even ones on the right."""
    along, aside = number * STEP, 0.0002 if number % 2 else -0.0002
    east = along * cos(radians(angle)) - aside * sin(radians(angle))
    north = along * sin(radians(angle)) + aside * cos(radians(angle))
    return Point(round(start[0] + east, 6), round(start[1] + north * 0.65, 6), srid=4326)


def _purpose(street: Street, number: int) -> str:
    if street.kind in ("avenue", "boulevard") and number % 3:
        return Building.Purpose.FLATS
    if street.name in ("Центральна", "Соборна"):
        return Building.Purpose.PUBLIC if number % 5 == 0 else Building.Purpose.TRADE if number % 5 == 1 else "flats"
    return Building.Purpose.HOUSE


def _past(city: Settlement, by: User) -> int:
    before, after, on, act = RENAMED
    street = save(Street(settlement=city, name=before, named_on=date(1962, 4, 12)), by=by)
    made = 2 + _houses(street, (CENTRE[0] - 0.004, CENTRE[1] + 0.002), 30, by)
    rename_street(street, name=after, on=on, act=act, by=by)
    for name, old, until, why in OLD_NAMES:
        street = Street.objects.get(settlement=city, name=name)
        save(StreetName(street=street, name=old, valid_to=until, act=why), by=by)
        Street.objects.filter(pk=street.pk).update(named_on=until, act=why)
        made += 1
    return made


def _paperwork(city: Settlement, by: User) -> int:
    """An application waiting for its act, an act issued, and a double that was merged away."""
    street = Street.objects.get(settlement=city, name="Тихий")
    waiting = AssignmentAct(
        received_on=date(2026, 11, 18), applicant="ТОВ «Зоря-Преса»", reason="введення в експлуатацію, декларація № 112",
        settlement=city, street=street, house="101",
    )  # fmt: skip
    save_act(waiting, by=by)
    done = AssignmentAct(
        received_on=date(2026, 10, 5), applicant="Мороз М. П.", reason="новий будинок, технічний паспорт № 44",
        settlement=city, street=street, house="102",
    )  # fmt: skip
    issued = issue_act(save_act(done, by=by), by=by, number="14", signed_on=date(2026, 10, 9))
    kept = Building.objects.filter(street=street).order_by("pk").first()
    assert kept is not None and issued.building is not None
    issued.building.location = kept.location
    save(issued.building, by=by)
    double = save(Building(settlement=city, street=street, number=f"{kept.number}99", location=kept.location), by=by)
    # Whoever loads the demonstration need not manage addresses; the shell does it in his name.
    merge_cards(
        register_named("addresses.addresses"), kept, [double], by=BY, reason="внесено двічі: з паперу і з файлу"
    )
    return 4


def _flats(by: User) -> int:
    """Two entrances of ten flats in the first blocks of flats."""
    made = 0
    for building in Building.objects.filter(purpose=Building.Purpose.FLATS).order_by("pk")[:6]:
        for number in (1, 2):
            last = number * 10
            entrance = Entrance(building=building, number=number, flat_first=last - 9, flat_last=last, created_by=by)
            entrance.save()
            flats = [
                Premises(building=building, entrance=entrance, number=str(flat), area=38 + flat % 4 * 9, created_by=by)
                for flat in range(last - 9, last + 1)
            ]
            made += 1 + len(Premises.objects.bulk_create(flats))
    refresh_unwritten()
    return made
