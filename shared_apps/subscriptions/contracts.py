"""Contracts of regions that make communities cheaper by dates, and payers who pay for many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.operations import Denied
from kernel.tenancy.locks import hold_lock
from kernel.tenancy.log import get_logger
from shared_apps.communities.models import Community
from shared_apps.subscriptions import gateway
from shared_apps.subscriptions.models import Discount, Payer, Subscription, SubscriptionMove
from shared_apps.subscriptions.operations import find_payer, give_to_payer
from shared_apps.subscriptions.pricing import best_discount, discounted, listed_price

State = Subscription.State
log = get_logger("subscriptions.contracts")

# -- discounts -----------------------------------------------------------------------------------------


def make_contract(
    region: str, percent: Decimal, contract: str, *, valid_from: date, valid_to: date | None = None, by: str
) -> Discount:
    """In platform scope. Prices follow at once where it holds already; the rest every morning of its dates."""
    made = Discount(region=region, percent=percent, contract=contract.strip(), valid_from=valid_from, valid_to=valid_to)
    if not Community.objects.filter(katottg__startswith=region).exists():
        raise ValidationError({"region": _("Громад цієї області в хмарі немає. Перевірте код, напр. UA53.")})
    if valid_to and valid_to <= valid_from:
        raise ValidationError({"valid_to": _("Кінець дії має бути пізніше за початок.")})
    made.full_clean()
    with transaction.atomic():
        made.save()
    reprice(region=region, by=by)
    return made


def end_contract(discount: Discount, on: date, *, by: str) -> Discount:
    """From that day on it gives nothing; what was billed stays as it was billed."""
    if on <= discount.valid_from:
        raise ValidationError(
            {
                "on": _("День має бути пізніше за початок договору (%(day)s).")
                % {"day": f"{discount.valid_from:%d.%m.%Y}"}
            }
        )
    if discount.valid_to and on >= discount.valid_to:
        raise ValidationError({"on": _("Договір і так закінчується раніше.")})
    with transaction.atomic():
        discount.valid_to = on
        discount.save(update_fields=["valid_to"])
    reprice(region=discount.region, by=by)
    return discount


def price_of(one: Subscription, on: date) -> tuple[Decimal, Decimal]:
    """(without a discount, with that of the day)."""
    community = one.community
    population = community.population or 0 if community else 0
    listed = one.listed if one.listed is not None else listed_price(one.plan, population)
    found = best_discount(community.katottg, on) if community and community.katottg else None
    return listed, discounted(listed, found.percent if found else Decimal(0))


def reprice(*, region: str = "", by: str) -> int:
    """Every price as the contracts of today say; how many changed. One that fails is tried again tomorrow."""
    today, changed = timezone.localdate(), 0
    rows = Subscription.objects.exclude(state=State.ENDED).filter(community__isnull=False)
    if region:
        rows = rows.filter(community__katottg__startswith=region)
    contracted = set(Discount.objects.values_list("region", flat=True))
    for one in rows.select_related("community", "plan", "payer"):
        # A price without its list price was agreed by hand: only a contract of the region moves it.
        if one.listed is None and (one.community is None or one.community.region_code not in contracted):
            continue
        if price_of(one, today)[1] == one.monthly:
            continue
        try:
            changed += _reprice(one, today, by)
        except Denied as refused:
            log.warning("price_not_changed", subscription=str(one.pk), why=str(refused))
    return changed


def _reprice(found: Subscription, today: date, by: str) -> bool:
    with transaction.atomic():
        one = (
            Subscription.objects.select_for_update(of=("self",))
            .select_related("community", "plan", "payer")
            .get(pk=found.pk)
        )
        was, (_listed, one.monthly) = one.monthly, price_of(one, today)
        if was == one.monthly:
            return False
        one.save(update_fields=["monthly"])
        SubscriptionMove.objects.create(
            subscription=one,
            was=one.state,
            became=one.state,
            by=by,
            why=f"Ціна за договором області: {was} → {one.monthly} грн на місяць",
        )
        # Last: a refusal of Stripe takes everything back.
        if one.stripe_subscription:
            gateway.change_price(one)
    return True


# -- one payer for many --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cost:
    """What one community costs its payer."""

    subscription: Subscription
    listed: Decimal
    monthly: Decimal
    seats: Decimal

    @property
    def whole(self) -> Decimal:
        return self.monthly + self.seats


def new_payer(name: str, edrpou: str, email: str, way: str, *, apart: bool = True) -> Payer:
    validate_email(email)
    if way == Payer.Way.TREASURY and not edrpou:
        raise ValidationError({"edrpou": _("Для рахунків казначейству потрібен код ЄДРПОУ платника.")})
    payer = find_payer(name.strip(), edrpou, email.strip(), way, apart=apart)
    payer.full_clean()
    return payer


def pay_for(payer: Payer, communities: Iterable[Community], *, by: str, why: str) -> int:
    """In platform scope: all of them or none. How many came to this payer."""
    if not why.strip():
        raise ValidationError({"why": _("Назвіть підставу: договір чи рішення, його дату й номер.")})
    came = 0
    with transaction.atomic():
        hold_lock(f"subscriptions.payer.{payer.pk}")
        for community in communities:
            one = Subscription.objects.filter(community=community).exclude(state=State.ENDED).first()
            if one is None:
                raise Denied(_("%(name)s: підписки немає, платити нема за що.") % {"name": community})
            if one.payer_id == payer.pk:
                continue
            try:
                give_to_payer(one, payer, by=by, why=why.strip())
            except Denied as refused:
                raise Denied(f"{community}: {refused}") from refused
            came += 1
    return came


def give_back(one: Subscription, *, email: str, way: str, by: str, why: str) -> Payer:
    """The community pays for itself from now on."""
    community = one.community
    if community is None:
        raise Denied(_("Хмари цієї громади ще не створено."))
    if not why.strip():
        raise ValidationError({"why": _("Назвіть підставу: договір чи рішення, його дату й номер.")})
    with transaction.atomic():
        own = new_payer(community.name, community.edrpou, email, way, apart=False)
        if own.pk == one.payer_id:
            raise Denied(_("Громада вже платить за себе сама."))
        give_to_payer(one, own, by=by, why=why.strip())
    return own


def pays_itself(one: Subscription) -> bool:
    """Whether the community's own people may touch the payer's card and papers."""
    payer, community = one.payer, one.community
    if payer.apart or community is None:
        return False
    # A council that pays for its enterprises is at home with the papers; its enterprises are not.
    ours = bool(payer.edrpou) and payer.edrpou == community.edrpou
    return ours or not payer.subscriptions.exclude(pk=one.pk).exclude(state=State.ENDED).exists()
