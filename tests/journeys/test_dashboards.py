"""From a figure of a dashboard to its card in two presses; widgets put in order by the keyboard, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_register_by_keyboard import tab_to
from tests.journeys.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Keeper = Callable[..., Page]


def test_from_a_figure_to_its_card_in_two_presses(office: Town, keeper: Keeper) -> None:
    page = keeper(java_script_enabled=False)
    page.goto(office.url("gamma", "/dashboards/"))
    figure = page.locator("a.figure", has_text="Усього зупинок")
    wanted = re.sub(r"\D", "", figure.locator(".value").inner_text())
    figure.click()
    expect(page.locator("tbody tr")).to_have_count(int(wanted))
    page.locator("tbody a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert re.search(r"/bus-stops/\d+/", page.url)


def test_widgets_are_put_in_order_by_the_keyboard(office: Town, keeper: Keeper) -> None:
    page = keeper(java_script_enabled=False)
    page.goto(office.url("gamma", "/dashboards/board/overview/arrange/"))
    first = page.locator("tbody tr th").first.inner_text()
    tab_to(page, page.get_by_role("button", name=re.compile("^Нижче:")).first, most=80)
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr th").nth(1)).to_have_text(re.compile(re.escape(first.split("\n")[0])))
    page.get_by_role("button", name="Як у ролі").click()
    expect(page.locator("tbody tr th").first).to_have_text(re.compile(re.escape(first.split("\n")[0])))
