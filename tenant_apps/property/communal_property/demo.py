"""Property of a small town, fictional: houses, shares, things; one counting done, one under way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.contrib.gis.geos import Point

from kernel.access.models import User
from kernel.cards.models import Card
from kernel.identifiers import complete_edrpou
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from tenant_apps.property.communal_property.models import Asset, Inventory
from tenant_apps.property.communal_property.operations import begin, finish, note_found, note_surplus, write_off
from tenant_apps.property.organisations.public import party_of

BY = Actor("job", name="демонстрація")
# Kind, name, account, cost, area.
THINGS = (
    ("building", "Адміністративна будівля", "1013", 2_450_000, 640),
    ("premises", "Нежитлове приміщення", "1013", 318_000, 72),
    ("structure", "Водонапірна вежа", "1013", 540_000, 30),
    ("vehicle", "Автомобіль спеціальний", "1015", 890_000, None),
    ("equipment", "Насосний агрегат", "1014", 64_500, None),
    ("furniture", "Шафа для документів", "1016", 21_300, None),
)
COUNT = 36


def load(by: User) -> int:
    """Once: what is there already stays as it is."""
    known = [party_of(complete_edrpou(f"990010{number}")) for number in range(1, 4)]
    holders = [ref.id for ref in known if ref]
    if Asset.objects.exists() or not holders:
        return 0
    for number in range(COUNT):
        kind, name, account, cost, area = THINGS[number % len(THINGS)]
        vacant = number % 7 == 1
        asset = Asset(
            number=f"{account}{number + 1:04}",
            name=f"{name} № {number + 1}",
            kind=kind,
            use="vacant" if vacant else "leased" if number % 11 == 1 else "used",
            unused_since=date(2024, 1 + number % 12, 1) if vacant else None,
            holder_id=holders[number % len(holders)],
            cost=Decimal(cost + number * 1_250),
            wear=Decimal((cost + number * 1_250) * (number % 9) // 10),
            area=Decimal(area) if area else None,
            commissioned_on=date(1985 + number, number % 12 + 1, 12),
            address=f"м. Дубогір, вул. Центральна, {number + 1}",
            location=Point(33.607 + number % 6 * 0.003, 49.226 + number // 6 * 0.0015, srid=4326) if area else None,
            registration=f"{39_000_000 + number}" if area and number % 2 == 0 else "",
            basis="рішення сесії від 24.12.2020 № 4-2/VIII",
        )
        _keep("assets", asset, by)
        if number % 17 == 5:
            write_off(asset, by=BY, on=date(2026, 6, 1), reason="рішення сесії від 28.05.2026 № 41, акт списання № 7")
    share = Asset(number="СК-01", name="Статутний капітал КП «Водоканал»", kind="share", holder_id=holders[0])
    share.cost, share.share = Decimal(3_200_000), Decimal(100)
    _keep("assets", share, by)
    return COUNT + 1 + _countings(holders, by)


def _countings(holders: list[int], by: User) -> int:
    made = 0
    for place, holder in enumerate(holders[:2]):
        counting = Inventory(
            holder_id=holder,
            order_number=f"{41 + place}-ОД",
            ordered_on=date(2026, 10, 12),
            starts_on=date(2026, 11, 1),
            ends_on=date(2026, 11, 30),
            commission="Лисенко М. І., голова\nТкачук Н. О.\nМороз І. П.",
        )
        _keep("inventories", counting, by)
        made += 1 + begin(counting, by=BY)
        lines = list(counting.lines.order_by("pk"))
        for line in lines[: -2 if place == 0 else len(lines) // 2]:
            note_found(counting, by=BY, number=line.number, place="на місці")
        note_surplus(counting, by=BY, name="Стілець без бирки", place="кабінет 12")
        if place == 0:
            finish(counting, by=BY)
    return made + 2


def _keep(register: str, card: Card, by: User) -> None:
    """Whoever loads the demonstration need have no say over property, so the shell does it in his name."""
    card.created_by = by
    save_card(register_named(f"communal_property.{register}"), card, by=BY)
