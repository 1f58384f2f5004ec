"""What was typed is kept on the device until the server has it, and no longer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.office import KEEPER
from tests.journeys.town import Town, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Keeper = Callable[..., Page]
KEPT = "JSON.stringify(localStorage)"


def test_a_session_that_ended_loses_nothing(office: Town, keeper: Keeper) -> None:
    page = keeper()
    page.goto(office.url("gamma", "/bus-stops/new/"))
    page.get_by_label("Код").fill("ЗП-777")
    page.get_by_label("Назва").fill("Стара криниця")
    expect(page.locator(".draft-state")).to_contain_text("Чернетку збережено")
    page.context.clear_cookies()
    page.get_by_role("button", name="Зберегти", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Нова картка")

    sign_in(page, office, "gamma", KEEPER)
    page.goto(office.url("gamma", "/bus-stops/new/"))
    page.get_by_role("button", name="Відновити").click()
    expect(page.get_by_label("Назва")).to_have_value("Стара криниця")
    page.get_by_role("button", name="Зберегти", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Стара криниця")
    assert "криниця" not in page.evaluate(KEPT)


def test_what_is_masked_is_never_kept_on_the_device(office: Town, keeper: Keeper) -> None:
    page = keeper()
    page.goto(office.url("gamma", "/organisations/new/"))
    page.locator("input[name=last_name]").fill("Журавель")
    page.locator("input[name=rnokpp]").fill("3184710691")
    expect(page.locator(".draft-state")).to_contain_text("Чернетку збережено")
    kept = page.evaluate(KEPT)
    assert "Журавель" in kept and "3184710691" not in kept
