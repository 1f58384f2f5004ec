"""A clerk's day at a register without a mouse."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fixtures import PASSWORD
from tests.journeys.office import KEEPER
from tests.journeys.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Keeper = Callable[..., Page]


def tab_to(page: Page, wanted: Locator, most: int = 80) -> None:
    for _step in range(most):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached in {most} presses of Tab")


# A press of a key that follows a link makes a click of its own, but no pointer goes down.
POINTED = "addEventListener('pointerdown', () => sessionStorage.setItem('pointed', 'yes'), true)"


def test_from_signing_in_to_a_saved_card_by_keys_alone(
    office: Town, visitor: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visitor()
    page.add_init_script(POINTED)
    page.goto(office.url("gamma", "/accounts/login/"))
    # The address of the door is all that is typed into the browser itself.
    monkeypatch.setattr(page, "goto", None)
    for name, typed in (("login", KEEPER), ("password", PASSWORD)):
        tab_to(page, page.locator(f"input[name={name}]"))
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/workspace/"))
    page.keyboard.press("Control+k")
    page.keyboard.type("зупинки")
    expect(page.get_by_role("option", name="Зупинки").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Зупинки")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("tbody tr").nth(1)
    expect(second).to_be_focused()
    name = second.locator("td[data-label='Назва']").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)

    tab_to(page, page.get_by_role("link", name="Редагувати"))
    page.keyboard.press("Enter")
    field = page.get_by_label("Орієнтир")
    tab_to(page, field)
    page.keyboard.press("Control+a")
    page.keyboard.type("біля старої верби")
    tab_to(page, page.get_by_role("button", name="Зберегти", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("main")).to_contain_text("біля старої верби")
    assert page.evaluate("sessionStorage.getItem('pointed')") is None


def test_the_search_of_the_list_and_a_condition(office: Town, keeper: Keeper) -> None:
    page = keeper()
    page.goto(office.url("gamma", "/bus-stops/"))
    page.keyboard.press("/")
    page.keyboard.type("вокзал")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(2)
    tab_to(page, page.locator(".filter-bar").get_by_role("link", name="Освітлена", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator(".filter-bar")).to_contain_text("Освітлена: так")


def test_many_cards_are_chosen_and_changed(office: Town, keeper: Keeper) -> None:
    page = keeper()
    page.goto(office.url("gamma", "/bus-stops/"))
    for key in "jxjx":
        page.keyboard.press(key)
    bar = page.locator("[data-bulk]")
    expect(bar).to_contain_text("Вибрано 2")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.keyboard.press("x")
    tab_to(page, bar.get_by_role("button", name="Змінити поле"), 250)
    page.keyboard.press("Enter")
    choice = page.get_by_label("Яке поле")
    tab_to(page, choice)
    while choice.locator("option:checked").inner_text() != "Орієнтир":
        page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("button", name="Далі"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Орієнтир"))
    page.keyboard.type("навпроти млина")
    tab_to(page, page.get_by_role("button", name="Виконати для 1"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Групова зміна")
    tab_to(page, page.get_by_role("button", name="Повернути, як було"))
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Скасовано")


def test_a_reference_is_found_while_typing(office: Town, keeper: Keeper) -> None:
    page = keeper()
    page.goto(office.url("gamma", "/addresses/new/"))
    for label, typed, whole in (("Населений пункт", "проб", "Пробна"), ("Вулиця", "журав", "Журавлина")):
        field = page.get_by_role("combobox", name=label)
        tab_to(page, field)
        page.keyboard.type(typed)
        expect(page.get_by_role("option", name=whole)).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(field).to_have_value(re.compile(whole))
    tab_to(page, page.locator("input[name=number]"))
    page.keyboard.type("17")
    tab_to(page, page.get_by_role("button", name="Зберегти", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Журавлина")


PAGES = (
    "/bus-stops/",
    "/bus-stops/new/",
    "/bus-stops/import/",
    "/bus-stops/bulk/?verb=change&all=1",
    "/addresses/new/",
)


def test_nothing_sticks_out_of_a_phone(office: Town, keeper: Keeper) -> None:
    page = keeper(phone=True)
    page.goto(office.url("gamma", "/bus-stops/"))
    card = page.locator("tbody a").first.get_attribute("href") or ""
    for path in (*PAGES, card, "/bus-stops/figures/", "/search/?q=площа"):
        page.goto(office.url("gamma", path))
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], f"{path}: {wide}"
