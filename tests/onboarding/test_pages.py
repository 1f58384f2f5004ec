"""The pages around joining: the console's queue and till, a hromada's enterprises, its copy and its own domain."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kernel.access.levels import Level
from kernel.access.roles import create_ready_roles
from kernel.jobs.models import Job
from kernel.jobs.registry import JobRun
from kernel.operations import Denied
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.testing.access import enter, make_person, make_role
from provisioning import signup
from provisioning.lifecycle import domains as names
from shared_apps.communities.models import Community, Domain
from shared_apps.onboarding import domains, sandbox
from shared_apps.onboarding.models import Application, EnterpriseInvitation
from shared_apps.reference.demo import DUBOHIR, KALYNOBRID
from tests.onboarding.conftest import YOU, Newcomer

Come = Callable[[], Newcomer]
Make = Callable[..., Client]
ENTERPRISE = "00015622"


@pytest.fixture
def operator(settings: Any, client_for: Make, db: None) -> Client:
    settings.MFA_OBLIGATORY = False
    with platform_context():
        create_ready_roles("platform")
        return enter(client_for("console"), make_person("operator"))


@pytest.fixture
def boss(settings: Any, gamma: TenantRef, client_for: Make) -> Client:
    settings.MFA_OBLIGATORY = False
    with tenant_context(gamma):
        make_role("boss", access=Level.MANAGE, modules=Level.MANAGE)
        return enter(client_for("gamma"), make_person("boss"))


@pytest.fixture
def held(newcomer: Come) -> tuple[Newcomer, Application]:
    """A letter that a person must read."""
    with platform_context():
        Community.objects.filter(slug="gamma").update(katottg=KALYNOBRID)
    one = newcomer()
    one.until_check(proof="", email="golova@ukr.net")
    one.post("authority/letter/", letter=SimpleUploadedFile("a.pdf", b"%PDF-1.7 letter"))
    one.choose_plan()
    one.post("check/")
    return one, one.application


# -- the console ----------------------------------------------------------------------------------


def test_the_queue_shows_the_doubt_and_gives_the_letter(operator: Client, held: tuple[Newcomer, Application]):
    _one, application = held
    page = operator.get("/onboarding/").content.decode()
    assert "Дубогірська міська територіальна громада" in page and "має прочитати людина" in page
    assert "/payments/" in page, "the list at the left leads on"
    letter = operator.get(f"/onboarding/{application.pk}/letter/")
    assert b"".join(letter) == b"%PDF-1.7 letter"  # type: ignore[arg-type]
    assert letter["Content-Disposition"].startswith("attachment")


def test_a_decision_needs_its_why_and_is_written_to_the_applicant(
    operator: Client, held: tuple[Newcomer, Application], mailoutbox: list[Any]
):
    one, application = held
    address = f"/onboarding/{application.pk}/"
    assert operator.post(address, {"approve": "1", "why": ""}).status_code == 422
    assert operator.post(address, {"approve": "1", "why": "подзвонили в раду"}).status_code == 302
    assert mailoutbox[-1].to == [application.email]
    assert one.application.state == "approved"
    again = operator.post(address, {"refuse": "1", "why": "інше"})
    assert "Заявка вже у стані" in again.content.decode()
    assert one.post("check/").url == "/start/creating/"


def test_refused_is_told_why(operator: Client, held: tuple[Newcomer, Application]):
    one, application = held
    operator.post(f"/onboarding/{application.pk}/", {"refuse": "1", "why": "Печатка іншої ради."})
    assert "Печатка іншої ради." in one.get("waiting/").content.decode()


@pytest.mark.parametrize("page", ["/onboarding/", "/payments/", "/payments/statement/"])
def test_a_reader_of_the_console_does_not_decide(settings: Any, client_for: Make, db: None, page: str):
    settings.MFA_OBLIGATORY = False
    with platform_context():
        make_role("looker", communities=Level.VIEW)
        reader = enter(client_for("console"), make_person("looker"))
    assert reader.post(page).status_code in (403, 405) and reader.get(page).status_code in (403, 405)


def test_the_till_takes_a_statement_and_a_person_settles(operator: Client):
    content = "Дата операції;Кредит;ЄДРПОУ кореспондента;Кореспондент;Призначення платежу;Номер документа\n"
    content += "20.11.2026;150,00;99000011;Рада;за щось;1"
    operator.post("/payments/statement/", {"statement": SimpleUploadedFile("v.csv", content.encode())})
    page = operator.get("/payments/").content.decode()
    assert "немає номера рахунку" in page
    line = page.partition("/payments/lines/")[2].partition("/")[0]
    wrong = operator.post(f"/payments/lines/{line}/", {"invoice": "ХГ-1999-00001", "told": "так"})
    assert "Такого рахунку немає" in wrong.content.decode()
    operator.post(f"/payments/lines/{line}/", {"told": "повернено листом № 3"})
    assert "Усі платежі знайшли свої рахунки" in operator.get("/payments/").content.decode()
    answer = operator.post("/payments/statement/", {"statement": SimpleUploadedFile("v.csv", b"")}, follow=True)
    assert answer.status_code == 200


# -- enterprises ----------------------------------------------------------------------------------


def test_an_enterprise_comes_by_invitation(boss: Client, newcomer: Come, mailoutbox: list[Any], gamma: TenantRef):
    wrong = boss.post("/first-day/enterprises/", {"edrpou": "32855968", "email": "kp@example.org"})
    assert wrong.status_code == 422 and "Контрольна цифра" in wrong.content.decode()
    boss.post("/first-day/enterprises/", {"edrpou": ENTERPRISE, "email": "kp@example.org"})
    assert ENTERPRISE in boss.get("/first-day/enterprises/").content.decode()
    one = newcomer()
    link = one.link("join")
    assert "Вас запрошує громада" in one.client.get(link).content.decode()
    assert one.client.post(link).url == "/start/you/"  # type: ignore[attr-defined]
    made = one.application
    assert (made.authority, made.parent_id, made.edrpou) == ("invited", gamma.id, ENTERPRISE)
    assert newcomer().client.post(link).status_code == 302, "the same application, not a second"
    assert Application.objects.filter(edrpou=ENTERPRISE).count() == 1
    EnterpriseInvitation.objects.update(expires_at=timezone.now())
    assert newcomer().client.get(link).status_code == 404


def test_an_enterprise_asks_and_its_hromada_answers(boss: Client, gamma: TenantRef, mailoutbox: list[Any], db: None):
    asking = Application.objects.create(
        kind="enterprise", edrpou=ENTERPRISE, parent_id=gamma.id, name="КП «Водоканал»", short_name="Водоканал",
        email="kp@example.org", email_proved_at=timezone.now(), state="held", token_hash="t", **YOU,
    )  # fmt: skip
    assert "КП «Водоканал»" in boss.get("/first-day/enterprises/").content.decode()
    address = f"/first-day/enterprises/{asking.pk}/"
    boss.post(address, {"approve": "1", "why": ""})
    asking.refresh_from_db()
    assert asking.state == "held", "without a why nothing is decided"
    boss.post(address, {"approve": "1", "why": "наше, статут № 4"})
    asking.refresh_from_db()
    assert asking.state == "approved" and mailoutbox[-1].to == ["kp@example.org"]
    assert boss.post(address, {"refuse": "1", "why": "x"}).status_code == 404


def test_another_hromada_does_not_answer(boss: Client, alpha: TenantRef, db: None):
    asking = Application.objects.create(
        kind="enterprise", edrpou=ENTERPRISE, parent_id=alpha.id, email="kp@example.org",
        email_proved_at=timezone.now(), state="held", token_hash="t",
    )  # fmt: skip
    assert boss.post(f"/first-day/enterprises/{asking.pk}/", {"approve": "1", "why": "x"}).status_code == 404


# -- the copy and the domain ----------------------------------------------------------------------


def test_a_copy_is_ordered_once_and_made_masked(boss: Client, gamma: TenantRef, monkeypatch: pytest.MonkeyPatch):
    boss.post("/first-day/copy/")
    boss.post("/first-day/copy/")
    with tenant_context(gamma):
        job = Job.objects.get(kind=sandbox.SANDBOX)
        asked: dict[str, Any] = {}
        monkeypatch.setattr(signup, "clone_tenant", lambda slug, **given: asked.update(given, slug=slug))
        signup.copy_to_learn_on(JobRun(job.pk), **job.arguments)
    assert (asked["slug"], asked["target"]) == ("gamma", "gamma-proba")
    assert asked.get("masked", True) is True
    with platform_context():
        plan = Community.objects.get(pk=gamma.id).plan
        Community.objects.create(
            slug="gamma-proba", schema_name="t_proba", kind="hromada", name="Копія", short_name="Копія",
            katottg=DUBOHIR, plan=plan, state="active", training=True,
        )  # fmt: skip
    assert "gamma-proba" in boss.get("/first-day/").content.decode()
    answer = boss.post("/first-day/copy/", follow=True)
    assert "Навчальна копія вже є" in answer.content.decode()


def run_domain(gamma: TenantRef) -> str:
    with tenant_context(gamma):
        job = Job.objects.filter(kind=domains.OWN_DOMAIN).order_by("-queued_at").first()
        assert job
        signup.own_domain(JobRun(job.pk), **job.arguments)
        Job.objects.filter(pk=job.pk).update(status="done")
        job.refresh_from_db()
        return job.message


def test_a_community_claims_and_proves_its_domain_itself(
    boss: Client, gamma: TenantRef, monkeypatch: pytest.MonkeyPatch
):
    page = "/first-day/domain/"
    assert boss.post(page, {"domain": "не домен"}).status_code == 422
    boss.post(page, {"domain": "https://Gamma-Rada.gov.ua/"})
    assert "Запит виконується" in boss.get(page).content.decode()
    assert "Додайте запис у DNS" in run_domain(gamma)
    shown = boss.get(page).content.decode()
    assert "_hromada.gamma-rada.gov.ua" in shown and "hromada-verification=" in shown
    value = shown.partition("hromada-verification=")[2].partition("<")[0]

    monkeypatch.setattr(signup, "verify_domain", partial(names.verify_domain, resolve=lambda _name: []))
    boss.post(page, {"domain": "gamma-rada.gov.ua", "prove": "1"})
    assert "розходяться до кількох годин" in run_domain(gamma)
    seen = partial(names.verify_domain, resolve=lambda _name: [f"hromada-verification={value}"])
    monkeypatch.setattr(signup, "verify_domain", seen)
    boss.post(page, {"domain": "gamma-rada.gov.ua", "prove": "1"})
    assert "підтверджено" in run_domain(gamma)
    with platform_context():
        assert Domain.objects.get(domain="gamma-rada.gov.ua").verified_at
    assert "gamma-rada.gov.ua" in boss.get("/first-day/").content.decode()


def test_a_domain_of_another_or_of_nobody(boss: Client, gamma: TenantRef, alpha: TenantRef):
    with platform_context():
        Domain.objects.create(
            domain="alpha-rada.gov.ua", tenant_id=alpha.id, own=True, verified_at=timezone.now(), is_primary=False
        )
    page = "/first-day/domain/"
    boss.post(page, {"domain": "alpha-rada.gov.ua"})
    told = run_domain(gamma)
    assert "уже підтвердила" in told and "hromada tenant" not in told
    refused = boss.post(page, {"domain": "alpha-rada.gov.ua", "prove": "1"})
    assert refused.status_code == 422 and "Спершу назвіть її" in refused.content.decode()
    with tenant_context(gamma), pytest.raises(Denied):
        domains.ask_domain("nema.gov.ua", domains.DROP, by=make_person("boss", email="b2@gamma.test"))
