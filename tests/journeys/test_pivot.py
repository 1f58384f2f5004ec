"""From a list to its pivot, to the cards behind a figure; without scripts, and by the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_register_by_keyboard import tab_to
from tests.journeys.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Keeper = Callable[..., Page]


def test_a_figure_leads_to_its_cards_without_scripts(office: Town, keeper: Keeper) -> None:
    page = keeper(java_script_enabled=False)
    page.goto(office.url("gamma", "/bus-stops/?accessible=no"))
    page.locator("summary", has_text="Аналіз").click()
    page.get_by_role("link", name="Зведена таблиця").click()
    page.get_by_label("Рядки, рівень 1").select_option("settlement")
    page.get_by_label("Стовпці, рівень 1").select_option("shelter")
    page.get_by_label("Кількість", exact=True).check()
    page.get_by_role("button", name="Порахувати").last.click()
    figure = page.locator("tbody td.num a").first
    wanted = figure.inner_text()
    figure.click()
    expect(page.locator("tbody tr")).to_have_count(int(wanted))
    expect(page.locator(".filter-bar")).to_contain_text("Безбарʼєрна: ні")
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_it_is_kept_by_the_keyboard(office: Town, keeper: Keeper) -> None:
    page = keeper()
    page.goto(office.url("gamma", "/pivot/bus_stops.bus-stops/?by=settlement"))
    tab_to(page, page.locator("summary", has_text="Зберегти таблицю"), most=120)
    page.keyboard.press("Enter")
    title = page.get_by_label("Назва таблиці")
    tab_to(page, title)
    page.keyboard.type("Зупинки по селах")
    tab_to(page, page.get_by_role("button", name="Зберегти як нову"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Зупинки по селах")
    expect(page.locator("nav.view-tabs")).to_contain_text("Зупинки по селах")
