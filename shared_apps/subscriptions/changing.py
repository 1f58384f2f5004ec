"""Another plan after joining: what it costs, what comes and goes with it, and the moment it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.files import quota as files
from kernel.modules.entitlement import enabled_modules
from kernel.modules.entitlement import forget as forget_modules
from kernel.modules.manifest import ModuleConfig
from kernel.modules.registry import modules
from kernel.money import round_half_up
from kernel.operations import Denied
from kernel.tenancy import platform_context
from kernel.tenancy.cache import cache
from shared_apps.communities.models import Community, Plan, Quota, StateChange
from shared_apps.communities.quotas import bytes_shown, forget_shares
from shared_apps.subscriptions import gateway, notices
from shared_apps.subscriptions.invoices import bill, monthly_of, unpaid_of, void
from shared_apps.subscriptions.middleware import KEY as API_LIMIT
from shared_apps.subscriptions.models import Invoice, Subscription, SubscriptionMove
from shared_apps.subscriptions.papers import invoice_paper
from shared_apps.subscriptions.pricing import SEAT, Quote, for_sale, quote

MONTH_DAYS = 30
State = Subscription.State


@dataclass(frozen=True, slots=True)
class Change:
    """A plan weighed against what the community has today."""

    quote: Quote
    seats: int
    was: Decimal
    lost: tuple[ModuleConfig, ...]
    won: tuple[ModuleConfig, ...]
    obstacles: tuple[str, ...]
    same: bool

    @property
    def monthly(self) -> Decimal:
        return self.quote.monthly + SEAT * self.seats


def weigh(community: Community, found: Subscription, plan: Plan) -> Change:
    """In the community's own scope: people, files and modules are counted there."""
    people = User.objects.persons().filter(is_active=True).count()
    kept, on = files.used(), enabled_modules()
    limits = {name: plan.quotas.get(name) for name in ("users", "storage_bytes")}
    seats = 0 if limits["users"] is None else found.seats
    obstacles = []
    if limits["users"] is not None and people > limits["users"] + seats:
        told = _("Зараз працює %(count)s, а місць стане %(room)s. Вимкніть зайві записи або додайте місця.")
        obstacles.append(told % {"count": people, "room": limits["users"] + seats})
    if limits["storage_bytes"] is not None and kept > limits["storage_bytes"]:
        told = _("Файли займають %(used)s, а тариф дає %(room)s. Вилучіть непотрібні або виберіть більший тариф.")
        room = bytes_shown(limits["storage_bytes"])
        obstacles.append(told % {"used": bytes_shown(kept), "room": room})
    with platform_context():
        before, after = _given(community, community.plan), _given(community, plan)
        cost = quote(plan, community.population, community.katottg)
    return Change(
        quote=cost,
        seats=seats,
        was=monthly_of(found),
        lost=tuple(one for one in on if one.label not in after),
        won=tuple(one for one in modules() if one.label in after - before),
        obstacles=tuple(obstacles),
        same=plan.pk == found.plan_id,
    )


def _given(community: Community, plan: Plan) -> set[str]:
    allowed = set(plan.modules or ())
    return {one.label for one in modules() if community.kind in one.kinds and (not allowed or one.label in allowed)}


def offers(community: Community, found: Subscription) -> list[Change]:
    """Everything that is sold, the present plan among it."""
    with platform_context():
        plans = for_sale()
    return [weigh(community, found, plan) for plan in plans]


def paid_days_left(found: Subscription, now: datetime | None = None) -> int:
    if found.state != State.ACTIVE or found.paid_until is None:
        return 0
    return max((found.paid_until - (now or timezone.now())).days, 0)


def recount(found: Subscription, monthly: Decimal) -> Decimal:
    """What is left of the paid time, at the new price less the old; may be negative."""
    return round_half_up((monthly - monthly_of(found)) * paid_days_left(found) / MONTH_DAYS)


def recount_shown(found: Subscription, change: Change) -> Decimal:
    """In platform scope. By card Stripe itself says what it would charge."""
    if not found.stripe_subscription:
        return recount(found, change.monthly)
    wanted = Subscription(
        pk=found.pk,
        plan=change.quote.plan,
        monthly=change.quote.monthly,
        seats=change.seats,
        stripe_subscription=found.stripe_subscription,
    )
    return gateway.proration_of(wanted)


def change_plan(community: Community, plan: Plan, *, by: str) -> Subscription:
    """In the community's own scope. The plan holds at once; what it does not give is off, its data stay."""
    with transaction.atomic():
        with platform_context():
            locked = _locked(community)
            own = Community.objects.select_for_update(of=("self",)).select_related("plan").get(pk=community.pk)
        change = weigh(own, locked, plan)
        if change.same:
            return locked
        if change.obstacles:
            raise Denied(" ".join(change.obstacles))
        with platform_context():
            _take(own, locked, change, by)
    forget_modules()
    forget_shares()
    files.forget()
    cache.delete(API_LIMIT)
    notices.forget_banner(community)
    return locked


def _locked(community: Community) -> Subscription:
    found = notices.living(community)
    if found is None:
        raise Denied(_("Підписку припинено або її ще немає. Спершу поновіть її або зверніться до оператора хмари."))
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("plan", "payer")
    return rows.get(pk=found.pk)


def _take(own: Community, locked: Subscription, change: Change, by: str) -> None:
    plan, was = change.quote.plan, locked.plan
    carried = Decimal(0) if locked.stripe_subscription else recount(locked, change.monthly)
    why = f"Тариф: «{was.title}» → «{plan.title}», {change.was} → {change.monthly} грн на місяць"
    locked.plan, locked.monthly, locked.seats = plan, change.quote.monthly, change.seats
    locked.listed = change.quote.listed
    locked.carried += carried
    locked.save(update_fields=["plan", "monthly", "listed", "seats", "carried"])
    SubscriptionMove.objects.create(subscription=locked, was=locked.state, became=locked.state, by=by, why=why[:500])
    own.plan = plan
    own.save(update_fields=["plan"])
    StateChange.objects.create(community=own, was=own.state, became=own.state, by=by, reason=why[:500])
    included = plan.quotas.get("users")
    if change.seats and included is not None:
        facts = {"limit": included + change.seats, "reason": f"Додаткові місця: {change.seats}"}
        Quota.objects.update_or_create(community=own, key="users", defaults=facts)
    else:
        Quota.objects.filter(community=own, key="users", reason__startswith="Додаткові місця").delete()
    bill_anew(locked)
    # Last: a refusal of Stripe takes everything back.
    if locked.stripe_subscription:
        gateway.change_items(locked)


def bill_anew(subscription: Subscription) -> list[Invoice]:
    """What was billed at the old price and not paid yet is billed at the new one."""
    made = []
    for invoice in unpaid_of(subscription):
        void(invoice)
        again = bill(invoice.payer, invoice.period_from, invoice.period_to)
        if again is not None:
            invoice_paper(again)
            notices.send("invoice", invoice.payer.email, invoice=again)
            made.append(again)
    return made
