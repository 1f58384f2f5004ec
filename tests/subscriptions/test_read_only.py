"""A community that did not pay reads everything and changes nothing: every register, by page and by API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from kernel.access.levels import Level
from kernel.modules.manifest import Area
from kernel.registers.registry import registers
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.testing.access import enter, make_person, make_role
from shared_apps.communities.middleware import ALWAYS, PAYING, SIGN_IN, TAKING_AWAY
from shared_apps.communities.models import Community
from shared_apps.subscriptions import flow
from shared_apps.subscriptions.models import Subscription
from tests.subscriptions.conftest import subscribe

Make = Callable[..., Client]


@pytest.fixture
def closed(gamma: TenantRef) -> Subscription:
    with platform_context():
        made = subscribe(Community.objects.get(pk=gamma.id), "treasury")
        flow.move(made.pk, "due", by="тести", why="строк")
        return flow.move(made.pk, "read_only", by="тести", why="строк")


@pytest.fixture
def boss(closed: Subscription, gamma: TenantRef, client_for: Make) -> Client:
    with tenant_context(gamma):
        levels: dict[str, Any] = {f"area__{area.value}": Level.MANAGE for area in Area}
        make_role("boss", access=Level.MANAGE, modules=Level.MANAGE, **levels)
        return enter(client_for("gamma"), make_person("boss"))


def test_no_register_takes_a_change(boss: Client, gamma: TenantRef):
    tried = 0
    with tenant_context(gamma):
        known = [(one, one.queryset().values_list("pk", flat=True).first()) for one in registers() if not one.read_only]
    for register, pk in known:
        api = f"/api/v1/{register.url().strip('/')}/"
        wanted = [(register.url("new"), "post"), (register.url("bulk"), "post"), (api, "post")]
        if pk is not None:
            wanted += [(register.url("edit", pk), "post"), (f"{api}{pk}", "patch"), (f"{api}{pk}", "delete")]
        for address, method in wanted:
            answer = (
                getattr(boss, method)(address, data={}, content_type="application/json")
                if method != "post"
                else boss.post(address, {})
            )
            assert answer.status_code == 423, f"{method} {address}: {answer.status_code}"
            tried += 1
        assert boss.get(register.url()).status_code == 200
    assert tried > 40


def test_it_says_why_and_how_to_open_it(boss: Client):
    page = boss.get("/workspace/").content.decode()
    assert "Підписку не сплачено" in page and "відкриються самі" in page
    refused = boss.post("/bus-stops/new/", {"name": "x"}, headers={"accept": "text/html"})
    assert refused.status_code == 423 and "Підписку не сплачено" in refused.content.decode()


def test_paying_is_never_closed(boss: Client, closed: Subscription):
    assert "Підписку не сплачено" in boss.get("/administration/plan/").content.decode()
    assert boss.post("/administration/plan/pay/").status_code != 423


DUMMIES = {"int": 1, "uuid": "00000000-0000-4000-8000-000000000000", "slug": "x", "str": "x", "path": "x"}
# Nothing of the community's own data is behind these.
OPEN_STILL = ALWAYS | SIGN_IN | PAYING | {name.rpartition(":")[2] for name in TAKING_AWAY}


def every_page() -> dict[str, str]:
    """Full name → an address of each page of a tenant; those of registers are asked one by one above."""
    found: dict[str, str] = {}

    def walk(patterns: Any, path: str, space: str) -> None:
        for one in patterns:
            route = path + re.sub(
                r"<(?:(\w+):)?\w+>", lambda it: str(DUMMIES.get(it[1] or "str", "x")), str(one.pattern)
            )
            if isinstance(one, URLResolver):
                walk(one.url_patterns, route, f"{space}{one.namespace}:" if one.namespace else space)
            elif one.name and not re.search(r"[\^$\\(]", route):
                found[space + one.name] = f"/{route}"

    walk(get_resolver("config.urls_tenant").url_patterns, "", "")
    return found


def test_every_other_page_that_takes_a_post_is_closed(boss: Client):
    """Imports, files, tasks, comments, people and whatever is added one day."""
    pages = every_page()
    wrong = []
    for name, address in pages.items():
        last = name.rpartition(":")[2]
        if last in OPEN_STILL or address.startswith(("/api/", "/media/")):
            continue
        status = boss.post(address, headers={"accept": "application/json"}).status_code
        if status != 423:
            wrong.append(f"{name} {address}: {status}")
    assert wrong == []
    assert len(pages) > 100
    for word in ("import", "file", "task", "comment"):
        assert any(word in name or word in address for name, address in pages.items()), word


@pytest.mark.parametrize(
    "page",
    [
        *("/accounts/login/", "/accounts/logout/", "/accounts/reauthenticate/", "/accounts/2fa/authenticate/"),
        *("/administration/plan/pay/", "/administration/plan/card/", "/administration/plan/change/"),
        *("/administration/plan/end/", "/administration/community/export/"),
    ],
)
def test_what_stays_open(boss: Client, page: str):
    assert boss.post(page).status_code not in (404, 423), page


def test_what_another_reason_closed_stays_closed(closed: Subscription, gamma: TenantRef):
    with platform_context():
        Community.objects.filter(pk=gamma.id).update(state_reason="Перенесення на інший вузол")
        flow.paid(closed, None, by="тести", why="оплата")
        assert Community.objects.get(pk=gamma.id).read_only
