"""A record of the field comes in: once, whole, with its reasons where it does not."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from kernel.access.models import RoleAssignment
from kernel.audit.sentences import history_of
from kernel.designer.designing import add_field, retire_field
from kernel.fieldwork.models import FieldRecord
from kernel.files.models import Attachment, StoredFile
from kernel.maps.boundary import set_boundary
from kernel.modules.entitlement import disable_module
from kernel.registers.registry import register_named
from kernel.registers.saving import archive_card
from kernel.tenancy import tenant_context
from kernel.testing.access import OPERATOR, enter, make_person, make_role
from tenant_apps.operations.control.models import Violation
from tests.fieldwork.conftest import HERE, JSON, VIOLATIONS, picture
from tests.files.samples import field_photo


def errors_of(answer):
    assert answer.status_code == 422, answer.content.decode()
    return {one["field"]: one["message"] for one in answer.json()["errors"]}


def nothing_written():
    return not Violation.objects.exists() and not FieldRecord.objects.exists()


# -- once ---------------------------------------------------------------------------------------------


def test_a_record_becomes_a_card_with_its_photo_place_and_checklist(send, record, inspector, points):
    answer = send(record(broken=[points[0].pk]), picture(), picture("druhyi.jpg", "navy"))
    assert answer.status_code == 422, "told of one photo, two came"
    told = record(broken=[points[0].pk])
    told["photos"] *= 2
    answer = send(told, picture(), picture("druhyi.jpg", "navy"))
    assert answer.status_code == 201, answer.content.decode()
    card = Violation.objects.get()
    assert answer.json()["url"] == register_named(VIOLATIONS).url("card", card.pk)
    assert (card.details, card.place.coords) == ("Купа сміття", (33.42, 49.07))
    assert card.number and card.photo_before and card.created_by == inspector
    assert {one.item.text: one.broken for one in card.findings.all()} == {"Сміття": True, "Гілки": False}
    assert Attachment.objects.filter(table="control_violation", row_id=str(card.pk)).count() == 1
    assert card.photo_before.taken_where.coords == (33.42, 49.07) and card.photo_before.taken_at
    came = FieldRecord.objects.get()
    assert (came.row_id, came.sender, came.accuracy, came.photos, came.clock_off) == (str(card.pk), inspector, 12, 2, 0)
    assert "з поля" in history_of(card)[-1].reason


def test_sent_again_it_is_the_same_card(send, record):
    told, key = record(), uuid4()
    first = send(told, picture(), key=key)
    told["sent_at"] = (timezone.now() + timedelta(seconds=40)).isoformat()
    second = send(told, picture(), key=key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["url"] == second.json()["url"] and second.json()["again"]
    assert Violation.objects.count() == FieldRecord.objects.count() == StoredFile.objects.count() == 1


def test_the_same_key_with_other_words_is_told_and_writes_nothing(send, record):
    told, key = record(), uuid4()
    send(told, picture(), key=key)
    told["values"]["details"] = "Інше"
    answer = send(told, picture(), key=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "otherwise")
    assert answer.json()["url"].endswith(f"/{Violation.objects.get().pk}/")
    assert Violation.objects.get().details == "Купа сміття"


def test_another_persons_key_is_nobody_elses(send, record, client_for):
    key = uuid4()
    send(record(), picture(), key=key)
    other = make_person("inspector")
    answer = send(record(person=str(other.pk)), picture(), key=key, by=enter(client_for("alpha"), other))
    assert answer.status_code == 403 and "інша людина" in answer.json()["detail"]
    assert Violation.objects.count() == 1


# -- who and where -----------------------------------------------------------------------------------------


def test_a_stranger_is_asked_to_sign_in(client_for, record, send):
    answer = send(record(), by=client_for("alpha"))
    assert answer.status_code == 401 and "Увійдіть" in answer.json()["detail"]
    for page in ("state", "forms", "cards"):
        assert client_for("alpha").get(f"/field/{page}/", **JSON).status_code == 401
    assert client_for("alpha").get("/field/").status_code == 302


def test_a_record_of_another_person_waits_for_them(send, record, client_for):
    other = enter(client_for("alpha"), make_person("inspector"))
    answer = send(record(), picture(), by=other)
    assert (answer.status_code, answer.json()["code"]) == (403, "another_person")
    assert nothing_written()


def test_a_record_sent_to_another_community_is_not_written(send, record, client_for, beta):
    told = record()
    with tenant_context(beta):
        from kernel.access.levels import Level

        make_role("inspector", control=Level.EDIT)
        neighbour = enter(client_for("beta"), make_person("inspector"))
        assert send(told, picture(), by=neighbour).json()["code"] == "another_person"
        assert nothing_written()


def test_rights_taken_away_meanwhile(send, record, inspector):
    RoleAssignment.objects.filter(user=inspector).delete()
    answer = send(record(), picture())
    assert answer.status_code == 403 and "право" in answer.json()["detail"]
    assert nothing_written()


def test_a_module_switched_off_meanwhile(send, record):
    told = record()
    disable_module("control", by=OPERATOR, reason="тест")
    answer = send(told, picture())
    assert (answer.status_code, answer.json()["code"]) == (404, "closed")
    assert "лишається на пристрої" in answer.json()["detail"] and nothing_written()


@pytest.mark.parametrize("label", ["control.kinds", "bus_stops.bus-stops", "нема.такого"])
def test_only_registers_of_the_field(send, record, label):
    assert send(record(register=label)).json()["code"] == "closed"


# -- what is refused -------------------------------------------------------------------------------------------


def test_every_wrong_field_is_named_and_nothing_is_kept(send, record):
    errors = errors_of(send(record({"kind": "", "landmark": "м" * 10_000}, photos=[])))
    assert set(errors) == {"kind", "landmark", "@photos"}
    assert "200" in errors["landmark"]
    assert nothing_written() and not StoredFile.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"made_at": "учора"},
        {"made_at": "2026-11-22T10:00:00"},
        {"place": {"longitude": 400, "latitude": 49}},
        {"photos": 3},
        {"card": 1},
        {"strange": 1},
        {"person": "x"},
    ],
)
def test_what_no_page_of_ours_sends(send, record, changed):
    answer = send(record(**changed))
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")


@pytest.mark.parametrize("body", ["", "{", '{"place": NaN}', "[]", '"x"'])
def test_what_is_no_record(send, body):
    assert send(body).json()["code"] == "unreadable"


def test_an_unknown_field_is_named(send, record):
    answer = send(record({"state": "cancelled", "colour": "red"}), picture())
    assert {one["field"]: one["code"] for one in answer.json()["errors"]} == {"state": "gone", "colour": "gone"}
    assert nothing_written()


def test_a_field_that_left_the_form_is_told_until_the_person_takes_it_away(send, record, device, inspector):
    designer = OPERATOR
    field = add_field(VIOLATIONS, {"title": "Площа звалища", "kind": "text"}, by=designer)
    name = f"x_{field.code}"
    forms = {one["register"]: one for one in device.get("/field/forms/", **JSON).json()["forms"]}
    assert name in [one["name"] for one in forms[VIOLATIONS]["fields"]]
    told = record({name: "12 м²"})
    retire_field(VIOLATIONS, field.pk, by=designer)
    answer = send(told, picture())
    assert [one["code"] for one in answer.json()["errors"]] == ["gone"] and nothing_written()
    told["values"][name] = ""
    assert send(told, picture()).status_code == 201


def test_a_point_of_another_checklist(send, record, points):
    points[0].archived_at = timezone.now()
    points[0].save()
    errors = errors_of(send(record(broken=[points[0].pk]), picture()))
    assert "чек-листі" in errors["@broken"] and nothing_written()


def test_a_zero_byte_is_no_text(send, record):
    assert errors_of(send(record({"details": "а\x00б"}), picture())).keys() == {"details"}


# -- photos ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "виконуватися"),
        ("a.jpg", b"GIF89a<script>alert(1)</script>", "."),
        ("a.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF", "не знімок"),
        ("a.jpg", b"", "порожній"),
    ],
)
def test_what_is_no_photo(send, record, name, content, word):
    errors = errors_of(send(record(), SimpleUploadedFile(name, content, "image/jpeg")))
    assert word in errors["@photos"] and nothing_written()


def test_a_photo_with_a_second_life(send, record):
    both = picture().read() + b"<script>alert(1)</script>"
    assert "сховано" in errors_of(send(record(), SimpleUploadedFile("a.jpg", both)))["@photos"]


def test_a_photo_over_the_limit_is_dropped_on_its_way(send, record, settings):
    settings.FILE_LIMIT_MB = 1
    large = SimpleUploadedFile("a.jpg", picture().read() + b"\0" * 1_500_000)
    assert "1 МБ" in errors_of(send(record(), large))["@photos"]
    assert nothing_written()


def test_the_camera_knows_the_place_when_the_device_does_not(send, record):
    bare = [{"at": timezone.now().isoformat(), "place": None}]
    assert "@place" in errors_of(send(record(place=None, photos=bare), picture()))
    assert nothing_written()
    own = SimpleUploadedFile("a.jpg", field_photo())
    assert send(record(place=None, photos=bare), own).status_code == 201
    assert Violation.objects.get().place.coords == pytest.approx((34.25, 49.51))
    assert FieldRecord.objects.get().place is None


# -- place and clock ----------------------------------------------------------------------------------------


@pytest.fixture
def bounded(in_alpha):
    set_boundary(MultiPolygon(Polygon.from_bbox((33.0, 49.0, 33.4, 49.2)), srid=4326), source="Рішення", by=OPERATOR)


def test_a_place_outside_the_community_asks_for_a_reason(bounded, send, record):
    answer = send(record(), picture())
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("@place", "reason_wanted")]
    assert send(record(reason="Звалище сусідів тече до нас"), picture()).status_code == 201
    came = FieldRecord.objects.get()
    assert came.outside > 1000 and came.reason.startswith("Звалище")
    assert "Звалище сусідів" in history_of(Violation.objects.get())[-1].reason


@pytest.mark.parametrize(("ahead", "words"), [(timedelta(days=400), "поспішає"), (timedelta(days=-20_000), "відстає")])
def test_a_clock_that_is_off_is_noticed_and_not_refused(send, record, device, ahead, words):
    now = timezone.now()
    told = record(made_at=(now + ahead - timedelta(hours=1)).isoformat(), sent_at=(now + ahead).isoformat())
    assert send(told, picture()).status_code == 201
    card = Violation.objects.get()
    assert card.found_on == timezone.localdate(now - timedelta(hours=1))
    assert words in device.get(register_named(VIOLATIONS).url("card", card.pk)).content.decode()
    assert words in device.get("/field/came/?odd=1").content.decode()


def test_the_office_sees_where_it_came_from(send, record, device, inspector, client_for):
    assert "ще нічого не надходило" in device.get("/field/came/").content.decode()
    send(record(place={**HERE, "by_hand": True}), picture())
    card = Violation.objects.get()
    for page in (register_named(VIOLATIONS).url("card", card.pk), "/field/came/"):
        text = device.get(page).content.decode()
        assert inspector.full_name in text and "49.070000, 33.420000" in text and "вказано вручну" in text
    nobody = enter(client_for("alpha"), make_person())
    assert "49.070000" not in nobody.get("/field/came/").content.decode()


def test_an_archived_card_still_answers_a_repeated_sending(send, record, inspector):
    told, key = record(), uuid4()
    send(told, picture(), key=key)
    archive_card(register_named(VIOLATIONS), Violation.objects.get(), by=inspector)
    assert send(told, picture(), key=key).status_code == 200
    assert Point(*Violation.objects.get().place.coords)
