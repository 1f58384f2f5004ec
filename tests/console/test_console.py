from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from kernel.access.roles import create_ready_roles
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.testing.access import enter, make_person
from shared_apps.communities.models import Community, StateChange

ClientFor = Callable[..., Client]
HTML = {"HTTP_ACCEPT": "text/html"}


@pytest.fixture
def console(alpha: TenantRef, beta: TenantRef) -> Iterator[None]:
    with platform_context():
        create_ready_roles("platform")
        yield


@pytest.fixture
def operator(console: None, client_for: ClientFor) -> Client:
    return enter(client_for("console"), make_person("operator"))


def names(client: Client, **query: str) -> list[str]:
    page = client.get("/", query, **HTML)
    assert page.status_code == 200
    return [one.slug for one in page.context["page"]]


def test_deny_by_default(console: None, client_for: ClientFor, alpha: TenantRef) -> None:
    assert client_for("console").get("/").status_code == 302
    nobody = enter(client_for("console"), make_person())
    assert nobody.get("/", **HTML).status_code == 403
    assert nobody.get(f"/communities/{alpha.id}/", **HTML).status_code == 403
    with tenant_context(alpha):
        boss = make_person("administrator")
        tenants_own = enter(client_for("alpha"), boss)
    stranger = client_for("console")
    stranger.cookies = tenants_own.cookies
    assert stranger.get("/").status_code == 302


def test_the_console_is_on_its_own_host_only(console: None, client_for: ClientFor, alpha: TenantRef) -> None:
    for label in ("alpha", "", "nema"):
        assert client_for(label).get(f"/communities/{alpha.id}/").status_code == 404


def test_the_list_is_searched_narrowed_and_sorted(operator: Client, beta: TenantRef) -> None:
    assert names(operator) == ["alpha", "beta", "gamma"]
    assert names(operator, sort="-name") == ["gamma", "beta", "alpha"]
    assert names(operator, q="бетин") == ["beta"]
    assert names(operator, q="alpha.localhost") == ["alpha"]
    assert names(operator, kind="enterprise") == []
    Community.objects.filter(pk=beta.id).update(state="suspended")
    assert names(operator, state="suspended") == ["beta"]
    assert names(operator, state="'; --", kind="?", sort="password", page="x") == ["alpha", "beta", "gamma"]


def test_queries_do_not_grow_with_rows(operator: Client, django_assert_max_num_queries: Any) -> None:
    operator.get("/", **HTML)
    with django_assert_max_num_queries(14):
        names(operator)


def test_the_card_tells_the_history(operator: Client, alpha: TenantRef) -> None:
    StateChange.objects.create(
        community_id=alpha.id, was="active", became="suspended", by="Оператор", reason="Борг за <жовтень>"
    )
    page = operator.get(f"/communities/{alpha.id}/", **HTML)
    text = page.content.decode()
    assert "alpha.localhost" in text and "t_alpha" in text
    assert "Борг за &lt;жовтень&gt;" in text and "призупинено" in text
    assert operator.get("/communities/00000000-0000-0000-0000-000000000000/", **HTML).status_code == 404


def test_an_analyst_sees_his_region(console: None, client_for: ClientFor, beta: TenantRef) -> None:
    Community.objects.filter(pk=beta.id).update(katottg="UA32010010000010010")
    analyst = enter(client_for("console"), make_person("oblast_analyst", territories=["UA32000000000030281"]))
    assert names(analyst) == ["beta"]


def test_reading_only(operator: Client, alpha: TenantRef) -> None:
    assert operator.post("/", **HTML).status_code == 405
    assert operator.post(f"/communities/{alpha.id}/", **HTML).status_code == 405
