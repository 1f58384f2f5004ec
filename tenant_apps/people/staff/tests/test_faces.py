"""The pages of an employee: who reads what, and the orders given from the card."""

from __future__ import annotations

import pytest
from django.utils import timezone

from kernel.access.roles import create_ready_roles
from kernel.registers.registry import register_named
from kernel.testing.access import enter, make_person
from tenant_apps.people.staff import demo
from tenant_apps.people.staff.models import Department, Employee, Position


@pytest.fixture(autouse=True)
def lived_in(in_alpha):
    create_ready_roles("hromada")
    demo.load(make_person())


@pytest.fixture
def employees():
    return register_named("staff.employees")


@pytest.fixture
def officer(client_for):
    return enter(client_for("alpha"), make_person("personnel"))


def test_phone_book_is_for_everybody_and_numbers_are_not(client_for, employees):
    person = Employee.objects.get(personnel_number="0001")
    reader = enter(client_for("alpha"), make_person("registrar"))
    page = reader.get(employees.url("card", person.pk)).content.decode()
    assert person.last_name in page and "РНОКПП" not in page and "0001" not in page
    assert reader.get(employees.url("new")).status_code == 403
    assert reader.get(employees.url("action", person.pk, "dismiss")).status_code in (403, 404)


def test_orders_are_given_from_the_card(officer, employees):
    person = Employee.objects.get(personnel_number="0008")
    today = timezone.localdate().isoformat()
    desk = Position.objects.create(department=Department.objects.get(name="ЦНАП"), title="архіваріус ЦНАП")
    moved = officer.post(
        employees.url("action", person.pk, "move"), {"position": desk.pk, "on": today, "basis": "наказ № 5-к"}
    )
    assert moved.status_code == 302, moved.content.decode()
    person.refresh_from_db()
    assert person.position == desk
    refused = officer.post(
        employees.url("action", person.pk, "dismiss"), {"on": today, "reason": "наказ", "switch_off_account": "on"}
    )
    assert refused.status_code in (302, 422)
    person.refresh_from_db()
    assert person.left_on is not None


def test_refusal_is_shown_where_it_was_asked_for(officer, employees):
    person = Employee.objects.get(personnel_number="0001")
    page = officer.post(
        employees.url("action", person.pk, "move"),
        {"position": person.position_id, "on": timezone.localdate().isoformat(), "basis": "наказ"},
        follow=True,
    )
    assert "вже на цій посаді" in page.content.decode()


def test_chart_of_departments_lists_its_people(officer):
    departments = register_named("staff.departments")
    cnap = Department.objects.get(name="ЦНАП")
    page = officer.get(departments.url("card", cnap.pk)).content.decode()
    assert "Шевчук" in page and "адміністратор" in page
