"""Renaming, acts with their term, settlements from КАТОТТГ."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kernel.access.levels import Level
from kernel.audit.models import History
from kernel.indicators.counting import figure
from kernel.operations import Denied
from kernel.registers.registry import register_of
from kernel.search.query import find
from kernel.testing.access import make_person, make_role
from shared_apps.reference.demo import DUBOHIR, load_demo_territory
from tenant_apps.territory.addresses.models import (
    AssignmentAct,
    Building,
    Entrance,
    Premises,
    Settlement,
    Street,
    StreetName,
)
from tenant_apps.territory.addresses.operations import (
    cancel_address,
    fill_settlements,
    issue_act,
    rename_street,
    save,
    save_act,
)
from tenant_apps.territory.addresses.shown import refresh_buildings, refresh_unwritten
from tests.benchmarks.addresses import fill

ACT = "рішення № 15-9/VIII від 20.07.2023"
ON = date(2023, 8, 1)


def found(text: str) -> list[str]:
    return list(find(Building.objects.all(), text).order_by("number_key").values_list("number", flat=True))


# -- renaming -------------------------------------------------------------------------------------


def test_renamed_street_rewrites_its_addresses_and_is_found_by_the_old_name(street_named, house, clerk):
    street = street_named("Комарова", named_on=date(1962, 4, 1))
    building = house(street, "31А")
    flat = save(Premises(building=building, number="5"), by=clerk)
    entrance = Entrance.objects.create(building=building, number=1)
    rename_street(street, name="Козацька", on=ON, act=ACT, by=clerk)
    for row in (building, flat, entrance):
        row.refresh_from_db()
        assert row.shown.startswith("м. Дубогір, вул. Козацька, 31А")
    for text in ("комарова 31-а", "вулиця Комарова", "козацька 31 А", "вулицею Козацькою", "Козацька, 31а"):
        assert found(text) == ["31А"], text
    assert list(find(Premises.objects.all(), "комарова 31а кв 5")) == [flat]
    old = StreetName.objects.get(street=street)
    assert (old.shown, old.valid_from, old.valid_to, old.act) == ("вул. Комарова", date(1962, 4, 1), ON, ACT)


def test_renaming_twice_keeps_both_old_names_and_repeating_changes_nothing(street_named, house, clerk):
    street = street_named("Базарна")
    house(street, "1")
    rename_street(street, name="Жовтнева", on=date(1950, 1, 1), act=ACT, by=clerk)
    rename_street(street, name="Соборна", on=ON, act=ACT, by=clerk)
    again = rename_street(street, name="Соборна", on=ON, act=ACT, by=clerk)
    assert (again.shown, again.named_on, again.act) == ("вул. Соборна", ON, ACT)
    assert StreetName.objects.count() == 2
    assert found("базарна 1") == found("жовтнева 1") == found("соборна 1") == ["1"]


def test_kind_may_change_with_the_name(street_named, house, clerk):
    street = street_named("Комарова")
    building = house(street, "1")
    rename_street(street, kind="boulevard", name="Свободи", on=ON, act=ACT, by=clerk)
    building.refresh_from_db()
    assert building.shown == "м. Дубогір, бульв. Свободи, 1"
    assert found("б-р свободи") == found("вул комарова") == ["1"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": " "}, "нову назву"),
        ({"act": " "}, "Вкажіть рішення"),
        ({"name": "Комарова"}, "вже має цю назву"),
        ({"on": date(1962, 4, 1)}, "пізнішу дату"),
        ({"on": date(2999, 1, 1)}, "ще не настала"),
        ({"name": "Соборна"}, "уже є"),
    ],
)
def test_wrong_renaming_is_refused_and_changes_nothing(street_named, clerk, wrong, told):
    street_named("Соборна")
    street = street_named("Комарова", named_on=date(1962, 4, 1))
    with pytest.raises(ValidationError, match=told):
        rename_street(street, **{"name": "Козацька", "on": ON, "act": ACT, **wrong}, by=clerk)
    street.refresh_from_db()
    assert street.shown == "вул. Комарова" and not StreetName.objects.exists()


@pytest.mark.slow
def test_ten_thousand_addresses_are_rewritten_in_as_many_statements_as_one(clerk):
    counts = []
    rename_street(Street.objects.get(pk=fill(1).streets[0]), name="Перша", on=ON, act=ACT, by=clerk)
    for houses in (1, 9_999):
        street = Street.objects.get(pk=fill(houses, streets=1).streets[0])
        with CaptureQueriesContext(connection) as queries:
            rename_street(street, name=f"Козацька {houses}", on=ON, act=ACT, by=clerk)
        counts.append(len(queries))
        assert Building.objects.filter(shown__contains=f" Козацька {houses}, ").count() == houses
    assert counts[0] == counts[1]


def test_bench_writes_the_words_that_the_product_writes(clerk):
    fill(300, streets=7)
    columns = ("pk", "shown", "place", "also")
    before = list(Building.objects.order_by("pk").values_list(*columns))
    refresh_buildings(Building.objects.all())
    assert list(Building.objects.order_by("pk").values_list(*columns)) == before


def test_history_remembers_the_act_and_not_the_rewritten_words(street_named, house, clerk):
    street = street_named("Комарова")
    building = house(street, "1")
    before = History.objects.filter(table_name="addresses_building").count()
    rename_street(street, name="Козацька", on=ON, act=ACT, by=clerk)
    entry = History.objects.filter(table_name="addresses_street", row_id=str(street.pk)).latest("id")
    assert entry.after == {"name": "Козацька", "named_on": "2023-08-01", "act": ACT}
    assert History.objects.filter(table_name="addresses_building").count() == before
    assert building.pk


def test_old_name_entered_afterwards_is_found_at_once(street_named, house, clerk):
    street = street_named("Соборна")
    house(street, "7")
    save(StreetName(street=street, name="Жовтнева", valid_to=date(2016, 2, 1), act=ACT), by=clerk)
    assert found("жовтнева 7") == ["7"]


def test_slip_in_a_name_is_corrected_everywhere(street_named, house, clerk):
    street = street_named("Казацька")
    building = house(street, "1")
    street.name = "Козацька"
    save(street, by=clerk)
    building.refresh_from_db()
    assert building.shown == "м. Дубогір, вул. Козацька, 1" and found("казацька") == []


def test_street_with_addresses_does_not_leave_its_settlement(street_named, house, clerk):
    village = Settlement.objects.create(katottg="UA99020010030000013", kind="C", name="Медвинка")
    street = street_named("Соборна")
    house(street, "1")
    street.settlement = village
    with pytest.raises(ValidationError, match="вже є адреси"):
        save(street, by=clerk)


def test_bulk_load_gets_its_words_by_one_call(town, street_named):
    street = street_named("Соборна")
    Building.objects.bulk_create([Building(settlement=town, street=street, number=n) for n in ("1", "2А")])
    refresh_unwritten()
    assert sorted(Building.objects.values_list("shown", flat=True)) == [
        "м. Дубогір, вул. Соборна, 1",
        "м. Дубогір, вул. Соборна, 2А",
    ]


def test_reader_renames_nothing(street_named, in_alpha):
    with pytest.raises(Denied):
        rename_street(street_named("Комарова"), name="Козацька", on=ON, act=ACT, by=make_person())


# -- acts -----------------------------------------------------------------------------------------


@pytest.fixture
def application(street_named, clerk, calendar):
    def make(kind: str = "assign", **fields) -> AssignmentAct:
        given = {"received_on": date(2026, 11, 12), "reason": "введення в експлуатацію", **fields}
        return save_act(AssignmentAct(kind=kind, **given), by=clerk)

    return make


def test_term_is_five_working_days(application, town):
    assert application(settlement=town, house="1").due_on == date(2026, 11, 19)


def test_act_assigns_changes_and_cancels(application, street_named, town, clerk):
    street = street_named("Соборна")
    given = {"settlement": town, "street": street}
    act = issue_act(application(house="31-а", **given), number="12", signed_on=date(2026, 11, 16), by=clerk)
    building = act.building
    assert (act.shown_before, act.shown_after) == ("", "м. Дубогір, вул. Соборна, 31А")
    changed = issue_act(
        application("change", building=building, house="33", **given),
        number="13",
        signed_on=date(2026, 11, 17),
        by=clerk,
    )
    building.refresh_from_db()
    assert building.shown == changed.shown_after == "м. Дубогір, вул. Соборна, 33"
    assert changed.shown_before == act.shown_after
    cancelled = issue_act(application("cancel", building=building), number="14", signed_on=date(2026, 11, 18), by=clerk)
    building.refresh_from_db()
    assert building.is_archived and (cancelled.shown_before, cancelled.shown_after) == (changed.shown_after, "")


def test_issuing_twice_is_once_and_with_another_number_is_refused(application, town, clerk):
    act = application(settlement=town, house="1")
    for _time in range(2):
        issue_act(act, number="12", signed_on=date(2026, 11, 16), by=clerk)
    assert Building.objects.count() == 1
    with pytest.raises(ValidationError, match="уже видано"):
        issue_act(act, number="13", signed_on=date(2026, 11, 16), by=clerk)
    act.refresh_from_db()
    act.reason = "інша"
    with pytest.raises(ValidationError, match="не змінюють"):
        save_act(act, by=clerk)


@pytest.mark.parametrize(
    ("kind", "fields", "told"),
    [
        ("assign", {}, "щонайменше населений пункт"),
        ("change", {"settlement": True}, "чию адресу"),
        ("cancel", {}, "чию адресу"),
        ("assign", {"settlement": True, "reason": ""}, "порожнім|обов"),
        ("assign", {"settlement": True, "house": "перший"}, "не схоже на номер"),
    ],
)
def test_wrong_application_is_told_what_to_do(application, town, kind, fields, told):
    if fields.get("settlement"):
        fields = {**fields, "settlement": town}
    with pytest.raises(ValidationError, match=told):
        application(kind, **fields)


@pytest.mark.parametrize(
    ("number", "signed_on", "told"),
    [(" ", date(2026, 11, 16), "номер акта"), ("12", date(2026, 11, 11), "раніше за заяву")],
)
def test_wrong_act_gives_no_address(application, town, clerk, number, signed_on, told):
    act = application(settlement=town, house="1")
    with pytest.raises(ValidationError, match=told):
        issue_act(act, number=number, signed_on=signed_on, by=clerk)
    assert not AssignmentAct.objects.exclude(number="").exists()


def test_second_act_on_a_taken_address_is_refused(application, town, house, clerk):
    house(None, "1")
    act = application(settlement=town, house="1")
    with pytest.raises(ValidationError, match="вже є"):
        issue_act(act, number="12", signed_on=date(2026, 11, 16), by=clerk)
    act.refresh_from_db()
    assert not act.is_issued


def test_acts_of_single_premises(application, street_named, house, clerk):
    building = house(street_named("Миру"), "5")
    act = issue_act(application(building=building, flat="12а"), number="21", signed_on=date(2026, 11, 16), by=clerk)
    flat = act.premises
    assert (flat.building_id, flat.kind, act.shown_before) == (building.pk, "flat", "")
    assert flat.shown == act.shown_after == "м. Дубогір, вул. Миру, 5, кв. 12А"
    changed = application("change", premises=flat, flat_kind="office", flat="1")
    assert changed.building_id == building.pk
    changed = issue_act(changed, number="22", signed_on=date(2026, 11, 17), by=clerk)
    flat.refresh_from_db()
    assert flat.shown == changed.shown_after == "м. Дубогір, вул. Миру, 5, прим. 1"
    assert changed.shown_before == act.shown_after
    issue_act(application("cancel", premises=flat), number="23", signed_on=date(2026, 11, 18), by=clerk)
    flat.refresh_from_db()
    building.refresh_from_db()
    assert flat.is_archived and not building.is_archived
    with pytest.raises(Denied, match="вже скасовано"):
        issue_act(application("change", premises=flat, flat="2"), number="24", signed_on=date(2026, 11, 19), by=clerk)


@pytest.mark.parametrize(
    ("kind", "fields", "told"),
    [
        ("assign", {"flat": "1"}, "будинок, у якому"),
        ("change", {"building": True, "flat": "1"}, "чию адресу"),
        ("change", {"premises": True}, "новий номер"),
        ("assign", {"premises": True, "flat": "2"}, "вже має адресу"),
        ("change", {"premises": True, "flat": "кв 1 !"}, ""),
    ],
)
def test_wrong_application_for_premises_is_told_what_to_do(application, street_named, house, clerk, kind, fields, told):
    flat = save(Premises(building=house(street_named("Миру"), "5"), number="7"), by=clerk)
    given = {"building": flat.building, "premises": flat}
    fields = {name: given.get(name) if value is True else value for name, value in fields.items()}
    with pytest.raises(ValidationError, match=told):
        application(kind, **fields)


def test_figures_of_addresses_tell_what_is_missing(application, street_named, house, clerk):
    street = street_named("Комарова")
    house(street, "1"), house(street, "2")
    issue_act(application(settlement=street.settlement, street=street, house="3"), number="1",
              signed_on=date(2026, 11, 16), by=clerk)  # fmt: skip
    rename_street(street, name="Козацька", on=ON, act=ACT, by=clerk)
    author = make_person(make_role("looker", addresses=Level.VIEW).code)

    def counted(model, code):
        register = register_of(model)
        one = next(one for one in register.indicators if one.code == code)
        return figure(register, one, author).value

    assert counted(Building, "total") == 3
    assert round(counted(Building, "acted")) == 33
    assert counted(Street, "renamed") == 1


def test_cancelled_address_takes_what_is_inside_and_frees_the_number(street_named, house, clerk):
    street = street_named("Миру")
    building = house(street, "5")
    flat = save(Premises(building=building, number="1"), by=clerk)
    cancel_address(building, by=clerk, reason="знесено")
    cancel_address(building, by=clerk)
    flat.refresh_from_db()
    assert flat.is_archived and house(street, "5").pk != building.pk


# -- settlements ----------------------------------------------------------------------------------


def test_settlements_come_from_katottg_once(in_alpha, clerk):
    load_demo_territory()
    assert fill_settlements(DUBOHIR, by=clerk) == 11
    assert fill_settlements(DUBOHIR, by=clerk) == 0
    city = Settlement.objects.get(kind="M")
    assert (str(city), city.shown) == ("м. Дубогір", "м. Дубогір")
    Settlement.objects.filter(pk=city.pk).update(name="Старогір")
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert fill_settlements(DUBOHIR, by=clerk) == 1
    assert not Settlement.objects.filter(name="Старогір").exists()
