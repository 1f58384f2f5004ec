"""Another plan after joining, and a subscription that ends: by asking, by itself, and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from kernel.access.levels import Level
from kernel.modules.entitlement import is_enabled
from kernel.operations import Denied
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.testing.access import enter, make_person, make_role
from provisioning.standins.stripe_till import Till
from shared_apps.communities.models import Community, Plan
from shared_apps.subscriptions import changing, ending, flow
from shared_apps.subscriptions.invoices import bill
from shared_apps.subscriptions.models import Invoice, Subscription, SubscriptionMove
from shared_apps.subscriptions.review import review
from tests.subscriptions.conftest import MONTHLY, state_of
from tests.subscriptions.test_webhooks import checkout

FULL = Decimal("11900.00")
Make = Callable[..., Client]


@pytest.fixture
def plans(db: None) -> None:
    with platform_context():
        Plan.objects.filter(pk="start").update(modules=["bus_stops", "addresses"], quotas={"users": 2})


@pytest.fixture
def boss(alpha: TenantRef, client_for: Make) -> Client:
    with tenant_context(alpha):
        make_role("boss", access=Level.MANAGE, modules=Level.MANAGE)
        return enter(client_for("alpha"), make_person("boss"))


def pay_until(subscription: Subscription, days: float) -> None:
    with platform_context():
        until = timezone.now() + timedelta(days=days, minutes=1)
        flow.paid(subscription, until, by="тести", why="оплата")
        subscription.refresh_from_db()


def change(alpha: TenantRef, community: Community, code: str) -> Subscription:
    with platform_context():
        plan = Plan.objects.get(pk=code)
    with tenant_context(alpha):
        return changing.change_plan(community, plan, by="Тест Т.")


def morning(subscription: Subscription, **facts: Any) -> str:
    with platform_context():
        Subscription.objects.filter(pk=subscription.pk).update(**facts)
        review()
    return state_of(subscription)


# -- another plan ---------------------------------------------------------------------------------


def test_a_dearer_plan_holds_at_once_and_the_rest_of_the_month_is_on_the_next_invoice(
    alpha: TenantRef, community: Community, by_treasury: Subscription
):
    pay_until(by_treasury, 15)
    found = change(alpha, community, "full")
    assert (found.monthly, found.carried) == (FULL, Decimal("2500.00"))
    today = timezone.localdate()
    with platform_context():
        made = bill(found.payer, today + timedelta(days=15), today + timedelta(days=45))
        assert made and made.amount == FULL + 2500
        assert Subscription.objects.get(pk=found.pk).carried == 0
        assert Community.objects.get(pk=community.pk).plan_id == "full"
        assert "«Стандартний» → «Повний»" in SubscriptionMove.objects.filter(subscription=found).first().why  # type: ignore[union-attr]


def test_what_was_overpaid_never_makes_an_invoice_below_nothing(
    alpha: TenantRef, community: Community, by_treasury: Subscription
):
    pay_until(by_treasury, 120)
    with platform_context():
        Plan.objects.filter(pk="start").update(quotas={"users": 250})
    found = change(alpha, community, "start")
    assert found.carried == Decimal("-16000.00")
    with platform_context():
        after = timezone.localdate() + timedelta(days=120)
        made = bill(found.payer, after, after + timedelta(days=30))
        assert made and made.amount == 0
        assert Subscription.objects.get(pk=found.pk).carried == Decimal("-13100.00")


def test_an_invoice_nobody_has_paid_is_made_anew_at_the_new_price(
    alpha: TenantRef, community: Community, by_treasury: Subscription, mailoutbox: list[Any]
):
    with platform_context():
        first = bill(by_treasury.payer, timezone.localdate(), timezone.localdate() + timedelta(days=30))
    change(alpha, community, "full")
    with platform_context():
        assert first and Invoice.objects.get(pk=first.pk).state == "void"
        again = Invoice.objects.get(state="open")
        assert (again.amount, again.period_from) == (FULL, first.period_from)
        assert again.number in mailoutbox[-1].subject


def test_a_plan_too_small_says_what_is_in_the_way(
    plans: None, alpha: TenantRef, community: Community, by_card: Subscription
):
    with tenant_context(alpha):
        make_role("desk")
        for number in range(3):
            make_person("desk", email=f"p{number}@alpha.test")
    with pytest.raises(Denied, match="Вимкніть зайві записи або додайте місця"):
        change(alpha, community, "start")
    with platform_context():
        assert Community.objects.get(pk=community.pk).plan_id == "standard"


def test_modules_go_and_come_back_with_the_plan(
    plans: None, alpha: TenantRef, community: Community, by_card: Subscription
):
    with platform_context():
        plan, own = Plan.objects.get(pk="start"), Community.objects.select_related("plan").get(pk=community.pk)
    with tenant_context(alpha):
        assert is_enabled("contacts")
        weighed = changing.weigh(own, by_card, plan)
        assert "contacts" in {one.label for one in weighed.lost} and not weighed.won
        change(alpha, community, "start")
        assert not is_enabled("contacts") and is_enabled("bus_stops")
        change(alpha, community, "full")
        assert is_enabled("contacts")


def test_by_card_stripe_counts_the_rest_of_the_month(
    till: Till, alpha: TenantRef, community: Community, by_card: Subscription, tell: Callable[..., Any]
):
    for event in checkout(till, by_card):
        tell(event)
    state_of(by_card)
    with platform_context():
        plan = Plan.objects.get(pk="full")
    with tenant_context(alpha):
        weighed = changing.weigh(community, by_card, plan)
    with platform_context():
        shown = changing.recount_shown(by_card, weighed)
    assert Decimal(4900) < shown <= Decimal(5000)
    found = change(alpha, community, "full")
    kept = till.things[found.stripe_subscription]
    assert [item["price"]["unit_amount"] for item in kept["items"]["data"]] == [1190000]
    assert abs(kept["pending_kopecks"] - int(shown * 100)) < 2000 and found.carried == 0


def test_stripe_that_is_silent_leaves_the_plan_as_it_was(
    settings: Any, till: Till, alpha: TenantRef, community: Community, by_card: Subscription, tell: Any
):
    for event in checkout(till, by_card):
        tell(event)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(Denied, match="Нічого не списано"):
        change(alpha, community, "full")
    with platform_context():
        assert Community.objects.get(pk=community.pk).plan_id == "standard"
    assert state_of(by_card) == "active" and by_card.plan_id == "standard"


def test_the_pages_of_another_plan(plans: None, boss: Client, by_treasury: Subscription, alpha: TenantRef):
    page = boss.get("/administration/plan/").content.decode()
    assert "Змінити тариф" in page and "Запити до API" in page
    assert "200\N{NO-BREAK SPACE}ГБ" in page and "0\N{NO-BREAK SPACE}МБ" in page
    assert "ваш тепер" in boss.get("/administration/plan/change/").content.decode()
    answer = boss.post("/administration/plan/change/", {"plan": "full"})
    assert answer.url == "/administration/plan/change/full/"  # type: ignore[attr-defined]
    shown = boss.get("/administration/plan/change/start/").content.decode()
    assert "Вимкнеться" in shown and "Дані цих модулів лишаються" in shown
    assert boss.get("/administration/plan/change/nema/").status_code == 404
    assert boss.post("/administration/plan/change/full/").status_code == 302
    with platform_context():
        assert Community.objects.get(slug="alpha").plan_id == "full"


def test_whoever_may_not_decide_sees_and_changes_nothing(by_card: Subscription, alpha: TenantRef, client_for: Make):
    with tenant_context(alpha):
        make_role("reader", modules=Level.VIEW)
        reader = enter(client_for("alpha"), make_person("reader"))
    assert "Змінити тариф" not in reader.get("/administration/plan/").content.decode()
    for page in ("change/", "change/full/", "end/", "go-on/", "renew/"):
        assert reader.post(f"/administration/plan/{page}", {"plan": "full"}).status_code in (403, 404), page
    with platform_context():
        assert Community.objects.get(slug="alpha").plan_id == "standard"


# -- the end --------------------------------------------------------------------------------------


def test_asked_to_end_it_works_to_the_end_of_what_is_paid(
    boss: Client, community: Community, by_treasury: Subscription, mailoutbox: list[Any]
):
    pay_until(by_treasury, 10)
    assert "Припинити підписку?" in boss.get("/administration/plan/end/").content.decode()
    boss.post("/administration/plan/end/", {"why": "переходимо в область"})
    assert state_of(by_treasury) == "active" and by_treasury.ends_at == by_treasury.paid_until
    assert "Підписка закінчується" in boss.get("/workspace/").content.decode()
    with platform_context():
        assert bill(by_treasury.payer, timezone.localdate() + timedelta(days=11), timezone.localdate()) is None
    assert morning(by_treasury) == "active"
    assert morning(by_treasury, ends_at=timezone.now()) == "ended"
    with platform_context():
        own = Community.objects.get(pk=community.pk)
        assert own.read_only and own.state_reason == flow.ENDED
    assert "припинено" in mailoutbox[-1].subject
    page = boss.get("/administration/plan/").content.decode()
    assert "Поновити підписку" in page and "Підписку припинено" in page


def test_a_change_of_mind(boss: Client, by_treasury: Subscription):
    pay_until(by_treasury, 10)
    boss.post("/administration/plan/end/")
    boss.post("/administration/plan/go-on/")
    assert state_of(by_treasury) == "active" and by_treasury.ends_at is None


def test_renewed_it_opens_when_the_money_comes(boss: Client, community: Community, by_treasury: Subscription):
    with platform_context():
        flow.move(by_treasury.pk, "ended", by="тести", why="строк")
    assert boss.post("/bus-stops/new/", {}).status_code == 423
    boss.post("/administration/plan/renew/")
    assert state_of(by_treasury) == "read_only"
    with platform_context():
        assert Invoice.objects.get(state="open").amount == MONTHLY
        flow.paid(by_treasury, None, by="тести", why="оплата")
        assert not Community.objects.get(pk=community.pk).read_only


def test_nobody_paid_and_it_ends_by_itself(by_treasury: Subscription, community: Community, mailoutbox: list[Any]):
    """Trial, days of grace, only reading, over: each by the morning's own work."""
    now = timezone.now()
    assert morning(by_treasury, trial_until=now) == "due"
    assert morning(by_treasury) == "due"
    assert morning(by_treasury, grace_until=now) == "read_only"
    with platform_context():
        closed = SubscriptionMove.objects.filter(became="read_only")
        closed.update(at=now - timedelta(days=settings.READ_ONLY_DAYS - 7))
    assert morning(by_treasury) == "read_only" and "буде припинено" in mailoutbox[-1].subject
    with platform_context():
        closed.update(at=now - timedelta(days=settings.READ_ONLY_DAYS, minutes=1))
    assert morning(by_treasury) == "ended"
    with platform_context():
        assert Community.objects.get(pk=community.pk).read_only
        assert [move.became for move in by_treasury.moves.order_by("id")] == ["trial", "due", "read_only", "ended"]


