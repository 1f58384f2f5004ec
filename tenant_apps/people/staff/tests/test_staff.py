"""Staff: a tree without circles, one main place at a time, who acts for whom, what reaches the accounts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.access.levels import Level
from kernel.access.models import Delegation, User
from kernel.access.rights import visible
from kernel.access.roles import create_ready_roles
from kernel.jobs.registry import kind_of
from kernel.operations import Denied
from kernel.testing.access import OPERATOR, make_person, make_role
from tenant_apps.people.staff import demo, public
from tenant_apps.people.staff.models import Absence, Appointment, Department, Deputy, Employee, Position
from tenant_apps.people.staff.operations import (
    appoint,
    dismiss,
    end_replacement,
    move,
    replace,
    save_department,
    save_deputy,
    save_employee,
    save_position,
    settle_day,
)

TODAY = timezone.localdate()
LONG_AGO = TODAY - timedelta(days=400)


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


@pytest.fixture(autouse=True)
def roles(in_alpha):
    create_ready_roles("hromada")


@pytest.fixture
def officer():
    return make_person("personnel")


@pytest.fixture
def finance():
    return save_department(Department(name="Фінансовий відділ"), by=OPERATOR)


@pytest.fixture
def cnap():
    return save_department(Department(name="ЦНАП"), by=OPERATOR)


def place(department, title="спеціаліст", rate=1) -> Position:
    return save_position(Position(department=department, title=title, rate=Decimal(rate)), by=OPERATOR)


def worker(name="Савчук", account=None) -> Employee:
    return save_employee(
        Employee(last_name=name, first_name="Ірина", patronymic="Олегівна", account=account), by=OPERATOR
    )


def refused(work, words):
    with pytest.raises((Denied, ValidationError)) as wrong:
        work()
    assert words in str(wrong.value)


# -- departments ----------------------------------------------------------------------------------


def test_name_is_once_within_a_parent(finance, cnap):
    refused(lambda: save_department(Department(name="ЦНАП"), by=OPERATOR), "уже є")
    save_department(Department(name="ЦНАП", parent=finance), by=OPERATOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.bulk_create([Department(name="ЦНАП", parent=finance)])


def test_department_is_not_within_itself(finance, cnap):
    finance.parent = finance
    refused(lambda: save_department(finance, by=OPERATOR), "коло")
    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.filter(pk=cnap.pk).update(parent=cnap.pk)


def test_tree_has_no_circle(finance, cnap):
    third = save_department(Department(name="Сектор", parent=cnap), by=OPERATOR)
    cnap.parent = finance
    cnap = save_department(cnap, by=OPERATOR)
    finance.refresh_from_db()
    finance.parent = third
    refused(lambda: save_department(finance, by=OPERATOR), "коло")
    assert [one.name for one in Department.objects.get(pk=third.pk).chain()] == ["Фінансовий відділ", "ЦНАП", "Сектор"]
    assert public.department_names(finance.pk) == ["Фінансовий відділ", "ЦНАП", "Сектор"]


def test_rename_reaches_accounts_and_records_at_once(officer, cnap):
    Contact = apps.get_model("contacts", "Contact")
    record = Contact.objects.create(title="Вікно 1", slug="vikno-1", department="ЦНАП", created_by=officer)
    clerk = make_person("specialist", department="ЦНАП")
    stranger = make_person("specialist", department="Бухгалтерія")
    cnap.name = "Центр послуг"
    save_department(cnap, by=make_person("executive_manager"))
    clerk.refresh_from_db()
    stranger.refresh_from_db()
    assert (clerk.department, stranger.department) == ("Центр послуг", "Бухгалтерія")
    assert list(visible(Contact.objects.all(), User.objects.get(pk=clerk.pk))) == [record]


def test_rename_of_one_of_two_namesakes_leaves_the_other(cnap, finance):
    twin = save_department(Department(name="ЦНАП", parent=finance), by=OPERATOR)
    mine, theirs = make_person("specialist"), make_person("specialist")
    appoint(worker("Мій", mine), place(twin), by=OPERATOR, starts_on=LONG_AGO)
    appoint(worker("Чужий", theirs), place(cnap), by=OPERATOR, starts_on=LONG_AGO)
    twin.refresh_from_db()
    twin.name = "Віддалене місце"
    save_department(twin, by=OPERATOR)
    assert User.objects.get(pk=mine.pk).department == "Віддалене місце"
    assert User.objects.get(pk=theirs.pk).department == "ЦНАП"


# -- positions and people -------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["4115", "2419.3", ""])
def test_code_of_an_occupation(cnap, code):
    Position(department=cnap, title="секретар", kp_code=code).full_clean()


@pytest.mark.parametrize(
    "wrong", [{"kp_code": "41"}, {"kp_code": "2419,3"}, {"rate": Decimal(0)}, {"rate": Decimal(-1)}, {"title": ""}]
)
def test_position_that_is_wrong(cnap, wrong):
    with pytest.raises(ValidationError):
        Position(**{"department": cnap, "title": "секретар", **wrong}).full_clean()


def test_two_cards_of_one_account_or_number_are_refused():
    user = make_person("clerk")
    worker(account=user)
    refused(lambda: worker("Інша", user), "обліковий запис уже має")
    save_employee(Employee(last_name="А", first_name="Б", rnokpp="3287345283"), by=OPERATOR)
    refused(
        lambda: save_employee(Employee(last_name="В", first_name="Г", rnokpp="3287345283"), by=OPERATOR), "таким РНОКПП"
    )


def test_wrong_number_of_a_person_is_named():
    refused(
        lambda: save_employee(Employee(last_name="А", first_name="Б", rnokpp="3287345284"), by=OPERATOR), "не сходиться"
    )


def test_nobody_ties_his_own_account_to_a_card(officer):
    refused(
        lambda: save_employee(Employee(last_name="А", first_name="Б", account=officer), by=officer), "Попросіть колегу"
    )
    own = worker(account=officer)
    own.room = "12"
    assert save_employee(own, by=officer).room == "12"


# -- appointments ---------------------------------------------------------------------------------


def test_appointment_reaches_the_card_and_the_account(officer, cnap):
    user = make_person("specialist")
    person = worker(account=user)
    appoint(person, place(cnap, "адміністратор"), by=officer, starts_on=LONG_AGO, basis="наказ № 1-к")
    person.refresh_from_db()
    user.refresh_from_db()
    assert (person.position.title, person.department, person.hired_on) == ("адміністратор", cnap, LONG_AGO)
    assert (user.position, user.department) == ("адміністратор", "ЦНАП")
    assert public.employee_of(user).position == "адміністратор"


def test_one_main_place_at_a_time(officer, cnap, finance):
    person = worker()
    first = appoint(person, place(cnap), by=officer, starts_on=LONG_AGO, ends_on=days(10))
    refused(lambda: appoint(person, place(finance), by=officer, starts_on=days(10)), "вже має основне місце")
    appoint(person, place(finance, "касир"), by=officer, starts_on=LONG_AGO, main=False, share=Decimal("0.5"))
    appoint(person, place(finance, "бухгалтер"), by=officer, starts_on=days(11))
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.bulk_create([Appointment(employee=person, position=first.position, starts_on=TODAY)])


@pytest.mark.parametrize("share", [Decimal(0), Decimal(2)])
def test_share_of_a_rate(officer, cnap, share):
    with pytest.raises(ValidationError):
        appoint(worker(), place(cnap, rate=5), by=officer, starts_on=TODAY, share=share)


def test_dates_backwards_are_refused(officer, cnap):
    refused(lambda: appoint(worker(), place(cnap), by=officer, starts_on=TODAY, ends_on=days(-1)), "раніше за перший")


def test_position_has_only_so_many_units(officer, cnap):
    desk = place(cnap, rate=1)
    appoint(worker("Перша"), desk, by=officer, starts_on=LONG_AGO, share=Decimal("0.5"))
    appoint(worker("Друга"), desk, by=officer, starts_on=LONG_AGO, share=Decimal("0.5"))
    refused(lambda: appoint(worker("Третя"), desk, by=officer, starts_on=TODAY, share=Decimal("0.25")), "Збільште")
    desk.refresh_from_db()
    desk.rate = Decimal("0.5")
    refused(lambda: save_position(desk, by=officer), "зайнято")


def test_nobody_writes_orders_about_himself(officer, cnap):
    own = worker(account=officer)
    refused(lambda: appoint(own, place(cnap), by=officer, starts_on=TODAY), "Попросіть колегу")
    refused(lambda: dismiss(own, by=officer, on=TODAY, reason="наказ"), "Попросіть колегу")


def test_reader_appoints_nobody(cnap):
    make_role("reader", staff=Level.VIEW)
    with pytest.raises(Denied):
        appoint(worker(), place(cnap), by=make_person("reader"), starts_on=TODAY)
    assert make_person("registrar")
    with pytest.raises(Denied):
        appoint(worker(), place(cnap, "інша"), by=make_person("registrar"), starts_on=TODAY)


def test_move(officer, cnap, finance):
    user = make_person("specialist")
    person = worker(account=user)
    old = appoint(person, place(cnap), by=officer, starts_on=LONG_AGO)
    cnap.refresh_from_db()
    cnap.head = person
    save_department(cnap, by=officer)
    desk = place(finance, "бухгалтер")
    new = move(person, desk, by=officer, on=TODAY, basis="наказ № 2-к")
    old.refresh_from_db()
    person.refresh_from_db()
    assert (old.ends_on, new.starts_on) == (days(-1), TODAY)
    assert person.department == finance
    assert User.objects.get(pk=user.pk).department == "Фінансовий відділ"
    assert Department.objects.get(pk=cnap.pk).head is None
    refused(lambda: move(person, desk, by=officer, on=days(1)), "вже на цій посаді")
    refused(lambda: move(worker("Без місця"), desk, by=officer, on=TODAY), "Скористайтеся призначенням")


def test_move_to_a_taken_place_changes_nothing(officer, cnap, finance):
    person = worker()
    old = appoint(person, place(cnap), by=officer, starts_on=LONG_AGO)
    desk = place(finance)
    appoint(worker("Інша"), desk, by=officer, starts_on=LONG_AGO)
    with pytest.raises(Denied, match="Збільште"):
        move(person, desk, by=officer, on=TODAY)
    old.refresh_from_db()
    assert old.ends_on is None


def test_future_appointment_comes_with_its_day(officer, cnap, finance):
    person = worker()
    appoint(person, place(cnap), by=officer, starts_on=LONG_AGO, ends_on=days(9))
    appoint(person, place(finance), by=officer, starts_on=days(10))
    person.refresh_from_db()
    assert person.department == cnap
    assert settle_day(by=OPERATOR, on=days(10)) == 1
    person.refresh_from_db()
    assert person.department == finance
    assert settle_day(by=OPERATOR, on=days(10)) == 0
    assert kind_of("staff.settle")


# -- dismissal ------------------------------------------------------------------------------------


def test_dismissal_ends_everything(cnap):
    chief = make_person("personnel", "administrator")
    user = make_person("specialist")
    person, other = worker(account=user), worker("Інша")
    appointment = appoint(person, place(cnap), by=chief, starts_on=LONG_AGO)
    deputy = replace(other, person, by=chief, starts_on=days(-5), ends_on=days(5), basis="наказ")
    later = replace(person, other, by=chief, starts_on=days(6), ends_on=days(9), basis="наказ")
    Absence.objects.create(employee=person, kind="vacation", starts_on=days(3), ends_on=days(9))
    person.refresh_from_db()
    dismiss(person, by=chief, on=days(-1), reason="наказ № 3-к", switch_off_account=True)
    for row in (appointment, deputy, later, person):
        row.refresh_from_db()
    user.refresh_from_db()
    assert (appointment.ends_on, deputy.ends_on, person.left_on) == (days(-1),) * 3
    assert later.is_archived and not Absence.objects.filter(archived_at__isnull=True).exists()
    assert (person.position, person.department) == (None, None)
    assert (user.is_active, user.department) == (False, "")
    refused(lambda: dismiss(person, by=chief, on=TODAY, reason="наказ"), "вже звільнено")
    appoint(person, place(cnap, "консультант"), by=chief, starts_on=TODAY)
    person.refresh_from_db()
    assert person.left_on is None


def test_account_is_switched_off_only_by_who_may(officer, cnap):
    user = make_person("specialist")
    person = worker(account=user)
    appoint(person, place(cnap), by=officer, starts_on=LONG_AGO)
    person.refresh_from_db()
    refused(lambda: dismiss(person, by=officer, on=TODAY, reason="наказ", switch_off_account=True), "Люди і права")
    person.refresh_from_db()
    assert person.left_on is None
    dismiss(person, by=officer, on=TODAY, reason="наказ")
    user.refresh_from_db()
    assert user.is_active


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"on": TODAY, "reason": " "}, "Назвіть підставу"),
        ({"on": LONG_AGO - timedelta(days=1), "reason": "наказ"}, "раніше за прийняття"),
        ({"on": TODAY + timedelta(days=3), "reason": "наказ", "switch_off_account": True}, "ще попереду"),
    ],
)
def test_dismissal_that_is_wrong(officer, cnap, given, words):
    person = worker()
    appoint(person, place(cnap), by=officer, starts_on=LONG_AGO)
    refused(lambda: dismiss(person, by=officer, **given), words)


# -- standing in ----------------------------------------------------------------------------------


def test_deputies_do_not_overlap(officer):
    first, second, third = worker("Перша"), worker("Друга"), worker("Третя")
    replace(first, second, by=officer, starts_on=TODAY, ends_on=days(5), basis="наказ")
    refused(
        lambda: replace(first, third, by=officer, starts_on=days(5), ends_on=days(9), basis="наказ"), "вже оформлено"
    )
    refused(lambda: replace(first, first, by=officer, starts_on=days(6), ends_on=days(9), basis="наказ"), "сама себе")
    with pytest.raises(IntegrityError), transaction.atomic():
        Deputy.objects.bulk_create(
            [Deputy(absent=first, substitute=third, starts_on=days(1), ends_on=days(2), basis="x")]
        )


def test_who_acts_for_whom(officer):
    first, second, third = worker("Перша"), worker("Друга"), worker("Третя")
    replace(first, second, by=officer, starts_on=TODAY, ends_on=days(5), basis="наказ")
    assert public.acting_for(first.pk, TODAY).id == second.pk
    assert public.acting_for(first.pk, days(5)).id == second.pk
    assert public.acting_for(first.pk, days(6)).id == first.pk
    assert [one.id for one in public.stands_in_for(second.pk, TODAY)] == [first.pk]
    replace(second, third, by=officer, starts_on=days(2), ends_on=days(3), basis="наказ")
    assert public.acting_for(first.pk, days(2)).id == third.pk
    replace(third, first, by=officer, starts_on=days(3), ends_on=days(3), basis="наказ")
    assert public.acting_for(first.pk, days(3)) is None


def test_replacement_ends_early(officer):
    first, second = worker("Перша"), worker("Друга")
    deputy = replace(first, second, by=officer, starts_on=days(-2), ends_on=days(5), basis="наказ")
    refused(lambda: end_replacement(deputy, by=officer, on=days(6)), "поза заміщенням")
    end_replacement(deputy, by=officer, on=days(-1))
    assert public.acting_for(first.pk, TODAY).id == first.pk


def test_rights_go_with_the_work_by_the_rules_of_delegation(officer):
    giver, taker = make_person("clerk"), make_person()
    first, second = worker("Перша", giver), worker("Друга", taker)
    given = {"starts_on": TODAY, "ends_on": days(5), "basis": "наказ № 4-в", "lend_rights": True}
    refused(lambda: replace(first, second, by=officer, **given), "адміністратор")
    assert not Deputy.objects.exists()
    deputy = replace(first, second, by=make_person("personnel", "administrator"), **given)
    assert Delegation.objects.on(TODAY).get().to_user == taker
    deputy.ends_on = days(9)
    refused(lambda: save_deputy(deputy, by=officer), "Припиніть")
    deputy.refresh_from_db()
    end_replacement(deputy, by=officer, on=TODAY)
    assert not Delegation.objects.on(TODAY).exists()
    assert Delegation.objects.get().ended_by == officer.full_name


def test_rights_are_lent_only_between_accounts():
    chief = make_person("personnel", "administrator")
    refused(
        lambda: replace(
            worker("Перша"), worker("Друга"), by=chief, starts_on=TODAY, ends_on=days(5), basis="н", lend_rights=True
        ),
        "без прав",
    )


def test_dismissed_stand_in_for_nobody(officer, cnap):
    first, second = worker("Перша"), worker("Друга")
    appoint(second, place(cnap), by=officer, starts_on=LONG_AGO)
    dismiss(second, by=officer, on=TODAY, reason="наказ")
    second.refresh_from_db()
    refused(
        lambda: replace(first, second, by=officer, starts_on=days(1), ends_on=days(2), basis="наказ"), "уже не працює"
    )


def test_absence_is_written_once(officer):
    person = worker()
    Absence.objects.create(employee=person, kind="vacation", starts_on=TODAY, ends_on=days(9))
    assert public.is_absent(person.pk, days(9)) and not public.is_absent(person.pk, days(10))
    with pytest.raises(ValidationError, match="уже записано"):
        Absence(employee=person, kind="trip", starts_on=days(9), ends_on=days(12)).full_clean()


# -- for other modules ----------------------------------------------------------------------------


def test_head_is_of_the_nearest_department_that_has_one(finance):
    sector = save_department(Department(name="Сектор", parent=finance), by=OPERATOR)
    assert public.head_of(sector.pk) is None
    boss = worker("Голова")
    finance.head = boss
    save_department(finance, by=OPERATOR)
    assert public.head_of(sector.pk).id == boss.pk


def test_colleagues_are_found_while_they_work(officer, cnap):
    person = worker("Ґудзь")
    appoint(person, place(cnap), by=officer, starts_on=LONG_AGO)
    assert [one.id for one in public.find_employees("гудз", by=officer)] == [person.pk]
    assert public.find_employees("гудз", by=make_person()) == []
    person.refresh_from_db()
    dismiss(person, by=officer, on=days(-1), reason="наказ")
    assert public.find_employees("гудз", by=officer) == []


def test_record_rule_of_a_department(cnap, finance, officer):
    make_role("own_department", staff=(Level.VIEW, "department"))
    reader = make_person("own_department", department="ЦНАП")
    mine, theirs = worker("Мій"), worker("Чужий")
    appoint(mine, place(cnap), by=officer, starts_on=LONG_AGO)
    appoint(theirs, place(finance), by=officer, starts_on=LONG_AGO)
    assert list(visible(Employee.objects.all(), reader)) == [mine]
    assert list(visible(Appointment.objects.values_list("employee", flat=True), reader)) == [mine.pk]


def test_demo_is_made_once_and_ties_accounts():
    head = make_person("administrator", last_name="Бондаренко", position="голова громади", department="Керівництво")
    assert demo.load(head) > 15
    assert demo.load(head) == 0
    assert public.employee_of(head).position == "голова громади"
    assert public.head_of(public.employee_of(head).department_id).account_id == head.pk
    for model in (Department, Position, Employee, Appointment):
        for card in model.objects.all():
            card.full_clean()
