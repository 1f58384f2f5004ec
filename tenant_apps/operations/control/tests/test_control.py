"""The way of a violation, who answers for its place, and recording on the spot."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.gis.geos import Point, Polygon
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.answering import who_answers
from kernel.files.storing import store
from kernel.operations import Denied
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tasks.public import duties_about
from kernel.testing.access import enter, make_person, make_role
from tenant_apps.operations.control import operations, public
from tenant_apps.operations.control.models import CareZone, CheckItem, Violation, ViolationKind

Party = apps.get_model("organisations.Party")

HERE = Point(33.42, 49.07, srid=4326)
ELSEWHERE = Point(33.50, 49.10, srid=4326)


@pytest.fixture(autouse=True)
def media(in_alpha, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def inspector(in_alpha):
    role = make_role("inspector", control=Level.EDIT, organisations=Level.VIEW)
    return make_person(role.code)


@pytest.fixture
def kind(inspector):
    made = ViolationKind(code="СМ-1", title="Стихійне звалище", law="п. 4.2 Правил", deadline_days=5, public=True)
    return save_card(register_named("control.kinds"), made, by=inspector)


@pytest.fixture
def contractor(inspector):
    return Party.objects.create(kind="legal", full_name="ТОВ «Чисте подвірʼя»", no_number=False)


@pytest.fixture
def zone(inspector, contractor):
    made = CareZone(
        title="Центр", party=contractor, kind="contractor", ground="Договір № 4", valid_from=local_today(),
        shape=Polygon.from_bbox((33.41, 49.06, 33.43, 49.08)),
    )  # fmt: skip
    return save_card(register_named("control.zones"), made, by=inspector)


def picture(name="foto.jpg"):
    made = BytesIO()
    Image.new("RGB", (32, 24), (90, 120, 90)).save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


@pytest.fixture
def photo(inspector):
    return store(picture(), by=inspector).file


def recorded(kind, by, place=HERE, **given):
    return save_card(register_named("control.violations"), Violation(kind=kind, place=place, **given), by=by)


def test_the_map_names_who_answers(kind, zone, inspector, contractor):
    violation = recorded(kind, inspector)
    assert violation.number.startswith("КП-")
    assert (violation.party, violation.answers_as, violation.ground) == (contractor, "contractor", "Договір № 4")
    assert recorded(kind, inspector, place=ELSEWHERE).party is None
    yesterday = local_today() - timedelta(days=1)
    assert who_answers(HERE, on=yesterday) == []


def test_the_kind_says_whom_to_ask_first(kind, zone, inspector):
    holder = Party.objects.create(kind="legal", full_name="Крамниця")
    adjacent = CareZone(
        title="Біля крамниці", party=holder, kind="adjacent", ground="Рішення № 9", valid_from=local_today(),
        shape=zone.shape,
    )  # fmt: skip
    save_card(register_named("control.zones"), adjacent, by=inspector)
    assert recorded(kind, inspector).party == holder
    kind.answers = "contractor"
    kind.save()
    assert recorded(kind, inspector).party == zone.party


def test_a_zone_is_not_given_twice_for_the_same_days(zone, inspector):
    again = CareZone(
        title=zone.title,
        party=zone.party,
        kind="contractor",
        ground="Договір № 5",
        valid_from=local_today(),
        shape=zone.shape,
    )
    with pytest.raises(ValidationError, match="вже закріплена"):
        save_card(register_named("control.zones"), again, by=inspector)


def test_the_whole_way(kind, zone, inspector, photo):
    violation = recorded(kind, inspector, found_on=local_today() - timedelta(days=4))
    assert [duty.kind for duty in duties_about(violation)] == ["control.notice"]
    violation = operations.issue_notice(violation, by=inspector) if violation.party else violation
    assert violation.state == "recorded", "the zone begins today: nobody answered four days ago"
    violation.party = zone.party
    violation = save_card(register_named("control.violations"), violation, by=inspector)
    violation = operations.issue_notice(violation, by=inspector)
    assert (violation.state, violation.due_on) == ("noticed", local_today() + timedelta(days=5))
    assert violation.notice_number == f"ПР-{local_today().year}-0001"
    (duty,) = duties_about(violation)
    assert (duty.kind, duty.due_on, duty.person) == ("control.check", violation.due_on, inspector)

    later = local_today() + timedelta(days=9)
    violation = operations.extend_term(violation, by=inspector, due_on=later, reason="дощі")
    assert [duty.due_on for duty in duties_about(violation)] == [later]
    violation = operations.draw_protocol(violation, by=inspector, number="17", on=local_today())
    violation = operations.confirm_elimination(
        violation, by=inspector, on=local_today(), photo=photo, outcome="прибрано"
    )
    assert (violation.state, violation.reaction_days) == ("eliminated", 4)
    assert duties_about(violation) == []
    violation = operations.reopen(violation, by=inspector, due_on=later, reason="знову звезли")
    assert (violation.state, violation.reaction_days, len(duties_about(violation))) == ("noticed", None, 1)


def test_steps_refuse_what_makes_no_sense(kind, zone, inspector, photo):
    today = local_today()
    nobodys = recorded(kind, inspector, place=ELSEWHERE)
    with pytest.raises(Denied, match="вкажіть відповідального"):
        operations.issue_notice(nobodys, by=inspector)
    with pytest.raises(Denied, match="вручну"):
        operations.find_responsible(nobodys, by=inspector)
    violation = recorded(kind, inspector)
    with pytest.raises(Denied, match="знімок усунення"):
        operations.confirm_elimination(violation, by=inspector, on=today, photo=None)
    with pytest.raises(Denied, match="раніше, ніж виявлено"):
        operations.confirm_elimination(violation, by=inspector, on=today - timedelta(days=1), photo=photo)
    with pytest.raises(Denied, match="вже минув"):
        operations.issue_notice(violation, by=inspector, due_on=today - timedelta(days=1))
    operations.issue_notice(violation, by=inspector)
    with pytest.raises(Denied, match="видано припис"):
        operations.issue_notice(violation, by=inspector)
    with pytest.raises(Denied, match="пізніший"):
        operations.extend_term(violation, by=inspector, due_on=today, reason="—")
    with pytest.raises(Denied, match="в майбутньому"):
        recorded(kind, inspector, found_on=today + timedelta(days=1))
    looker = make_person(make_role("looker", control=Level.VIEW).code)
    with pytest.raises(Exception, match="прав"):
        operations.cancel(violation, by=looker, reason="помилка")


def test_the_database_itself_wants_a_photo(kind, zone, inspector):
    violation = recorded(kind, inspector)
    with pytest.raises(IntegrityError, match="violation_eliminated_with_photo"), transaction.atomic():
        Violation.objects.filter(pk=violation.pk).update(state="eliminated", eliminated_on=local_today())
    with pytest.raises(IntegrityError, match="violation_notice_is_whole"), transaction.atomic():
        Violation.objects.filter(pk=violation.pk).update(state="noticed")


@pytest.mark.parametrize(
    ("place", "days", "repeats"),
    [(HERE, 10, 1), (Point(33.4202, 49.07, srid=4326), 10, 1), (HERE, 400, 0), (ELSEWHERE, 10, 0)],
    ids=["same place", "fifteen metres", "too long ago", "elsewhere"],
)
def test_repeats_are_known(kind, inspector, place, days, repeats):
    first = recorded(kind, inspector, found_on=local_today() - timedelta(days=days))
    again = recorded(kind, inspector, place=place)
    assert (again.repeats, again.repeat_of) == (repeats, first if repeats else None)


def test_a_cancelled_one_is_not_repeated(kind, zone, inspector):
    operations.cancel(recorded(kind, inspector), by=inspector, reason="територія приватна")
    assert recorded(kind, inspector).repeats == 0
    assert [one.is_open for one in public.open_of_party(zone.party_id)] == [True]
    assert len(public.near(HERE)) == 2


def test_recording_from_a_phone_arrives_once(kind, zone, inspector, client_for):
    item = save_card(register_named("control.checklists"), CheckItem(kind=kind, text="Шини"), by=inspector)
    client = enter(client_for("alpha"), inspector)
    chooser = client.get("/control/new/")
    assert f"/control/record/{kind.pk}/" in chooser.content.decode()
    assert client.get(f"/control/record/{kind.pk}/").status_code == 200
    sent = {"key": str(uuid4()), "place": "49.07, 33.42", "broken": [item.pk], "details": "шини", "landmark": ""}
    wrong = client.post(f"/control/record/{kind.pk}/", sent)
    assert wrong.status_code == 422 and "Виберіть файл" in wrong.content.decode()
    first = client.post(f"/control/record/{kind.pk}/", {**sent, "photo": picture()})
    again = client.post(f"/control/record/{kind.pk}/", {**sent, "photo": picture()})
    assert (first.status_code, again.url) == (302, first.url)
    violation = Violation.objects.get()
    assert [one.item_id for one in violation.findings.filter(broken=True)] == [item.pk]
    card = client.get(first.url).content.decode()
    assert "Було" in card and "ТОВ «Чисте подвірʼя»" in card and "Шини" in card
    lost = client.post(f"/control/record/{kind.pk}/", {**sent, "key": str(uuid4()), "place": "", "photo": picture()})
    assert lost.status_code == 422 and "У знімку місця немає" in lost.content.decode()


def test_elimination_by_its_action_needs_a_photo(kind, zone, inspector, client_for):
    violation = recorded(kind, inspector)
    client = enter(client_for("alpha"), inspector)
    page = f"/control/{violation.pk}/do/eliminate/"
    day = str(local_today())
    assert client.post(page, {"on": day}).status_code == 422
    assert client.post(page, {"on": day, "photo": picture()}).status_code == 302
    violation.refresh_from_db()
    assert violation.state == "eliminated"


def test_residents_see_only_public_kinds(kind, zone, inspector, client_for):
    shown = recorded(kind, inspector)
    hidden_kind = ViolationKind(code="ТР-1", title="Торгівля", law="п. 10")
    hidden = recorded(save_card(register_named("control.kinds"), hidden_kind, by=inspector), inspector)
    page = client_for("alpha").get("/open/porushennia/").content.decode()
    assert shown.number in page and hidden.number not in page and "Чисте подвірʼя" not in page
