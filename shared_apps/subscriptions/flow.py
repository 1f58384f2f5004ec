"""A subscription's life as a table, and what each state means for the community's right to write."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.operations import Denied
from kernel.tenancy import platform_context
from kernel.tenancy.actor import Actor, acting
from kernel.tenancy.directory import forget_hosts
from shared_apps.communities.models import Community, StateChange
from shared_apps.subscriptions.models import Subscription, SubscriptionMove
from shared_apps.subscriptions.notices import forget_banner

State = Subscription.State
MOVES: dict[str, frozenset[str]] = {
    State.TRIAL: frozenset({State.ACTIVE, State.DUE, State.ENDED}),
    State.ACTIVE: frozenset({State.DUE, State.ENDED}),
    State.DUE: frozenset({State.ACTIVE, State.READ_ONLY, State.ENDED}),
    State.READ_ONLY: frozenset({State.ACTIVE, State.ENDED}),
    # Renewed, it waits for its money with everything to be read.
    State.ENDED: frozenset({State.ACTIVE, State.READ_ONLY}),
}
UNPAID = "Підписку не сплачено."
ENDED = "Підписку припинено."


def grace_days() -> timedelta:
    return timedelta(days=settings.GRACE_DAYS)


def move(pk: UUID, to: str, *, by: str, why: str, **facts: Any) -> Subscription:
    """One transaction: the state, its row of who and why, and the community opened or closed for writing.

    A move to the state it is in already only writes the facts.
    """
    with platform_context(), acting(Actor("system", name=by, reason=why)), transaction.atomic():
        subscription = Subscription.objects.select_for_update().get(pk=pk)
        was = subscription.state
        if to != was and to not in MOVES[was]:
            raise Denied(
                _("Підписка у стані «%(state)s»: перевести її так не можна.")
                % {"state": subscription.get_state_display()}
            )
        for name, value in facts.items():
            setattr(subscription, name, value)
        subscription.state = to
        if to == State.DUE and subscription.grace_until is None:
            subscription.grace_until = timezone.now() + grace_days()
        if to == State.ACTIVE:
            subscription.grace_until = None
        subscription.save()
        if to != was:
            SubscriptionMove.objects.create(subscription=subscription, was=was, became=to, by=by, why=why[:500])
        if community := subscription.community:
            _let_write(subscription, by=by)
            transaction.on_commit(lambda: forget_banner(community), robust=True)
    return subscription


def begin(subscription: Subscription, *, by: str, why: str) -> Subscription:
    """The first row of its history."""
    subscription.save(force_insert=True)
    SubscriptionMove.objects.create(subscription=subscription, became=subscription.state, by=by, why=why[:500])
    return subscription


def attach(subscription: Subscription, community: Community) -> None:
    """Its cloud has been made."""
    with transaction.atomic():
        Subscription.objects.filter(pk=subscription.pk).update(community=community)
        subscription.refresh_from_db()
        _let_write(subscription, by="підключення")
    forget_banner(community)


def _let_write(subscription: Subscription, *, by: str) -> None:
    """Closes what is not paid, and opens only what this very reason had closed."""
    community = Community.objects.select_for_update().get(pk=subscription.community_id)
    reason = {State.READ_ONLY.value: UNPAID, State.ENDED.value: ENDED}.get(subscription.state, "")
    if reason and not community.read_only and community.state == Community.State.ACTIVE:
        community.read_only, community.state_reason = True, reason
    elif not reason and community.read_only and community.state_reason in (UNPAID, ENDED):
        community.read_only, community.state_reason = False, ""
    else:
        return
    community.save(update_fields=["read_only", "state_reason"])
    StateChange.objects.create(
        community=community,
        was=community.state,
        became=community.state,
        by=by,
        reason=f"Лише читання: так. {reason}" if reason else "Лише читання: ні. Оплата надійшла.",
    )
    transaction.on_commit(forget_hosts)


def paid(subscription: Subscription, until: datetime | None, *, by: str, why: str, **facts: Any) -> Subscription:
    """Money came for it: it works until then, and opens by itself if it was closed."""
    if until and (subscription.paid_until is None or until > subscription.paid_until):
        facts["paid_until"] = until
        if subscription.ends_at and subscription.ends_at < until:
            # Whoever pays after asking to end has changed their mind for that long.
            facts.setdefault("ends_at", until)
    return move(subscription.pk, State.ACTIVE, by=by, why=why, **facts)


def unpaid(subscription: Subscription, *, by: str, why: str, **facts: Any) -> Subscription:
    """Money did not come: nothing closes before the days of grace are over."""
    if subscription.state in (State.TRIAL, State.ACTIVE):
        return move(subscription.pk, State.DUE, by=by, why=why, **facts)
    return subscription
