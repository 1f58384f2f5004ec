"""The questions of the landing page: in order, once, and safe from those who would pretend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from integrations.signatures import Signer
from integrations.signatures.standin import StandIn, sign
from kernel.jobs.models import Job
from kernel.tenancy import platform_context
from shared_apps.communities.models import Community
from shared_apps.onboarding import limits, operations
from shared_apps.onboarding.finding import find_places, resembles
from shared_apps.onboarding.models import Application
from shared_apps.onboarding.proof_views import declaration
from shared_apps.reference.demo import DUBOHIR, KALYNOBRID
from shared_apps.reference.models import TerritorialUnit
from tests.onboarding.conftest import MAIL, NAMES, Newcomer

Come = Callable[[], Newcomer]


@pytest.mark.parametrize(
    "text", ["дубогірська", "ДУБОГ", "Дубогiрська", "Dubohirska", DUBOHIR, DUBOHIR[2:], "Медвинка", "Medvynka"]
)
def test_a_community_is_found_by_any_name_or_code(newcomer: Come, text: str):
    page = newcomer().get("", q=text).content.decode()
    assert "Дубогірська міська" in page and DUBOHIR in page


def test_an_old_name_leads_to_the_present_one(newcomer: Come):
    with platform_context():
        now = TerritorialUnit.objects.get(code=KALYNOBRID)
        TerritorialUnit.objects.filter(pk=now.pk).update(valid_from="2024-01-01")
        TerritorialUnit.objects.create(
            **{
                name: getattr(now, name)
                for name in ("code", "category", "parent", "region", "district", "hromada", "demo", "source_act")
            },
            name="Жовтнева селищна",
            folded="жовтнева селищна",
            valid_from="2020-11-26",
            valid_to="2024-01-01",
        )
    page = newcomer().get("", q="жовтнева").content.decode()
    assert "Калинобродська селищна" in page and "раніше: Жовтнева селищна" in page


def test_who_is_here_already_is_told_with_whom_to_ask(newcomer: Come):
    with platform_context():
        Community.objects.filter(slug="gamma").update(contact_person="Мельник Н. О.", contact_phone="+380990000001")
    one = newcomer()
    assert "Уже в хмарі" in one.get("", q="дубогірська").content.decode()
    answer = one.client.post("/start/", {"katottg": DUBOHIR}, follow=True)
    assert "Мельник Н. О." in answer.content.decode()
    assert Application.objects.count() == 0


def test_an_enterprise_is_looked_for_by_its_code(newcomer: Come):
    one = newcomer()
    assert "Контрольна цифра" in one.get("", q="32855968").content.decode()
    assert "ще немає" in one.get("", q="00015622").content.decode()
    with platform_context():
        Community.objects.filter(slug="beta").update(edrpou="00015622")
    assert "уже в хмарі" in one.get("", q="00015622").content.decode()


@pytest.fixture
def free(newcomer: Come) -> Come:
    """Nobody lives in Дубогір yet."""
    with platform_context():
        Community.objects.filter(slug="gamma").update(katottg=KALYNOBRID)
    return newcomer


def test_no_question_is_asked_before_its_turn(free: Come):
    one = free()
    assert one.get("plan/").url == "/start/"
    one.post("", katottg=DUBOHIR)
    for page in ("plan/", "check/", "community/", "payment/card/", "authority/kep/"):
        assert one.get(page).url == "/start/mail/", page


def test_all_answered_and_the_cloud_is_begun(free: Come):
    one = free()
    one.until_check()
    page = one.get("check/").content.decode()
    assert "О’Ґедзь-Їжакевич" in page.replace("ʼ", "’") and "Створити хмару" in page
    assert one.post("check/").url == "/start/creating/"
    application = one.application
    assert application.state == "creating" and application.left_out
    with platform_context():
        assert Job.objects.filter(kind=operations.CREATE, subject=str(application.pk)).count() == 1
        assert [move.became for move in application.moves.order_by("id")] == ["draft", "creating"]
    assert one.get("creating/progress.json").json()["status"] == "running"


def test_a_wrong_code_is_counted_and_an_old_one_is_void(free: Come):
    one = free()
    one.post("", katottg=DUBOHIR)
    one.post("mail/", email=MAIL)
    code = one.code()
    wrong = "000000" if code != "000000" else "111111"
    for _attempt in range(operations.MOST_TRIES):
        assert one.post("code/", code=wrong).status_code == 422
    answer = one.post("code/", code=code)
    assert answer.status_code == 422 and "Надішліть новий код" in answer.content.decode()
    one.post("mail/", email=MAIL)
    Application.objects.update(code_until=timezone.now() - timedelta(seconds=1))
    assert "застарів" in one.post("code/", code=one.code()).content.decode()


def test_letters_to_one_box_are_limited(free: Come):
    one = free()
    one.post("", katottg=DUBOHIR)
    for _attempt in range(limits.CODES_BY_LETTER_BOX[0]):
        assert one.post("mail/", email=MAIL).status_code == 302
    assert "Зачекайте годину" in one.post("mail/", email=MAIL).content.decode()


def test_applications_from_one_machine_are_limited(free: Come, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shared_apps.onboarding.views.APPLICATIONS_BY_MACHINE", (2, 60))
    assert [free().post("", katottg=DUBOHIR).status_code for _one in range(3)] == [302, 302, 429]


def test_a_foreign_letter_box_is_held_for_a_person(free: Come):
    one = free()
    one.until_check(email="hto@inshe-misto.gov.ua")
    assert "не схожий на назву" in one.get("check/").content.decode()
    assert one.post("check/").url == "/start/waiting/"
    assert one.application.state == "held"
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    "slug, told", [("admin", "зарезервована"), ("дубо", "латин"), ("a", "не годиться"), ("beta", "зайнята")]
)
def test_an_address_that_cannot_be(free: Come, slug: str, told: str):
    one = free()
    one.post("", katottg=DUBOHIR)
    one.prove_mail()
    one.post("you/", last_name="А", first_name="Б", position="голова")
    assert told in one.post("community/", **{**NAMES, "slug": slug}).content.decode()


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("kalynobrid", "Калинобрід", True),
        ("dubohirska", "Дубогірська міська", True),
        ("ДУБОГІРСЬКА МІСЬКА РАДА", "Дубогірська міська", True),
        ("rada", "Радехівська", False),
        ("dubno", "Дубогірська міська", False),
        ("", "Дубогірська міська", False),
    ],
)
def test_what_a_domain_speaks_of(one: str, other: str, same: bool):
    assert resembles(one, other) is same


def test_a_name_that_deceives_the_eye_is_held(free: Come):
    one = free()
    one.until_check(slug="a1pha")
    assert "виглядає так само, як «alpha»" in one.get("check/").content.decode()
    one.post("check/")
    assert one.application.state == "held"


def test_two_at_once_for_one_community(free: Come):
    first, second = free(), free()
    first.until_check()
    second.until_check(slug="dubohir-2", edrpou="31502447")
    assert first.post("check/").url == "/start/creating/"
    assert second.post("check/").url == "/start/waiting/"
    assert second.application.state == "lost"
    assert "підключає хтось інший" in second.get("waiting/").content.decode()


def test_a_signature_of_the_body_proves(free: Come):
    one = free()
    one.until_check(email="golova@ukr.net", proof="")
    assert one.post("authority/", way="mail").status_code == 200, "that letter-box is not of the government"
    body = declaration(one.application)
    signer = Signer("21556730", "ДУБОГІРСЬКА МІСЬКА РАДА", "Мельник Наталія")
    for container, told in (
        (b"not a signature", "Це не файл підпису"),
        (sign(b"another text", signer), "Підписано інший файл"),
        (sign(body, signer).replace(b"21556730", b"00015622"), "пошкоджено"),
    ):
        answer = one.post("authority/kep/", signature=SimpleUploadedFile("a.p7s", container))
        assert answer.status_code == 422 and told in answer.content.decode()
    one.post("authority/kep/", signature=SimpleUploadedFile("a.p7s", sign(body, signer)))
    one.choose_plan()
    assert one.post("check/").url == "/start/creating/"


def test_a_signature_of_another_body_is_held(free: Come):
    one = free()
    one.until_check(email="golova@ukr.net", proof="")
    signer = Signer("00015622", "ТОВ «Ромашка»", "Хтось")
    one.post("authority/kep/", signature=SimpleUploadedFile("a.p7s", sign(declaration(one.application), signer)))
    one.choose_plan()
    page = one.get("check/").content.decode()
    assert "інший код ЄДРПОУ" in page and "Ромашка" in page
    assert one.post("check/").url == "/start/waiting/"


def test_the_stand_in_is_refused_in_production(settings: Any):
    from django.core.exceptions import ImproperlyConfigured

    from integrations.signatures.checks import signatures_are_real

    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured):
        StandIn()
    assert [error.id for error in signatures_are_real(None)] == ["integrations.E001"]


def test_a_letter_must_be_a_letter(free: Come):
    one = free()
    one.until_check(proof="")
    answer = one.post("authority/letter/", letter=SimpleUploadedFile("a.pdf", b"MZ\x90 program"))
    assert "не PDF" in answer.content.decode()
    one.post("authority/letter/", letter=SimpleUploadedFile("a.pdf", b"%PDF-1.7 letter"))
    one.choose_plan()
    assert one.post("check/").url == "/start/waiting/"


def test_left_and_taken_up_again_by_the_link(free: Come):
    one = free()
    one.post("", katottg=DUBOHIR)
    one.prove_mail()
    link = one.link("resume")
    other = free()
    assert "Продовжити" in other.client.get(link).content.decode()
    assert "onboarding" not in other.client.session
    assert other.client.post(link).url == "/start/you/"
    Application.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert other.client.get(link).status_code == 404
    assert other.get("you/").url == "/start/"


def test_a_closed_code_is_told_and_held(free: Come):
    with platform_context():
        TerritorialUnit.objects.filter(code=DUBOHIR).update(valid_to="2026-01-01")
        assert find_places("дубогірська")[0].closed
    one = free()
    assert "код закрито" in one.get("", q="дубогірська").content.decode()
    one.until_check()
    one.post("check/")
    assert one.application.state == "held"


def test_another_letter_box_proves_anew(free: Come):
    one = free()
    one.until_check()
    one.post("mail/", email="khtos@inshe.gov.ua")
    assert one.application.authority == "" and one.application.email_proved_at is None
    assert one.get("check/").url == "/start/code/"
