"""What a removed plant costs the one who asks for its removal (відновна вартість)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

CENT = Decimal("0.01")
# Resolution 1045 of 2006: no payment for what is dangerous, dry, stands by networks or takes the light of homes.
FREE = frozenset({"dangerous", "dry", "networks", "light"})


class Rate(NamedTuple):
    """For one plant of the group, from this diameter to that one, both inside."""

    group: str
    diameter_from: int
    diameter_to: int
    value: Decimal


class NoRate(LookupError):
    def __init__(self, group: str, diameter: int) -> None:
        self.group, self.diameter = group, diameter
        super().__init__(f"No rate for {group}, {diameter} cm.")


def rate_for(rates: Iterable[Rate], group: str, diameter: int) -> Decimal:
    for rate in rates:
        if rate.group == group and rate.diameter_from <= diameter <= rate.diameter_to:
            return rate.value
    raise NoRate(group, diameter)


def replacement_value(rates: Iterable[Rate], group: str, diameter: int, quantity: int, cause: str) -> Decimal:
    if cause in FREE:
        return Decimal(0)
    return (rate_for(rates, group, diameter) * quantity).quantize(CENT, ROUND_HALF_UP)
