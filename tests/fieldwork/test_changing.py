"""Cards taken along, changed where there is no network, and what happens when somebody changed them meanwhile."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from kernel.access.levels import Level
from kernel.fieldwork import taking
from kernel.fieldwork.checks import forms_of_the_field_are_sound, of_register
from kernel.fieldwork.declare import Checklist, FieldForm
from kernel.fieldwork.models import FieldRecord
from kernel.registers.registry import register_named
from kernel.registers.saving import archive_card, save_card
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.operations.control.models import Violation
from tenant_apps.territory.street_network.models import RoadSign
from tests.fieldwork.conftest import HERE, JSON, SIGNS, VIOLATIONS, picture


@pytest.fixture
def signs(inspector):
    made = [
        RoadSign(
            code="2.1", name="Дати дорогу", place=("Верба", "Клен", "Дуб")[n], location=Point(33.42 + n / 100, 49.07)
        )
        for n in range(3)
    ]
    return [save_card(register_named(SIGNS), one, by=inspector) for one in made]


@pytest.fixture
def change(record):
    def make(card, values, version=None, **given):
        told = record(card=card.pk, version=version or card.version, register=SIGNS, photos=[], **given)
        return {**told, "values": values}

    return make


def taken(device, query=""):
    answer = device.get(f"/field/cards/?register={SIGNS}{query}", **JSON)
    assert answer.status_code == 200
    return answer.json()


def test_cards_are_taken_along_with_their_version(device, signs, monkeypatch):
    told = taken(device)
    assert len(told["cards"]) == 3 and not told["more"]
    first = next(one for one in told["cards"] if one["card"] == signs[0].pk)
    assert (first["version"], first["values"]["state"], first["shown"]["state"]) == (1, "good", "справний")
    near = taken(device, "&near=49.07,33.44")["cards"]
    assert [one["card"] for one in near] == [signs[2].pk, signs[1].pk, signs[0].pk]
    assert [one["card"] for one in taken(device, "&q=клен")["cards"]] == [signs[1].pk]
    assert len(taken(device, "&own=1&near=дім")["cards"]) == 3
    monkeypatch.setattr(taking, "MOST_CARDS", 2)
    assert (len(taken(device)["cards"]), taken(device)["more"]) == (2, True)


def test_only_whoever_may_change_takes_along(client_for, signs, device):
    make_role("looker", street_network=Level.VIEW)
    looker = enter(client_for("alpha"), make_person("looker"))
    assert looker.get(f"/field/cards/?register={SIGNS}", **JSON).status_code == 403
    assert looker.get("/field/forms/", **JSON).json()["forms"] == []
    assert device.get("/field/cards/?register=playgrounds.inspections", **JSON).status_code == 404


def test_a_change_goes_into_the_card_and_its_place_stays(send, change, signs, inspector):
    answer = send(change(signs[0], {"state": "missing"}))
    assert answer.status_code == 201, answer.content.decode()
    sign = RoadSign.objects.get(pk=signs[0].pk)
    assert (sign.state, sign.version, sign.name, sign.location.x) == ("missing", 2, "Дати дорогу", 33.42)
    assert answer.json()["card"]["version"] == 2 and FieldRecord.objects.get().changed


def test_a_place_given_by_hand_moves_the_card(send, change, signs):
    place = {"longitude": 33.5, "latitude": 49.1, "by_hand": True}
    assert send(change(signs[0], {"state": "worn"}, place=place)).status_code == 201
    assert RoadSign.objects.get(pk=signs[0].pk).location.coords == (33.5, 49.1)


def test_somebody_changed_it_meanwhile(send, change, signs, inspector):
    theirs = RoadSign.objects.get(pk=signs[0].pk)
    theirs.state, theirs.value = "worn", "40"
    save_card(register_named(SIGNS), theirs, by=inspector, version=1)
    mine = change(signs[0], {"state": "missing"})
    answer = send(mine)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    now = answer.json()["theirs"]
    assert (now["version"], now["values"]["state"], now["shown"]["state"]) == (2, "worn", "вицвів чи погнутий")
    assert not FieldRecord.objects.exists() and RoadSign.objects.get(pk=signs[0].pk).state == "worn"
    mine["version"] = 2
    assert send(mine).status_code == 201
    sign = RoadSign.objects.get(pk=signs[0].pk)
    assert (sign.state, sign.value, sign.version) == ("missing", "40", 3)


def test_a_card_that_left_the_register(send, change, signs, inspector):
    archive_card(register_named(SIGNS), signs[0], by=inspector)
    archived = RoadSign.objects.get(pk=signs[0].pk)
    answer = send(change(archived, {"state": "worn"}))
    assert answer.status_code == 422 and "архіві" in answer.json()["errors"][0]["message"]
    missing = change(archived, {"state": "worn"})
    missing["card"] = 10**9
    assert send(missing).json()["code"] == "closed"


def test_forms_are_told_in_full(device, kind, points):
    told = device.get("/field/forms/", **JSON).json()
    forms = {one["register"]: one for one in told["forms"]}
    assert set(forms) >= {VIOLATIONS, SIGNS, "street_network.defects"} and told["csrf"]
    violation = forms[VIOLATIONS]
    fields = {one["name"]: one for one in violation["fields"]}
    assert list(fields) == ["kind", "details", "landmark"]
    assert fields["kind"]["required"] and fields["kind"]["choices"] == [[str(kind.pk), "Стихійне звалище"]]
    assert violation["photo"]["required"] and violation["place"]["required"]
    assert [(one["text"], one["of"]) for one in violation["checklist"]["points"]] == [
        ("Сміття", str(kind.pk)),
        ("Гілки", str(kind.pk)),
    ]


def test_the_page_holds_nothing_of_the_person(device, inspector, client_for):
    page = device.get("/field/").content.decode()
    assert inspector.last_name not in page and str(inspector.pk) not in page and "csrf" not in page
    other = enter(client_for("alpha"), make_person("inspector"))
    assert other.get("/field/").content.decode() == page
    assert "/manifest.webmanifest" in page


def test_the_site_may_be_put_among_the_programs(client_for, in_alpha):
    client = client_for("alpha")
    manifest = client.get("/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    told = manifest.json()
    assert told["start_url"] == "/field/" and "Альфівська громада" in told["name"]
    for one in told["icons"]:
        icon = client.get(one["src"])
        assert icon["Content-Type"] == "image/png" and icon.content.startswith(b"\x89PNG")
    assert client.get("/app-icon-7.png").status_code == 404


def test_links_lead_to_the_field(device, client_for, in_alpha):
    assert "/field/#/new/control.violations" in device.get("/control/?full=1").content.decode()
    assert 'href="/field/"' in device.get("/workspace/").content.decode()
    nobody = enter(client_for("alpha"), make_person())
    assert 'href="/field/"' not in nobody.get("/workspace/").content.decode()


# -- declarations -------------------------------------------------------------------------------------------


def test_declarations_are_sound():
    assert forms_of_the_field_are_sound() == []


@pytest.mark.parametrize(
    ("form", "number"),
    [
        (FieldForm("nothing", "kind", place="place"), 3),
        (FieldForm("kind", "state", place="place"), 3),
        (FieldForm("kind", "place"), 4),
        (FieldForm("kind", place="details"), 4),
        (FieldForm("details", place="place"), 6),
        (FieldForm("kind", place="place", checklist=Checklist("control.nothing", record=print)), 7),
        (FieldForm("kind", place="place", checklist=Checklist("control.checklists", record=print, by="details")), 7),
        ("kind", 1),
    ],
)
def test_a_form_that_names_what_is_not_there(form, number, monkeypatch):
    register = register_named(VIOLATIONS)
    monkeypatch.setattr(type(register), "fieldwork", form)
    assert f"fieldwork.E{number:03}" in [one.id for one in of_register(register)]


def test_records_with_photos_of_a_changed_card_stand_beside_it(send, change, signs):
    told = change(signs[0], {"state": "worn"})
    told["photos"] = [{"at": timezone.now().isoformat(), "place": HERE}]
    assert send(told, picture()).status_code == 201
    assert RoadSign.objects.get(pk=signs[0].pk).photo is not None
    assert Violation.objects.count() == 0
