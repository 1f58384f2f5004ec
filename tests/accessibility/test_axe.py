"""axe-core on every kind of page: light, dark, high contrast, desktop and phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.town import ADMINISTRATOR, CLERK, DESKTOP, OPERATOR, PHONE, Town, pass_second_step, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visitor = Callable[..., Page]

AXE = Path(__file__).resolve().parents[2] / "platform/ui/node_modules/axe-core/axe.min.js"
EVERYTHING: dict[str, object] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
COLOURS: dict[str, object] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}

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


def faults(page: Page) -> list[str]:
    """Everything on a wide and on a narrow screen; colours in each scheme. One load serves all."""
    page.add_script_tag(path=str(AXE))
    found = _ask(page, "wide", EVERYTHING)
    page.set_viewport_size(PHONE)
    found += _ask(page, "phone", EVERYTHING)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="dark")
    found += _ask(page, "dark", COLOURS)
    page.emulate_media(color_scheme="light", contrast="more")
    found += _ask(page, "contrast", COLOURS)
    page.emulate_media(color_scheme="light", contrast="no-preference")
    return found


def _ask(page: Page, how: str, rules: dict[str, object]) -> list[str]:
    answer = page.evaluate("rules => axe.run(document, rules)", rules)
    return [
        f"{how} {page.url} {fault['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for fault in answer["violations"]
        for node in fault["nodes"]
    ]


def walk(page: Page, addresses: list[str]) -> list[str]:
    found = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None and answer.status != 500, f"{address} is broken"
        found += faults(page)
    return found


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
