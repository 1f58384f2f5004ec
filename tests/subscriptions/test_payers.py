"""Contracts of regions and one payer for many: money to the kopiyka, and whose debt closes whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from kernel.access.levels import Level
from kernel.access.roles import create_ready_roles
from kernel.operations import Denied
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.testing.access import enter, make_person, make_role
from provisioning.standins.stripe_till import Till
from shared_apps.communities.models import Community
from shared_apps.subscriptions import flow, statements
from shared_apps.subscriptions.contracts import end_contract, give_back, make_contract, new_payer, pay_for, reprice
from shared_apps.subscriptions.invoices import bill
from shared_apps.subscriptions.models import Discount, Invoice, Payer, Subscription, SubscriptionMove
from shared_apps.subscriptions.review import review
from tests.subscriptions.conftest import MONTHLY, subscribe
from tests.subscriptions.test_webhooks import checkout

HTML = {"HTTP_ACCEPT": "text/html"}
WHY = "Договір № 12 від 01.11.2026"
Make = Callable[..., Client]


def midnight(day: date) -> Any:
    return timezone.make_aware(timezone.datetime(day.year, day.month, day.day))  # type: ignore[attr-defined]


@pytest.fixture
def two(alpha: TenantRef, beta: TenantRef) -> list[Subscription]:
    """Alpha paid until the 10th, beta until the 20th of next month; each by itself."""
    found = []
    first = (timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=10)
    with platform_context():
        communities = [Community.objects.get(pk=one.id) for one in (alpha, beta)]
    for number, community in enumerate(communities):
        made = subscribe(community, Payer.Way.TREASURY)
        with platform_context():
            flow.paid(made, midnight(first + timedelta(days=10 * number)), by="тести", why="початок")
            made.refresh_from_db()
        found.append(made)
    return found


@pytest.fixture
def oblast(platform: Any) -> Payer:
    with platform_context():
        return new_payer("Обласна адміністрація", "00022473", "rah@oblast.test", "treasury")


def take_over(payer: Payer, rows: list[Subscription]) -> None:
    with platform_context():
        communities = [Community.objects.get(pk=one.community_id) for one in rows]
        assert pay_for(payer, communities, by="каса", why=WHY) == len(rows)


# -- contracts -----------------------------------------------------------------------------------------


def test_a_contract_holds_by_its_dates_and_gives_the_price_back(two: list[Subscription]):
    today = timezone.localdate()
    with platform_context():
        later = make_contract("UA99", Decimal("50"), "Пізніший", valid_from=today + timedelta(days=5), by="каса")
        two[0].refresh_from_db()
        assert two[0].monthly == MONTHLY, "it has not begun"
        made = make_contract("UA99", Decimal("12.34"), WHY, valid_from=today, by="каса")
        two[0].refresh_from_db()
        assert two[0].monthly == Decimal("6048.54"), "6900 × 0.8766"
        assert SubscriptionMove.objects.filter(subscription=two[0], why__contains="6900.00 → 6048.54").exists()
        assert reprice(by="каса") == 0, "nothing is moved twice"
        with pytest.raises(ValidationError):
            end_contract(made, today, by="каса")
        Discount.objects.filter(pk=made.pk).update(valid_from=today - timedelta(days=1))
        made.refresh_from_db()
        end_contract(made, today, by="каса")
        two[0].refresh_from_db()
        assert two[0].monthly == MONTHLY
        Discount.objects.filter(pk=later.pk).update(valid_from=today)
        review()
        two[0].refresh_from_db()
        assert two[0].monthly == Decimal("3450.00"), "the morning it begins"


@pytest.mark.parametrize(
    "given",
    [
        {"region": "UA01"},
        {"percent": Decimal(0)},
        {"percent": Decimal(101)},
        {"contract": " "},
        {"valid_to": date(2020, 1, 1)},
    ],
)
def test_what_is_no_contract(platform: Any, alpha: TenantRef, given: dict[str, Any]):
    whole = {"region": "UA99", "percent": Decimal(5), "contract": WHY, "valid_from": date(2026, 1, 1)} | given
    with platform_context(), pytest.raises(ValidationError):
        make_contract(**whole, by="каса")


def test_a_card_is_charged_the_new_price_from_the_next_month(
    till: Till, by_card: Subscription, tell: Callable[..., Any]
):
    for event in checkout(till, by_card):
        tell(event)
    with platform_context():
        make_contract("UA99", Decimal(10), WHY, valid_from=timezone.localdate(), by="каса")
        by_card.refresh_from_db()
        assert by_card.monthly == Decimal("6210.00")
    next_invoice = till.next_month(by_card.stripe_subscription)
    assert next_invoice["amount_due"] == 621000, "to the kopiyka, with nothing counted anew"


# -- one payer for many --------------------------------------------------------------------------------


def test_one_invoice_and_no_day_twice(two: list[Subscription], oblast: Payer):
    take_over(oblast, two)
    with platform_context():
        start = timezone.localdate(Subscription.objects.get(pk=two[0].pk).paid_until)
        made = bill(oblast, start, start + timedelta(days=30))
        assert made is not None
        lines = {line.subscription_id: line.amount for line in made.lines.all()}
        # Beta has ten days paid for: 21 of 31 days.
        assert lines == {two[0].pk: MONTHLY, two[1].pk: Decimal("4674.19")}
        assert made.amount == Decimal("11574.19")
        assert bill(oblast, start, start + timedelta(days=30)) is None, "never billed twice for one time"
        second = start + timedelta(days=10)
        overlapping = bill(oblast, second, second + timedelta(days=30))
        assert overlapping is not None and {line.amount for line in overlapping.lines.all()} == {Decimal("2225.81")}


def test_after_the_first_invoice_they_go_together(two: list[Subscription], oblast: Payer):
    take_over(oblast, two)
    with platform_context():
        start = timezone.localdate(Subscription.objects.get(pk=two[0].pk).paid_until)
        made = bill(oblast, start, start + timedelta(days=30))
        assert made is not None
        statement = f"Дата операції;Кредит;ЄДРПОУ кореспондента;Кореспондент;Призначення платежу;Номер документа\n{start:%d.%m.%Y};11574,19;00022473;ОДА;рах. {made.number};1"
        statements.import_statement(statement.encode("cp1251"), "v.csv", by="каса")
        ends = {one.paid_until for one in Subscription.objects.filter(payer=oblast)}
        assert ends == {midnight(start + timedelta(days=31))}
        following = bill(oblast, start + timedelta(days=31), start + timedelta(days=61))
        assert following is not None and following.amount == 2 * MONTHLY


def test_free_days_of_one_are_not_eaten_by_the_month_of_another(two: list[Subscription], oblast: Payer):
    take_over(oblast, two)
    with platform_context():
        start = timezone.localdate(Subscription.objects.get(pk=two[0].pk).paid_until)
        trial_until = midnight(start + timedelta(days=40))
        Subscription.objects.filter(pk=two[1].pk).update(state="trial", paid_until=None, trial_until=trial_until)
        made = bill(oblast, start, start + timedelta(days=30))
        assert made is not None and [line.subscription_id for line in made.lines.all()] == [two[0].pk]


def test_the_payer_s_debt_closes_all_and_its_money_opens_all(two: list[Subscription], oblast: Payer):
    take_over(oblast, two)
    with platform_context():
        made = bill(oblast, timezone.localdate() - timedelta(days=40), timezone.localdate() + timedelta(days=90))
        past = timezone.now() - timedelta(days=30)
        Subscription.objects.filter(payer=oblast).update(paid_until=past)
        review()
        Subscription.objects.filter(payer=oblast).update(grace_until=timezone.now() - timedelta(days=1))
        review()
        assert set(Subscription.objects.filter(payer=oblast).values_list("state", flat=True)) == {"read_only"}
        assert Community.objects.filter(slug__in=["alpha", "beta"], read_only=True).count() == 2
        assert {one.to[0] for one in mail.outbox} >= {"rah@oblast.test"}
        assert made is not None
        text = f"Дата операції;Кредит;ЄДРПОУ кореспондента;Кореспондент;Призначення платежу;Номер документа\n01.12.2026;{made.amount};00022473;ОДА;рах. {made.number};1"
        statements.import_statement(text.encode("cp1251"), "v.csv", by="каса")
        assert Community.objects.filter(slug__in=["alpha", "beta"], read_only=True).count() == 0


def test_giving_is_all_or_nothing_and_may_be_taken_back(two: list[Subscription], oblast: Payer):
    with platform_context():
        communities = [Community.objects.get(pk=one.community_id) for one in two]
        Subscription.objects.filter(pk=two[1].pk).update(stripe_subscription="sub_1")
        with pytest.raises(Denied, match="карткою"):
            pay_for(oblast, communities, by="каса", why=WHY)
        assert not oblast.subscriptions.exists()
        Subscription.objects.filter(pk=two[1].pk).update(stripe_subscription="")
        with pytest.raises(ValidationError):
            pay_for(oblast, communities, by="каса", why=" ")
    take_over(oblast, two)
    with platform_context():
        one = Subscription.objects.get(pk=two[0].pk)
        own = give_back(one, email="bukh@alpha.test", way="treasury", by="каса", why=WHY)
        assert not own.apart and Subscription.objects.get(pk=one.pk).payer == own
        assert [row.pk for row in oblast.subscriptions.all()] == [two[1].pk]


# -- who sees what -------------------------------------------------------------------------------------


def test_a_community_sees_neither_the_card_nor_the_papers_of_who_pays_for_it(
    two: list[Subscription], oblast: Payer, client_for: Make, till: Till
):
    take_over(oblast, two)
    with platform_context():
        start = timezone.localdate()
        made = bill(oblast, start, start + timedelta(days=60))
        assert made is not None
        from shared_apps.subscriptions.papers import invoice_paper

        paper = invoice_paper(made)
    with tenant_context(Community(schema_name="t_alpha", id=two[0].community_id, slug="alpha").ref):
        make_role("boss", modules=Level.MANAGE)
        boss = enter(client_for("alpha"), make_person("boss"))
    page = boss.get("/administration/plan/", **HTML)
    assert "Обласна адміністрація" in page.content.decode() and made.number not in page.content.decode()
    assert boss.get(f"/administration/plan/papers/{paper.pk}/").status_code == 404
    for path in ("pay/", "card/", "seats/", "change/", "change/full/", "end/"):
        answer = boss.get(f"/administration/plan/{path}", **HTML)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/administration/plan/"), path
    assert boss.post("/administration/plan/end/", {"why": "x"}, **HTML).status_code == 302
    with platform_context():
        assert Subscription.objects.get(pk=two[0].pk).ends_at is None, "nobody ends what another pays for"


def test_pages_of_contracts_and_payers(two: list[Subscription], client_for: Make, till: Till):
    with platform_context():
        create_ready_roles("platform")
        operator = enter(client_for("console"), make_person("operator"))
        analyst = enter(client_for("console"), make_person("oblast_analyst"))
    given = {"region": "UA99", "percent": "10", "contract": WHY, "valid_from": "2026-01-01"}
    assert operator.post("/payments/contracts/", given | {"percent": "200"}, **HTML).status_code == 422
    assert operator.post("/payments/contracts/", given, **HTML).status_code == 302
    with platform_context():
        contract = Discount.objects.get()
    card = operator.get(f"/payments/contracts/{contract.pk}/", **HTML)
    assert [(one.listed, one.whole) for one in card.context["costs"]] == [(MONTHLY, Decimal("6210.00"))] * 2

    new = {"name": "ОДА", "edrpou": "00022473", "email": "rah@oblast.test", "way": "card"}
    assert operator.post("/payments/payers/new/", new | {"edrpou": "123"}, **HTML).status_code == 422
    page = operator.post("/payments/payers/new/", new, **HTML).headers["Location"]
    assert operator.post(page, {"why": WHY}, **HTML).status_code == 422, "nothing was marked"
    assert len(operator.get(page, {"q": "UA99"}, **HTML).context["others"]) == 2
    assert operator.post(page, {"why": WHY, "community": ["alpha", "beta"]}, **HTML).status_code == 302
    shown = operator.get(page, **HTML)
    assert shown.context["monthly"] == Decimal("12420.00")
    link = operator.get(f"{page}{two[0].pk}/card/", **HTML)
    assert till.address in link.content.decode()
    back = {"why": WHY, "email": "bukh@alpha.test", "way": "treasury"}
    assert operator.post(f"{page}{two[0].pk}/stop/", back, **HTML).status_code == 302
    listed = operator.get("/payments/payers/", {"q": "ода"}, **HTML)
    assert [(one.count, monthly) for one, monthly, _owed in listed.context["rows"]] == [(1, Decimal("6210.00"))]
    assert operator.get("/payments/payers/", {"file": "xlsx", "many": "1"}).status_code == 200
    for path in ("/payments/contracts/", "/payments/payers/", page):
        assert analyst.get(path, **HTML).status_code == 403
        assert client_for("alpha").get(path).status_code == 404
    with platform_context():
        assert Invoice.objects.count() == 0
