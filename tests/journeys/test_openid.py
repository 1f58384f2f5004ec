"""Coming in through another service, in a real browser: it follows a form to the provider only where told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from kernel.access import openid_apps
from kernel.access.openid_apps import providers
from kernel.tenancy import tenant_context
from kernel.testing.access import OPERATOR
from tests.access.openid_provider import Provider, running
from tests.fixtures import _close_connections, _ref
from tests.journeys.town import CLERK, Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visitor = Callable[..., Page]


@pytest.fixture
def provider(town: Town) -> Iterator[Provider]:
    with running() as provider:
        with tenant_context(_ref("alpha")):
            openid_apps.save_provider(
                None,
                by=OPERATOR,
                name="Вхід громади",
                provider_id="sso",
                server_url=provider.url,
                client_id=provider.client_id,
                secret=provider.client_secret,
            )
        _close_connections()
        yield provider
        with tenant_context(_ref("alpha")):
            providers().delete()
        _close_connections()


def test_a_clerk_comes_in_through_the_provider(town: Town, visitor: Visitor, provider: Provider) -> None:
    provider.person["email"] = CLERK
    page = visitor()
    page.goto(town.url("alpha", "/accounts/login/"))
    page.get_by_role("link", name="Вхід громади").click()
    page.get_by_role("button", name="Продовжити").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Дозволити Hromada Cloud увійти?")
    assert page.url.startswith(provider.url)
    page.get_by_role("link", name="Дозволити").click()
    expect(page).to_have_url(town.url("alpha", "/workspace/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ірино")


def test_a_stranger_is_told_whom_to_ask(town: Town, visitor: Visitor, provider: Provider) -> None:
    provider.person.update(sub="43", email="chuzhyi@example.org")
    page = visitor()
    page.goto(town.url("alpha", "/accounts/oidc/sso/login/"))
    page.get_by_role("button", name="Продовжити").click()
    page.get_by_role("link", name="Дозволити").click()
    expect(page.get_by_role("main")).to_contain_text("Попросіть адміністратора")
