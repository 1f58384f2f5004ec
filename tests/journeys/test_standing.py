"""What people see when a community is suspended, reading only, being made, or gone, and on a host nobody has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.town import CLERK, Town, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visitor = Callable[..., Page]

REASON = "Тариф не сплачено за жовтень 2026 року"
WORKING = {"state": "active", "state_reason": "", "read_only": False, "training": False}


@pytest.fixture
def suspended(town: Town) -> Iterator[None]:
    town.set_standing(
        "beta",
        state="suspended",
        state_reason=REASON,
        contact_person="Ірина Мельник, підтримка",
        contact_phone="+380 44 000 11 22",
    )
    yield
    town.set_standing("beta", **WORKING)


def test_residents_of_a_suspended_community_see_a_courteous_page(town: Town, visitor: Visitor, suspended: None) -> None:
    page = visitor(phone=True)
    for path in ("/", "/contacts/", "/nema/"):
        answer = page.goto(town.url("beta", path))
        assert answer is not None and answer.status == 503
        assert answer.headers["retry-after"] == "3600"
        expect(page.get_by_role("heading", level=1)).to_have_text("Сайт громади тимчасово не працює")
        expect(page.locator("body")).not_to_contain_text(REASON)
    # The page is dressed: style, brand and coat of arms are still served.
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Source Sans 3"')
    assert page.evaluate("document.images[0].naturalWidth") > 0
    status, kind, text = page.evaluate(
        "fetch('/api/v1/contacts/').then(async got => [got.status, got.headers.get('content-type'), await got.text()])"
    )
    assert (status, kind) == (503, "application/problem+json")
    problem = json.loads(text)
    assert (problem["status"], problem["state"]) == (503, "suspended")
    assert REASON not in text
    # The neighbour works.
    neighbour = page.goto(town.url("alpha"))
    assert neighbour is not None and neighbour.status == 200


def test_staff_of_a_suspended_community_learn_why_and_whom_to_call(
    town: Town, visitor: Visitor, suspended: None
) -> None:
    page = visitor()
    page.goto(town.url("beta"))
    page.get_by_role("link", name="Вхід для працівників").click()
    expect(page.get_by_role("main")).to_contain_text(REASON)
    sign_in(page, town, "beta", CLERK)
    expect(page.get_by_role("heading", level=1)).to_have_text("Роботу громади в хмарі призупинено")
    expect(page.get_by_role("main")).to_contain_text(REASON)
    expect(page.get_by_role("link", name="+380 44 000 11 22")).to_have_attribute("href", "tel:+380440001122")
    page.get_by_role("button", name="Вийти").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Сайт громади тимчасово не працює")


def test_work_goes_on_at_once_when_resumed(town: Town, visitor: Visitor, suspended: None) -> None:
    page = visitor()
    sign_in(page, town, "beta", CLERK)
    expect(page.get_by_role("main")).to_contain_text(REASON)
    town.set_standing("beta", **WORKING)
    page.goto(town.url("beta", "/workspace/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ірино")


def test_reading_only_shows_the_reason_and_refuses_changes(town: Town, visitor: Visitor) -> None:
    reason = "Громаду переносять на інший вузол до 14:00"
    page = visitor()
    sign_in(page, town, "alpha", CLERK)
    town.set_standing("alpha", read_only=True, state_reason=reason)
    page.goto(town.url("alpha", "/accounts/password/change/"))
    expect(page.get_by_role("note")).to_contain_text(reason)
    page.get_by_role("button", name="Зберегти пароль").evaluate("button => button.form.noValidate = true")
    with page.expect_response("**/accounts/password/change/") as answered:
        page.get_by_role("button", name="Зберегти пароль").click()
    assert answered.value.status == 423
    expect(page.get_by_role("heading", level=1)).to_have_text("Зараз можна лише читати")
    expect(page.get_by_role("main")).to_contain_text(reason)
    town.set_standing("alpha", **WORKING)
    page.goto(town.url("alpha", "/workspace/"))
    expect(page.get_by_role("note")).to_have_count(0)


def test_a_training_copy_says_so(town: Town, visitor: Visitor) -> None:
    town.set_standing("alpha", training=True)
    page = visitor()
    sign_in(page, town, "alpha", CLERK)
    expect(page.get_by_role("note")).to_contain_text("Навчальна копія")
    page.goto(town.url())
    expect(page.get_by_role("main")).not_to_contain_text("Альфівська")
    town.set_standing("alpha", **WORKING)


@pytest.mark.parametrize(
    ("state", "status", "heading"),
    [
        ("provisioning", 503, "Хмару громади готують"),
        ("archived", 410, "Громада більше не працює в хмарі"),
        ("deleted", 410, "Цієї громади в хмарі більше немає"),
    ],
)
def test_a_community_that_is_not_there_yet_or_any_more(
    town: Town, visitor: Visitor, state: str, status: int, heading: str
) -> None:
    town.set_standing("beta", state=state)
    page = visitor()
    answer = page.goto(town.url("beta", "/accounts/login/"))
    assert answer is not None and answer.status == status
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert page.locator("meta[http-equiv=refresh]").count() == (1 if state == "provisioning" else 0)
    town.set_standing("beta", **WORKING)


def test_an_unknown_host_leads_to_the_search(town: Town, visitor: Visitor) -> None:
    page = visitor()
    answer = page.goto(town.url("alfa", "/accounts/login/"))
    assert answer is not None and answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Такої громади немає")
    expect(page.get_by_role("main")).to_contain_text("alfa.localhost")
    page.get_by_role("link", name="Знайти громаду за назвою").click()
    assert parse_qs(urlsplit(page.url).query) == {"q": ["alfa"]}
    page.fill("input[name=q]", "альф")
    page.get_by_role("button", name="Знайти").click()
    page.get_by_role("link", name="Альфівська громада").click()
    expect(page).to_have_url(town.url("alpha"))
