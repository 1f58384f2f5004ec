"""The season, and what limits and opens a zone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kernel.access.levels import Level
from kernel.audit.models import History
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.testing.access import make_person, make_role
from tenant_apps.territory.recreation_zones import demo, operations
from tenant_apps.territory.recreation_zones.calc import in_season
from tenant_apps.territory.recreation_zones.models import Facility, Zone, ZoneCheck
from tenant_apps.territory.recreation_zones.public import zone as told

DAY = date(2026, 5, 12)


@pytest.fixture
def keeper(in_alpha):
    return make_person(make_role("keeper", recreation_zones=Level.EDIT).code)


@pytest.fixture
def save(keeper):
    return lambda card: save_card(register_of(type(card)), card, by=keeper)


@pytest.fixture
def zone(save):
    return save(Zone(name="Міський пляж", kind="beach"))


@pytest.mark.parametrize(
    ("first", "last", "month", "open_then"),
    [
        (6, 8, 5, False), (6, 8, 6, True), (6, 8, 8, True), (6, 8, 9, False),
        (11, 3, 10, False), (11, 3, 11, True), (11, 3, 1, True), (11, 3, 3, True), (11, 3, 4, False),
        (7, 7, 7, True), (7, 7, 8, False), (None, None, 1, True),
    ],
)  # fmt: skip
def test_season(first, last, month, open_then):
    assert in_season(first, last, month) is open_then


def test_demonstration_is_loaded_once(in_gamma):
    assert Zone.objects.count() == len(demo.ZONES)
    assert set(Zone.objects.values_list("state", flat=True)) == {"open", "limited", "closed"}
    assert demo.load(Zone.objects.first().created_by) == 0


def test_limit_has_a_reason_and_is_in_the_history(zone, keeper):
    limited = operations.limit_zone(zone, by=keeper, state="closed", reason="  Буревій ")
    assert (limited.state, limited.state_reason, told(zone.pk).state) == ("closed", "Буревій", "closed")
    assert History.objects.filter(table_name=Zone._meta.db_table, row_id=str(zone.pk)).count() == 2
    assert operations.open_zone(zone, by=keeper).state == "open"
    with pytest.raises(ValidationError, match="вже відкрита"):
        operations.open_zone(zone, by=keeper)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"state": "open", "reason": "так"}, "Оберіть"),
        ({"state": "closed", "reason": "так", "until": timezone.localdate() - timedelta(1)}, "уже минув"),
        ({"state": "closed", "reason": " "}, "Обмеження має причину"),
    ],
)
def test_limit_with_a_slip(zone, keeper, given, said):
    with pytest.raises(ValidationError, match=said):
        operations.limit_zone(zone, by=keeper, **given)


def test_bad_water_keeps_the_beach_shut_until_a_good_sample(zone, keeper, save):
    save(ZoneCheck(zone=zone, kind="water", checked_on=DAY, result="bad", note="Індекс ЛКП"))
    save(ZoneCheck(zone=zone, kind="sand", checked_on=DAY + timedelta(9)))
    operations.limit_zone(zone, by=keeper, state="closed", reason="Вода")
    with pytest.raises(ValidationError, match="не відповідає"):
        operations.open_zone(zone, by=keeper)
    save(ZoneCheck(zone=zone, kind="water", checked_on=DAY + timedelta(5)))
    assert operations.open_zone(zone, by=keeper).state == "open"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"result": "bad"}, "Опишіть"),
        ({"valid_until": DAY}, "пізніше"),
        ({"checked_on": timezone.localdate() + timedelta(1)}, "ще не настав"),
    ],
)
def test_check_with_a_slip(zone, save, fields, said):
    with pytest.raises(ValidationError, match=said):
        save(ZoneCheck(**{"zone": zone, "kind": "water", "checked_on": DAY, **fields}))


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"season_from": 6}, "обидва"), ({"area": Decimal(0)}, "більша за нуль"), ({"capacity": 0}, "щонайменше одна")],
)
def test_zone_with_a_slip(zone, save, fields, said):
    for name, value in fields.items():
        setattr(zone, name, value)
    with pytest.raises(ValidationError, match=said):
        save(zone)


def test_name_is_once_in_a_place(zone, save):
    with pytest.raises(ValidationError, match="уже є"):
        save(Zone(name="Міський пляж", kind="park"))


def test_facility_is_counted_and_once(zone, save):
    save(Facility(zone=zone, kind="bench", quantity=3))
    with pytest.raises(ValidationError, match="вже є"):
        save(Facility(zone=zone, kind="bench"))
    with pytest.raises(ValidationError, match="щонайменше один"):
        save(Facility(zone=zone, kind="bin", quantity=0))
