"""A full recount proves equality: what is kept is compared with what the rows say now, and nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from kernel.tenancy import current_tenant, platform_context
from kernel.tenancy.locks import hold_lock
from shared_apps.rollups.models import Kept
from shared_apps.rollups.pushing import count, counting_registers

SIX = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Difference:
    tenant: str
    indicator: str
    period: str
    dimension: str
    kept: Decimal | None
    counted: Decimal | None
    why: str


@dataclass(frozen=True, slots=True)
class Verified:
    tenant: str
    values: int
    differences: list[Difference]


def verify_tenant() -> Verified:
    """In a tenant. Demonstration values stand for rows that never were, so they are passed over."""
    tenant = current_tenant()
    values, differences = 0, []
    for register in counting_registers():
        with transaction.atomic():
            hold_lock(f"rollups:{register.label}")
            figures = {(one.indicator, one.period, one.dimension): one for one in count(register)}
            with platform_context():
                rows = Kept.objects.filter(
                    community_id=tenant.id, indicator__startswith=f"{register.label}.", demo=False
                )
                kept = {(row.indicator, row.period, row.dimension): row for row in rows}
        values += len(figures)
        for place in sorted(figures.keys() | kept.keys()):
            was, now = kept.get(place), figures.get(place)
            why = _why(was, now)
            if why:
                differences.append(
                    Difference(tenant.slug, *place, was.value if was else None, now.value if now else None, why)
                )
    return Verified(tenant.slug, values, differences)


def _why(kept: Kept | None, counted: object) -> str:
    if kept is None:
        return "не пораховано"
    if counted is None:
        return "рядків уже немає"
    pairs = ((getattr(kept, name), getattr(counted, name)) for name in ("value", "above", "below"))
    if any(not _same(one, other) for one, other in pairs) or kept.counted != counted.counted:  # type: ignore[attr-defined]
        return "інше значення"
    return "" if kept.sketch == counted.sketch else "інший ескіз"  # type: ignore[attr-defined]


def _same(one: Decimal | None, other: Decimal | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(Decimal(one) - Decimal(other)) <= SIX


def differences(found: list[Verified]) -> Iterator[Difference]:
    for one in found:
        yield from one.differences
