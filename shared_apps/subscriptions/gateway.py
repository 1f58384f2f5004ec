"""Stripe over HTTP: the same calls in production, against a test account and against the stand-in."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

import stripe
from django.conf import settings
from django.utils.translation import gettext as _

from kernel.operations import Denied
from kernel.tenancy.log import get_logger
from shared_apps.subscriptions.models import Payer, Subscription
from shared_apps.subscriptions.pricing import SEAT

log = get_logger("subscriptions.stripe")
TIMEOUT_SECONDS = 15
CURRENCY = "uah"


class GatewayDown(Denied):
    """Stripe did not answer or refused; nothing has been changed, and the way out is said."""


def is_open() -> bool:
    return bool(settings.STRIPE_SECRET_KEY)


def client() -> stripe.StripeClient:
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@lru_cache(maxsize=4)
def _client(secret: str, base: str) -> stripe.StripeClient:
    addresses = cast(Any, {"api": base}) if base else None
    http = stripe.RequestsClient(timeout=TIMEOUT_SECONDS)  # type: ignore[no-untyped-call,attr-defined]
    return stripe.StripeClient(secret, base_addresses=addresses, max_network_retries=2, http_client=http)


def kopecks(amount: Decimal) -> int:
    return int(amount * 100)


def hryvnias(kopecks_: int) -> Decimal:
    return Decimal(kopecks_) / 100


def customer_of(payer: Payer) -> str:
    """Made once: the key of the request is the payer's own, so a repetition after a lost answer makes no second."""
    if not payer.stripe_customer:
        made = _ask(
            lambda: client().v1.customers.create(
                cast(Any, {"name": payer.name, "email": payer.email, "metadata": {"payer": str(payer.pk)}}),
                cast(Any, {"idempotency_key": f"customer-{payer.pk}"}),
            )
        )
        Payer.objects.filter(pk=payer.pk).update(stripe_customer=made.id)
        payer.stripe_customer = made.id
    return payer.stripe_customer


def price_of(subscription: Subscription) -> str:
    """A price of the plan for this sum; prices of Stripe never change, so each sum is its own."""
    return _price(
        f"plan-{subscription.plan_id}-{kopecks(subscription.monthly)}", subscription.monthly, subscription.plan.title
    )


def seat_price() -> str:
    return _price(f"seat-{kopecks(SEAT)}", SEAT, _("Додаткове місце"))


def _price(key: str, amount: Decimal, title: str) -> str:
    found = _ask(lambda: client().v1.prices.list(cast(Any, {"lookup_keys": [key], "active": True})))
    if found.data:
        return str(found.data[0].id)
    made = _ask(
        lambda: client().v1.prices.create(
            cast(
                Any,
                {
                    "currency": CURRENCY,
                    "unit_amount": kopecks(amount),
                    "recurring": {"interval": "month"},
                    "lookup_key": key,
                    "product_data": {"name": title},
                },
            ),
            cast(Any, {"idempotency_key": f"price-{key}"}),
        )
    )
    return str(made.id)


def open_checkout(subscription: Subscription, *, back: str, cancel: str) -> str:
    """The address of Stripe's own page where the card is typed; we never see it."""
    items = [{"price": price_of(subscription), "quantity": 1}]
    if subscription.seats:
        items.append({"price": seat_price(), "quantity": subscription.seats})
    ours = {"subscription": str(subscription.pk)}
    session = _ask(
        lambda: client().v1.checkout.sessions.create(
            cast(
                Any,
                {
                    "mode": "subscription",
                    "customer": customer_of(subscription.payer),
                    "client_reference_id": str(subscription.pk),
                    "line_items": items,
                    "metadata": ours,
                    "subscription_data": {"metadata": ours},
                    "success_url": back,
                    "cancel_url": cancel,
                    "locale": "auto",
                },
            )
        )
    )
    return str(session.url)


def session_is_paid(session_id: str, subscription: Subscription) -> bool:
    """Asked on the way back: the message about it may come later than the person."""
    session = _ask(lambda: client().v1.checkout.sessions.retrieve(session_id))
    return session.client_reference_id == str(subscription.pk) and session.payment_status in (
        "paid",
        "no_payment_required",
    )


def open_portal(payer: Payer, *, back: str) -> str:
    session = _ask(
        lambda: client().v1.billing_portal.sessions.create(
            cast(Any, {"customer": customer_of(payer), "return_url": back})
        )
    )
    return str(session.url)


def _wanted_items(subscription: Subscription) -> list[dict[str, Any]]:
    """What Stripe has, made into what is wanted: kept, added, deleted."""
    now = _ask(lambda: client().v1.subscriptions.retrieve(subscription.stripe_subscription))
    present = {item.price.id: item.id for item in now["items"].data}
    wanted = {price_of(subscription): 1}
    if subscription.seats:
        wanted[seat_price()] = subscription.seats
    items: list[dict[str, Any]] = [
        {"id": present[price], "quantity": count} if price in present else {"price": price, "quantity": count}
        for price, count in wanted.items()
    ]
    return items + [{"id": item, "deleted": True} for price, item in present.items() if price not in wanted]


def change_items(subscription: Subscription) -> None:
    """Another plan or number of seats: the rest of the month is counted day by day on the next invoice."""
    given = {"items": _wanted_items(subscription), "proration_behavior": "create_prorations"}
    _ask(lambda: client().v1.subscriptions.update(subscription.stripe_subscription, cast(Any, given)))


def change_price(subscription: Subscription) -> None:
    """Another sum from the next month on: what has been paid for is not counted anew."""
    given = {"items": _wanted_items(subscription), "proration_behavior": "none"}
    _ask(lambda: client().v1.subscriptions.update(subscription.stripe_subscription, cast(Any, given)))


def proration_of(subscription: Subscription) -> Decimal:
    """What Stripe would add to the next invoice if the unsaved plan and seats of this row were taken now."""
    details = {"items": _wanted_items(subscription), "proration_behavior": "create_prorations"}
    given = {"subscription": subscription.stripe_subscription, "subscription_details": details}
    preview = _ask(lambda: client().v1.invoices.create_preview(cast(Any, given))).to_dict()
    lines = [line for line in preview["lines"]["data"] if _is_proration(line)]
    return hryvnias(sum(line["amount"] for line in lines))


def _is_proration(line: dict[str, Any]) -> bool:
    parent = line.get("parent") or {}
    details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
    return bool(details.get("proration") or line.get("proration"))


def end_with_period(subscription: Subscription, *, end: bool) -> None:
    """The card is not charged again after what is paid for; or, changed their mind, it is."""
    given = {"cancel_at_period_end": end}
    _ask(lambda: client().v1.subscriptions.update(subscription.stripe_subscription, cast(Any, given)))


def _ask(call: Any) -> Any:
    if not is_open():
        raise GatewayDown(_("Оплату карткою тут не налаштовано. Виберіть рахунок для казначейства."))
    try:
        return call()
    except stripe.CardError as declined:
        raise GatewayDown(_("Банк відхилив картку. Спробуйте іншу або візьміть рахунок.")) from declined
    except stripe.StripeError as error:
        log.error("stripe_refused", error=str(error), code=getattr(error, "code", ""))
        raise GatewayDown(
            _(
                "Платіжна система зараз не відповідає. Нічого не списано: повторіть за кілька хвилин або візьміть рахунок."
            )
        ) from error
