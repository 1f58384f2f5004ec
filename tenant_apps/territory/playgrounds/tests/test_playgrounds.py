"""When grounds are inspected, and what closes and opens them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from kernel.access.levels import Level
from kernel.registers.registry import register_of
from kernel.registers.saving import archive_card, restore_card, save_card
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.territory.playgrounds import demo, operations
from tenant_apps.territory.playgrounds.calc import next_inspection
from tenant_apps.territory.playgrounds.models import Equipment, Ground, GroundDefect, GroundInspection
from tenant_apps.territory.playgrounds.public import ground as told

DAY = date(2026, 3, 10)


@pytest.fixture
def keeper(in_alpha):
    return make_person(make_role("keeper", playgrounds=Level.EDIT).code)


@pytest.fixture
def save(keeper):
    return lambda card: save_card(register_of(type(card)), card, by=keeper)


@pytest.fixture
def ground(save):
    return save(Ground(name="Двір Соборної, 7"))


@pytest.fixture
def defect(save, ground):
    return lambda **given: save(GroundDefect(**{"ground": ground, "found_on": DAY, "defect": "Тріщина", **given}))


def state(ground):
    ground.refresh_from_db()
    return ground.state, ground.closed_on


@pytest.mark.parametrize(
    ("kind", "day", "due"),
    [
        ("visual", date(2026, 12, 28), date(2027, 1, 4)),
        ("functional", date(2026, 1, 15), date(2026, 4, 15)),
        ("functional", date(2026, 11, 30), date(2027, 2, 28)),
        ("functional", date(2027, 11, 30), date(2028, 2, 29)),
        ("annual", date(2028, 2, 29), date(2029, 2, 28)),
        ("annual", date(2026, 12, 31), date(2027, 12, 31)),
    ],
)
def test_next_inspection(kind, day, due):
    assert next_inspection(kind, day) == due


def test_demonstration_is_loaded_once(in_gamma):
    assert Ground.objects.count() == len(demo.GROUNDS)
    assert {"open", "closed"} == set(Ground.objects.values_list("state", flat=True))
    assert demo.load(Ground.objects.first().created_by) == 0


def test_fuller_inspection_stands_for_a_lesser(save, ground):
    save(GroundInspection(ground=ground, kind="visual", inspected_on=DAY))
    annual = save(GroundInspection(ground=ground, kind="annual", inspected_on=DAY + timedelta(1)))
    ground.refresh_from_db()
    assert ground.next_visual_on == DAY + timedelta(8)
    assert ground.next_functional_on == date(2026, 6, 11)
    assert ground.next_annual_on == date(2027, 3, 11)
    archive_card(register_of(GroundInspection), annual, by=annual.created_by)
    ground.refresh_from_db()
    assert (ground.next_visual_on, ground.next_annual_on) == (DAY + timedelta(7), None)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"result": "remarks"}, "Опишіть зауваження"),
        ({"inspected_on": timezone.localdate() + timedelta(1)}, "ще не настав"),
    ],
)
def test_inspection_with_a_slip(save, ground, fields, said):
    with pytest.raises(ValidationError, match=said):
        save(GroundInspection(**{"ground": ground, "kind": "visual", "inspected_on": DAY, **fields}))


def test_dangerous_defect_closes_until_the_last_is_mended(ground, defect, keeper):
    first, second = defect(), defect(found_on=DAY + timedelta(3))
    assert state(ground) == ("closed", DAY)
    operations.mend_defect(first, by=keeper, on=DAY + timedelta(4), outcome="Замінено")
    assert state(ground) == ("closed", DAY + timedelta(3))
    operations.mend_defect(second, by=keeper, on=DAY + timedelta(5), outcome="Замінено")
    assert state(ground) == ("open", None) and told(ground.pk).is_open
    with pytest.raises(ValidationError, match="уже усунуто"):
        operations.mend_defect(second, by=keeper, on=DAY + timedelta(6), outcome="Ще раз")


def test_minor_defect_leaves_the_ground_open(ground, defect):
    defect(danger="minor")
    assert state(ground) == ("open", None)


def test_defect_that_proved_minor_lets_go(ground, defect, save):
    found = defect()
    found.danger = "minor"
    save(found)
    assert state(ground) == ("open", None)


def test_archived_defect_does_not_hold_and_holds_again(ground, defect, keeper):
    found = defect()
    archive_card(register_of(GroundDefect), found, by=keeper)
    assert state(ground) == ("open", None)
    restore_card(register_of(GroundDefect), found, by=keeper)
    assert state(ground) == ("closed", DAY)


@pytest.mark.parametrize(
    ("on", "said"), [(DAY - timedelta(1), "від дня виявлення"), (timezone.localdate() + timedelta(1), "до сьогодні")]
)
def test_mending_has_a_possible_day(defect, keeper, on, said):
    with pytest.raises(ValidationError, match=said):
        operations.mend_defect(defect(), by=keeper, on=on, outcome="Замінено")


def test_equipment_of_another_ground_is_refused(save, defect):
    strange = save(Equipment(ground=save(Ground(name="Парк")), kind="swing", name="Гойдалка"))
    with pytest.raises(ValidationError, match="іншого майданчика"):
        defect(equipment=strange)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"certificate_until": DAY}, "разом з його номером"),
        ({"installed_on": DAY, "serves_until": DAY}, "після встановлення"),
        ({"cost": -1}, "відʼємною"),
    ],
)
def test_equipment_with_a_slip(save, ground, fields, said):
    with pytest.raises(ValidationError, match=said):
        save(Equipment(ground=ground, kind="swing", name="Гойдалка", **fields))


def test_mending_from_the_page_says_what_became_of_the_ground(ground, defect, keeper, client_for):
    found = defect()
    client = enter(client_for("alpha"), keeper)
    page = register_of(GroundDefect).url("card", found.pk)
    assert client.get(page).status_code == 200
    answer = client.post(f"{page}do/mend/", {"on": DAY.isoformat(), "outcome": "Замінено"}, follow=True)
    assert "Майданчик відкритий" in answer.content.decode()
