"""The community's pages of rules: who sees them, who decides, and that a decision is nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from kernel.access.levels import Level
from kernel.reference.models import Override
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.testing.access import enter, make_person, make_role
from shared_apps.reference.lookup import value
from shared_apps.reference.overrides import set_own_value
from shared_apps.reference.values import put_value

pytestmark = pytest.mark.usefixtures("seeded")
INDEX = "/administration/reference/"
CARD = f"{INDEX}BILL_DAY/"
HTML = {"HTTP_ACCEPT": "text/html"}
DECISION = {"value": "7,5", "first_day": "2026-07-01", "last_day": "", "reason": "Рішення сесії від 01.06.2026 № 12"}


@pytest.fixture
def person(alpha: TenantRef, client_for: Callable[..., Client]) -> Callable[[Level], Client]:
    def make(level: Level) -> Client:
        with tenant_context(alpha):
            make_role(f"rules-{level}", reference=level)
            return enter(client_for("alpha"), make_person(f"rules-{level}"))

    return make


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_rights(person: Callable[[Level], Client], alpha: TenantRef, client_for: Callable[..., Client]):
    assert client_for("alpha").get(INDEX).status_code == 302
    nobody = person(Level.NONE)
    assert [nobody.get(path, **HTML).status_code for path in (INDEX, CARD)] == [403, 403]
    reader = person(Level.VIEW)
    assert "Встановити своє значення" not in text_of(reader.get(CARD, **HTML))
    assert reader.post(CARD, DECISION, **HTML).status_code == 403
    with tenant_context(alpha):
        assert not Override.objects.exists()
        own = set_own_value("BILL_DAY", Decimal(7), valid_from=date(2026, 7, 1), reason="рішення", by="хтось")
    assert reader.get(f"{CARD}decisions/{own.pk}/cancel/", **HTML).status_code == 403


def test_all_three_values_are_told_apart(person: Callable[[Level], Client], alpha: TenantRef):
    with platform_context():
        put_value("BILL_DUE_DAY", Decimal(25), valid_from=date(2026, 1, 1), act="Розпорядження ОДА № 5", region="UA99")
    with tenant_context(alpha):
        set_own_value("BILL_DAY", Decimal(7), valid_from=date(2026, 7, 1), reason="Рішення № 12", by="Коваль")
    reader = person(Level.VIEW)
    page = text_of(reader.get(INDEX, {"on": "2026-07-02"}, **HTML))
    for words in ("Розпорядження ОДА № 5", "область", "держава", "Рішення № 12", "не можна: встановлює закон"):
        assert words in page
    own_only = reader.get(INDEX, {"on": "2026-07-02", "kind": "own"}, **HTML)
    assert [line.rule.code for line in own_only.context["lines"]] == ["BILL_DAY"]
    before = reader.get(INDEX, {"on": "2026-06-30", "kind": "own"}, **HTML)
    assert before.context["lines"] == []
    assert "Таких правил на цей день немає" in text_of(before)
    assert reader.get(INDEX, {"on": "колись", "kind": "усілякі"}, **HTML).status_code == 200


def test_set_and_take_back(person: Callable[[Level], Client], alpha: TenantRef):
    editor = person(Level.EDIT)
    answer = editor.post(CARD, {**DECISION, "last_day": "2026-07-31"}, **HTML)
    assert answer.status_code == 302, text_of(answer)
    with tenant_context(alpha):
        assert value("BILL_DAY", date(2026, 7, 31)) == Decimal("7.5")
        assert value("BILL_DAY", date(2026, 8, 1)) == 10
        own = Override.objects.get()
    page = text_of(editor.get(CARD, **HTML))
    assert "7,5" in page and "01.07.2026 – 31.07.2026" in page and "Мельник" in page
    cancel = f"{CARD}decisions/{own.pk}/cancel/"
    assert editor.post(cancel, {"reason": ""}, **HTML).status_code == 422
    assert editor.post(cancel, {"reason": "Протест прокурора"}, **HTML).status_code == 302
    with tenant_context(alpha):
        assert value("BILL_DAY", date(2026, 7, 31)) == 10
    history = text_of(editor.get(CARD, **HTML))
    assert "Протест прокурора" in history and "Рішення сесії від" in history and "скасовано" in history
    assert editor.post(cancel, {"reason": "ще раз"}, **HTML).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"value": "багато"}, "Введіть число"),
        ({"value": "0,0000001"}, "6"),
        ({"first_day": ""}, "бов"),
        ({"last_day": "2026-06-30"}, "Останній день раніше за перший"),
        ({"reason": "   "}, "бов"),
    ],
)
def test_bad_input_is_explained(person: Callable[[Level], Client], alpha: TenantRef, wrong: dict[str, str], words: str):
    answer = person(Level.EDIT).post(CARD, {**DECISION, **wrong}, **HTML)
    assert answer.status_code == 422
    assert words in text_of(answer)
    with tenant_context(alpha):
        assert not Override.objects.exists()


def test_what_the_law_sets_cannot_be_set(person: Callable[[Level], Client], alpha: TenantRef):
    editor = person(Level.EDIT)
    assert "Встановити своє значення" not in text_of(editor.get(f"{INDEX}MIN_WAGE/", **HTML))
    answer = editor.post(f"{INDEX}MIN_WAGE/", DECISION, **HTML)
    assert answer.status_code == 422
    assert editor.get(f"{INDEX}NO_SUCH/", **HTML).status_code == 404
    with tenant_context(alpha):
        assert not Override.objects.exists()


def test_a_neighbours_decision_is_not_there(person: Callable[[Level], Client], alpha: TenantRef, beta: TenantRef):
    with tenant_context(beta):
        own = set_own_value("BILL_DAY", Decimal(3), valid_from=date(2026, 7, 1), reason="рішення сусідів", by="хтось")
    editor = person(Level.EDIT)
    cancel = f"{CARD}decisions/{own.pk}/cancel/"
    assert editor.get(cancel, **HTML).status_code == 404
    assert editor.post(cancel, {"reason": "чуже"}, **HTML).status_code == 404
    assert "рішення сусідів" not in text_of(editor.get(CARD, **HTML))
    with tenant_context(beta):
        assert value("BILL_DAY", date(2026, 7, 1)) == 3
