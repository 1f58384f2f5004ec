from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.directory import forget_hosts
from kernel.testing.access import enter, make_person
from shared_apps.communities.models import Community
from shared_apps.communities.search import named_like
from shared_apps.fleet.models import Operation

ClientFor = Callable[..., Client]
HTML = {"HTTP_ACCEPT": "text/html"}


def change(ref: TenantRef, **fields: Any) -> None:
    with platform_context():
        Community.objects.filter(pk=ref.id).update(**fields)
    forget_hosts()


def landing(client_for: ClientFor, query: str = "") -> str:
    return client_for().get("/", {"q": query} if query else {}).content.decode()


def test_the_landing_page_names_those_that_work(
    alpha: TenantRef, beta: TenantRef, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3):
        text = landing(client_for)
    assert "http://alpha.localhost/" in text and "http://beta.localhost/" in text
    change(beta, state="suspended")
    change(alpha, training=True)
    text = landing(client_for)
    assert "Альфівська" not in text and "Бетинська" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("альфів", True),
        ("АЛЬФІВСЬКА", True),
        ("alfiv", False),
        ("alph", True),
        ("99000011", True),
        ("UA99010010000010010", True),
        ("нема такої", False),
        ("(((", False),
        ("'; DROP TABLE communities_community;--", False),
        ("%", False),
    ],
)
def test_a_community_is_found_by_its_name_or_code(
    alpha: TenantRef, client_for: ClientFor, query: str, found: bool
) -> None:
    assert ("alpha.localhost" in landing(client_for, query)) is found


@pytest.mark.parametrize("typed", ["кам'ян", "кам’ян", "камʼян", "кам`ян"])
def test_any_apostrophe_finds_the_one_in_the_name(alpha: TenantRef, platform: None, typed: str) -> None:
    change(alpha, short_name="Камʼянська громада")
    assert Community.objects.filter(named_like(typed)).count() == 1


def test_home_shows_names_codes_and_what_modules_publish(alpha: TenantRef, client_for: ClientFor) -> None:
    text = client_for("alpha").get("/").content.decode()
    assert "Альфівська громада" in text and "99000011" in text
    assert "Громада ще наповнює цю сторінку" in text


def test_an_unknown_host_is_a_page_and_signs_nobody_in(alpha: TenantRef, client_for: ClientFor) -> None:
    client = client_for("xn--80aaa.localhost")
    for path in ("/", "/accounts/login/", "/workspace/", "/brand.css"):
        response = client.get(path, **HTML)
        assert response.status_code == 404
    assert "Такої громади немає" in response.content.decode()
    evil = client_for("a<script>b.localhost").get("/", **HTML)
    assert "<script>b" not in evil.content.decode()


def test_nobody_signs_in_on_the_landing_page(alpha: TenantRef, client_for: ClientFor) -> None:
    assert client_for().get("/accounts/login/").status_code == 404


# -- standing -------------------------------------------------------------------------------------


def test_a_suspended_community_answers_503_whatever_is_asked(alpha: TenantRef, client_for: ClientFor) -> None:
    change(alpha, state="suspended", state_reason="Борг")
    client = client_for("alpha")
    for path in ("/", "/contacts/", "/workspace/", "/files/x", "/nema/"):
        response = client.get(path, **HTML)
        assert (response.status_code, response["Retry-After"]) == (503, "3600"), path
        assert "Борг" not in response.content.decode()
    assert client.post("/contacts/new/", {}, **HTML).status_code == 503
    problem = client.get("/api/v1/contacts/")
    assert (problem.status_code, problem["Content-Type"]) == (503, "application/problem+json")
    for path in ("/brand.css", "/coat-of-arms", "/robots.txt", "/accounts/login/"):
        assert client.get(path).status_code == 200, path
    change(alpha, state="active")
    assert client.get("/").status_code == 200


def test_staff_learn_why_and_support_may_work(alpha: TenantRef, client_for: ClientFor) -> None:
    with tenant_context(alpha):
        client = enter(client_for("alpha"), make_person("clerk"))
    change(alpha, state="suspended", state_reason="Борг", contact_person="Ірина", contact_phone="+380440001122")
    text = client.get("/workspace/", **HTML).content.decode()
    assert "Борг" in text and "tel:+380440001122" in text and "Вийти" in text


def test_without_a_contact_of_its_own_staff_call_the_cloud(
    alpha: TenantRef, client_for: ClientFor, settings: Any
) -> None:
    settings.SUPPORT_PHONE, settings.SUPPORT_EMAIL = "0 800 000 000", "help@example.org"
    change(alpha, state="suspended", contact_phone="")
    text = client_for("alpha").get("/accounts/login/").content.decode()
    assert "help@example.org" in text and "0\xa0800" in text


@pytest.mark.parametrize(
    ("state", "status"), [("requested", 503), ("provisioning", 503), ("archived", 410), ("deleted", 410)]
)
def test_not_yet_and_no_longer(alpha: TenantRef, client_for: ClientFor, state: str, status: int) -> None:
    change(alpha, state=state)
    client = client_for("alpha")
    assert client.get("/", **HTML).status_code == status
    assert client.get("/accounts/login/", **HTML).status_code == status
    assert client.get("/api/v1/contacts/")["Content-Type"] == "application/problem+json"
    assert client.get("/brand.css").status_code == 200


def test_a_community_being_made_shows_how_far_it_is(alpha: TenantRef, client_for: ClientFor) -> None:
    change(alpha, state="provisioning")
    with platform_context():
        Operation.objects.filter(kind="create", subject="alpha").delete()
        made = Operation.objects.create(kind="create", subject="alpha", progress=40, by="тести")
    client = client_for("alpha")
    page = client.get("/", **HTML).content.decode()
    assert 'value="40"' in page and 'http-equiv="refresh"' in page
    assert client.get("/", HTTP_ACCEPT="application/json").json()["progress"] == 40
    with platform_context():
        Operation.objects.filter(pk=made.pk).update(status="failed", error="secret detail")
    page = client.get("/", **HTML).content.decode()
    assert "Створення хмари громади зупинилося" in page and "secret detail" not in page


def test_reading_only_lets_people_in_and_out_but_change_nothing(alpha: TenantRef, client_for: ClientFor) -> None:
    with tenant_context(alpha):
        client = enter(client_for("alpha"), make_person("clerk"))
    change(alpha, read_only=True, state_reason="Переносимо на інший вузол")
    page = client.get("/workspace/", **HTML)
    assert page.status_code == 200 and "Переносимо на інший вузол" in page.content.decode()
    refused = client.post("/contacts/new/", {"title": "Приймальня"}, **HTML)
    assert refused.status_code == 423 and "Переносимо на інший вузол" in refused.content.decode()
    problem = client.post("/api/v1/contacts/", "{}", content_type="application/json")
    assert (problem.status_code, problem["Content-Type"]) == (423, "application/problem+json")
    assert client.post("/language", {"language": "en", "next": "/"}).status_code == 302
    assert client.post("/accounts/logout/").status_code == 302
