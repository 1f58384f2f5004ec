"""What a program changes: create, replace, change, archive; versions, repeats, many at once, bad bodies."""

from __future__ import annotations

import json
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.utils import timezone

from kernel.audit.models import History
from kernel.registers.api.jobs import forget_answers
from kernel.registers.api.models import KeptAnswer
from kernel.tenancy.locks import lock_number
from tenant_apps.territory.bus_stops.models import BusStop
from tests.register_api.conftest import STOPS, faults, problem

NEW = {"code": "ЗП-010", "name": "Вокзал"}


def test_card_is_created_and_found_at_its_address(editor):
    answer = editor.post(
        "?reason=рішення%20№%205",
        {
            **NEW,
            "location": {"type": "Point", "coordinates": [33.42, 49.07, 80]},
            "opened_on": "2026-02-03",
            "lit": True,
        },
    )
    assert answer.status_code == 201 and answer["ETag"].startswith('"1-')
    card = BusStop.objects.get()
    assert answer["Location"].endswith(f"{STOPS}{card.pk}")
    assert (card.location.coords, card.lit, str(card.opened_on)) == ((33.42, 49.07), True, "2026-02-03")
    assert card.created_by == editor.owner
    assert History.objects.get(table_name="bus_stops_busstop").reason == "рішення № 5"
    assert editor.get("/" + answer["Location"].split("/", 3)[3]).json() == answer.json()


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"code": "1"}, "name"),
        ({**NEW, "colour": "red"}, "colour"),
        ({**NEW, "id": 5}, "id"),
        ({**NEW, "version": 5}, "version"),
        ({**NEW, "name": ""}, "name"),
        ({**NEW, "name": None}, "name"),
        ({**NEW, "name": 5}, "name"),
        ({**NEW, "name": "а" * 121}, "name"),
        ({**NEW, "name": "а\x00б"}, "name"),
        ({**NEW, "name": float("nan")}, "name"),
        ({**NEW, "lit": "yes"}, "lit"),
        ({**NEW, "shelter": "castle"}, "shelter"),
        ({**NEW, "opened_on": "03.02.2026"}, "opened_on"),
        ({**NEW, "opened_on": 5}, "opened_on"),
        ({**NEW, "opened_on": "2026-02-30"}, "opened_on"),
        ({**NEW, "location": [33, 49]}, "location"),
        ({**NEW, "location": {"type": "Point", "coordinates": [533, 49]}}, "location"),
        ({**NEW, "location": {"type": "Point", "coordinates": []}}, "location"),
        ({**NEW, "location": {"type": "Point", "coordinates": ["a", "b"]}}, "location"),
        ({**NEW, "location": {"type": "LineString", "coordinates": [[33, 49], [34, 49]]}}, "location"),
        ([], ""),
        (5, ""),
    ],
)
def test_bad_body_is_refused_field_by_field(editor, content, field):
    told = problem(editor.post(content=content), 422)["errors"]
    assert [one["field"] for one in told] == [field]
    assert told[0]["message"].endswith((".", "!")) and not BusStop.objects.exists()


def test_fields_are_named_as_people_name_them(editor):
    (told,) = problem(editor.post(content={"code": "1"}), 422)["errors"]
    assert (told["field"], told["label"], told["message"]) == ("name", "Назва", "Обовʼязкове поле. Додайте його.")


@pytest.mark.parametrize("body", ["", "{", b"\xff\xfe", '{"name": "\\ud800"}', "[" * 100_000])
def test_what_is_no_json_is_told_so(editor, body):
    problem(editor.post(content=body), 400)


def test_double_is_refused_by_the_cards_own_rule(editor, stop):
    stop("ЗП-010")
    assert "Зупинка з таким кодом уже є" in " ".join(faults(editor.post(content=NEW)).values())


