"""Every morning: trials that end, grace that is over, letters before either, invoices for those who pay by them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from kernel.tenancy.log import get_logger
from shared_apps.communities.models import Community
from shared_apps.subscriptions import flow
from shared_apps.subscriptions.contracts import reprice
from shared_apps.subscriptions.invoices import bill
from shared_apps.subscriptions.models import Payer, Subscription
from shared_apps.subscriptions.notices import DAYS_BEFORE, days_left, remind, send
from shared_apps.subscriptions.papers import act_for, contract_for, invoice_paper

State = Subscription.State
BY = "щоденна перевірка"
# A card is tried again for some days before anybody is told; a treasury pays when it pays.
SLACK = timedelta(days=3)
log = get_logger("subscriptions.review")


def review() -> dict[str, int]:
    """In platform scope. Each subscription by itself: one that fails stops no other."""
    done = {"due": 0, "read_only": 0, "ended": 0, "reminded": 0, "billed": 0}
    # Before anything is billed: a contract may begin or end today.
    done["repriced"] = reprice(by=BY)
    served = Community.State.ACTIVE, Community.State.SUSPENDED
    rows = Subscription.objects.filter(community__state__in=served).exclude(state=State.ENDED)
    for one in rows.select_related("payer", "community", "plan"):
        try:
            _review(one, done)
        except Exception:
            log.exception("subscription_not_reviewed", subscription=str(one.pk))
    for one in Subscription.objects.filter(community=None, state=State.TRIAL, trial_until__lte=timezone.now()):
        flow.move(one.pk, State.ENDED, by=BY, why="Підключення не завершено")
        done["ended"] += 1
    return done


def _review(one: Subscription, done: dict[str, int]) -> None:
    now = timezone.now()
    if one.ends_at and one.ends_at <= now:
        _end(one, "Припинено за бажанням громади", done)
    elif one.state == State.TRIAL and one.trial_until:
        _review_trial(one, one.trial_until, done)
    elif one.state == State.ACTIVE and one.paid_until:
        _review_paid(one, one.paid_until, done)
    elif one.state == State.DUE and one.grace_until:
        if one.grace_until <= now:
            flow.move(one.pk, State.READ_ONLY, by=BY, why="Пільговий строк закінчився")
            remind(one, "read_only", now)
            done["read_only"] += 1
        elif days_left(one.grace_until) in DAYS_BEFORE:
            done["reminded"] += remind(one, "due", one.grace_until)
    elif one.state == State.READ_ONLY:
        over = ending_of(one)
        if over <= now:
            _end(one, "Не сплачено за весь строк читання", done)
        elif days_left(over) in DAYS_BEFORE:
            done["reminded"] += remind(one, "ending", over)


def _review_trial(one: Subscription, until: datetime, done: dict[str, int]) -> None:
    if until <= timezone.now():
        flow.unpaid(one, by=BY, why="Пробний строк закінчився")
        done["due"] += 1
    elif days_left(until) in DAYS_BEFORE and not one.ends_at:
        done["billed"] += _bill(one.payer, timezone.localdate(until))
        done["reminded"] += remind(one, "trial", until)


def _review_paid(one: Subscription, until: datetime, done: dict[str, int]) -> None:
    if until + SLACK <= timezone.now():
        flow.unpaid(one, by=BY, why="Сплачений строк закінчився")
        done["due"] += 1
    elif one.payer.way == Payer.Way.TREASURY and days_left(until) in DAYS_BEFORE:
        done["billed"] += _bill(one.payer, timezone.localdate(until))


def ending_of(one: Subscription) -> datetime:
    """When what is only read is over; counted from the day it was closed."""
    closed = one.moves.filter(became=State.READ_ONLY).first()
    return (closed.at if closed else one.created_at) + timedelta(days=settings.READ_ONLY_DAYS)


def _end(one: Subscription, why: str, done: dict[str, int]) -> None:
    flow.move(one.pk, State.ENDED, by=BY, why=why)
    remind(one, "ended", timezone.now())
    done["ended"] += 1


def _bill(payer: Payer, start: date) -> int:
    """The month that follows, for all of the payer's communities; the contract goes with the first."""
    if payer.way != Payer.Way.TREASURY:
        return 0
    made = bill(payer, start, start + timedelta(days=30))
    if made is None:
        return 0
    contract_for(payer)
    invoice_paper(made)
    send("invoice", payer.email, invoice=made)
    for earlier in payer.invoices.filter(period_to__lt=timezone.localdate(), state="paid", papers__kind="invoice"):
        act_for(earlier)
    return 1
