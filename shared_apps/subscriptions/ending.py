"""A subscription that is asked to end, that goes on after all, or is renewed when it has ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.operations import Denied
from shared_apps.communities.models import Community
from shared_apps.subscriptions import flow, gateway, notices
from shared_apps.subscriptions.invoices import bill, unpaid_of, void
from shared_apps.subscriptions.models import Payer, Subscription, SubscriptionMove
from shared_apps.subscriptions.papers import invoice_paper

State = Subscription.State


def end_of(found: Subscription) -> datetime:
    """To the end of what is paid for or given; what only waits for money ends with its days of grace."""
    until = {State.TRIAL: found.trial_until, State.ACTIVE: found.paid_until, State.DUE: found.grace_until}
    return max(until.get(State(found.state)) or timezone.now(), timezone.now())


def stop(community: Community, *, by: str, why: str) -> Subscription:
    """In platform scope. Nothing closes today; from that day on data can be read and taken away."""
    with transaction.atomic():
        locked = _locked(community)
        if locked.ends_at:
            return locked
        locked.ends_at = end_of(locked)
        _note(locked, by, f"Закінчити {notices.day(locked.ends_at)}. {why}")
        for invoice in unpaid_of(locked):
            if invoice.period_from >= timezone.localdate(locked.ends_at):
                void(invoice)
                # Others of the same payer are billed again without this one.
                if again := bill(invoice.payer, invoice.period_from, invoice.period_to):
                    invoice_paper(again)
        if locked.stripe_subscription:
            gateway.end_with_period(locked, end=True)
    notices.forget_banner(community)
    return locked


def go_on(community: Community, *, by: str) -> Subscription:
    """In platform scope. A change of mind before the end."""
    with transaction.atomic():
        locked = _locked(community)
        if locked.ends_at is None:
            return locked
        locked.ends_at = None
        _note(locked, by, "Не припиняти")
        if locked.stripe_subscription:
            gateway.end_with_period(locked, end=False)
    notices.forget_banner(community)
    return locked


def renew(community: Community, *, by: str) -> Subscription:
    """In platform scope. What has ended waits for its money again; the money opens it."""
    found = notices.latest(community)
    if found is None:
        raise Denied(_("Підписки ще немає. Зверніться до оператора хмари."))
    if found.state != State.ENDED:
        return found
    with transaction.atomic():
        renewed = flow.move(found.pk, State.READ_ONLY, by=by, why="Поновлено, чекає оплати", ends_at=None)
        if renewed.payer.way == Payer.Way.TREASURY:
            today = timezone.localdate()
            if made := bill(renewed.payer, today, today + timedelta(days=30)):
                invoice_paper(made)
                notices.send("invoice", renewed.payer.email, invoice=made)
    return renewed


def _locked(community: Community) -> Subscription:
    found = notices.living(community)
    if found is None:
        raise Denied(_("Підписку вже припинено."))
    return Subscription.objects.select_for_update(of=("self",)).select_related("plan", "payer").get(pk=found.pk)


def _note(locked: Subscription, by: str, why: str) -> None:
    locked.save(update_fields=["ends_at"])
    SubscriptionMove.objects.create(subscription=locked, was=locked.state, became=locked.state, by=by, why=why[:500])
