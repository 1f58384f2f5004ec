"""An inspector without a network: records outlive a killed browser, arrive once, and a person settles conflicts."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kernel.access.levels import Level
from kernel.designer.designing import add_field, retire_field
from kernel.fieldwork.models import FieldRecord
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy import tenant_context
from kernel.testing.access import OPERATOR, make_person, make_role
from tenant_apps.operations.control.models import Violation
from tenant_apps.territory.street_network.models import RoadSign
from tests.accessibility.looking import faults
from tests.fixtures import PASSWORD, _close_connections, _ref
from tests.journeys.town import PHONE, QUIET, Town, chromium_program, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
INSPECTOR, COLLEAGUE = "inspector@gamma.test", "colleague@gamma.test"
WORDS = "Купа сміття біля старої верби"
HERE = {"latitude": 49.2301, "longitude": 33.6205, "accuracy": 9}
SIGN = "9.99.9"


@pytest.fixture(scope="module")
def gamma_now(town: Town, django_db_blocker: Any) -> Callable[[], Any]:
    """with gamma_now(): the tenant as it is in the database."""

    @contextmanager
    def look() -> Iterator[None]:
        with django_db_blocker.unblock(), tenant_context(_ref("gamma")):
            yield
            _close_connections()

    return look


@pytest.fixture(scope="module")
def field(town: Town, gamma_now: Any) -> Town:
    with gamma_now():
        make_role("field_inspector", control=Level.EDIT, street_network=Level.EDIT, organisations=Level.VIEW)
        for email in (INSPECTOR, COLLEAGUE):
            make_person("field_inspector", email=email)
        sign = RoadSign(code="2.1", name="Дати дорогу", place=SIGN, location=Point(33.62, 49.23, srid=4326))
        save_card(register_named("street_network.signs"), sign, by=OPERATOR)
    return town


class Device:
    """A phone with its own profile; `kill` is what a flat battery does."""

    def __init__(self, browser: Browser, profile: Path) -> None:
        self.browser, self.profile = browser, profile
        self.context: BrowserContext | None = None
        self.complaints: list[str] = []

    def open(self, *, offline: bool = False) -> Page:
        self.context = self.browser.browser_type.launch_persistent_context(
            str(self.profile),
            executable_path=chromium_program(),
            args=list(QUIET),
            viewport=PHONE,  # type: ignore[arg-type]
            has_touch=True,
            offline=offline,
            geolocation=HERE,  # type: ignore[arg-type]
            permissions=["geolocation"],
        )
        page = self.context.pages[0]
        page.on("pageerror", lambda error: self.complaints.append(error.stack or str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if "Refused" in said.text else None)
        return page

    def kill(self) -> None:
        """No farewell: the processes of this profile, and of nothing else, are ended at once."""
        mark = f"--user-data-dir={self.profile}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "cmdline").read_bytes().split(b"\0"):
                    os.kill(int(folder.name), signal.SIGKILL)
            except (OSError, ProcessLookupError):
                continue
        self.context = None

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None


@pytest.fixture
def device(browser: Browser, town: Town, tmp_path: Path) -> Iterator[Device]:
    town.forget_attempts()
    made = Device(browser, tmp_path / "device")
    yield made
    made.close()
    assert made.complaints == [], made.complaints


@pytest.fixture
def photo(tmp_path: Path) -> str:
    made = BytesIO()
    Image.new("RGB", (3000, 2000), "olive").save(made, "PNG")
    path = tmp_path / "знімок.png"
    path.write_bytes(made.getvalue())
    return str(path)


def arrive(device: Device, field: Town, person: str = INSPECTOR) -> Page:
    """Signed in and remembered, with the page ready to work without a network."""
    page = device.open()
    page.goto(field.url("gamma", "/accounts/login/?next=/field/"))
    page.fill("input[name=login]", person)
    page.fill("input[name=password]", PASSWORD)
    page.check("input[name=remember]")
    page.get_by_role("button", name="Увійти", exact=True).click()
    expect(page.locator("[data-ready=true]")).to_be_attached(timeout=40_000)
    return page


def records(page: Page) -> Any:
    return page.locator(".field-records > li")


def open_field(page: Page, field: Town) -> None:
    page.goto(field.url("gamma", "/field/"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_record_made_without_a_network_arrives_once(field: Town, device: Device, photo: str, gamma_now: Any) -> None:
    arrive(device, field)
    # The morning's sign-in was long ago: a browser writes a fresh cookie to the disk with a delay of half a minute.
    device.close()
    page = device.open(offline=True)
    open_field(page, field)
    expect(page.locator(".field-network")).to_contain_text("Без мережі")
    page.locator("a[href='#/new/control.violations']").click()
    expect(page.locator("input[name=coordinates]")).to_have_value(re.compile(r"^49\.2301"))
    page.locator("select[name=kind]").select_option(index=1)
    page.locator("textarea[name=details]").fill(WORDS)
    page.locator("input[name=photos]").set_input_files(photo)
    expect(page.locator(".field-photos canvas")).to_have_count(1)
    expect(page.locator(".draft-state")).to_contain_text("Збережено на пристрої")

    device.kill()
    page = device.open(offline=True)
    open_field(page, field)
    expect(records(page)).to_have_count(1)
    expect(records(page)).to_contain_text("чернетка")
    records(page).get_by_role("link", name="Відкрити").click()
    expect(page.locator("textarea[name=details]")).to_have_value(WORDS)
    expect(page.locator(".field-photos canvas")).to_have_count(1)
    page.get_by_role("button", name="Зберегти до появи мережі").click()
    expect(records(page)).to_contain_text("чекає надсилання")

    device.kill()
    page = device.open(offline=True)
    open_field(page, field)
    expect(records(page)).to_contain_text("чекає надсилання")
    with gamma_now():
        assert not Violation.objects.filter(details=WORDS).exists()
    assert device.context is not None
    device.context.set_offline(False)
    expect(records(page)).to_contain_text("надіслано", timeout=30_000)
    page.reload()
    expect(records(page)).to_contain_text("надіслано")
    with gamma_now():
        card = Violation.objects.get(details=WORDS)
        came = FieldRecord.objects.get(row_id=str(card.pk), register="control.violations")
        assert (came.sender.email, came.accuracy, came.photos) == (INSPECTOR, 9, 1)
        assert card.place.coords == pytest.approx((33.6205, 49.2301))
        assert card.photo_before.media_type == "image/jpeg" and card.photo_before.width == 2048
    records(page).get_by_role("link", name="Відкрити картку").click()
    expect(page.locator("main")).to_contain_text("З поля")


def test_two_tabs_send_a_record_once(field: Town, device: Device, gamma_now: Any) -> None:
    page = arrive(device, field)
    assert device.context is not None
    other = device.context.new_page()
    open_field(other, field)
    device.context.set_offline(True)
    page.locator("a[href='#/new/street_network.signs']").click()
    page.locator("input[name=code]").fill("1.22")
    page.locator("input[name=name]").fill("Дві вкладки")
    page.get_by_role("button", name="Зберегти до появи мережі").click()
    for tab in (page, other):
        expect(records(tab)).to_contain_text("чекає надсилання")
    sent: list[str] = []
    device.context.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    device.context.set_offline(False)
    for tab in (page, other):
        expect(records(tab)).to_contain_text("надіслано", timeout=30_000)
    assert len(sent) == 1, sent
    with gamma_now():
        assert RoadSign.objects.filter(name="Дві вкладки").count() == 1


def test_a_field_that_left_the_form_is_kept_until_taken_away(field: Town, device: Device, gamma_now: Any) -> None:
    with gamma_now():
        own = add_field("street_network.signs", {"title": "Колір стовпа", "kind": "text"}, by=OPERATOR)
    page = arrive(device, field)
    assert device.context is not None
    device.context.set_offline(True)
    page.locator("a[href='#/new/street_network.signs']").click()
    page.locator("input[name=code]").fill("1.33")
    page.locator("input[name=name]").fill("Стара форма")
    page.get_by_label("Колір стовпа").fill("смугастий")
    page.get_by_role("button", name="Зберегти до появи мережі").click()
    expect(records(page)).to_contain_text("чекає надсилання")
    with gamma_now():
        retire_field("street_network.signs", own.pk, by=OPERATOR)
    # The server's process learns of another's change within a second.
    page.wait_for_timeout(1_500)
    device.context.set_offline(False)
    expect(records(page)).to_contain_text("не прийнято", timeout=30_000)
    expect(records(page)).to_contain_text("у формі вже немає")
    records(page).get_by_role("link", name="Відкрити").click()
    lost = page.locator(".note", has_text="Цих полів у формі вже немає")
    expect(lost).to_contain_text("Колір стовпа: смугастий")
    lost.get_by_role("button", name="Прибрати").click()
    expect(lost).to_have_count(0)
    page.get_by_role("button", name="Зберегти й надіслати").click()
    expect(records(page)).to_contain_text("надіслано", timeout=30_000)
    with gamma_now():
        assert RoadSign.objects.filter(name="Стара форма").count() == 1


def test_what_is_not_filled_in_is_said_before_it_is_sent(field: Town, device: Device) -> None:
    page = arrive(device, field)
    page.locator("a[href='#/new/control.violations']").click()
    page.get_by_role("button", name="Зберегти й надіслати").click()
    for words in ("Заповніть це поле", "Додайте знімок"):
        expect(page.locator("main")).to_contain_text(words)
    expect(page.locator("select[name=kind]")).to_have_attribute("aria-invalid", "true")


def test_somebody_changed_the_card_meanwhile(field: Town, device: Device, gamma_now: Any) -> None:
    page = arrive(device, field)
    page.goto(field.url("gamma", "/field/#/take/street_network.signs"))
    page.locator("input[name=words]").fill(SIGN)
    page.get_by_role("button", name="Знайти", exact=True).click()
    expect(records(page)).to_have_count(1)
    assert device.context is not None
    device.context.set_offline(True)
    records(page).get_by_role("link", name="Змінити").click()
    page.locator("select[name=state]").select_option("missing")
    page.locator("input[name=value]").fill("моє")
    expect(page.locator(".draft-state")).to_contain_text("Збережено на пристрої")
    page.get_by_role("button", name="Зберегти до появи мережі").click()
    expect(records(page)).to_contain_text("чекає надсилання")
    with gamma_now():
        theirs = RoadSign.objects.get(place=SIGN)
        theirs.state, theirs.value, theirs.name = "worn", "їхнє", "Дати дорогу, новий"
        save_card(register_named("street_network.signs"), theirs, by=OPERATOR)
    device.context.set_offline(False)
    expect(records(page)).to_contain_text("картку змінив інший", timeout=30_000)
    page.get_by_role("link", name="Порівняти й вирішити").click()
    expect(page.locator("main")).to_contain_text("Дати дорогу, новий")
    page.get_by_role("button", name="Зберегти вибір і надіслати").click()
    expect(page.get_by_role("alert")).to_contain_text("Заповніть")
    page.locator("input[name=keep-state][value=mine]").check()
    page.locator("input[name=keep-value][value=theirs]").check()
    page.get_by_role("button", name="Зберегти вибір і надіслати").click()
    expect(records(page)).to_contain_text("надіслано", timeout=30_000)
    with gamma_now():
        sign = RoadSign.objects.get(place=SIGN)
        assert (sign.state, sign.value, sign.name) == ("missing", "їхнє", "Дати дорогу, новий")


def test_one_person_does_not_see_the_records_of_another(field: Town, device: Device, gamma_now: Any) -> None:
    page = arrive(device, field)
    page.locator("a[href='#/new/control.violations']").click()
    page.locator("textarea[name=details]").fill("чуже й незакінчене")
    expect(page.locator(".draft-state")).to_contain_text("Збережено на пристрої")
    page.goto(field.url("gamma", "/workspace/"))
    page.locator("menu-drop summary", has=page.locator(".face")).click()
    page.get_by_role("button", name="Вийти").click()
    expect(page.locator("field-waiting")).to_contain_text("ще не надіслано")
    page.get_by_role("button", name="Вийти").click()
    expect(page).to_have_url(field.url("gamma"))
    open_field(page, field)
    expect(page.locator("main")).to_contain_text("чекають записи, яких не надіслано: 1")
    expect(page.locator("main")).not_to_contain_text("чуже й незакінчене")
    sign_in(page, field, "gamma", COLLEAGUE)
    open_field(page, field)
    expect(page.locator("main")).to_contain_text("чекають записи іншої людини: 1")
    expect(records(page)).to_have_count(0)
    page.get_by_role("link", name="Робоче місце").click()
    page.locator("menu-drop summary", has=page.locator(".face")).click()
    page.get_by_role("button", name="Вийти").click()
    page.get_by_role("button", name="Вийти").click()
    expect(page).to_have_url(field.url("gamma"))
    sign_in(page, field, "gamma", INSPECTOR)
    open_field(page, field)
    expect(records(page)).to_contain_text("чуже й незакінчене")


def test_a_session_that_ended_loses_nothing(field: Town, device: Device, gamma_now: Any) -> None:
    page = arrive(device, field)
    assert device.context is not None
    device.context.set_offline(True)
    page.locator("a[href='#/new/street_network.signs']").click()
    page.locator("input[name=code]").fill("3.34")
    page.locator("input[name=name]").fill("Після сеансу")
    page.get_by_role("button", name="Зберегти до появи мережі").click()
    expect(records(page)).to_contain_text("чекає надсилання")
    device.context.clear_cookies()
    device.context.set_offline(False)
    expect(page.locator(".field-told")).to_contain_text("Увійдіть: записи чекають", timeout=30_000)
    sign_in(page, field, "gamma", INSPECTOR)
    open_field(page, field)
    expect(records(page)).to_contain_text("надіслано", timeout=30_000)
    with gamma_now():
        assert RoadSign.objects.filter(name="Після сеансу").count() == 1


def test_pages_of_the_field_are_for_everybody(field: Town, visitor: Callable[..., Page], photo: str) -> None:
    page = visitor(bypass_csp=True, reduced_motion="reduce", geolocation=HERE, permissions=["geolocation"])
    sign_in(page, field, "gamma", INSPECTOR)
    found = []
    for path in ("/field/", "/field/#/new/control.violations", "/field/#/take/street_network.signs", "/field/came/"):
        page.goto("about:blank")
        page.goto(field.url("gamma", path))
        expect(page.locator("field-work[data-open]" if path != "/field/came/" else "main")).to_be_visible()
        if "/new/" in path:
            page.locator("select[name=kind]").select_option(index=1)
            page.locator("input[name=photos]").set_input_files(photo)
            expect(page.locator(".field-photos canvas")).to_have_count(1)
            page.get_by_role("button", name="Зберегти").click()
        found += faults(page)
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], f"{path}: {wide}"
    assert found == []