def test_a_sign_up_that_was_left_does_not_wait_for_ever(by_card: Subscription):
    with platform_context():
        Subscription.objects.filter(pk=by_card.pk).update(community=None, trial_until=timezone.now())
        review()
    assert state_of(by_card) == "ended"


def test_by_card_the_end_is_told_to_stripe_and_back(
    till: Till, by_card: Subscription, community: Community, tell: Callable[..., Any]
):
    for event in checkout(till, by_card):
        tell(event)
    state_of(by_card)
    stripe_id = by_card.stripe_subscription
    before = len(till.sent)
    with platform_context():
        ending.stop(community, by="Тест", why="")
        assert till.things[stripe_id]["cancel_at_period_end"] is True
        ending.go_on(community, by="Тест")
        ending.stop(community, by="Тест", why="")
    for event in till.sent[before:]:
        tell(event)
    assert state_of(by_card) == "active" and by_card.ends_at == by_card.paid_until
    till.next_month(stripe_id)
    last = till.sent[-1]
    assert last["type"] == "customer.subscription.deleted"
    over = int(by_card.ends_at.timestamp()) + 5  # type: ignore[union-attr]
    assert tell({**last, "created": over}).json()["outcome"] == "припинено"
    assert state_of(by_card) == "ended" and by_card.stripe_subscription == ""
    # Paid again at Stripe: another subscription there; the last word about the old one is too late.
    with platform_context():
        flow.paid(by_card, None, by="тести", why="знову", stripe_subscription="sub_new")
    assert tell({**last, "id": "evt_again", "created": over + 9}).json()["outcome"] == "про попередню підписку"
    assert state_of(by_card) == "active"