def test_viewer_changes_nothing(viewer, stop):
    card = stop()
    for answer in (
        viewer.post(content=NEW),
        viewer.post("bulk", {"items": [{"values": NEW}]}),
        viewer.put(f"{card.pk}", NEW, if_match="*"),
        viewer.patch(f"{card.pk}", {"name": "Б"}, if_match="*"),
        viewer.delete(f"{card.pk}", if_match="*"),
        viewer.post(f"{card.pk}/restore"),
    ):
        problem(answer, 403)
    assert BusStop.objects.get().version == 1


# -- versions -----------------------------------------------------------------------------------------


def test_change_begins_from_a_version(editor, stop):
    card = stop(landmark="школа")
    problem(editor.patch(f"{card.pk}", {"name": "Нова"}), 428)
    problem(editor.delete(f"{card.pk}"), 428)
    tag = editor.get(f"{card.pk}")["ETag"]
    changed = editor.patch(f"{card.pk}", {"name": "Нова"}, if_match=tag)
    assert changed.status_code == 200
    assert (changed.json()["name"], changed.json()["landmark"], changed.json()["version"]) == ("Нова", "школа", 2)
    late = problem(editor.patch(f"{card.pk}", {"name": "Пізня"}, if_match=tag), 412)
    assert late["version"] == 2
    problem(editor.put(f"{card.pk}", NEW, if_match='"nonsense"'), 412)
    assert editor.put(f"{card.pk}", NEW, if_match=f'"1", {changed["ETag"]}').status_code == 200


def test_replacement_empties_what_it_does_not_name(editor, stop):
    card = stop(landmark="школа", lit=True, shelter="canopy")
    found = editor.put(f"{card.pk}", NEW, if_match='"1"').json()
    assert (found["name"], found["landmark"], found["lit"], found["shelter"]) == ("Вокзал", "", False, "none")


def test_card_goes_to_the_archive_and_comes_back(editor, stop):
    card = stop()
    gone = editor.delete(f"{card.pk}", if_match='"1"')
    assert gone.status_code == 200 and gone.json()["archived_at"] and gone.json()["version"] == 2
    assert editor.get().json()["items"] == []
    assert [one["id"] for one in editor.get("?archived=1").json()["items"]] == [card.pk]
    problem(editor.post(f"{card.pk}/restore", if_match='"1"'), 412)
    assert editor.post(f"{card.pk}/restore").json()["archived_at"] is None
    assert len(editor.get().json()["items"]) == 1


def test_place_taken_meanwhile_is_not_given_back(editor, stop):
    card = stop("ЗП-010")
    editor.delete(f"{card.pk}", if_match="*")
    assert editor.post(content=NEW).status_code == 201
    assert "З архіву не повернути" in problem(editor.post(f"{card.pk}/restore"), 403)["detail"]


# -- repeats ------------------------------------------------------------------------------------------


def test_request_sent_twice_is_done_once(editor):
    first = editor.post(content=NEW, idempotency_key="k-1")
    again = editor.post(content=NEW, idempotency_key="k-1")
    assert first.status_code == again.status_code == 201
    assert (again.content, again["ETag"], again["Location"]) == (first.content, first["ETag"], first["Location"])
    assert again["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first
    assert BusStop.objects.count() == 1


def test_key_of_another_request_is_refused(editor):
    editor.post(content=NEW, idempotency_key="k-1")
    assert "новий ключ" in problem(editor.post(content={**NEW, "code": "2"}, idempotency_key="k-1"), 422)["detail"]
    problem(editor.post("?reason=а", NEW, idempotency_key="k-1"), 422)
    assert BusStop.objects.count() == 1


def test_refusal_is_not_remembered(editor):
    problem(editor.post(content={"code": "1"}, idempotency_key="k-1"), 422)
    assert editor.post(content=NEW, idempotency_key="k-1").status_code == 201


def test_another_programs_key_is_its_own(editor, program):
    editor.post(content=NEW, idempotency_key="k-1")
    other = program(bus_stops=3)
    assert other.post(content={**NEW, "code": "2"}, idempotency_key="k-1").status_code == 201


def test_key_is_free_again_after_a_day(editor):
    editor.post(content=NEW, idempotency_key="k-1")
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        assert editor.post(content={**NEW, "code": "2"}, idempotency_key="k-1").status_code == 201
        assert forget_answers() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=50), tick=False):
        assert forget_answers() == 1
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", " ", "x" * 256])
def test_key_that_is_none_is_refused(editor, key):
    problem(editor.post(content=NEW, idempotency_key=key), 400)


