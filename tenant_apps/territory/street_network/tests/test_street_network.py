"""Defects of lamps, works on roads, and slips."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kernel.access.levels import Level
from kernel.registers.registry import register_of
from kernel.registers.saving import archive_card, save_card
from kernel.testing.access import make_person, make_role
from tenant_apps.territory.street_network import operations
from tenant_apps.territory.street_network.demo import load
from tenant_apps.territory.street_network.models import LightPoint, RoadDefect, RoadSection, RoadSign, RoadWork
from tenant_apps.territory.street_network.public import light as told

DAY = date(2026, 3, 10)
TOMORROW = timezone.localdate() + timedelta(1)


@pytest.fixture
def keeper(in_alpha):
    return make_person(make_role("keeper", street_network=Level.EDIT).code)


@pytest.fixture
def save(keeper):
    return lambda card: save_card(register_of(type(card)), card, by=keeper)


@pytest.fixture
def light(save):
    return save(LightPoint(power=60))


@pytest.fixture
def road(save):
    return save(RoadSection(name="вул. Соборна, до мосту", built_in=1980))


@pytest.fixture
def defect(save):
    return lambda **given: save(RoadDefect(**{"found_on": DAY, "defect": "Не світить", **given}))


def test_demonstration_is_loaded_once(in_gamma):
    assert set(LightPoint.objects.values_list("state", flat=True)) == {"works", "off"}
    assert load(RoadSection.objects.first().created_by) == 0


def test_lamp_is_out_until_its_last_defect_is_mended(light, defect, keeper):
    first, second = defect(light=light), defect(light=light, urgency="danger")
    assert not told(light.pk).works
    operations.mend_defect(first, by=keeper, on=DAY, outcome="Замінено")
    assert not told(light.pk).works
    archive_card(register_of(RoadDefect), second, by=keeper)
    assert told(light.pk).works
    with pytest.raises(ValidationError, match="уже усунуто"):
        operations.mend_defect(first, by=keeper, on=DAY, outcome="Ще раз")


def test_planned_defect_leaves_the_lamp_lit(light, defect):
    defect(light=light, urgency="planned")
    assert told(light.pk).works


def test_defect_and_work_are_about_one_thing(light, road, defect, save):
    for about in ({}, {"light": light, "road": road}):
        with pytest.raises(ValidationError, match="щось одне"):
            defect(**about)
        with pytest.raises(ValidationError, match="щось одне"):
            save(RoadWork(kind="patch", works="Латання", done_on=DAY, **about))


def test_capital_repair_moves_the_year_and_an_old_one_does_not(road, save):
    for kind, day, year in (("patch", DAY, None), ("capital", DAY, 2026), ("capital", date(2020, 5, 5), 2026)):
        save(RoadWork(road=road, kind=kind, works="Роботи", done_on=day))
        road.refresh_from_db()
        assert road.repaired_in == year


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"done_on": TOMORROW}, "ще не настав"),
        ({"cost": Decimal(-1)}, "відʼємною"),
        ({"warranty_until": DAY - timedelta(1)}, "після виконання"),
    ],
)
def test_work_with_a_slip(road, save, fields, said):
    with pytest.raises(ValidationError, match=said):
        save(RoadWork(**{"road": road, "kind": "patch", "works": "Латання", "done_on": DAY, **fields}))


@pytest.mark.parametrize(
    ("fields", "said"), [({"found_on": TOMORROW}, "ще не настав"), ({"due_on": DAY - timedelta(1)}, "раніше за день")]
)
def test_defect_with_a_slip(road, defect, fields, said):
    with pytest.raises(ValidationError, match=said):
        defect(road=road, **fields)


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"length": Decimal(0)}, "більші за нуль"), ({"repaired_in": 1970}, "раніше за побудову"), ({"lanes": 0}, "одна")],
)
def test_road_with_a_slip(road, save, fields, said):
    for name, value in fields.items():
        setattr(road, name, value)
    with pytest.raises(ValidationError, match=said):
        save(road)


@pytest.mark.parametrize("code", ["8.1", "2", "2.1.1.1", "2,1", "стоп"])
def test_sign_is_numbered_as_the_standard_does(save, code):
    with pytest.raises(ValidationError, match="ДСТУ 4100"):
        save(RoadSign(code=code))
