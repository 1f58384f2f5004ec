"""axe-core on the pages of joining and paying; and the questions answered without scripts."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kernel.tenancy import platform_context
from shared_apps.communities.models import Community, Plan
from shared_apps.onboarding import operations
from shared_apps.onboarding.models import Application
from shared_apps.reference.demo import KALYNOBRID, load_demo_territory
from shared_apps.subscriptions import flow, papers
from shared_apps.subscriptions.invoices import bill
from shared_apps.subscriptions.models import StatementLine
from shared_apps.subscriptions.operations import take_plan
from tests.accessibility.looking import faults, glance
from tests.fixtures import NOWHERE, _close_connections
from tests.journeys.town import ADMINISTRATOR, DESKTOP, OPERATOR, PHONE, Town, pass_second_step, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Visitor = Callable[..., Page]
PICTURES = os.environ.get("ONBOARDING_PICTURES", "")
PERSON = {"last_name": "Ґалаґан-Їжак", "first_name": "Мар’яна", "position": "керуюча справами"}
HROMADA = {
    "kind": "hromada",
    "katottg": KALYNOBRID,
    "name": "Калинобродська селищна територіальна громада",
    "short_name": "Калинобродська громада",
    "slug": "kalynobrodska",
    "edrpou": "21556730",
    "population": 8200,
}

PLAN_PAGES = {
    "plan": "/administration/plan/",
    "choose": "/administration/plan/change/",
    "change": "/administration/plan/change/start/",
    "end": "/administration/plan/end/",
    "seats": "/administration/plan/seats/",
    "first-day": "/first-day/",
    "brand": "/first-day/brand/",
    "copy": "/first-day/copy/",
    "domain": "/first-day/domain/",
    "mail": "/first-day/mail/",
    "enterprises": "/first-day/enterprises/",
}


@pytest.fixture(scope="module")
def paying(town: Town, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """A community that owes, a queue and a till with something in them, applications at several steps."""
    with django_db_blocker.unblock():
        with platform_context():
            load_demo_territory()
            made = take_plan(
                Plan.objects.get(pk="standard"), name="Альфівська рада", edrpou="99000011", email="bukh@alpha.test",
                way="treasury", population=8_000, region="UA99", by="тести",
            )  # fmt: skip
            flow.attach(made, Community.objects.get(slug="alpha"))
            day = timezone.localdate()
            if invoice := bill(made.payer, day, day + timedelta(days=30)):
                papers.invoice_paper(invoice)
            papers.contract_for(made.payer)
            StatementLine.objects.create(
                digest="x", booked_on=day, amount="150.00", payer_name="Рада", purpose="за щось", source="v.csv",
                state="foreign", told="У призначенні немає номера рахунку.",
            )  # fmt: skip
            links = {
                "authority": _begin(**HROMADA),
                "owner": _begin(kind="enterprise", edrpou="00015622"),
                "plan": _begin(**HROMADA, authority="letter"),
                "whole": _begin(**HROMADA),
            }
            found, _token = operations.begin(**HROMADA, **_person(), authority="letter", doubts=[])
            doubts = ["Повноваження підтверджує лист: його має прочитати людина."]
            operations.move(found, "held", by="заявник", why=doubts[0], doubts=doubts)
            links["held"] = str(found.pk)
            links["waiting"] = _link(found)
        _close_connections()
    yield links


def _person() -> dict[str, Any]:
    return {**PERSON, "email": "golova@ukr.net", "email_proved_at": timezone.now()}


def _begin(**facts: Any) -> str:
    made, _token = operations.begin(**_person(), **facts)
    return _link(made)


def _link(application: Application) -> str:
    return operations._own_link(application).partition("/start/")[2]


def look(page: Page, name: str) -> list[str]:
    """Both widths for eyes when a folder is named; never wider than the screen; axe."""
    found = []
    page.wait_for_load_state()
    for width, size in (("1440", DESKTOP), ("390", PHONE)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        if page.evaluate("document.documentElement.scrollWidth - innerWidth") > 0:
            found.append(f"{name}: wider than {width}")
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"join-{name}-{width}.png"), full_page=True)
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    return found + [f"{name}: {one}" for one in faults(page)]


@pytest.fixture
def reader(visitor: Visitor) -> Page:
    return visitor(bypass_csp=True, reduced_motion="reduce")


def take_up(page: Page, town: Town, link: str) -> None:
    page.goto(town.url("", f"/start/{link}"))
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()


def test_proofs_of_authority(town: Town, paying: dict[str, str], reader: Page) -> None:
    found = []
    take_up(reader, town, paying["authority"])
    for name, path in (("authority", "authority/"), ("kep", "authority/kep/"), ("letter", "authority/letter/")):
        reader.goto(town.url("", f"/start/{path}"))
        found += look(reader, name)
    take_up(reader, town, paying["owner"])
    found += look(reader, "owner")
    reader.goto(town.url("", "/start/owner/?q=альф"))
    found += look(reader, "owner-found")
    take_up(reader, town, paying["plan"])
    found += look(reader, "wizard-plan")
    take_up(reader, town, paying["waiting"])
    found += look(reader, "waiting")
    assert found == []


def test_the_console_s_queue_and_till(town: Town, paying: dict[str, str], reader: Page) -> None:
    sign_in(reader, town, "console", OPERATOR)
    pass_second_step(reader)
    found = []
    for name, path in (
        ("queue", "/onboarding/"),
        ("application", f"/onboarding/{paying['held']}/"),
        ("till", "/payments/"),
    ):
        reader.goto(town.url("console", path))
        found += look(reader, name)
    reader.get_by_role("link", name=re.compile("150")).click()
    assert found + look(reader, "settle") == []


def test_plan_first_day_and_reading_only(town: Town, paying: dict[str, str], reader: Page) -> None:
    sign_in(reader, town, "alpha", ADMINISTRATOR)
    pass_second_step(reader)
    found = []
    for name, path in PLAN_PAGES.items():
        reader.goto(town.url("alpha", path))
        found += look(reader, name)
    town.set_standing("alpha", read_only=True, state_reason=flow.UNPAID)
    reader.goto(town.url("alpha", "/workspace/"))
    expect(reader.get_by_text("Підписку не сплачено").first).to_be_visible()
    found += look(reader, "read-only")
    town.set_standing("alpha", read_only=False, state_reason="")
    assert found == []


def questions(page: Page, town: Town, link: str) -> Iterator[str]:
    """From the search of a community, through the plan and payment, to a person's decision; a name for each page."""
    page.goto(town.url("", "/start/?q=калино"))
    expect(page.get_by_role("radio", name=re.compile("Калинобродська селищна"))).to_be_visible()
    yield "find"
    take_up(page, town, link)
    page.get_by_role("radio", name=re.compile("[Лл]ист")).check()
    page.get_by_role("button", name="Далі").click()
    page.set_input_files("input[type=file]", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 x"})
    page.get_by_role("button", name="Додати").click()
    page.get_by_role("radio", name=re.compile("Стандартний")).check()
    page.get_by_role("button", name="Далі").click()
    expect(page).to_have_url(re.compile("/modules/"))
    yield "modules"
    page.get_by_role("button", name="Далі").click()
    expect(page).to_have_url(re.compile("/payment/"))
    yield "payment"
    page.get_by_role("radio", name=re.compile("казначейство")).check()
    page.get_by_role("button", name="Далі").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Усе правильно?")
    yield "check"
    page.locator("main form button[type=submit]").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Заявку розглядає людина")
    yield "decided"


def test_the_questions_without_scripts(town: Town, paying: dict[str, str], visitor: Visitor) -> None:
    """Links and forms only."""
    page = visitor(java_script_enabled=False)
    assert list(questions(page, town, paying["authority"]))[-1] == "decided"


def test_every_question(town: Town, paying: dict[str, str], reader: Page) -> None:
    found = [fault for _name in questions(reader, town, paying["whole"]) for fault in glance(reader)]
    reader.context.clear_cookies()
    for path in ("/start/", "/start/none/", f"/start/here/{NOWHERE}/"):
        reader.goto(town.url("", path))
        found += glance(reader)
    reader.goto(town.url("", "/start/?q=калино"))
    reader.get_by_role("radio", name=re.compile("Калинобродська селищна")).check()
    reader.locator("main form button[type=submit]").last.click()
    expect(reader).to_have_url(re.compile("/mail/"))
    assert found + glance(reader) == []
