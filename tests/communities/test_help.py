"""«Довідка»: found by words in any form, only of modules a person may open, safe whatever is written in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kernel.access.levels import Level
from kernel.tenancy import TenantRef, tenant_context
from kernel.testing.access import enter, make_person, make_role
from shared_apps.communities import helping

PAGE = "/help/"


@pytest.fixture
def clerk(alpha: TenantRef, client_for: Any) -> Any:
    with tenant_context(alpha):
        make_role("helped", staff=Level.VIEW)
        return enter(client_for("alpha"), make_person("helped", password=None))


def test_the_house_one_s_own_modules_the_keys_and_whom_to_call(clerk: Any, settings: Any) -> None:
    settings.SUPPORT_PHONE = "0 800 123 456"
    page = clerk.get(PAGE).content.decode()
    for words in ("Списки й картки", "Прийняти людину", "Ctrl K", "0\u00a0800\u00a0123\u00a0456"):
        assert words.replace("\u00a0", " ") in page.replace("\u00a0", " "), words
    assert "Перейменувати вулицю" not in page, "no right in addresses"
    assert f'href="{PAGE}"' in clerk.get("/workspace/").content.decode()


@pytest.mark.parametrize("query", ["заміщення", "заміщенням", "ЗАМІЩЕННЯ передати"])
def test_found_by_words_in_any_form(clerk: Any, query: str) -> None:
    page = clerk.get(PAGE, {"q": query}).content.decode()
    assert "хто і в які дні працює" in page and "Прийняти людину" not in page


def test_nothing_found_says_what_to_do(clerk: Any) -> None:
    page = clerk.get(PAGE, {"q": "<script>синхрофазотрон\x00"}).content.decode()
    assert "Спробуйте інші слова" in page and "<script>синхро" not in page


def test_markup_in_a_text_stays_a_text(tmp_path: Path) -> None:
    path = tmp_path / "help.md"
    path.write_text("# Назва\n\n## Розділ\nТекст <script>alert(1)</script> [так](javascript:alert(1))\n")
    text = helping.read(path, "x")
    assert text and text.title == "Назва"
    html = text.parts[0].html
    assert "<script" not in html and 'href="javascript' not in html
    assert helping.read(tmp_path / "none.md", "x") is None


def test_a_stranger_is_asked_to_sign_in(client_for: Any, alpha: TenantRef) -> None:
    assert client_for("alpha").get(PAGE).status_code == 302
