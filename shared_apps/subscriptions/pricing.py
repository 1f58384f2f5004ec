"""What a plan costs a community: by its population, less what its region's contract takes off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from kernel.money import round_half_up
from shared_apps.communities.models import Plan
from shared_apps.subscriptions.models import Discount, PlanPrice

# Of a new installation; rows of PlanPrice stand over them.
LISTED: dict[str, tuple[tuple[int, Decimal], ...]] = {
    "start": ((0, Decimal(2900)), (10_000, Decimal(4900)), (50_000, Decimal(9900))),
    "standard": ((0, Decimal(6900)), (10_000, Decimal(11900)), (50_000, Decimal(24900))),
    "full": ((0, Decimal(11900)), (10_000, Decimal(19900)), (50_000, Decimal(39900))),
}
# An employee over the plan's number, a month.
SEAT = Decimal(120)


@dataclass(frozen=True, slots=True)
class Quote:
    """A price with its arithmetic: people see how it came to be."""

    plan: Plan
    listed: Decimal
    percent: Decimal
    contract: str

    @property
    def monthly(self) -> Decimal:
        return discounted(self.listed, self.percent)


def discounted(listed: Decimal, percent: Decimal) -> Decimal:
    return round_half_up(listed * (100 - percent) / 100)


def quote(plan: Plan, population: int | None, region: str, on: date | None = None) -> Quote:
    """Without a number of people the dearest would be a guess: it is the smallest community's price."""
    on = on or timezone.localdate()
    found = best_discount(region, on)
    return Quote(
        plan,
        listed_price(plan, population or 0),
        found.percent if found else Decimal(0),
        found.contract if found else "",
    )


def listed_price(plan: Plan, population: int) -> Decimal:
    own = plan.prices.filter(population_from__lte=population).order_by("-population_from").first()
    if own is not None:
        return own.monthly
    if plan.prices.exists():
        return plan.prices.order_by("population_from")[0].monthly
    steps = LISTED.get(plan.code, ((0, Decimal(0)),))
    return max((step for step in steps if step[0] <= population), default=steps[0])[1]


def best_discount(region: str, on: date) -> Discount | None:
    rows = Discount.objects.filter(region=region[:4], valid_from__lte=on)
    return rows.exclude(valid_to__lte=on).order_by("-percent", "pk").first()


def for_sale() -> list[Plan]:
    """Plans that have a price, the cheapest first."""
    priced = set(PlanPrice.objects.values_list("plan_id", flat=True)) | set(LISTED)
    return sorted(Plan.objects.filter(code__in=priced), key=lambda plan: listed_price(plan, 0))
