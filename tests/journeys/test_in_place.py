"""A street that is not there yet is added over the form of a building; the form loses nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.office import KEEPER
from tests.journeys.town import Town, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Keeper = Callable[..., Page]


def begin(page: Page, office: Town, words: str) -> None:
    page.goto(office.url("gamma", "/addresses/new/"))
    page.locator("#id_number").fill("7-Б")
    page.locator("#id_settlement").fill("Пробна")
    page.get_by_role("option", name="Пробна").first.click()
    page.locator("#id_street").fill(words)


def test_made_over_the_form_and_chosen_in_it(office: Town, keeper: Keeper) -> None:
    page = keeper()
    begin(page, office, "Соборна")
    page.get_by_role("option", name="Додати «Соборна»").click()
    window = page.get_by_role("dialog")
    expect(window.locator("#over_name")).to_have_value("Соборна")
    expect(window.locator("#over_settlement")).to_have_value("с. Пробна")
    window.locator("#over_name").fill("")
    window.get_by_role("button", name="Зберегти й вибрати").click()
    expect(window.locator(".error-summary")).to_contain_text("Ще не збережено")
    window.locator("#over_name").fill("Соборна")
    window.get_by_role("button", name="Зберегти й вибрати").click()
    expect(window).to_have_count(0)
    expect(page.locator("#id_street")).to_have_value("вул. Соборна")
    expect(page.locator("#id_street")).to_be_focused()
    expect(page.locator("#id_number")).to_have_value("7-Б")
    page.get_by_role("button", name="Зберегти", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Соборна")


def test_a_double_is_warned_of_and_leaving_loses_nothing(office: Town, keeper: Keeper) -> None:
    page = keeper()
    begin(page, office, "Журавлина нова")
    page.get_by_role("option", name="Додати «Журавлина нова»").press("Enter")
    page.keyboard.press("Escape")
    begin(page, office, "Журавлина нова")
    page.get_by_role("option", name="Додати «Журавлина нова»").click()
    window = page.get_by_role("dialog")
    window.locator("#over_name").fill("Журавлина")
    window.locator("#over_kind").select_option("lane")
    window.get_by_role("button", name="Зберегти й вибрати").click()
    expect(window).to_contain_text("Схоже, така картка вже є")
    page.keyboard.press("Escape")
    expect(window).to_have_count(0)
    expect(page.locator("#id_number")).to_have_value("7-Б")
    expect(page.locator("#id_street")).to_have_value("Журавлина нова")


def test_without_scripts_there_and_back(office: Town, visitor: Callable[..., Page]) -> None:
    page = visitor(java_script_enabled=False)
    sign_in(page, office, "gamma", KEEPER)
    page.goto(office.url("gamma", "/addresses/new/"))
    page.locator("#id_number").fill("9")
    page.locator("#id_street").fill("Лугова")
    page.locator("button[name=create_in][value=street]").click()
    expect(page.locator("#id_name")).to_have_value("Лугова")
    page.locator("#id_settlement").fill("Пробна")
    page.get_by_role("button", name="Зберегти", exact=True).click()
    expect(page.locator("#id_number")).to_have_value("9")
    expect(page.locator("#id_street")).to_have_value("вул. Лугова")
