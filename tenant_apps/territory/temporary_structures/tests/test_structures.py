"""Temporary structures: how a permit stands, what is refused and with which words, the fee, the plate, the end."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from kernel.access.levels import Level
from kernel.permits.charging import charge_month, recharge
from kernel.permits.fees import Rate, month_fee
from kernel.permits.registers import expire
from kernel.registers.registry import register_of
from kernel.registers.saving import Kept, archive_card, save_card
from kernel.tenancy import platform_context
from kernel.tenancy.actor import Actor
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.territory.temporary_structures.models import (
    FEES,
    PlacementCharge,
    PlacementPayment,
    PlacementRate,
    PlacementZone,
    Structure,
    StructureDismantling,
    StructureViolation,
)
from tests.fixtures import fill_calendar

TODAY = date(2026, 9, 14)
JOB = Actor("job", name="тест")


@pytest.fixture(autouse=True)
def today(in_alpha):
    with platform_context():
        fill_calendar()
    with time_machine.travel(f"{TODAY}T09:00:00+03:00", tick=False):
        yield


@pytest.fixture
def architect():
    role = make_role("architect_here", temporary_structures=Level.MANAGE)
    return make_person(role.code, password=None)


@pytest.fixture
def place():
    return apps.get_model("addresses", "Settlement").objects.create(
        katottg="UA99010010000010099", kind="C", name="Пробна"
    )


@pytest.fixture
def zone():
    return PlacementZone.objects.create(code="1", name="Центр")


@pytest.fixture
def rate(zone):
    return PlacementRate.objects.create(zone=zone, rate=Decimal("24.50"), starts_on=date(2026, 1, 1), act="№ 1")


@pytest.fixture
def make(place, zone, architect):
    def build(**given):
        return Structure(
            **{
                "settlement": place, "zone": zone, "purpose": "кава", "place": "вул. Соборна, 1", "area": Decimal("18.00"),
                **given,
            }
        )  # fmt: skip

    def save(**given):
        return save_card(register_of(Structure), build(**given), by=architect)

    save.build = build
    return save


@pytest.fixture
def valid(make):
    return make(permit_number="7/2026", valid_from=date(2026, 7, 11), valid_to=date(2027, 7, 10))


def act(card, name, by, **given):
    register = register_of(type(card))
    card = register.queryset().get(pk=card.pk)
    done = register.actions[name]
    assert done.when is None or done.when(card), f"{name} is not offered"
    done.run(register, card, by=by, **given)
    return register.queryset().get(pk=card.pk)


def refusal(call):
    with pytest.raises(ValidationError) as wrong:
        call()
    return " ".join(wrong.value.messages)


# -- from the application to the passport ---------------------------------------------------------


def test_from_application_through_scheme_to_passport(make, architect):
    card = make(applied_on=date(2026, 9, 1))
    assert (card.number, card.state) == ("ТС-0001", "applied")
    assert card.due_on == date(2026, 9, 15)
    card = act(card, "agree", architect, on=TODAY)
    assert (card.state, card.due_on) == ("agreed", date(2026, 9, 28))
    given = {"permit_number": "1", "issued_on": TODAY, "valid_from": TODAY, "valid_to": date(2029, 9, 13)}
    card = act(card, "issue", architect, **given)
    assert (card.state, card.due_on) == ("valid", None)


def test_what_stands_without_papers_says_so(make):
    assert make().state == "unpermitted"


def test_an_old_passport_comes_in_as_expired(make):
    assert make(permit_number="9", valid_from=date(2020, 1, 1), valid_to=date(2025, 1, 1)).state == "expired"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"area": Decimal("30.01")}, "до 30 м²"),
        ({"area": Decimal(0)}, "більшою за нуль"),
        ({"permit_number": "5"}, "вказують разом"),
        ({"permit_number": "5", "valid_from": TODAY, "valid_to": TODAY - timedelta(1)}, "раніше за «діє з»"),
        ({"applied_on": TODAY, "issued_on": TODAY - timedelta(1)}, "раніше, ніж подано заяву"),
        ({"permit_number": "5", "valid_from": TODAY, "installed_on": TODAY - timedelta(1)}, "раніше, ніж почав діяти"),
        ({"factor": Decimal(-1)}, "не буває відʼємним"),
    ],
)
def test_refusals_say_what_to_do(make, given, words):
    assert words in refusal(lambda: make(**given))


def test_one_passport_belongs_to_one_structure(make, valid):
    assert "уже внесено" in refusal(lambda: make(permit_number="7/2026", valid_from=TODAY))


def test_an_open_counter_may_be_larger(make):
    assert make(area=Decimal(60), closed=False, kind="terrace").pk


def test_the_database_itself_refuses_an_end_without_a_reason(valid):
    with pytest.raises(IntegrityError), transaction.atomic():
        Structure.objects.filter(pk=valid.pk).update(state="cancelled")


# -- extending, ending ----------------------------------------------------------------------------


def test_extending_needs_a_later_day(valid, architect):
    assert "пізнішу дату" in refusal(lambda: act(valid, "extend", architect, valid_to=TODAY, reason="заява"))
    assert act(valid, "extend", architect, valid_to=date(2028, 1, 1), reason="заява").valid_to == date(2028, 1, 1)


def test_the_night_closes_terms(valid):
    Structure.objects.filter(pk=valid.pk).update(valid_to=TODAY - timedelta(1))
    assert expire(register_of(Structure), by=JOB) == 1
    assert Structure.objects.get().state == "expired"


def test_cancelling_keeps_the_day_and_the_reason_and_can_be_undone(valid, architect):
    card = act(valid, "cancel", architect, on=TODAY, reason="не встановлено за 6 місяців")
    assert (card.state, card.ended_on, card.ended_why) == ("cancelled", TODAY, "не встановлено за 6 місяців")
    card = act(card, "reopen", architect, reason="рішення суду")
    assert (card.state, card.ended_on, card.ended_why) == ("valid", None, "")


def test_cancelling_ahead_of_time_is_refused(valid, architect):
    tomorrow = TODAY + timedelta(1)
    assert "ще не настав" in refusal(lambda: act(valid, "cancel", architect, on=tomorrow, reason="х"))


# -- the fee --------------------------------------------------------------------------------------


def test_a_whole_month_and_a_part_of_one(valid, rate):
    assert charge_month(FEES, date(2026, 8, 5), by=JOB) == 1
    assert charge_month(FEES, date(2026, 8, 31), by=JOB) == 0
    assert charge_month(FEES, date(2026, 7, 1), by=JOB) == 1
    found = {one.month: (one.days, one.amount) for one in PlacementCharge.objects.all()}
    # 18 м² × 24,50 = 441,00; from 11 July 21 days of 31.
    assert found == {date(2026, 8, 1): (31, Decimal("441.00")), date(2026, 7, 1): (21, Decimal("298.74"))}


def test_a_month_of_two_rates_agrees_with_the_arithmetic_of_one_line(make, zone, rate):
    rate.ends_on = date(2026, 8, 9)
    rate.save()
    PlacementRate.objects.create(zone=zone, rate=Decimal("31.1575"), starts_on=date(2026, 8, 10), act="№ 2")
    rates = [Rate(one.starts_on, one.ends_on, one.rate) for one in PlacementRate.objects.all()]
    for number, (area, factor, start) in enumerate(
        [("18.00", "1", (2026, 7, 11)), ("7.35", "1.250", (2026, 8, 3)), ("29.99", "0.333", (2026, 8, 31))]
    ):
        make(area=Decimal(area), factor=Decimal(factor), permit_number=f"п{number}", valid_from=date(*start))
    assert charge_month(FEES, date(2026, 8, 1), by=JOB) == 3
    for charge in PlacementCharge.objects.select_related("permit"):
        line = month_fee(
            charge.month, starts_on=charge.permit.valid_from, ends_on=charge.permit.valid_to,
            area=charge.area, factor=charge.factor, rates=rates,
        )  # fmt: skip
        assert line is not None
        assert (line.days, line.amount) == (charge.days, charge.amount)


def test_a_day_without_a_rate_is_named_and_nothing_is_charged(valid, make, rate):
    rate.ends_on = date(2026, 8, 20)
    rate.save()
    make(permit_number="8", valid_from=date(2026, 1, 1), valid_to=date(2026, 8, 10))
    said = refusal(lambda: charge_month(FEES, date(2026, 8, 1), by=JOB))
    assert "ТС-0001" in said
    assert "«Центр»" in said
    assert "21.08.2026" in said
    assert not PlacementCharge.objects.exists()


def test_a_permit_without_a_zone_is_named(make):
    make(zone=None, permit_number="8", valid_from=date(2026, 1, 1))
    assert "не вказано зони" in refusal(lambda: charge_month(FEES, date(2026, 8, 1), by=JOB))


def test_a_month_to_come_is_not_charged(valid, rate):
    assert "ще не настав" in refusal(lambda: charge_month(FEES, date(2026, 10, 1), by=JOB))


def test_rates_never_cover_a_day_twice(zone, rate):
    again = PlacementRate(zone=zone, rate=1, starts_on=date(2026, 5, 1), act="№ 3")
    assert "вже є ставка" in refusal(again.full_clean)
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_cancelling_recounts_the_month_and_the_debt_follows(valid, rate, architect):
    charge_month(FEES, TODAY, by=JOB)
    PlacementPayment.objects.create(permit=valid, amount=Decimal("100.00"), document="1")
    card = act(valid, "cancel", architect, on=TODAY, reason="рішення")
    live = PlacementCharge.objects.get(archived_at__isnull=True)
    assert (live.days, live.amount) == (14, Decimal("205.80"))
    assert PlacementCharge.objects.count() == 2
    assert register_of(Structure).debt(card) == Decimal("105.80")
    assert recharge(FEES, card, TODAY, by=JOB, reason="ще раз") == 1


# -- violations, dismantling ----------------------------------------------------------------------


def test_dismantling_is_ordered_only_against_what_may_not_stand(valid, architect):
    order = {"act": "№ 5", "grounds": "без паспорта", "due_on": TODAY + timedelta(30)}
    register = register_of(StructureDismantling)
    assert "Спершу скасуйте" in refusal(
        lambda: save_card(register, StructureDismantling(permit=valid, **order), by=architect)
    )
    act(valid, "cancel", architect, on=TODAY, reason="рішення")
    valid.refresh_from_db()
    made = save_card(register, StructureDismantling(permit=valid, **order), by=architect)
    with pytest.raises(Kept):
        archive_card(register_of(Structure), valid, by=architect)
    made = act(made, "done", architect, on=TODAY, kept_at="майданчик КП", cost=Decimal(900))
    valid.refresh_from_db()
    assert (made.state, valid.state, valid.ended_on) == ("done", "dismantled", TODAY)
    assert made.number in valid.ended_why


def test_a_violation_with_a_photo_is_mended_with_a_photo(valid, architect):
    card = StructureViolation(permit=valid, kind="look", description="інший колір", due_on=TODAY)
    card = save_card(register_of(StructureViolation), card, by=architect)
    assert "ще не настав" in refusal(lambda: act(card, "fix", architect, on=TODAY + timedelta(1)))
    assert act(card, "fix", architect, on=TODAY).state == "fixed"


# -- the plate and the page behind it -------------------------------------------------------------


def test_anybody_reads_the_page_behind_the_plate(valid, client_for, architect):
    stranger = client_for("alpha")
    page = stranger.get(f"/temporary-structures/open/{valid.pk}/")
    assert page.status_code == 200
    assert "на законних підставах" in page.content.decode()
    act(valid, "cancel", architect, on=TODAY, reason="рішення")
    assert "паспорта привʼязки немає" in stranger.get(f"/temporary-structures/open/{valid.pk}/").content.decode()


def test_an_application_has_neither_page_nor_plate(make, client_for, architect):
    card = make(applied_on=TODAY)
    assert client_for("alpha").get(f"/temporary-structures/open/{card.pk}/").status_code == 404
    assert enter(client_for("alpha"), architect).get(f"/temporary-structures/{card.pk}/plate.pdf").status_code == 404


def test_the_plate_is_a_paper_for_those_who_work_here(valid, client_for, architect):
    address = f"/temporary-structures/{valid.pk}/plate.pdf"
    assert client_for("alpha").get(address).status_code == 302
    paper = enter(client_for("alpha"), architect).get(address)
    assert paper.content.startswith(b"%PDF")
