"""Rights, charges, payments: what the database and the operations refuse, and what follows from what."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.months import months_of
from kernel.operations import Denied
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.testing.access import make_person, make_role
from tenant_apps.property.land import demo, operations
from tenant_apps.property.land.models import LandCharge, LandPayment, LandRight, Parcel
from tenant_apps.property.land.public import holders_of, parcel_of


def square(west, south=49.22, side=0.001):
    return MultiPolygon(Polygon.from_bbox((west, south, west + side, south + side)), srid=4326)


def pay(right, by, amount, on, **fields):
    payment = LandPayment(right=right, amount=D(amount), paid_on=on, **fields)
    return save_card(register_named("land.payments"), payment, by=by)


def test_a_number_is_used_once_and_has_its_form(parcel, surveyor):
    parcel()
    with pytest.raises(ValidationError, match="таким кадастровим номером"):
        parcel()
    with pytest.raises(ValidationError, match="не схоже на кадастровий номер"):
        parcel("12:34")
    with pytest.raises(IntegrityError), transaction.atomic():
        Parcel.objects.create(cadastral="12:34", area=D(1))


def test_contours_do_not_cover_one_another(parcel):
    parcel("9902001000:01:001:0001", square(33.62))
    with pytest.raises(ValidationError, match="накладається на «9902001000:01:001:0001»"):
        parcel("9902001000:01:001:0002", square(33.6205))
    parcel("9902001000:01:001:0002", square(33.621))


def test_lease_is_charged_by_the_indexed_value(parcel, right, surveyor, indices):
    lease = right(parcel())
    outcome = operations.activate(lease, by=surveyor, registration="48123", reason="рішення № 1")
    expected = list(months_of(date(2026, 1, 1), local_today()))
    assert (outcome.made, outcome.faults) == (len(expected), [])
    assert set(LandCharge.objects.values_list("amount", "base", "days")) >= {(D("2570.40"), D("1028160.00"), 31)}
    lease.refresh_from_db()
    assert lease.charged == D("2570.40") * len(expected) and lease.parcel.state == "used"
    # Asked again, nothing is added.
    assert operations.charge_month(date(2026, 5, 17), by=surveyor).made == 0
    assert holders_of(lease.parcel_id) == [lease.holder_id]


def test_a_missing_index_or_valuation_is_named_and_stops_only_its_contract(parcel, right, surveyor):
    unvalued = right(parcel("9902001000:01:001:0003", value=None), "без оцінки")
    good = right(parcel("9902001000:01:001:0004", valued_on=date(2025, 7, 1)), "добрий")
    unindexed = right(parcel("9902001000:01:001:0005"), "без індексу")
    LandRight.objects.update(state="active")
    outcome = operations.charge_month(date(2026, 3, 1), by=surveyor)
    assert outcome.made == 1 and good.charges.get().amount == D("2125.00")
    assert len(outcome.faults) == 2
    assert "№ без оцінки" in outcome.faults[0] and "2026" in outcome.faults[0]
    assert "№ без індексу" in outcome.faults[1] and "31.12.2024" in outcome.faults[1]
    assert not unvalued.charges.exists() and not unindexed.charges.exists()


def test_payments_settle_the_oldest_debt(parcel, right, surveyor, indices):
    lease = right(parcel(), opening_debt=D(100), counted_from=date(2026, 3, 1))
    operations.activate(lease, by=surveyor, reason="рішення")
    pay(lease, surveyor, "2670.40", date(2026, 5, 3))
    lease.refresh_from_db()
    today = local_today()
    late = [c for c in lease.charges.all() if c.due_on < today]
    assert lease.debt == sum(c.amount for c in late) + 100 - D("2670.40")
    assert lease.owed_since == date(2026, 5, 30)
    payment = lease.payments.get()
    payment.amount = D(1)
    save_card(register_named("land.payments"), payment, by=surveyor)
    lease.refresh_from_db()
    assert lease.owed_since == date(2026, 2, 28) and lease.paid == 1
    with pytest.raises(ValidationError, match="більша за нуль"):
        pay(lease, surveyor, "0", date(2026, 5, 3))


def test_periods_of_one_parcel_do_not_overlap(parcel, right, surveyor, indices):
    land = parcel()
    operations.activate(right(land), by=surveyor, reason="рішення")
    other = right(land, "2", starts_on=date(2030, 12, 31), ends_on=date(2031, 12, 31))
    with pytest.raises(ValidationError, match="№ 1"):
        operations.activate(other, by=surveyor, reason="рішення")
    with pytest.raises(IntegrityError), transaction.atomic():
        LandRight.objects.filter(pk=other.pk).update(state="active")
    half = right(parcel("9902001000:01:001:0009"), "3", share=D("0.6"))
    operations.activate(half, by=surveyor, reason="рішення")
    second = right(half.parcel, "4", share=D("0.5"))
    with pytest.raises(ValidationError, match="№ 3"):
        operations.activate(second, by=surveyor, reason="рішення")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ends_on": None}, "Оренда має строк"),
        ({"ends_on": date(2020, 1, 1)}, "раніше, ніж починається"),
        ({"yearly": D(5)}, "або ставку, або річну суму"),
        ({"share": D("1.5")}, "від 0 до 1"),
        ({"rate": D(-1)}, "не бувають від"),
    ],
)
def test_terms_that_cannot_be(parcel, right, fields, words):
    with pytest.raises(ValidationError, match=words):
        right(parcel(value=None), **fields)


def test_a_lease_without_a_fee_is_not_begun(parcel, right, surveyor):
    free = right(parcel(), rate=None)
    with pytest.raises(Denied, match="впишіть ставку"):
        operations.activate(free, by=surveyor, reason="рішення")


def test_changes_of_closed_months_are_corrections_of_this_one(parcel, right, surveyor, indices):
    lease = right(parcel())
    operations.activate(lease, by=surveyor, reason="рішення")
    before = list(LandCharge.objects.order_by("pk").values_list("month", "amount"))
    lease.refresh_from_db()
    lease.rate = D(6)
    save_card(register_named("land.rights"), lease, by=surveyor)
    made = operations.recalculate(lease, by=surveyor, reason="рішення про ставку")
    assert made == len(before)
    lease.refresh_from_db()
    assert lease.charged == D("5140.80") * len(before)
    this = local_today().replace(day=1)
    past = LandCharge.objects.filter(month__lt=this).order_by("pk").values_list("month", "amount")
    assert list(past) == [row for row in before if row[0] < this]
    assert operations.recalculate(lease, by=surveyor) == 0


def test_what_ends_is_no_longer_charged(parcel, right, surveyor, indices):
    lease = right(parcel())
    operations.activate(lease, by=surveyor, reason="рішення")
    operations.end(lease, by=surveyor, on=date(2026, 6, 15), reason="угода про припинення")
    lease.refresh_from_db()
    assert lease.state == "ended" and lease.charged == D("2570.40") * 5 + D("1285.20")
    lease.parcel.refresh_from_db()
    assert lease.parcel.state == "vacant" and parcel_of(lease.parcel.cadastral).vacant
    with pytest.raises(Denied, match="в межах строку"):
        operations.end(lease, by=surveyor, on=date(2019, 1, 1), reason="x")
    clerk = make_person(make_role("land_clerk", land=Level.EDIT).code)
    with pytest.raises(PermissionDenied):
        operations.end(lease, by=clerk, on=date(2026, 6, 1), reason="x")


def test_worth_of_a_parcel_follows_its_valuation(parcel, indices):
    land = parcel()
    land.refresh_from_db()
    assert land.worth == D("1028160.00")
    unindexed = parcel("9902001000:01:001:0044", valued_on=date(2020, 1, 1))
    unindexed.refresh_from_db()
    assert unindexed.worth is None


def test_demonstration_is_loaded_once(surveyor):
    made = demo.load(surveyor)
    assert made > 60 and demo.load(surveyor) == 0
