"""Language, looks, phones, and a browser without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.town import CLERK, Town, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visitor = Callable[..., Page]


def open_view_menu(page: Page) -> None:
    page.locator("menu-drop summary").first.click()


def test_language_is_switched_on_this_host_only(town: Town, visitor: Visitor) -> None:
    page = visitor(locale="en-US")
    page.goto(town.url("alpha"))
    # An English browser is not a wish to read English.
    expect(page.locator("html")).to_have_attribute("lang", "uk")
    open_view_menu(page)
    page.get_by_role("button", name="English").click()
    expect(page).to_have_url(town.url("alpha"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
    page.goto(town.url("beta"))
    expect(page.locator("html")).to_have_attribute("lang", "uk")
    page.goto(town.url("alpha"))
    open_view_menu(page)
    page.get_by_role("button", name="Українська").click()
    expect(page.locator("html")).to_have_attribute("lang", "uk")


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ground').trim()"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_looks_are_chosen_and_kept(town: Town, visitor: Visitor, scripts: bool) -> None:
    page = visitor(java_script_enabled=scripts)
    page.goto(town.url("alpha"))
    open_view_menu(page)
    page.get_by_role("button", name="Темно").click()
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    page.goto(town.url("alpha", "/accounts/login/"))
    expect(page.locator("html")).to_have_attribute("data-scheme", "dark")
    open_view_menu(page)
    page.get_by_role("button", name="Як у системі").click()
    expect(page.locator("html")).not_to_have_attribute("data-scheme", "dark")


def test_the_system_s_wish_gives_the_same_dark_as_the_choice(town: Town, visitor: Visitor) -> None:
    wished, light = visitor(dark=True), visitor()
    for page in (wished, light):
        page.goto(town.url("alpha"))
    by_wish, by_default = ground(wished), ground(light)
    open_view_menu(light)
    light.get_by_role("button", name="Темно").click()
    assert by_default != by_wish == ground(light)


def test_each_community_has_its_own_colour(town: Town, visitor: Visitor) -> None:
    town.set_standing("beta", brand_hue=300)
    page = visitor()
    accents = {}
    for label in ("alpha", "beta", "console"):
        page.goto(town.url(label, "/accounts/login/"))
        accents[label] = page.get_by_role("button", name="Увійти", exact=True).evaluate(
            "button => getComputedStyle(button).backgroundColor"
        )
    assert len(set(accents.values())) == 3
    town.set_standing("beta", brand_hue=195)


def test_signing_in_needs_no_scripts(town: Town, visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False)
    sign_in(page, town, "alpha", CLERK)
    expect(page).to_have_url(town.url("alpha", "/workspace/"))
    page.locator("summary", has_text="Ваш запис").click()
    page.get_by_role("button", name="Вийти").click()
    expect(page).to_have_url(town.url("alpha"))


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_no_page_is_wider_than_its_screen(town: Town, visitor: Visitor, width: int) -> None:
    page = visitor()
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, town, "alpha", CLERK)
    paths = ["/", "/workspace/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/password/change/", "/nema/"]
    wide = []
    for path in paths:
        page.goto(town.url("alpha", path))
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(path)
    assert wide == []


def test_the_keyboard_reaches_everything_of_sign_in(town: Town, visitor: Visitor) -> None:
    page = visitor()
    page.goto(town.url("alpha", "/accounts/login/"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="До змісту")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("input[name=login]")).to_be_focused()
    page.keyboard.type(CLERK)
    page.keyboard.press("Tab")
    page.keyboard.type("не той пароль зовсім")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()


def test_a_double_press_sends_a_form_once(town: Town, visitor: Visitor) -> None:
    page = visitor()
    page.goto(town.url("alpha", "/accounts/login/"))
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.fill("input[name=login]", CLERK)
    page.fill("input[name=password]", "не той пароль зовсім")
    page.get_by_role("button", name="Увійти", exact=True).evaluate("button => { button.click(); button.click(); }")
    expect(page.get_by_role("alert")).to_be_visible()
    assert len(posts) == 1
