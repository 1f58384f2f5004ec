"""Trees along streets and in parks of the demonstration, rates, and cases at every step of a removal."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point

from kernel.access.models import User
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from tenant_apps.territory.greenery import operations
from tenant_apps.territory.greenery.models import Plant, Removal, RemovalItem, ReplacementRate, Species

CENTRE = (33.6200, 49.2300)
SPECIES = (
    ("Липа серцелиста", "Tilia cordata", "hard", False),
    ("Клен гостролистий", "Acer platanoides", "hard", False),
    ("Каштан кінський", "Aesculus hippocastanum", "hard", False),
    ("Тополя пірамідальна", "Populus nigra", "soft", True),
    ("Береза повисла", "Betula pendula", "soft", True),
    ("Верба біла", "Salix alba", "soft", False),
    ("Ялина колюча", "Picea pungens", "conifer", False),
    ("Сосна звичайна", "Pinus sylvestris", "conifer", False),
    ("Дуб звичайний", "Quercus robur", "hard", False),
    ("Горіх грецький", "Juglans regia", "fruit", False),
    ("Абрикос звичайний", "Prunus armeniaca", "fruit", False),
    ("Бузок звичайний", "Syringa vulgaris", "bush", False),
)
# Group, from, to, hryvnias for one.
RATES = (
    ("conifer", 1, 20, "3280.00"), ("conifer", 21, 300, "9140.00"),
    ("hard", 1, 20, "2450.00"), ("hard", 21, 40, "5870.00"), ("hard", 41, 300, "11320.00"),
    ("soft", 1, 20, "1190.00"), ("soft", 21, 300, "3460.00"),
    ("fruit", 1, 300, "1720.00"), ("bush", 1, 300, "640.00"),
)  # fmt: skip
ACT = "Рішення виконкому від 15.12.2025 № 312"
PLANTS = 60
STATES = ("good", "good", "fair", "good", "poor", "good", "fair", "dry", "good", "dangerous")
COMMISSION = "Голова: заступник міського голови Мороз І. П.\nЧлени: еколог Савчук Л. О., майстер Кравець Б. О."


def load(by: User) -> int:
    """Once: where there are species already, nothing is added."""
    if Species.objects.exists():
        return 0
    species = [
        _save(Species(name=name, latin=latin, group=group, allergenic=allergenic), by)
        for name, latin, group, allergenic in SPECIES
    ]
    rates = ReplacementRate.objects.bulk_create(
        ReplacementRate(
            group=group, diameter_from=first, diameter_to=last, value=Decimal(value), starts_on=date(2026, 1, 1),
            act=ACT, created_by=by,
        )
        for group, first, last, value in RATES
    )  # fmt: skip
    streets = Plant._meta.get_field("street").related_model._default_manager
    along = list(streets.filter(archived_at=None).order_by("pk")[:6])
    plants = [_save(_plant(number, species, along), by) for number in range(PLANTS)]
    return len(species) + len(rates) + len(plants) + _removals(plants, by)


def _save(card: Any, by: User) -> Any:
    register = register_of(type(card))
    assert register is not None
    return save_card(register, card, by=by)


def _plant(number: int, species: list[Species], streets: list[Any]) -> Plant:
    street = streets[number % len(streets)] if streets else None
    kind = species[number % len(species)]
    east = CENTRE[0] + number % 10 * 0.0014 - 0.007
    north = CENTRE[1] + number // 10 * 0.0016 - 0.004
    return Plant(
        kind="bush" if kind.group == "bush" else "tree",
        species=kind,
        diameter=12 + number * 7 % 58,
        height=Decimal(4 + number % 15),
        planted_in=1975 + number % 48,
        state=STATES[number % len(STATES)],
        inspected_on=date(2026, 5, 4) + timedelta(days=number),
        settlement=street.settlement if street else None,
        street=street,
        place=f"навпроти будинку {number % 20 + 1}",
        location=Point(round(east, 6), round(north, 6), srid=4326),
    )


def _removals(plants: list[Plant], by: User) -> int:
    """Cases at every step: only received, inspected, permitted, done and refused."""
    parties = Removal._meta.get_field("applicant").related_model._default_manager
    applicants = list(parties.filter(archived_at=None).order_by("pk")[:4])
    if not applicants:
        return 0
    made = 0
    for place in range(20):
        received_on = date(2026, 6, 1) + timedelta(days=place * 6)
        removal = Removal(
            received_on=received_on,
            applicant=applicants[place % len(applicants)],
            cause=("building", "dangerous", "dry", "repair", "networks")[place % 5],
            reason="Просимо дозволити видалення насаджень на території.",
        )
        removal = _save(removal, by)
        _save(RemovalItem(removal=removal, plant=plants[place * 2], note="за заявою"), by)
        made += 2
        _go(removal, place % 5, place, by)
    return made


def _go(removal: Removal, step: int, place: int, by: User) -> None:
    day = removal.received_on
    if step == 4:
        operations.refuse(removal, by=by, reason="Дерево здорове, підстав для видалення немає.")
        return
    if step == 0:
        return
    removal = operations.inspect(
        removal, by=by, on=day + timedelta(days=4), act_number=str(40 + place), commission=COMMISSION
    )
    if step == 1:
        return
    if removal.value:
        removal = operations.pay(removal, by=by, on=day + timedelta(days=9), amount=removal.value)
    on = day + timedelta(days=11)
    removal = operations.permit(removal, by=by, number=f"{place + 1}/26", on=on, until=on + timedelta(days=90))
    if step == 3:
        operations.finish(removal, by=by, on=on + timedelta(days=5))
