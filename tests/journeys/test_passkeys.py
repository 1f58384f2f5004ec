"""A key instead of a password: Chromium's virtual authenticator, the real exchange, the strict policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.journeys.town import CLERK, Town, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visitor = Callable[..., Page]


def plug_in(page: Page) -> tuple[CDPSession, str]:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    added = device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return device, added["authenticatorId"]


def test_a_key_is_added_and_signs_in_without_a_password(town: Town, visitor: Visitor) -> None:
    page = visitor()
    device, key = plug_in(page)
    sign_in(page, town, "alpha", CLERK)
    page.goto(town.url("alpha", "/accounts/2fa/webauthn/add/"))
    page.fill("input[name=name]", "робочий ноутбук")
    page.get_by_label("Входити ним без пароля").check()
    page.get_by_role("button", name="Додати ключ").click()
    # With the first second step come the codes for the day it is lost.
    expect(page.get_by_role("heading", level=1)).to_have_text("Запасні коди")
    page.goto(town.url("alpha", "/accounts/2fa/webauthn/"))
    expect(page.get_by_role("table")).to_contain_text("робочий ноутбук")

    page.locator("summary", has_text="Ваш запис").click()
    page.get_by_role("button", name="Вийти").click()
    page.goto(town.url("alpha", "/accounts/login/"))
    page.get_by_role("button", name="Увійти ключем доступу").click()
    expect(page).to_have_url(town.url("alpha", "/workspace/"))

    # A key lives on its host: the neighbour's site is offered nothing.
    assert len(device.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1
    page.goto(town.url("beta", "/accounts/login/"))
    page.get_by_role("button", name="Увійти ключем доступу").click()
    expect(page.get_by_role("alert")).to_contain_text("Ключ не відповів")
