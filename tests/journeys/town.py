"""A small inhabited cloud behind a real web server, and a real browser in front of it.

The database is the tests' own with real commits; it is put back as it was when the module's tests are over.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from kernel.access.dates import local_today
from kernel.access.models import Role, RoleAssignment, User
from kernel.access.people import add_person, password_reset_path
from kernel.access.roles import create_ready_roles
from kernel.tenancy import platform_context, tenant_context
from kernel.tenancy.cache import cache
from kernel.testing.access import totp_code
from shared_apps.communities.models import Community
from tests import database
from tests.fixtures import PASSWORD, _close_connections, _ref

ROOT = Path(__file__).resolve().parents[2]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
# A browser at rest must talk to nobody but the server under test.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--no-first-run",
    "--no-proxy-server",
)
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

CLERK = "clerk@example.org"
ADMINISTRATOR = "administrator@example.org"
NOBODY = "nobody@example.org"
OPERATOR = "operator@example.org"


@dataclass(frozen=True)
class Town:
    port: int

    def url(self, label: str = "", path: str = "/") -> str:
        host = f"{label}.localhost" if label else "localhost"
        return f"http://{host}:{self.port}{path}"

    def set_standing(self, slug: str, **fields: Any) -> None:
        """As provisioning does it; the web process sees it within a second."""
        with platform_context():
            Community.objects.filter(slug=slug).update(**fields)
        _close_connections()
        time.sleep(1.1)

    def password_reset_path(self, slug: str, email: str) -> str:
        """What the letter holds."""
        with tenant_context(_ref(slug)):
            path = password_reset_path(User.objects.get(email=email))
        _close_connections()
        return path

    def forget_attempts(self) -> None:
        """Counters of lock-outs outlive a test."""
        with platform_context():
            cache.clear()


def people_the_place() -> None:
    for slug in ("alpha", "beta"):
        with tenant_context(_ref(slug)) as ref:
            create_ready_roles(ref.kind)
            for email, last, first, roles in (
                (CLERK, "Бойко", "Ірина", ["clerk"]),
                (NOBODY, "Новак", "Тарас", []),
                (ADMINISTRATOR, "Мороз", "Петро", ["administrator"]),
            ):
                person = add_person(
                    email, password=PASSWORD, roles=roles, given_by="тести", last_name=last, first_name=first
                )
                if roles == ["administrator"]:
                    _give_second_step(person)
    with platform_context():
        create_ready_roles("platform")
        operator = add_person(
            OPERATOR, password=PASSWORD, roles=[], given_by="тести", last_name="Черненко", first_name="Олег"
        )
        role = Role.objects.get(code="operator")
        RoleAssignment.objects.create(user=operator, role=role, valid_from=local_today(), given_by="тести")
        _give_second_step(operator)


def _give_second_step(person: User) -> None:
    TOTP.activate(person, SECRET)
    RecoveryCodes.activate(person)


def code_now(secret: str = SECRET) -> str:
    """The code an authenticator would show; never one about to change."""
    while int(time.time()) % 30 > 26:
        time.sleep(0.5)
    return totp_code(secret)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_web(port: int, log: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}
    with log.open("wb") as output:
        web = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}"),
                *("--worker-class", "gthread", "--threads", "4", "--no-control-socket"),
            ],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    until = time.monotonic() + 30
    while time.monotonic() < until and web.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return web
        except OSError:
            time.sleep(0.2)
    web.kill()
    raise RuntimeError(f"The web server did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with django_db_blocker.unblock():
        people_the_place()
        _close_connections()
        port = free_port()
        web = start_web(port, tmp_path_factory.mktemp("web") / "web.log")
        try:
            yield Town(port)
        finally:
            web.terminate()
            web.wait(timeout=20)
            with platform_context():
                cache.clear()
            _close_connections()
            database.restore_pristine()


def chromium_program() -> str:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.fail("Chromium is not installed: apt-get install chromium")
    return program


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = chromium_program()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; Django takes that for asynchronous code and refuses.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=15_000)
        chromium = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield chromium
        # While that loop runs Django keeps other connections than without it: they are closed here or not at all.
        _close_connections()
        chromium.close()


@pytest.fixture
def visitor(browser: Browser, town: Town) -> Iterator[Callable[..., Page]]:
    """A fresh browser profile at each call; what it complains of in its console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def arrive(*, phone: bool = False, dark: bool = False, **options: Any) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            color_scheme="dark" if dark else "light",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(error.stack or str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _matters(said) else None)
        return page

    town.forget_attempts()
    yield arrive
    for context in contexts:
        context.close()
    assert complaints == [], complaints


def _matters(said: Any) -> bool:
    # Chromium reports every 4xx and 5xx as an error; those the tests ask for on purpose.
    return said.type == "error" and "Failed to load resource" not in said.text


def sign_in(page: Page, town: Town, label: str, email: str, password: str = PASSWORD) -> None:
    page.goto(town.url(label, "/accounts/login/"))
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.get_by_role("button", name="Увійти", exact=True).click()
    page.wait_for_load_state()


def pass_second_step(page: Page) -> None:
    page.fill("input[name=code]", code_now())
    page.get_by_role("button", name="Увійти", exact=True).click()
    page.wait_for_load_state()
