"""What others lean on stays out of the archive, on every face, and says because of what."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kernel.access.levels import Level
from kernel.access.tokens import create_token
from kernel.registers.holding import Kept, held_elsewhere
from kernel.registers.registry import register_of
from kernel.registers.saving import archive_card
from kernel.testing.access import OPERATOR, enter, make_person, make_role
from tenant_apps.people.staff.models import Department, Employee, Position
from tenant_apps.property.organisations.models import Party
from tenant_apps.territory.addresses.models import Building, Settlement, Street


@pytest.fixture
def officer(in_alpha):
    make_role("staff", staff=Level.EDIT)
    return make_person("staff", password=None)


@pytest.fixture
def clerk(client_for, officer):
    return enter(client_for("alpha"), officer)


@pytest.fixture
def finance(in_alpha):
    return Department.objects.create(name="Фінансовий відділ")


@pytest.fixture
def cashier(finance):
    return Position.objects.create(department=finance, title="Касир")


def test_a_department_with_live_positions_stays(officer, finance, cashier):
    register = register_of(Department)
    with pytest.raises(Kept, match="Посади — 1") as kept:
        archive_card(register, finance, by=officer)
    assert [reason.url for reason in kept.value.reasons] == [f"/staff/positions/?department={finance.pk}"]
    finance.refresh_from_db()
    assert finance.archived_at is None and finance.version == 1

    archive_card(register_of(Position), cashier, by=officer)
    archive_card(register, finance, by=officer)
    finance.refresh_from_db()
    assert finance.archived_at


def test_people_keep_it_only_while_they_work(officer, finance):
    today = timezone.localdate()
    somebody = Employee.objects.create(last_name="Бойко", first_name="Іван", department=finance)
    assert [str(one) for one in register_of(Department).keeps(finance)] == ["Працівники — 1"]
    somebody.left_on = today - timedelta(days=1)
    somebody.save()
    assert register_of(Department).keeps(finance) == []


def test_the_page_tells_before_it_is_asked_and_refuses_after(clerk, finance, cashier):
    address = f"/staff/departments/{finance.pk}/archive/"
    asked = clerk.get(address).content.decode()
    assert f'<a href="/staff/positions/?department={finance.pk}">Посади — 1</a>' in asked
    refused = clerk.post(address, {"reason": "реорганізація"})
    assert refused.status_code == 422 and "картку тримають" in refused.content.decode()
    finance.refresh_from_db()
    assert finance.archived_at is None


def test_of_many_none_is_moved_and_the_kept_is_named(clerk, finance, cashier):
    empty = Department.objects.create(name="Архівний сектор")
    answer = clerk.post(
        reverse("staff:departments-bulk"), {"verb": "archive", "id": [empty.pk, finance.pk], "go": "1", "reason": ""}
    )
    text = answer.content.decode()
    assert answer.status_code == 422 and "Не можна перенести" in text and "Посади — 1" in text
    assert Department.objects.filter(archived_at__isnull=True).count() == 2


def test_a_program_is_told_where_to_look(client_for, officer, finance, cashier):
    _row, key = create_token("перевірка", ["staff:edit"], by=officer)
    answer = client_for("alpha").delete(
        f"/api/v1/staff/departments/{finance.pk}", headers={"authorization": f"Bearer {key}", "if-match": '"1"'}
    )
    assert answer.status_code == 409 and answer["Content-Type"] == "application/problem+json"
    assert answer.json()["reasons"] == [{"message": "Посади — 1", "url": f"/staff/positions/?department={finance.pk}"}]


def test_a_street_with_houses_and_what_other_modules_keep(in_alpha):
    town = Settlement.objects.create(katottg="UA99020010010000011", kind="M", name="Дубогір")
    street = Street.objects.create(settlement=town, kind="street", name="Соборна")
    house = Building.objects.create(settlement=town, street=street, number="5")
    with pytest.raises(Kept, match="Адреси — 1"):
        archive_card(register_of(Street), street, by=OPERATOR)
    with pytest.raises(Kept, match="Вулиці — 1"):
        archive_card(register_of(Settlement), town, by=OPERATOR)

    addresses = register_of(Building)
    assert held_elsewhere(addresses, house) == []
    Party.objects.create(kind="legal", full_name="КП «Тепло»", edrpou="21413834", building=house)
    (reason,) = held_elsewhere(addresses, house)
    assert str(reason) == "Суб’єкти — 1"
