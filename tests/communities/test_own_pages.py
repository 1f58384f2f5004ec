"""The community's pages about itself in the cloud: how it fares, what is nearly used up, and its data taken away."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.test import Client
from django.utils import timezone

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.audit.models import Viewing
from kernel.jobs.models import Job
from kernel.jobs.queue import run_job
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.files import storage
from kernel.testing.access import PASSWORD, enter, make_person, make_role, sign_in
from provisioning import jobs
from provisioning.archive.files import stored_files
from provisioning.archive.verify import verify_archive
from provisioning.lifecycle import set_quota
from shared_apps.communities import quotas
from shared_apps.communities.export import EXPORT, FOLDER, KEPT_FOR, file_of

HEALTH = "/administration/community/health/"
ORDER = "/administration/community/export/"
WHY = {"reason": "власна копія за листопад", "understood": "on"}
HTML = {"HTTP_ACCEPT": "text/html"}

Make = Callable[..., Client]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.MFA_OBLIGATORY = False
    yield


@pytest.fixture
def person(alpha: TenantRef, client_for: Make) -> Make:
    def make(tenant: TenantRef = alpha, **levels: Level) -> Client:
        with tenant_context(tenant):
            code = f"role-{uuid.uuid4().hex[:8]}"
            make_role(code, **levels)
            return enter(client_for(tenant.slug), make_person(code))

    return make


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


# -- how we fare ----------------------------------------------------------------------------------


def test_health_needs_a_right(person: Make, client_for: Make):
    assert client_for("alpha").get(HEALTH).status_code == 302
    assert person().get(HEALTH, **HTML).status_code == 403
    page = person(modules=Level.VIEW).get(HEALTH, **HTML)
    assert page.status_code == 200
    assert "Завдання, що не вдалися" not in text_of(page), "failures are for those who see jobs"
    assert "Вивезти дані громади" not in text_of(page)


def test_health_tells_what_is_wrong(person: Make, alpha: TenantRef):
    long_ago = timezone.now() - timedelta(hours=1)
    with tenant_context(alpha):
        Job.objects.create(
            kind="bills", status=Job.Status.FAILED, error="ValueError: немає тарифу", finished_at=long_ago
        )
        Job.objects.create(kind="mail", queued_at=long_ago)
    page = text_of(person(modules=Level.VIEW, jobs=Level.VIEW).get(HEALTH, **HTML))
    assert "немає тарифу" in page
    assert "1 завдання чекає понад чверть години" in page
    assert "остання версія" in page
    assert "ще не було" in page


@pytest.mark.parametrize(
    ("people", "limit", "tone", "banner"),
    [(3, 5, "ok", ""), (4, 5, "warn", "зайнято 80 %"), (19, 20, "bad", "зайнято 95 %"), (5, 5, "bad", "зайнято 100 %")],
)
def test_quota_is_told_in_time(person: Make, alpha: TenantRef, people: int, limit: int, tone: str, banner: str):
    with tenant_context(alpha):
        for _number in range(people - 1):
            User.objects.create_user(f"{uuid.uuid4().hex}@alpha.example", None, last_name="Коваль", first_name="Іван")
    client = person(modules=Level.VIEW)
    with platform_context():
        set_quota("alpha", "users", limit, by="тест")
    with tenant_context(alpha):
        assert quotas.uses()[0].tone == tone
        quotas.forget_shares()
    page = text_of(client.get("/workspace/", **HTML))
    assert (banner in page) if banner else ("Місць для працівників" not in page)
    if banner:
        assert "на сторінці «Тариф»" in page
    assert "Місць для працівників" not in text_of(Client(headers={"host": "alpha.localhost"}).get("/accounts/login/"))


def test_a_limit_of_nothing_is_full_and_no_limit_is_silent(alpha: TenantRef):
    with platform_context():
        set_quota("alpha", "users", 0, by="тест")
    with tenant_context(alpha):
        users, files, *_messages = quotas.uses()
        assert (users.percent, users.tone) == (100, "bad")
        assert files.kind.key == "storage_bytes" and files.used == 0


# -- data taken away ------------------------------------------------------------------------------


def test_only_the_administrator_takes_data_away(person: Make, alpha: TenantRef, client_for: Make):
    assert client_for("alpha").get(ORDER).status_code == 302
    reader = person(access=Level.EDIT, modules=Level.MANAGE)
    for answer in (reader.get(ORDER, **HTML), reader.post(ORDER, WHY, **HTML)):
        assert answer.status_code == 403
    with tenant_context(alpha):
        assert not Job.objects.exists()


def test_password_is_asked_again(alpha: TenantRef, client_for: Make):
    """A browser left open is not enough: the order waits until the password is given, then goes on."""
    with tenant_context(alpha):
        make_role("chief", access=Level.MANAGE)
        chief = make_person("chief")
    client = client_for("alpha")
    assert sign_in(client, chief).status_code == 302
    with tenant_context(alpha):
        session = client.session
        records = session[AUTHENTICATION_METHODS_SESSION_KEY]
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{**one, "at": one["at"] - 24 * 3600} for one in records]
        session.save()
    asked = client.post(ORDER, WHY, **HTML)
    assert asked.status_code == 302 and asked["Location"].startswith("/accounts/reauthenticate/")
    with tenant_context(alpha):
        assert not Job.objects.exists()
    assert client.post(asked["Location"], {"password": "не той"}, **HTML).status_code == 200
    with tenant_context(alpha):
        assert not Job.objects.exists()
    assert client.post(asked["Location"], {"password": PASSWORD}, **HTML).status_code == 302
    with tenant_context(alpha):
        assert Job.objects.get().kind == EXPORT


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"understood": ""}])
def test_order_needs_a_reason_and_a_word(person: Make, alpha: TenantRef, wrong: dict[str, str]):
    client = entered_a_moment_ago(person(access=Level.MANAGE), alpha)
    assert client.post(ORDER, {**WHY, **wrong}, **HTML).status_code == 422
    with tenant_context(alpha):
        assert not Job.objects.exists()


def entered_a_moment_ago(client: Client, tenant: TenantRef) -> Client:
    with tenant_context(tenant):
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": timezone.now().timestamp()}]
        session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = session["_auth_user_id"]
        session.save()
    return client


@pytest.fixture
def chief(transactional_db: None, alpha: TenantRef, person: Make) -> Client:
    return entered_a_moment_ago(person(access=Level.MANAGE, modules=Level.VIEW), alpha)


def test_from_order_to_download(chief: Client, alpha: TenantRef, beta: TenantRef, person: Make, tmp_path: Any):
    assert chief.post(ORDER, WHY, **HTML).status_code == 302
    assert chief.post(ORDER, WHY, **HTML).status_code == 302, "a second order while the first is under way is the first"
    with tenant_context(alpha):
        job = Job.objects.get()
    archive = f"{ORDER}{job.pk}/archive/"
    assert 'http-equiv="refresh"' in text_of(chief.get(ORDER, **HTML))
    assert chief.get(archive, **HTML).status_code == 404, "not made yet"
    with tenant_context(alpha):
        run_job(str(job.pk))
        job.refresh_from_db()
        assert (job.status, job.error, job.finished_url) == (Job.Status.DONE, "", ORDER)
        assert list(stored_files()) == [], "the next archive must not hold this one"
        orders = Viewing.objects.filter(note__contains="вивезення всіх даних")
        assert orders.count() == 2 and WHY["reason"] in orders[0].note
    assert "Завантажити" in text_of(chief.get(ORDER, **HTML))
    answer = chief.get(archive, **HTML)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert "no-store" in answer["Cache-Control"]
    content = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert "tables/access_user.csv" in packed.namelist()
    path = tmp_path / "copy.hromada"
    path.write_bytes(content)
    assert verify_archive(path).ok
    with tenant_context(alpha):
        assert Viewing.objects.filter(note__contains="завантажено архів").count() == 1

    neighbour = entered_a_moment_ago(person(beta, access=Level.MANAGE), beta)
    reader = person(access=Level.EDIT)
    assert neighbour.get(archive, **HTML).status_code == 404
    assert neighbour.post(f"{ORDER}{job.pk}/cancel/", **HTML).status_code == 404
    assert reader.get(archive, **HTML).status_code == 403

    with tenant_context(alpha):
        Job.objects.update(finished_at=timezone.now() - KEPT_FOR - timedelta(minutes=1))
    assert chief.get(archive, **HTML).status_code == 404, "its day is over"
    assert "строк минув" in text_of(chief.get(ORDER, **HTML))


def test_old_archives_are_erased(alpha: TenantRef, monkeypatch: pytest.MonkeyPatch):
    from django.core.files.base import ContentFile

    with tenant_context(alpha):
        name = file_of(uuid.uuid4())
    with platform_context():
        storage.save(name, ContentFile(b"PK"))
        assert jobs.purge_exports() == 0
        monkeypatch.setattr(jobs, "KEPT_FOR", timedelta(seconds=-1))
        assert jobs.purge_exports() == 1
        assert list(stored_files(FOLDER)) == []


def test_cancelled_order_leaves_nothing(chief: Client, alpha: TenantRef):
    chief.post(ORDER, WHY, **HTML)
    with tenant_context(alpha):
        job = Job.objects.get()
    assert chief.post(f"{ORDER}{job.pk}/cancel/", **HTML).status_code == 302
    with tenant_context(alpha):
        run_job(str(job.pk))
        job.refresh_from_db()
        assert job.status == Job.Status.CANCELLED
    with platform_context():
        assert list(stored_files(FOLDER)) == []


def test_a_job_of_one_community_cannot_name_another(chief: Client, alpha: TenantRef):
    """Whatever the arguments say, the scope says whose data it is."""
    with tenant_context(alpha):
        job = Job.objects.create(kind=EXPORT, arguments={"by": "хтось", "reason": "чуже", "slug": "beta"})
        run_job(str(job.pk))
        job.refresh_from_db()
        assert job.status == Job.Status.FAILED and "slug" in job.error
