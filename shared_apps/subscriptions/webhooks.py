"""What Stripe tells us. Each message is verified, known once, and may come late, twice, out of order, or about
somebody who is gone; none of it changes anything a second time or backwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import stripe
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kernel.tenancy.log import get_logger
from shared_apps.communities.models import Community
from shared_apps.subscriptions import flow
from shared_apps.subscriptions.gateway import hryvnias
from shared_apps.subscriptions.invoices import record_payment
from shared_apps.subscriptions.models import Invoice, StripeEvent, Subscription

log = get_logger("subscriptions.webhooks")
STRIPE = "Stripe"
State = Subscription.State
GONE = frozenset({Community.State.ARCHIVED, Community.State.DELETED})


class Forged(Exception):
    """The signature is not Stripe's, or the message is older than the tolerance."""


def verified(body: bytes, signature: str) -> dict[str, Any]:
    if not settings.STRIPE_WEBHOOK_SECRET:
        raise Forged
    try:
        event = stripe.Webhook.construct_event(  # type: ignore[no-untyped-call]
            body, signature, settings.STRIPE_WEBHOOK_SECRET, tolerance=settings.STRIPE_TOLERANCE_SECONDS
        )
    except (ValueError, stripe.SignatureVerificationError) as wrong:
        raise Forged from wrong
    told: dict[str, Any] = event.to_dict()
    return told


def receive(event: dict[str, Any]) -> str:
    """What became of it, in a word for the journal. In platform scope; whole or not at all, so Stripe may repeat."""
    with transaction.atomic():
        row = StripeEvent(
            id=event["id"], kind=event["type"], created_at=_moment(event["created"]), outcome="", payload=event
        )
        # Two deliveries at once: the second waits for the first and finds its row.
        StripeEvent.objects.bulk_create([row], ignore_conflicts=True)
        known = StripeEvent.objects.select_for_update().get(pk=event["id"])
        if known.outcome:
            return f"знову: {known.outcome}"
        work = WORK.get(event["type"])
        outcome = work(event["data"]["object"], _moment(event["created"])) if work else "не стосується нас"
        StripeEvent.objects.filter(pk=event["id"]).update(outcome=outcome)
    log.info("stripe_event", kind=event["type"], event_id=event["id"], outcome=outcome)
    return outcome


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _found(told: dict[str, Any]) -> Subscription | None:
    """By our own mark, which travels with every object, whatever came first; else by Stripe's id."""
    details = (told.get("parent") or {}).get("subscription_details") or {}
    marks = ((told.get("metadata") or {}), (details.get("metadata") or {}))
    mark = next((found["subscription"] for found in marks if found.get("subscription")), "")
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("community", "payer")
    try:
        return rows.filter(pk=UUID(str(mark))).first() if mark else _by_stripe(rows, told, details)
    except ValueError:
        return None


def _by_stripe(rows: Any, told: dict[str, Any], details: dict[str, Any]) -> Subscription | None:
    known = told["id"] if told.get("object") == "subscription" else details.get("subscription")
    found: Subscription | None = rows.filter(stripe_subscription=known).first() if known else None
    return found


def _about(told: dict[str, Any], work: Callable[[Subscription], str]) -> str:
    found = _found(told)
    if found is None:
        return "підписки в нас немає"
    if found.community and found.community.state in GONE:
        # The money is the accountant's matter; a tenant that is gone does not come back by a message.
        log.warning("stripe_event_for_gone_tenant", subscription=str(found.pk), community=found.community.slug)
        return f"громада {found.community.slug} більше не працює: розбирає людина"
    return work(found)


def checkout_completed(told: dict[str, Any], at: datetime) -> str:
    def work(found: Subscription) -> str:
        if told.get("payment_status") not in ("paid", "no_payment_required"):
            return "ще не сплачено"
        if found.state == State.ENDED and found.stripe_at and at <= found.stripe_at:
            return "запізніле"
        fresh = {"stripe_subscription": told.get("subscription") or found.stripe_subscription}
        flow.paid(found, None, by=STRIPE, why="Оплачено карткою", **fresh)
        return "оплачено"

    return _about(told, work)


