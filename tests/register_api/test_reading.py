"""What a program reads of a register: lists, places, conditions, single cards, what it may not see."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.gis.geos import Point

from kernel.access.levels import Level
from kernel.audit.models import Viewing
from kernel.modules.entitlement import disable_module
from kernel.tenancy import tenant_context
from kernel.testing.access import OPERATOR
from tenant_apps.territory.bus_stops.models import BusStop
from tests.register_api.conftest import faults, problem


def _many(count: int) -> None:
    BusStop.objects.bulk_create(
        [BusStop(code=f"ЗП-{n:03}", name=f"Зупинка {n % 7}", accessible=bool(n % 2)) for n in range(count)]
    )


def test_card_has_types_of_its_own(viewer, stop):
    card = stop(location=Point(33.4204, 49.0712, srid=4326), opened_on=date(2024, 5, 1), shelter="canopy")
    found = viewer.get(f"{card.pk}").json()
    assert (found["id"], found["version"], found["archived_at"]) == (card.pk, 1, None)
    assert found["opened_on"] == "2024-05-01" and found["accessible"] is False and found["shelter"] == "canopy"
    assert found["location"] == {"type": "Point", "coordinates": [33.4204, 49.0712]}


def test_pages_cover_the_list_once_in_its_order_and_lead_back(viewer, in_alpha):
    _many(23)
    seen, url, pages = [], "?limit=10&sort=-name", []
    while url:
        page = viewer.get(url).json()
        pages.append([one["id"] for one in page["items"]])
        seen += pages[-1]
        url = (page["next"] and page["next"].partition("8000")[2]) or (
            page["next"] and "/" + page["next"].split("/", 3)[3]
        )
        last = page
    assert len(seen) == len(set(seen)) == 23
    assert seen == list(BusStop.objects.order_by("-name", "-pk").values_list("pk", flat=True))
    back = viewer.get("/" + last["previous"].split("/", 3)[3]).json()
    assert [one["id"] for one in back["items"]] == pages[-2]


def test_conditions_are_those_of_the_list(viewer, in_alpha, stop):
    _many(6)
    stop("ЗП-900", "Лікарня", shelter="pavilion", opened_on=date(2025, 3, 1))
    assert {one["accessible"] for one in viewer.get("?accessible=yes").json()["items"]} == {True}
    assert [one["code"] for one in viewer.get("?shelter=pavilion&shelter=canopy").json()["items"]] == ["ЗП-900"]
    assert [one["code"] for one in viewer.get("?opened_on__from=2025-01-01").json()["items"]] == ["ЗП-900"]
    assert [one["code"] for one in viewer.get("?q=лікарнею").json()["items"]] == ["ЗП-900"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("acessible=yes", "acessible"),
        ("accessible=maybe", ""),
        ("opened_on__from=вчора", ""),
        ("sort=secret", "sort"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=%D9%A3", "limit"),
        ("cursor=zzzz", ""),
        ("fields=code,password", "fields"),
        ("settlement__has=%00", "settlement__has"),
        ("q=" + "a" * 2001, "q"),
    ],
)
def test_condition_nobody_could_mean_is_refused_and_named(viewer, query, field):
    assert field in faults(viewer.get("?" + query))


def test_only_asked_fields_come(viewer, stop):
    card = stop()
    assert set(viewer.get(f"{card.pk}?fields=code,name").json()) == {
        *("id", "version", "created_at", "updated_at", "archived_at"),
        *("code", "name"),
    }


def test_unchanged_is_not_sent_again(viewer, stop):
    card = stop()
    tag = viewer.get(f"{card.pk}")["ETag"]
    assert tag.startswith('"1-')
    again = viewer.get(f"{card.pk}", if_none_match=f'W/{tag}, "other"')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert viewer.get(f"{card.pk}", if_none_match='"1-0"').status_code == 200
    listed = viewer.get()["ETag"]
    assert viewer.get(if_none_match=listed).status_code == 304


def test_list_asks_the_database_the_same_number_of_times_for_any_page(viewer, in_alpha, django_assert_max_num_queries):
    _many(120)
    viewer.get("?limit=1")
    with django_assert_max_num_queries(12):
        assert len(viewer.get("?limit=100").json()["items"]) == 100


# -- rights -------------------------------------------------------------------------------------------


def test_without_the_right_or_the_module_there_is_nothing(program, stop):
    stop()
    problem(program(contacts=Level.VIEW).get(), 403)
    known = program(bus_stops=Level.MANAGE)
    disable_module("bus_stops", by=OPERATOR, reason="перевірка")
    problem(known.get(), 404)


def test_somebody_elses_card_does_not_exist(program, stop):
    theirs = stop()
    own = program(bus_stops=(Level.EDIT, "own"))
    assert own.get().json()["items"] == []
    problem(own.get(f"{theirs.pk}"), 404)
    problem(own.patch(f"{theirs.pk}", {"name": "Моя"}, if_match="*"), 404)
    mine = own.post(content={"code": "ЗП-2", "name": "Моя"}).json()
    assert [one["id"] for one in own.get().json()["items"]] == [mine["id"]]


def test_neighbours_card_does_not_exist(editor, stops, beta):
    with tenant_context(beta):
        BusStop.objects.create(pk=77001, code="Б-1", name="ЧУЖА")
    for response in (
        editor.get("77001"),
        editor.put("77001", {"code": "1", "name": "2"}, if_match="*"),
        editor.patch("77001", {"name": "Моя"}, if_match="*"),
        editor.delete("77001", if_match="*"),
        editor.post("77001/restore"),
    ):
        problem(response, 404)
    assert editor.get("?id=77001").json()["items"] == []


@pytest.mark.parametrize("key", ["0", "-1", "99999999999999999999999", "abc", "1.5", "%00"])
def test_key_that_is_none_is_a_problem_document(editor, key):
    assert editor.get(key).status_code in (404, 422)
    assert editor.get(key)["Content-Type"] == "application/problem+json"


def test_field_above_ones_level_is_on_no_face(viewer, program, stop, stops, monkeypatch):
    card = stop(landmark="за школою")
    monkeypatch.setattr(stops, "field_levels", {"landmark": Level.MANAGE, "shelter": Level.MANAGE})
    assert "landmark" not in viewer.get(f"{card.pk}").json()
    assert "fields" in faults(viewer.get("?fields=landmark"))
    assert "sort" in faults(viewer.get("?sort=landmark"))
    assert "shelter" in faults(viewer.get("?shelter=none"))
    editor = program(bus_stops=Level.EDIT)
    assert "landmark" in faults(editor.patch(f"{card.pk}", {"landmark": "інше"}, if_match="*"))
    replaced = editor.put(f"{card.pk}", {"code": "ЗП-001", "name": "Нова"}, if_match="*")
    assert replaced.status_code == 200
    card.refresh_from_db()
    assert (card.name, card.landmark) == ("Нова", "за школою")
    assert program(bus_stops=Level.MANAGE).get(f"{card.pk}").json()["landmark"] == "за школою"


# -- personal data --------------------------------------------------------------------------------------


@pytest.fixture
def personal(stops, monkeypatch):
    monkeypatch.setattr(stops, "masked", ("landmark",))


def test_masked_stays_masked_until_a_purpose_is_named(viewer, stop, personal):
    card = stop(landmark="Коваленко Олена")
    assert viewer.get(f"{card.pk}").json()["landmark"] == "••••••ена"
    assert viewer.get().json()["items"][0]["landmark"] == "••••••ена"
    assert not Viewing.objects.exists()
    opened = viewer.get(f"{card.pk}", x_purpose="appeal")
    assert opened.json()["landmark"] == "Коваленко Олена" and opened["Cache-Control"] == "no-store"
    look = Viewing.objects.get()
    assert (look.row_id, look.purpose, look.fields) == (str(card.pk), "appeal", ["landmark"])
    assert viewer.owner.full_name in look.actor_name


@pytest.mark.parametrize("headers", [{"x_purpose": "curiosity"}, {"x_purpose": "other"}])
def test_purpose_nobody_may_have_opens_nothing(viewer, stop, personal, headers):
    card = stop(landmark="Коваленко Олена")
    answer = viewer.get(f"{card.pk}", **headers)
    assert "X-Purpose" in faults(answer) and "Олена" not in answer.content.decode()
    assert not Viewing.objects.exists()


def test_other_purpose_takes_an_explanation(viewer, stop, personal):
    card = stop(landmark="Коваленко Олена")
    answer = viewer.get(f"{card.pk}", x_purpose="other", x_purpose_note="%D0%B7%D0%B2%D1%96%D1%80%D0%BA%D0%B0")
    assert answer.json()["landmark"] == "Коваленко Олена"
    assert Viewing.objects.get().note == "звірка"


def test_mask_sent_back_does_not_become_the_value(editor, stop, personal):
    card = stop(landmark="Коваленко Олена")
    read = editor.get(f"{card.pk}").json()
    told = faults(editor.patch(f"{card.pk}", {"landmark": read["landmark"]}, if_match="*"))
    assert "маска" in told["landmark"]
    assert editor.put(f"{card.pk}", {"code": "1", "name": "Нова"}, if_match="*").status_code == 200
    card.refresh_from_db()
    assert card.landmark == "Коваленко Олена"
    assert "sort" in faults(editor.get("?sort=landmark"))
