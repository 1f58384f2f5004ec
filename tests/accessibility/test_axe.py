"""axe-core on every kind of page: light, dark, high contrast, desktop and phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.accessibility.looking import faults, walk
from tests.journeys.town import ADMINISTRATOR, CLERK, OPERATOR, Town, pass_second_step, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visitor = Callable[..., Page]

STRANGER = [
    ("", "/"),
    ("", "/?q=нема"),
    ("alpha", "/"),
    ("alpha", "/accounts/login/"),
    ("alpha", "/accounts/password/reset/"),
    ("alpha", "/accounts/password/reset/done/"),
    ("alpha", "/accounts/password/reset/key/1-bad/"),
    ("alpha", "/accounts/confirm-email/bad/"),
    ("alpha", "/accounts/signup/"),
    ("alpha", "/nema/"),
    ("console", "/accounts/login/"),
    ("nema", "/"),
]
STAFF = [
    "/workspace/",
    "/accounts/logout/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/webauthn/",
    "/accounts/sessions/",
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/3rdparty/",
    "/access/people/",
]
ADMINISTRATION = [
    "/workspace/",
    "/contacts/",
    "/access/people/",
    "/access/people/invite/",
    "/access/roles/",
    "/access/roles/clerk/",
    "/access/monitoring/",
    "/access/support/",
    "/access/profile/",
    "/administration/audit/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/totp/deactivate/",
]


REGISTER = [
    "/bus-stops/",
    "/bus-stops/?view=bare&lit=no&opened_on__from=zz",
    "/bus-stops/new/",
    "/bus-stops/import/",
    "/bus-stops/bulk/?verb=change&all=1",
    "/bus-stops/bulk/?verb=change&all=1&field=landmark",
    "/bus-stops/figures/",
    "/pivot/",
    "/pivot/bus_stops.bus-stops/?by=settlement&by=shelter&across=accessible&across=lit&measure=count&measure=share&chart=bars",
    "/pivot/bus_stops.bus-stops/?by=opened_on:year&chart=lines&formula=1&compose=1",
    "/addresses/new/",
    "/search/?q=площа",
    "/dashboards/",
    "/dashboards/board/wages/",
    "/dashboards/board/contracts/",
    "/dashboards/board/overview/arrange/",
    "/dashboards/why/bus_stops.bus-stops.opened/",
    "/dashboards/plans/",
    "/dashboards/plans/new/",
    "/dashboards/enterprises/",
]


@pytest.fixture
def reader(visitor: Visitor) -> Page:
    # axe is brought in past the pages' own policy; the journeys run with the policy on.
    # Without motion a change of scheme is done at once.
    return visitor(bypass_csp=True, reduced_motion="reduce")


def test_pages_for_everybody(town: Town, reader: Page) -> None:
    assert walk(reader, [town.url(*where) for where in STRANGER]) == []


def test_pages_of_staff(town: Town, reader: Page) -> None:
    sign_in(reader, town, "alpha", CLERK, "не той пароль зовсім")
    with_errors = faults(reader)
    sign_in(reader, town, "alpha", CLERK)
    assert with_errors + walk(reader, [town.url("alpha", path) for path in STAFF]) == []
    for summary in reader.locator("menu-drop summary").all():
        summary.click()
        assert faults(reader) == []


def test_pages_of_administration(town: Town, reader: Page) -> None:
    sign_in(reader, town, "alpha", ADMINISTRATOR)
    second_step = faults(reader)
    pass_second_step(reader)
    assert second_step + walk(reader, [town.url("alpha", path) for path in ADMINISTRATION]) == []


def test_pages_of_a_register(office: Town, keeper: Visitor) -> None:
    page = keeper(bypass_csp=True, reduced_motion="reduce")
    found = walk(page, [office.url("gamma", path) for path in REGISTER])
    page.goto(office.url("gamma", "/bus-stops/"))
    card = page.locator("tbody a").first.get_attribute("href") or ""
    found += walk(page, [office.url("gamma", path) for path in (card, card.partition("?")[0] + "edit/")])
    page.locator("#card-form [name=name]").fill("")
    page.get_by_role("button", name="Зберегти", exact=True).click()
    assert found + faults(page) == []


def test_pages_of_the_console(town: Town, reader: Page) -> None:
    sign_in(reader, town, "console", OPERATOR)
    pass_second_step(reader)
    found = walk(reader, [town.url("console", path) for path in ("/", "/?q=нема", "/?state=suspended", "/nema/")])
    reader.goto(town.url("console"))
    reader.get_by_role("link", name="Альфівська громада").click()
    assert found + faults(reader) == []


def test_pages_of_a_suspended_community(town: Town, reader: Page) -> None:
    town.set_standing("beta", state="suspended", state_reason="Тариф не сплачено")
    try:
        found = walk(reader, [town.url("beta", path) for path in ("/", "/accounts/login/")])
        sign_in(reader, town, "beta", CLERK)
        assert found + faults(reader) == []
    finally:
        town.set_standing("beta", state="active", state_reason="")
