"""Handing over, writing off, and a counting from the order to the act."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from io import BytesIO

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from docx import Document

from kernel.access.levels import Level
from kernel.identifiers import complete_edrpou
from kernel.operations import Denied
from kernel.printforms.operations import print_card
from kernel.printforms.resolving import form_named
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.property.communal_property import demo, operations
from tenant_apps.property.communal_property.models import Asset, Inventory
from tenant_apps.property.communal_property.public import asset_of

Party = apps.get_model("organisations.Party")


@pytest.fixture
def manager(in_alpha):
    cache.clear()
    yield make_person(make_role("property", communal_property=Level.MANAGE).code)
    cache.clear()


@pytest.fixture
def school(in_alpha):
    return _party("9900101", "Ліцей")


def _party(seven, name):
    party = Party(kind="legal", full_name=name, edrpou=complete_edrpou(seven))
    return save_card(register_named("organisations.parties"), party, by=Actor("job", name="тест"))


@pytest.fixture
def asset(manager, school):
    def make(number, **fields):
        given = {"name": f"Річ {number}", "kind": "furniture", "holder": school, "cost": D(100)} | fields
        return save_card(register_named("communal_property.assets"), Asset(number=number, **given), by=manager)

    return make


@pytest.fixture
def order(manager, school):
    def make(number="1"):
        days = {"ordered_on": date(2026, 11, 1), "starts_on": date(2026, 11, 2), "ends_on": date(2026, 11, 9)}
        made = Inventory(holder=school, order_number=number, **days)
        return save_card(register_named("communal_property.inventories"), made, by=manager)

    return make


@pytest.fixture
def counting(order):
    return order()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"wear": D(101)}, "Знос не буває"),
        ({"kind": "share", "share": D(120)}, "від 0 до 100"),
        ({"use": "vacant"}, "з якого дня"),
        ({"use": "written_off"}, "діями на картці"),
        ({"area": D(0)}, "більша за нуль"),
    ],
)
def test_what_cannot_be(asset, fields, words):
    with pytest.raises(ValidationError, match=words):
        asset("1", **fields)


def test_a_number_is_once_with_its_holder(asset):
    first = asset("101600001", wear=D(40))
    assert first.value == D(60) and asset_of("101600001").id == first.pk
    with pytest.raises(ValidationError, match="таким номером"):
        asset("101600001")
    asset("101600001", holder=_party("9900102", "Лікарня"))
    assert asset_of("101600001") is None


def test_counting_finds_misses_and_meets_strangers(asset, counting, manager, client_for):
    here, lost = asset("1"), asset("2")
    gone = asset("3")
    operations.write_off(gone, by=manager, on=date(2026, 10, 1), reason="акт № 1")
    foreign = asset("77", holder=_party("9900102", "Лікарня"))
    assert operations.begin(counting, by=manager) == 2
    client = enter(client_for("alpha"), manager)
    page = f"/communal-property/inventories/{counting.pk}/count/"
    assert "лишилося 2 з 2" in client.get(page).content.decode()
    host = client.get(page).wsgi_request.get_host()
    neighbour = client.post(page, {"number": f"https://beta.example/communal-property/{here.pk}/"})
    assert neighbour.status_code == 422 and "іншої громади" in neighbour.content.decode()
    answer = client.post(page, {"number": f"https://{host}/communal-property/{here.pk}/", "place": "каб. 4"})
    assert answer.status_code == 302 and counting.lines.get(asset=here).place == "каб. 4"
    refused = client.post(page, {"number": "404"})
    assert refused.status_code == 422 and "у реєстрі немає" in refused.content.decode()
    assert client.post(page, {"number": "77"}).status_code == 302
    assert client.post(page, {"surplus": "1", "s-name": "Стілець"}).status_code == 302
    with pytest.raises(Denied, match="чекає на перевірку"):
        operations.hand_over(lost, by=manager, holder=foreign.holder, reason="акт")
    assert operations.finish(counting, by=manager) == 1
    results = dict(counting.lines.values_list("name", "result"))
    assert results == {"Річ 1": "found", "Річ 2": "missing", "Річ 77": "surplus", "Стілець": "surplus"}
    with pytest.raises(Denied, match="не триває"):
        operations.note_found(counting, by=manager, number="1")
    assert "не триває" in client.get(page).content.decode()


def test_one_counting_of_a_holder_at_a_time(order, counting, manager):
    operations.begin(counting, by=manager)
    second = order("2")
    with pytest.raises(ValidationError, match="вже триває"):
        operations.begin(second, by=manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inventory.objects.filter(pk=second.pk).update(state="open")


def test_one_press_on_the_card_is_a_check(asset, counting, manager, client_for):
    thing = asset("1")
    client = enter(client_for("alpha"), manager)
    press = f"/communal-property/{thing.pk}/do/found/"
    assert client.get(press).status_code == 404
    operations.begin(counting, by=manager)
    assert client.post(press).status_code == 302
    assert counting.lines.get().result == "found" and client.get(press).status_code == 404


def test_a_person_who_may_only_look_does_not_count(counting, client_for, in_alpha):
    viewer = make_person(make_role("property_viewer", communal_property=Level.VIEW).code)
    client = enter(client_for("alpha"), viewer)
    assert client.get(f"/communal-property/inventories/{counting.pk}/count/").status_code == 403


def test_demonstration_is_loaded_once(manager, school):
    assert demo.load(manager) > 40 and demo.load(manager) == 0


def test_a_slip_of_the_hand_is_undone(asset, counting, manager, client_for):
    asset("1")
    operations.begin(counting, by=manager)
    found = operations.note_found(counting, by=manager, number="1")
    extra = operations.note_surplus(counting, by=manager, name="Стілець")
    client = enter(client_for("alpha"), manager)
    for line in (found, extra):
        assert client.post(f"/communal-property/lines/{line.pk}/do/unmark/").status_code == 302
    found.refresh_from_db(), extra.refresh_from_db()
    assert found.result == "pending" and found.checked_at is None and extra.archived_at is not None
    assert "лишилося 1 з 1" in client.get(f"/communal-property/inventories/{counting.pk}/count/").content.decode()
    assert operations.finish(counting, by=manager) == 1
    with pytest.raises(Denied, match="не триває"):
        operations.unmark(found, by=manager)


def test_what_the_order_settled_stays(asset, counting, manager):
    operations.begin(counting, by=manager)
    counting.refresh_from_db()
    inventories = register_named("communal_property.inventories")
    counting.ends_on = date(2026, 11, 20)
    save_card(inventories, counting, by=manager)
    counting.holder = _party("9900102", "Лікарня")
    with pytest.raises(ValidationError, match="не змінюють"):
        save_card(inventories, counting, by=manager)
    counting.refresh_from_db()
    operations.finish(counting, by=manager)
    counting.refresh_from_db()
    counting.commission = "Інші люди"
    with pytest.raises(ValidationError, match="не змінюють"):
        save_card(inventories, counting, by=manager)


def test_handing_over_asks_for_whom_by_the_field_of_the_card(asset, school, manager, client_for):
    thing, hospital = asset("1"), _party("9900102", "Лікарня")
    role = make_role("keeper", communal_property=Level.EDIT, organisations=Level.VIEW, staff=Level.VIEW)
    client = enter(client_for("alpha"), make_person(role.code))
    address = f"/communal-property/{thing.pk}/do/hand_over/"
    page = client.get(address).content.decode()
    assert page.index("Балансоутримувач") < page.index("Підстава") and f'value="{school.pk}"' in page
    assert client.post(address, {"holder": school.pk, "reason": "акт"}).status_code == 422
    assert client.post(address, {"holder": hospital.pk}).status_code == 422
    assert client.post(address, {"holder": hospital.pk, "reason": "рішення № 5"}).status_code == 302
    thing.refresh_from_db()
    assert thing.holder == hospital


def test_what_was_written_off_by_mistake_comes_back(asset, manager):
    thing = asset("1")
    with pytest.raises(Denied, match="ще не настав"):
        operations.write_off(thing, by=manager, on=date(2199, 1, 1), reason="акт")
    gone = operations.write_off(thing, by=manager, on=date(2026, 10, 1), reason="акт № 1")
    assert (gone.use, gone.written_off_on) == ("written_off", date(2026, 10, 1))
    with pytest.raises(Denied, match="Списаного не передають"):
        operations.hand_over(gone, by=manager, holder=_party("9900102", "Лікарня"), reason="акт")
    assert operations.take_back(gone, by=manager, reason="помилка").written_off_on is None


def test_residents_see_houses_and_whose_they_are(asset, client_for):
    asset("1", name="Будинок культури", kind="building")
    asset("2", name="Шафа", kind="furniture")
    resident = client_for("alpha")
    page = resident.get("/open/komunalne-maino/").content.decode()
    assert "Будинок культури" in page and "Ліцей" in page and "Шафа" not in page
    told = b"".join(resident.get("/open/komunalne-maino/data.csv").streaming_content).decode()
    assert "Будинок культури" in told and "Ліцей" in told and "Шафа" not in told


def test_the_act_names_everything_once(asset, counting, manager):
    asset("101600001", name="Шафа")
    operations.begin(counting, by=manager)
    undone = operations.note_surplus(counting, by=manager, name="Помилка")
    operations.unmark(undone, by=manager)
    operations.note_surplus(counting, by=manager, name="Стілець", place="каб. 4")
    operations.finish(counting, by=manager)
    counting.refresh_from_db()
    inventories = register_named("communal_property.inventories")
    act = form_named(inventories, "act")
    told = print_card(inventories, counting, act, by=manager, address="https://alpha.test/1")
    rows = [[cell.text for cell in row.cells] for row in Document(BytesIO(told.content)).tables[-1].rows]
    assert [(row[1], row[2], row[4], row[5]) for row in rows[1:]] == [
        ("—", "Стілець", "лишок", "каб. 4"),
        ("101600001", "Шафа", "нестача", "—"),
    ]
