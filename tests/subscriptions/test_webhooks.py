"""Messages of Stripe: forged, late, twice, out of order, for a tenant that is gone; over real HTTP with the stand-in."""

from __future__ import annotations

import itertools
import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kernel.tenancy import platform_context
from provisioning.standins.stripe_till import DECLINED, DECLINED_LATER, PAID, Refused, Till
from shared_apps.communities.models import Community
from shared_apps.subscriptions import gateway
from shared_apps.subscriptions.models import Invoice, Payment, StripeEvent, Subscription
from shared_apps.subscriptions.operations import change_seats
from shared_apps.subscriptions.pricing import SEAT
from tests.subscriptions.conftest import MONTHLY, state_of

Tell = Callable[..., Any]


def checkout(till: Till, subscription: Subscription, card: str = PAID) -> list[dict[str, Any]]:
    """The person at Stripe's own page; what Stripe would tell us of it."""
    with platform_context():
        url = gateway.open_checkout(subscription, back="http://localhost/back", cancel="http://localhost/no")
    before = len(till.sent)
    form = urllib.parse.urlencode({"card": card}).encode()

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_args: Any) -> None:
            return None

    try:
        urllib.request.build_opener(Stay).open(url, form, timeout=5)
    except urllib.error.HTTPError as answer:
        assert answer.code == (402 if card == DECLINED else 303)
    return till.sent[before:]


def test_paid_by_card(till: Till, by_card: Subscription, tell: Tell):
    for event in checkout(till, by_card):
        assert tell(event).status_code == 200
    assert state_of(by_card) == "active"
    with platform_context():
        assert by_card.paid_until and by_card.paid_until > timezone.now() + timedelta(days=25)
        assert Payment.objects.get().amount == MONTHLY == Invoice.objects.get().paid
        assert [move.became for move in by_card.moves.order_by("id")][:2] == ["trial", "active"]


def test_any_order_twice_each_comes_to_the_same(till: Till, by_card: Subscription, tell: Tell):
    """The replay test: every order of the messages, each delivered twice."""
    events = checkout(till, by_card)
    assert len(events) == 3
    for order in itertools.permutations(events):
        with platform_context():
            StripeEvent.objects.all().delete()
        for event in [*order, *reversed(order)]:
            assert tell(event).status_code == 200
        assert state_of(by_card) == "active"
        with platform_context():
            assert Payment.objects.count() == Invoice.objects.count() == 1
            assert by_card.moves.count() == 2, "told again, nothing moved again"


def test_the_same_message_is_known_once(till: Till, by_card: Subscription, tell: Tell):
    event = next(one for one in checkout(till, by_card) if one["type"] == "invoice.paid")
    assert tell(event).json()["outcome"].startswith("сплачено")
    assert tell(event).json()["outcome"].startswith("знову")
    with platform_context():
        assert Payment.objects.count() == 1


@pytest.mark.parametrize("how", ["secret", "late", "early-body", "none"])
def test_a_forged_or_late_message_changes_nothing(till: Till, by_card: Subscription, tell: Tell, how: str):
    event = checkout(till, by_card)[0]
    answer = {
        "secret": lambda: tell(event, secret="whsec_another"),
        "late": lambda: tell(event, at=int(time.time()) - 3600),
        "early-body": lambda: tell(event, body=json.dumps({**event, "id": "evt_other"}).encode()),
        "none": lambda: tell({}, secret=""),
    }[how]()
    assert answer.status_code == 400
    assert state_of(by_card) == "trial"
    with platform_context():
        assert not StripeEvent.objects.exists()


def test_a_declined_card_pays_nothing(till: Till, by_card: Subscription, tell: Tell):
    assert checkout(till, by_card, DECLINED) == []
    assert state_of(by_card) == "trial"
    with pytest.raises(Refused):
        till.new_card(by_card.payer.stripe_customer, DECLINED)


def test_a_card_declined_next_month_then_mended(till: Till, by_card: Subscription, tell: Tell, community: Community):
    """Grace, never a lock-out; and it opens by itself."""
    for event in checkout(till, by_card, DECLINED_LATER):
        tell(event)
    state_of(by_card)
    before = len(till.sent)
    till.next_month(by_card.stripe_subscription)
    failed = till.sent[before:]
    for event in failed:
        tell(event)
    assert state_of(by_card) == "due" and by_card.grace_until
    with platform_context():
        community.refresh_from_db()
        assert not community.read_only
        from shared_apps.subscriptions import flow

        flow.move(by_card.pk, "read_only", by="тести", why="строк минув")
        community.refresh_from_db()
        assert community.read_only and community.state_reason == flow.UNPAID
    before = len(till.sent)
    till.new_card(by_card.payer.stripe_customer, PAID)
    for event in till.sent[before:]:
        tell(event)
    assert state_of(by_card) == "active"
    with platform_context():
        community.refresh_from_db()
        assert not community.read_only
    # What failed is told once more, too late.
    for event in failed:
        assert tell({**event, "id": f"{event['id']}x"}).status_code == 200
    assert state_of(by_card) == "active"


@pytest.mark.parametrize("state", ["archived", "deleted"])
def test_a_message_for_a_tenant_that_is_gone(
    till: Till, by_card: Subscription, tell: Tell, community: Community, state: str
):
    events = checkout(till, by_card)
    with platform_context():
        Community.objects.filter(pk=community.pk).update(state=state)
    for event in events:
        answer = tell(event)
        assert answer.status_code == 200 and "розбирає людина" in answer.json()["outcome"]
    assert state_of(by_card) == "trial"


def test_a_message_about_nobody(tell: Tell, db: None):
    now = int(time.time())
    body = {"id": "sub_x", "object": "subscription", "metadata": {"subscription": "not-a-uuid"}, "status": "active"}
    event = {
        "id": "evt_x",
        "type": "customer.subscription.updated",
        "created": now,
        "data": {"object": body},
        "object": "event",
    }
    assert tell(event).json()["outcome"] == "підписки в нас немає"
    assert tell({**event, "id": "evt_y", "type": "unknown.thing"}).json()["outcome"] == "не стосується нас"


def test_seats_are_prorated(till: Till, by_card: Subscription, tell: Tell, community: Community):
    for event in checkout(till, by_card):
        tell(event)
    with platform_context():
        change_seats(community, 5, by="тести")
        assert community.quota_rows.get(key="users").limit == 255
    kept = till.things[Subscription.objects.get(pk=by_card.pk).stripe_subscription]
    assert sorted(item["quantity"] for item in kept["items"]["data"]) == [1, 5]
    assert 0 < kept["pending_kopecks"] <= int(SEAT * 500)
    with platform_context():
        change_seats(community, 0, by="тести")
        assert not community.quota_rows.filter(key="users").exists()


def test_stripe_that_does_not_answer_is_said_in_words(settings: Any, by_card: Subscription):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with platform_context(), pytest.raises(gateway.GatewayDown, match="Нічого не списано"):
        gateway.customer_of(by_card.payer)
    settings.STRIPE_SECRET_KEY = ""
    with platform_context(), pytest.raises(gateway.GatewayDown, match="казначейства"):
        gateway.customer_of(by_card.payer)


def test_production_takes_no_stand_in(settings: Any):
    from shared_apps.subscriptions.checks import stripe_is_real

    settings.PRODUCTION, settings.STRIPE_API_BASE = True, "http://localhost:1"
    assert {error.id for error in stripe_is_real(None)} == {"subscriptions.E001", "subscriptions.E002"}
