"""Taking a plan, changing it, paying another way: what people decide about money."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.operations import Denied
from kernel.tenancy import platform_context, tenant_context
from shared_apps.communities.models import Community, Plan, Quota
from shared_apps.communities.quotas import forget_shares, limit_of_plan
from shared_apps.subscriptions import flow, gateway
from shared_apps.subscriptions.models import Payer, Subscription, SubscriptionMove
from shared_apps.subscriptions.notices import living
from shared_apps.subscriptions.pricing import quote

MOST_SEATS = 5_000


def take_plan(
    plan: Plan, *, name: str, edrpou: str, email: str, way: str, population: int | None, region: str, by: str
) -> Subscription:
    """The payer and a subscription that is tried for nothing until its time is over. In platform scope."""
    with transaction.atomic():
        payer = find_payer(name, edrpou, email, way)
        price = quote(plan, population, region)
        return flow.begin(
            Subscription(
                payer=payer,
                plan=plan,
                monthly=price.monthly,
                listed=price.listed,
                trial_until=timezone.now() + timedelta(days=settings.TRIAL_DAYS),
            ),
            by=by,
            why=f"Тариф «{plan.title}», {payer.get_way_display()}",
        )


def find_payer(name: str, edrpou: str, email: str, way: str, *, apart: bool = False) -> Payer:
    """The same code and the same letter-box are the same payer: one may pay for many."""
    alike = Payer.objects.filter(edrpou=edrpou, email=email.lower(), way=way, apart=apart)
    known = alike.first() if edrpou else None
    return known or Payer.objects.create(name=name, edrpou=edrpou, email=email.lower(), way=way, apart=apart)


def give_to_payer(subscription: Subscription, payer: Payer, *, by: str, why: str) -> None:
    """A region or a founder pays from now on; what was billed before stays with whom it was billed to."""
    with transaction.atomic():
        locked = Subscription.objects.select_for_update().get(pk=subscription.pk)
        if locked.stripe_subscription:
            raise Denied(_("Спершу скасуйте оплату карткою: вона списується з попереднього платника."))
        told = f"Платник: {locked.payer} → {payer}. {why}"
        locked.payer = payer
        locked.save(update_fields=["payer"])
        SubscriptionMove.objects.create(
            subscription=locked, was=locked.state, became=locked.state, by=by, why=told[:500]
        )


def change_seats(community: Community, seats: int, *, by: str) -> Subscription:
    """More people than the plan has room for, or fewer again. In platform scope."""
    if not 0 <= seats <= MOST_SEATS:
        raise Denied(_("Місць буває від 0 до %(most)s.") % {"most": MOST_SEATS})
    included = limit_of_plan(community, "users")
    if included is None:
        raise Denied(_("Ваш тариф не обмежує кількості працівників: додаткові місця не потрібні."))
    with tenant_context(community):
        working = User.objects.persons().filter(is_active=True).count()
    if working > included + seats:
        raise Denied(
            _("Зараз працює %(count)s, а місць стане %(room)s. Спершу вимкніть зайві записи.")
            % {"count": working, "room": included + seats}
        )
    with transaction.atomic():
        found = living(community)
        if found is None:
            raise Denied(_("Підписки ще немає. Зверніться до оператора хмари."))
        locked = Subscription.objects.select_for_update(of=("self",)).select_related("plan", "payer").get(pk=found.pk)
        was, locked.seats = locked.seats, seats
        if was == seats:
            return locked
        locked.save(update_fields=["seats"])
        why = f"Додаткові місця: {was} → {seats}"
        SubscriptionMove.objects.create(subscription=locked, was=locked.state, became=locked.state, by=by, why=why)
        if seats:
            Quota.objects.update_or_create(
                community=community, key="users", defaults={"limit": included + seats, "reason": why}
            )
        else:
            Quota.objects.filter(community=community, key="users").delete()
        # Last: a refusal of Stripe takes everything back.
        if locked.stripe_subscription:
            gateway.change_items(locked)
    with tenant_context(community):
        forget_shares()
    return locked


def subscription_of(community: Community) -> Subscription | None:
    with platform_context():
        return living(community)
