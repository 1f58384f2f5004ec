"""Errors, looks, files and what machines ask every site for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.core.files.base import ContentFile
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from kernel.tenancy import TenantRef, tenant_context
from kernel.tenancy.files import storage
from kernel.tenancy.links import SALT, file_link
from kernel.testing.access import enter, make_person
from ui.errors import server_error

ClientFor = Callable[..., Client]
HTML = {"HTTP_ACCEPT": "text/html,application/xhtml+xml"}


def test_a_page_that_is_not_there_says_what_to_do(alpha: TenantRef, client_for: ClientFor) -> None:
    response = client_for("alpha").get("/nema/", **HTML)
    assert response.status_code == 404
    text = response.content.decode()
    assert "Такої сторінки немає" in text and response["X-Request-ID"] in text
    assert response["Cache-Control"] == "no-store"


def test_programs_get_a_problem_document(alpha: TenantRef, client_for: ClientFor) -> None:
    response = client_for("alpha").get("/nema/", HTTP_ACCEPT="application/json")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["title"] == "Такої сторінки немає"
    assert problem["request_id"] == response["X-Request-ID"]


def test_a_wrong_method_is_a_page_that_keeps_its_header(alpha: TenantRef, client_for: ClientFor) -> None:
    response = client_for("alpha").post("/robots.txt", **HTML)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert "Так цю сторінку не відкривають" in response.content.decode()


def test_a_stale_form_is_explained(alpha: TenantRef, client_for: ClientFor) -> None:
    response = client_for("alpha", enforce_csrf_checks=True).post("/accounts/login/", {"login": "x"}, **HTML)
    assert response.status_code == 403
    assert "Форму не прийнято" in response.content.decode()


def test_too_much_data_is_413(alpha: TenantRef, client_for: ClientFor) -> None:
    client = client_for("alpha")
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=5):
        response = client.post("/accounts/login/", {f"field{number}": "x" for number in range(9)}, **HTML)
    assert response.status_code == 413
    assert "Надіслане завелике" in response.content.decode()


def test_a_failure_shows_its_number_and_no_detail(
    alpha: TenantRef, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("shared_apps.communities.views.home_panels", broken)
    client = client_for("alpha", raise_request_exception=False)
    response = client.get("/", **HTML)
    text = response.content.decode()
    assert response.status_code == 500
    assert response["X-Request-ID"] in text and "secret detail" not in text and "Traceback" not in text
    problem = client.get("/", HTTP_ACCEPT="application/json")
    assert (problem.status_code, problem["Content-Type"]) == (500, "application/problem+json")


def test_the_page_of_a_failure_needs_nothing_that_may_be_broken() -> None:
    """No scope, no database, no session: there is no fixture for them here."""
    assert server_error(RequestFactory().get("/")).status_code == 500


@pytest.mark.parametrize(("label", "opened"), [("alpha", True), ("", True), ("console", False), ("nema", False)])
def test_search_engines_are_let_in_where_residents_are(
    alpha: TenantRef, client_for: ClientFor, label: str, opened: bool
) -> None:
    text = client_for(label).get("/robots.txt").content.decode()
    assert ("Disallow: /\n" not in text) is opened


def test_weaknesses_have_an_address(alpha: TenantRef, client_for: ClientFor) -> None:
    text = client_for("alpha").get("/.well-known/security.txt").content.decode()
    lines = dict(line.split(": ", 1) for line in text.splitlines())
    assert lines["Contact"].startswith("mailto:") and "@" in lines["Contact"]
    assert timezone.datetime.fromisoformat(lines["Expires"].replace("Z", "+00:00")) > timezone.now()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_choosing_looks_never_leads_away(alpha: TenantRef, client_for: ClientFor, target: str) -> None:
    response = client_for("alpha").post("/appearance", {"scheme": "dark", "next": target})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert response.cookies["scheme"].value == "dark"


def test_unknown_looks_are_not_kept(alpha: TenantRef, client_for: ClientFor) -> None:
    client = client_for("alpha")
    response = client.post("/appearance", {"scheme": '"><script>', "density": "airy", "next": "/"})
    assert "scheme" not in response.cookies and response.cookies["density"].value == "airy"
    client.cookies["scheme"] = "neon"
    assert "neon" not in client.get("/").content.decode()


def test_english_is_a_choice_and_pages_for_strangers_set_no_cookies(alpha: TenantRef, client_for: ClientFor) -> None:
    client = client_for("alpha")
    response = client.get("/", HTTP_ACCEPT_LANGUAGE="en")
    assert response["Content-Language"] == "uk" and not response.cookies
    assert client.post("/language", {"language": "en", "next": "/"})["Location"] == "/"
    response = client.get("/")
    assert response["Content-Language"] == "en" and "Sign in" in response.content.decode()


# -- files ----------------------------------------------------------------------------------------


@pytest.fixture
def media(tmp_path: Any) -> Any:
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield tmp_path


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("акт № 5.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("photo.png", b"\x89PNG\r\n\x1a\n...", "image/png"),
        ("table.xlsx", b"PK\x03\x04...", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("page.pdf", b"<html><script>alert(1)</script>", "application/octet-stream"),
        ("drawing.svg", b"<svg onload=alert(1)>", "application/octet-stream"),
    ],
)
def test_a_file_is_given_out_as_what_it_is(
    media: Any, alpha: TenantRef, client_for: ClientFor, name: str, content: bytes, kind: str
) -> None:
    with tenant_context(alpha):
        link = file_link(storage.save(f"acts/{name}", ContentFile(content)))
    response = client_for("alpha").get(link)
    assert response.status_code == 200
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.getvalue() == content


def test_a_link_opens_for_its_tenant_and_its_time_only(
    media: Any, alpha: TenantRef, beta: TenantRef, client_for: ClientFor
) -> None:
    with tenant_context(alpha):
        link = file_link(storage.save("a.pdf", ContentFile(b"%PDF-alpha")))
        climbing = f"/files/{signing.dumps('../../platform/public/x', salt=SALT)}"
        gone = file_link("gone.pdf")
    with tenant_context(beta):
        storage.save("a.pdf", ContentFile(b"%PDF-beta"))
    assert client_for("beta").get(link).status_code == 404
    assert client_for("alpha").get(f"{link}x").status_code == 404
    assert client_for("alpha").get(climbing).status_code in (400, 404)
    assert client_for("alpha").get(gone).status_code == 404
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=16)):
        response = client_for("alpha").get(link, **HTML)
    assert response.status_code == 404 and "Посилання на файл застаріло" in response.content.decode()


# -- the workspace --------------------------------------------------------------------------------


def test_the_workspace_shows_what_a_person_may_use(in_alpha: TenantRef, client_for: ClientFor) -> None:
    client = enter(client_for("alpha"), make_person("clerk"))
    text = client.get("/workspace/").content.decode()
    assert "Приймальні й контакти" in text and "ваше право: ведення" in text
    assert "Люди і права" not in text


def test_without_roles_it_says_whom_to_ask(in_alpha: TenantRef, client_for: ClientFor) -> None:
    client = enter(client_for("alpha"), make_person())
    assert "Розділів для вас ще не відкрито" in client.get("/workspace/").content.decode()


def test_strangers_are_asked_to_sign_in(alpha: TenantRef, client_for: ClientFor) -> None:
    response = client_for("alpha").get("/workspace/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/workspace/")


def test_names_are_escaped(in_alpha: TenantRef, client_for: ClientFor) -> None:
    person = make_person("clerk", first_name="<script>alert(1)</script>")
    assert "<script>alert" not in enter(client_for("alpha"), person).get("/workspace/").content.decode()
