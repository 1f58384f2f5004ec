"""The faces: lists, cards, renaming, issuing, two cards side by side."""

from __future__ import annotations

from datetime import date

import pytest

from kernel.access.levels import Level
from kernel.registers.merging.models import Merge
from kernel.registers.registry import main_of, registers_in
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.territory.addresses.models import AssignmentAct, Building, Settlement, Street
from tenant_apps.territory.addresses.operations import save


@pytest.fixture
def client(client_for, clerk):
    return enter(client_for("alpha"), clerk)


@pytest.fixture
def city(street_named, house):
    sobor, double = street_named("Соборна"), street_named("Соборная")
    for number in ("10", "2/1", "2А", "2"):
        house(sobor, number)
    house(double, "3")
    return sobor, double


def test_the_first_register_is_addresses_itself():
    assert main_of("addresses").model is Building
    assert len(registers_in("addresses")) == 7


def test_houses_are_listed_in_the_order_of_the_street(client, city):
    page = client.get("/addresses/").content.decode()
    places = [page.index(f">м. Дубогір, вул. Соборна, {number}<") for number in ("2", "2А", "2/1", "10")]
    assert places == sorted(places)


@pytest.mark.parametrize("text", ["соборна 2-а", "вулиця Соборна 2А", "собoрна 2 а"])
def test_list_is_searched_in_any_form(client, city, text):
    page = client.get("/addresses/", {"q": text}).content.decode()
    assert "вул. Соборна, 2А" in page and "вул. Соборна, 10" not in page


def test_every_list_and_card_opens(client, city):
    for register in registers_in("addresses"):
        assert client.get(register.url()).status_code == 200, register
        card = register.model.objects.first()
        if card:
            assert client.get(register.url("card", card.pk)).status_code == 200, register
        if not register.read_only:
            assert client.get(register.url("new")).status_code == 200, register


def test_new_address_by_the_form(client, city):
    street = city[0]
    form = {"settlement": street.settlement_id, "street": street.pk, "number": "31-а", "purpose": "house"}
    assert client.post("/addresses/new/", form).status_code == 302
    assert Building.objects.get(number="31А").shown == "м. Дубогір, вул. Соборна, 31А"
    page = client.post("/addresses/new/", form)
    assert page.status_code in (200, 409, 422) and "уже є" in page.content.decode().replace("вже є", "уже є")
    page = client.post("/addresses/new/", {**form, "number": "тридцять"})
    assert "не схоже на номер будинку" in page.content.decode()


def test_street_is_renamed_on_its_card(client, city):
    street = city[0]
    url = f"/addresses/streets/{street.pk}/do/rename/"
    assert "Нова назва" in client.get(url).content.decode()
    page = client.post(url, {"name": "Козацька", "on": "2999-01-01", "act": "рішення"})
    assert page.status_code == 422 and "ще не настала" in page.content.decode()
    assert client.post(url, {"name": "Козацька", "on": "2023-08-01", "act": "рішення № 1"}).status_code == 302
    assert Building.objects.get(number="10").shown == "м. Дубогір, вул. Козацька, 10"


@pytest.fixture
def registrar(client_for, clerk):
    make_role("street_keeper", addresses=Level.MANAGE)
    return enter(client_for("alpha"), make_person("street_keeper"))


def test_two_streets_side_by_side_become_one_and_two_again(registrar, city):
    street, double = city
    assert registrar.post("/addresses/streets/doubles/find/").status_code == 302
    url = f"/addresses/streets/merge/?card={street.pk}&card={double.pk}"
    assert url.replace("&", "&amp;") in registrar.get("/addresses/streets/doubles/").content.decode()
    assert "Соборная" in registrar.get(url).content.decode()
    page = registrar.post(url, {"kept": str(street.pk)})
    assert page.status_code == 422
    assert registrar.post(url, {"kept": str(street.pk), "reason": "двійник"}).status_code == 302
    assert Building.objects.get(number="3").street_id == street.pk
    assert registrar.get(f"/addresses/streets/{double.pk}/").url == f"/addresses/streets/{street.pk}/"
    assert registrar.get(f"/addresses/streets/{double.pk}/?stay=1").status_code == 200
    merge = Merge.objects.get()
    assert registrar.post(f"/addresses/streets/merges/{merge.pk}/undo/", {"reason": ""}).status_code == 302
    assert Building.objects.get(number="3").street_id == double.pk


def test_the_other_card_is_chosen_by_its_name(registrar, city):
    street, double = city
    url = f"/addresses/streets/{street.pk}/merge/"
    assert registrar.get(url).status_code == 200
    chosen = registrar.get(url, {"other": double.pk, "other__text": ""})
    assert chosen.status_code == 302 and chosen.url == f"/addresses/streets/merge/?card={street.pk}&card={double.pk}"
    assert registrar.get(url, {"other": street.pk, "other__text": ""}).status_code == 422


def test_act_is_issued_on_its_card(client, city, clerk, calendar):
    street = city[0]
    act = save(
        AssignmentAct(settlement=street.settlement, street=street, house="77", reason="нове", received_on=date(2026, 11, 12)),
        by=clerk,
    )  # fmt: skip
    url = f"/addresses/acts/{act.pk}/do/issue/"
    assert client.post(url, {"number": "12", "signed_on": "2026-11-16"}).status_code == 302
    assert Building.objects.get(number="77").shown == "м. Дубогір, вул. Соборна, 77"
    assert client.get(url).status_code == 404


def test_strangers_see_nothing_and_change_nothing(client_for, city):
    street, double = city
    make_role("looker", addresses=Level.VIEW)
    client = enter(client_for("alpha"), make_person("looker"))
    assert client.get("/addresses/").status_code == 200
    assert client.get(f"/addresses/streets/merge/?card={street.pk}&card={double.pk}").status_code in (403, 404)
    assert client.post(f"/addresses/streets/{street.pk}/do/rename/", {}).status_code in (403, 404)
    assert client_for("beta").get(f"/addresses/{Building.objects.first().pk}/").status_code in (302, 403, 404)


@pytest.mark.parametrize(
    "path",
    [
        *("merge/", "merge/?card=1", "merge/?card=1&card=1", "merge/?card=1&card=х", "merge/?card=999998&card=999999"),
        *("999999/merge/", "doubles/5/dismiss/", "streets/999999/"),
    ],
)
def test_what_is_not_there_is_404(registrar, path):
    method = registrar.post if "dismiss" in path else registrar.get
    assert method(f"/addresses/{path}").status_code == 404


def test_starosta_keeps_own_villages(client_for, city, house):
    village = Settlement.objects.create(katottg="UA99020010030000013", kind="C", name="Медвинка")
    house(None, "5", settlement=village)
    make_role("elder", addresses=(Level.EDIT, "settlement"))
    person = make_person("elder")
    person.territories = [village.katottg]
    person.save()
    page = enter(client_for("alpha"), person).get("/addresses/").content.decode()
    assert "с. Медвинка, 5" in page and "Соборна" not in page
    assert Street.objects.count() == 2
