"""Coming in on two communities and on the console, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures import PASSWORD
from tests.journeys.town import CLERK, NOBODY, OPERATOR, Town, code_now, pass_second_step, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visitor = Callable[..., Page]


def test_the_same_person_signs_in_on_two_communities(town: Town, visitor: Visitor) -> None:
    page = visitor()
    for label, name in (("alpha", "Альфівська громада"), ("beta", "Бетинська громада")):
        sign_in(page, town, label, CLERK)
        expect(page).to_have_url(town.url(label, "/workspace/"))
        expect(page.get_by_role("banner")).to_contain_text(name)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ірино")
        expect(page.get_by_role("main")).to_contain_text("Приймальні й контакти")


def test_a_session_of_one_community_opens_nothing_in_another(town: Town, visitor: Visitor) -> None:
    page = visitor()
    sign_in(page, town, "alpha", CLERK)
    cookies = [cookie for cookie in page.context.cookies() if cookie["name"] == "hromada_session"]
    assert [(cookie["domain"], cookie["httpOnly"]) for cookie in cookies] == [("alpha.localhost", True)]

    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.headers.get("cookie", "")))
    page.goto(town.url("beta", "/workspace/"))
    assert "hromada_session" not in "".join(sent)
    expect(page).to_have_url(town.url("beta", "/accounts/login/?next=/workspace/"))

    stolen = visitor()
    stolen.context.add_cookies([{"name": "hromada_session", "value": cookies[0]["value"], "url": town.url("beta")}])
    stolen.goto(town.url("beta", "/workspace/"))
    expect(stolen).to_have_url(town.url("beta", "/accounts/login/?next=/workspace/"))


def test_console_needs_an_account_of_the_platform_and_a_second_step(town: Town, visitor: Visitor) -> None:
    page = visitor()
    sign_in(page, town, "console", CLERK)
    expect(page.get_by_role("alert")).to_contain_text("Пошта або пароль не ті")

    sign_in(page, town, "console", OPERATOR)
    expect(page.get_by_role("heading", level=1)).to_have_text("Другий крок входу")
    pass_second_step(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Громади й підприємства")
    table = page.get_by_role("table")
    expect(table).to_contain_text("Альфівська громада")

    page.fill("input[name=q]", "бет")
    page.get_by_role("button", name="Знайти").click()
    expect(table).not_to_contain_text("Альфівська громада")
    page.get_by_role("link", name="Бетинська громада").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Бетинська громада")
    expect(page.get_by_role("main")).to_contain_text("beta.localhost")


def test_a_stranger_sees_nothing_of_the_console(town: Town, visitor: Visitor) -> None:
    page = visitor()
    page.goto(town.url("console"))
    expect(page).to_have_url(town.url("console", "/accounts/login/?next=/"))
    expect(page.locator("body")).not_to_contain_text("Альфівська")


def test_wrong_password_says_the_same_for_known_and_unknown(town: Town, visitor: Visitor) -> None:
    said = []
    for email in (CLERK, "stranger@example.org"):
        page = visitor()
        sign_in(page, town, "alpha", email, "не той пароль зовсім")
        said.append(page.get_by_role("alert").inner_text())
        assert page.input_value("input[name=login]") == email
        assert page.input_value("input[name=password]") == ""
    assert said[0] == said[1]
    assert "Пошта або пароль не ті" in said[0]


def test_lock_out_after_five_failures_tells_how_long_to_wait(town: Town, visitor: Visitor) -> None:
    page = visitor()
    for _attempt in range(5):
        sign_in(page, town, "alpha", CLERK, "не той пароль зовсім")
    sign_in(page, town, "alpha", CLERK)
    expect(page.get_by_role("alert")).to_contain_text("Забагато невдалих спроб")
    expect(page.get_by_role("alert")).to_contain_text("хв")
    # The other community counts for itself.
    sign_in(page, town, "beta", CLERK)
    expect(page).to_have_url(town.url("beta", "/workspace/"))


def test_a_new_password_by_the_link_from_the_letter(town: Town, visitor: Visitor) -> None:
    path = town.password_reset_path("alpha", NOBODY)
    page = visitor()
    page.goto(town.url("beta", path))
    expect(page.get_by_role("heading", level=1)).to_have_text("Це посилання вже не діє")

    page.goto(town.url("alpha", path))
    fresh = "Жовтий-млин-за-річкою-19"
    page.fill("input[name=password1]", fresh)
    page.fill("input[name=password2]", "інше")
    page.get_by_role("button", name="Зберегти пароль").click()
    expect(page.get_by_role("main")).to_contain_text("Паролі не збігаються")
    page.fill("input[name=password1]", fresh)
    page.fill("input[name=password2]", fresh)
    page.get_by_role("button", name="Зберегти пароль").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Пароль змінено")
    sign_in(page, town, "alpha", NOBODY, fresh)
    expect(page.get_by_role("main")).to_contain_text("Розділів для вас ще не відкрито")


def test_second_step_is_set_up_on_a_phone_and_asked_for_next_time(town: Town, visitor: Visitor) -> None:
    page = visitor(phone=True)
    sign_in(page, town, "beta", NOBODY)
    page.goto(town.url("beta", "/accounts/2fa/totp/activate/"))
    secret = page.locator("copy-text code").inner_text()
    page.fill("input[name=code]", "000000")
    page.get_by_role("button", name="Увімкнути").click()
    expect(page.get_by_role("main")).to_contain_text("Код не той або застарів")
    # The picture is the same after a mistake: the phone that has scanned it need not scan again.
    assert page.locator("copy-text code").inner_text() == secret
    page.fill("input[name=code]", code_now(secret))
    page.get_by_role("button", name="Увімкнути").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Запасні коди")
    assert page.locator("copy-text code").count() == 10
    spare = page.locator("copy-text code").first.inner_text()

    again = visitor()
    sign_in(again, town, "beta", NOBODY)
    expect(again.get_by_role("heading", level=1)).to_have_text("Другий крок входу")
    again.goto(town.url("beta", "/workspace/"))
    expect(again).to_have_url(town.url("beta", "/accounts/2fa/authenticate/"))
    again.fill("input[name=code]", spare)
    again.get_by_role("button", name="Увійти", exact=True).click()
    expect(again).to_have_url(town.url("beta", "/workspace/"))


def test_sign_out_ends_the_session(town: Town, visitor: Visitor) -> None:
    page = visitor()
    sign_in(page, town, "alpha", CLERK, PASSWORD)
    page.get_by_text("БІ", exact=True).click()
    page.get_by_role("button", name="Вийти").click()
    expect(page).to_have_url(town.url("alpha"))
    # Whoever sits down next sees nothing by pressing «Back».
    page.go_back()
    expect(page).to_have_url(town.url("alpha", "/accounts/login/?next=/workspace/"))
    expect(page.locator("body")).not_to_contain_text("Бойко")