def test_second_of_two_at_once_is_told_to_wait(editor, superuser_connection: psycopg.Connection):
    from kernel.access.models import ApiToken

    number = lock_number(f"register_api.{ApiToken.objects.get().pk}.k-1")
    superuser_connection.execute("SELECT pg_advisory_lock(%s)", [number])
    problem(editor.post(content=NEW, idempotency_key="k-1"), 409)
    assert not BusStop.objects.exists()
    superuser_connection.execute("SELECT pg_advisory_unlock(%s)", [number])
    assert editor.post(content=NEW, idempotency_key="k-1").status_code == 201


# -- many at once -------------------------------------------------------------------------------------


def _items(card):
    return [
        {"values": NEW},
        {"id": card.pk, "version": 1, "values": {"name": "Змінена"}},
        {"values": {"code": "2"}},
        {"id": card.pk, "version": 1, "values": {"name": "Пізня"}},
        {"id": 10**12, "version": 1, "values": {}},
        {"values": NEW},
    ]


def test_every_card_of_many_has_its_result(editor, stop):
    card = stop()
    found = editor.post("bulk", {"items": _items(card)}).json()
    assert [one["status"] for one in found["items"]] == [201, 200, 422, 412, 404, 422]
    assert (found["created"], found["changed"], found["refused"]) == (1, 1, 4)
    assert found["items"][2]["errors"][0]["field"] == "name"
    card.refresh_from_db()
    assert (card.name, BusStop.objects.count()) == ("Змінена", 2)


def test_all_or_nothing(editor, stop):
    card = stop()
    told = problem(editor.post("bulk", {"atomic": True, "items": _items(card)}, idempotency_key="m"), 422)
    assert [one["index"] for one in told["items"]] == [2, 3, 4, 5]
    card.refresh_from_db()
    assert (card.name, BusStop.objects.count()) == ("Ринок", 1)
    good = {"atomic": True, "items": _items(card)[:2]}
    first = editor.post("bulk", good, idempotency_key="m").json()
    assert first == editor.post("bulk", good, idempotency_key="m").json() and first["created"] == 1


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"items": []},
        {"items": [{"values": {}}] * 1001},
        {"items": [{"values": {}}], "atomic": "yes"},
        {"items": [{"values": {}}], "more": 1},
    ],
)
def test_bulk_body_that_is_none_is_refused(editor, content):
    assert problem(editor.post("bulk", content), 422)["errors"]


@pytest.mark.parametrize(
    "item",
    [5, {}, {"values": 5}, {"id": 1, "values": {}}, {"id": True, "version": 1, "values": {}}, {"values": {}, "x": 1}],
)
def test_bulk_item_that_is_none_is_refused_alone(editor, item):
    found = editor.post("bulk", {"items": [item, {"values": NEW}]}).json()
    assert [one["status"] for one in found["items"]] == [422, 201]


def test_description_names_types_and_choices(editor):
    document = editor.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    card = document["components"]["schemas"]["BusStopsBusStops"]["properties"]
    assert card["shelter"]["anyOf"][0] == {"enum": ["none", "canopy", "pavilion"]}
    assert card["opened_on"]["anyOf"][0] == {"type": "string", "format": "date"} and card["name"]["title"] == "Назва"
    create = document["paths"]["/api/v1/bus-stops/"]["post"]
    body = create["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["code", "name"] and body["additionalProperties"] is False
    headers = [one["name"] for one in document["paths"]["/api/v1/bus-stops/{pk}"]["patch"]["parameters"]]
    assert "If-Match" in headers
    assert json.dumps(document)
