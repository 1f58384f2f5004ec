"""A field that points to a card: found by key or by words, never out of sight."""

from __future__ import annotations

import pytest
from django.utils import timezone

from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from tenant_apps.people.staff.models import Absence, Employee
from tenant_apps.territory.addresses.models import Building, Settlement, Street


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def housing(at_work):
    return at_work("addresses")


def house(of, **changes):
    street = of
    return {"settlement": street.settlement_id, "street": street.pk, "number": "991", "purpose": "house"} | changes


def add_house(client, given):
    answer = client.post("/addresses/new/", given)
    return answer, Building.objects.filter(number="991").first()


def purposes():
    return next(iter(Building._meta.get_field("purpose").choices))[0]


def test_a_reference_by_its_key(housing, street):
    answer, made = add_house(housing, house(street, purpose=purposes()))
    assert answer.status_code == 302, answer.context["form"].errors
    assert made.street == street


def test_a_reference_by_its_words(housing, street):
    given = house(street, street="", street__text=str(street), purpose=purposes())
    answer, made = add_house(housing, given)
    assert answer.status_code == 302, answer.context["form"].errors
    assert made.street == street


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"street": "", "street__text": "Неіснуюча"}, "Не знайдено"),
        ({"street": "", "street__text": "ну\x00ль"}, "Не знайдено"),
        ({"street": "999999999"}, "Такого запису немає"),
        ({"street": "9" * 5000}, "Такого запису немає"),
        ({"street": "'; DROP TABLE"}, "Такого запису немає"),
        ({"settlement": "", "settlement__text": ""}, "Це поле обов"),
    ],
)
def test_a_reference_to_nothing_is_refused_in_words(housing, street, changes, told):
    answer, made = add_house(housing, house(street, purpose=purposes(), **changes))
    assert answer.status_code == 422 and made is None
    assert told in text_of(answer)


def test_an_ambiguous_reference_names_the_candidates(housing, lived_in, street):
    register = register_of(Street)
    for number in (1, 2):
        save_card(
            register, Street(settlement=street.settlement, kind="street", name=f"Двозначна {number}"), by=lived_in
        )
    answer, made = add_house(housing, house(street, street="", street__text="Двозначна", purpose=purposes()))
    assert made is None and "кілька схожих" in text_of(answer) and "Двозначна 2" in text_of(answer)


def test_a_card_out_of_sight_is_neither_taken_nor_named(at_work, lived_in):
    """A department of others: its key in a form tells nothing of it."""
    register = register_of(Absence)
    seen = at_work("staff", rule="department", department="ЦНАП")
    stranger = Employee.objects.exclude(department__name="ЦНАП").first()
    typed = {"employee": stranger.pk, "kind": "vacation", "starts_on": "2026-12-01", "ends_on": "2026-12-02"}
    for address in (register.url("new"), f"{register.url('new')}?employee={stranger.pk}"):
        answer = seen.post(address, typed)
        assert answer.status_code == 422 and "Такого запису немає" in text_of(answer)
        assert stranger.last_name not in text_of(answer)
        assert stranger.last_name not in text_of(seen.get(address))


def test_a_reference_that_left_the_lists_does_not_stop_other_changes(housing, lived_in, street):
    add_house(housing, house(street, purpose=purposes()))
    building = Building.objects.get(number="991")
    Street.objects.filter(pk=street.pk).update(archived_at=timezone.now())
    given = {
        "version": building.version,
        "settlement": building.settlement_id,
        "street": street.pk,
        "street__text": str(street),
        "number": building.number,
        "corpus": building.corpus,
        "purpose": building.purpose,
        "postcode": "39800",
    }
    answer = housing.post(f"/addresses/{building.pk}/edit/", given)
    assert answer.status_code == 302, answer.context["form"].errors
    building.refresh_from_db()
    assert building.postcode == "39800" and building.street_id == street.pk


def test_a_settlement_is_found_for_the_form_by_the_words_of_its_list(housing, street):
    offered = housing.get(register_of(Settlement).url("find"), {"q": "", "nonsense": "1"}).json()
    assert offered["results"] and set(offered["results"][0]) == {"id", "label", "hint"}