def subscription_changed(told: dict[str, Any], at: datetime) -> str:
    def work(found: Subscription) -> str:
        if found.stripe_at and at < found.stripe_at:
            return "запізніле"
        facts = {"stripe_subscription": told["id"], "stripe_at": at, "ends_at": _asked_to_end(told)}
        status = told.get("status")
        if status == "active" and found.state in MAY_OPEN:
            flow.paid(found, _period_end(told), by=STRIPE, why="Підписка діє", **facts)
        elif status in ("past_due", "unpaid", "incomplete"):
            # Two messages of one second say nothing of their order; the paid period does.
            if found.paid_until and (end := _period_end(told)) and found.paid_until >= end:
                return "запізніле: сплачено"
            Subscription.objects.filter(pk=found.pk).update(**facts)
            flow.unpaid(found, by=STRIPE, why=f"Оплата не пройшла ({status})")
        elif status in ("canceled", "incomplete_expired"):
            return _ended(found, told["id"], at)
        else:
            Subscription.objects.filter(pk=found.pk).update(**facts)
        return f"стан {status}"

    return _about(told, work)


MAY_OPEN = frozenset({State.TRIAL, State.ACTIVE, State.DUE, State.READ_ONLY})


def subscription_deleted(told: dict[str, Any], at: datetime) -> str:
    return _about(told, lambda found: _ended(found, told["id"], at))


def _ended(found: Subscription, stripe_id: str, at: datetime) -> str:
    if found.stripe_at and at < found.stripe_at:
        return "запізніле"
    if found.stripe_subscription and found.stripe_subscription != stripe_id:
        return "про попередню підписку"
    if found.state == State.ENDED:
        return "уже припинено"
    # The card pays no more: another subscription at Stripe may be begun for it.
    facts = {"stripe_subscription": "", "stripe_at": at}
    if found.ends_at and found.ends_at <= at:
        flow.move(found.pk, State.ENDED, by=STRIPE, why="Припинено за бажанням громади", **facts)
        return "припинено"
    # What was paid for is served to the end, then the days of grace; nobody is locked out by a message.
    Subscription.objects.filter(pk=found.pk).update(**facts)
    until = max(found.paid_until or timezone.now(), timezone.now()) + flow.grace_days()
    flow.unpaid(found, by=STRIPE, why="Підписку скасовано в Stripe", grace_until=until)
    return "скасовано"


def invoice_paid(told: dict[str, Any], at: datetime) -> str:
    def work(found: Subscription) -> str:
        amount = hryvnias(told["amount_paid"])
        if told.get("currency") != "uah":
            return f"валюта {told.get('currency')}: розбирає людина"
        invoice, _new = Invoice.objects.get_or_create(
            stripe_invoice=told["id"],
            defaults={
                "payer": found.payer,
                "number": told.get("number") or told["id"],
                "period_from": _moment(told["period_start"]).date(),
                "period_to": _moment(told["period_end"]).date(),
                "amount": hryvnias(told["amount_due"]),
                "due_on": at.date(),
            },
        )
        if amount:
            record_payment(invoice, amount, reference=f"stripe:{told['id']}", by=STRIPE, at=at)
        flow.paid(found, _line_end(told), by=STRIPE, why=f"Сплачено рахунок {invoice.number}")
        return f"сплачено {amount}"

    return _about(told, work)


def invoice_failed(told: dict[str, Any], at: datetime) -> str:
    def work(found: Subscription) -> str:
        if Invoice.objects.filter(stripe_invoice=told["id"], state=Invoice.State.PAID).exists():
            return "запізніле: рахунок уже сплачено"
        if found.paid_until and found.paid_until >= _line_end(told):
            return "запізніле: сплачено пізнішим рахунком"
        flow.unpaid(found, by=STRIPE, why="Банк відхилив картку")
        return "картку відхилено"

    return _about(told, work)


def _asked_to_end(told: dict[str, Any]) -> datetime | None:
    if told.get("cancel_at"):
        return _moment(told["cancel_at"])
    return _period_end(told) if told.get("cancel_at_period_end") else None


def _period_end(told: dict[str, Any]) -> datetime | None:
    ends = [item["current_period_end"] for item in told["items"]["data"] if item.get("current_period_end")]
    return _moment(max(ends)) if ends else None


def _line_end(told: dict[str, Any]) -> datetime:
    ends = [line["period"]["end"] for line in (told.get("lines") or {}).get("data", []) if line.get("period")]
    return _moment(max(ends) if ends else told["period_end"])


WORK: dict[str, Callable[[dict[str, Any], datetime], str]] = {
    "checkout.session.completed": checkout_completed,
    "checkout.session.async_payment_succeeded": checkout_completed,
    "customer.subscription.created": subscription_changed,
    "customer.subscription.updated": subscription_changed,
    "customer.subscription.deleted": subscription_deleted,
    "invoice.paid": invoice_paid,
    "invoice.payment_failed": invoice_failed,
}
