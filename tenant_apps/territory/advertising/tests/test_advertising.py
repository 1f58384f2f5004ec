"""Advertising: one permit a day on a place, five years at most, the fee, the zone found by the map."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kernel.access.levels import Level
from kernel.permits.charging import charge_month
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from kernel.testing.access import make_person, make_role
from tenant_apps.territory.advertising.models import FEES, AdCharge, AdPlace, AdRate, Advertisement, AdZone

TODAY = date(2026, 9, 14)
JOB = Actor("job", name="тест")


@pytest.fixture(autouse=True)
def today(in_alpha):
    with time_machine.travel(f"{TODAY}T09:00:00+03:00", tick=False):
        yield


@pytest.fixture
def person():
    return make_person(make_role("adviser", advertising=Level.MANAGE).code, password=None)


@pytest.fixture
def spot(person):
    shape = MultiPolygon(Polygon.from_bbox((33.4, 49.0, 33.5, 49.1)), srid=4326)
    wide = MultiPolygon(Polygon.from_bbox((33.0, 48.0, 34.0, 50.0)), srid=4326)
    AdZone.objects.create(code="В", name="Решта", shape=wide)
    zone = AdZone.objects.create(code="А", name="Центр", shape=shape)
    AdRate.objects.create(zone=zone, rate=Decimal("42.00"), starts_on=date(2026, 1, 1), act="№ 1")
    settlement = apps.get_model("addresses", "Settlement").objects.create(
        katottg="UA99010010000010099", kind="C", name="Пробна"
    )
    place = AdPlace(settlement=settlement, place="вул. Соборна", location=Point(33.42, 49.07, srid=4326))
    return save_card(register_of(AdPlace), place, by=person)


@pytest.fixture
def permit(spot, person):
    def save(**given):
        term = {"permit_number": "1", "valid_from": date(2026, 8, 16), "valid_to": date(2027, 8, 15)}
        card = Advertisement(**{"ad_place": spot, "area": Decimal("18.00"), **term, **given})
        return save_card(register_of(Advertisement), card, by=person)

    return save


def act(card, name, by, **given):
    register = register_of(type(card))
    card = register.queryset().get(pk=card.pk)
    register.actions[name].run(register, card, by=by, **given)
    return register.queryset().get(pk=card.pk)


def refusal(call):
    with pytest.raises(ValidationError) as wrong:
        call()
    return " ".join(wrong.value.messages)


def test_the_zone_is_the_smallest_around_the_place(spot, permit):
    assert spot.zone.code == "А"
    assert permit().zone == spot.zone


def test_one_permit_a_day_on_a_place(permit):
    permit()
    later = {"permit_number": "2", "valid_from": date(2027, 8, 15), "valid_to": date(2028, 1, 1)}
    assert "вже є дозвіл" in refusal(lambda: permit(**later))
    assert permit(**{**later, "valid_from": date(2027, 8, 16)}).pk


def test_the_database_itself_keeps_permits_apart(permit, spot):
    permit()
    other = Advertisement(
        ad_place=spot, area=1, number="Я", permit_number="3", valid_from=TODAY, valid_to=TODAY, state="valid"
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


def test_a_cancelled_permit_frees_the_place_from_the_next_day(permit, person):
    act(permit(), "cancel", person, on=TODAY, reason="не сплачує")
    again = {"permit_number": "2", "valid_to": date(2027, 1, 1)}
    assert "вже є дозвіл" in refusal(lambda: permit(**again, valid_from=TODAY))
    assert permit(**again, valid_from=TODAY + timedelta(1)).pk


@pytest.mark.parametrize(
    ("since", "until", "fits"),
    [
        (date(2026, 9, 14), date(2031, 9, 13), True),
        (date(2026, 9, 14), date(2031, 9, 14), False),
        (date(2024, 2, 29), date(2029, 2, 28), True),
        (date(2024, 2, 29), date(2029, 3, 1), False),
    ],
)
def test_five_years_at_most(permit, since, until, fits):
    if fits:
        assert permit(valid_from=since, valid_to=until).pk
    else:
        assert "щонайбільше на пʼять років" in refusal(lambda: permit(valid_from=since, valid_to=until))


def test_a_permit_has_a_last_day(permit):
    assert "строковий" in refusal(lambda: permit(valid_to=None))


def test_the_fee_of_half_a_month(permit):
    permit()
    assert charge_month(FEES, date(2026, 8, 1), by=JOB) == 1
    charge = AdCharge.objects.get()
    # 18 м² × 42,00 = 756,00; 16 days of 31.
    assert (charge.days, charge.amount) == (16, Decimal("390.19"))


def test_a_place_says_whether_it_is_free(spot, permit):
    places = register_of(AdPlace)
    assert places.standing(places.queryset().get()) == "вільне"
    permit()
    assert places.standing(places.queryset().get()) == "зайняте"
