"""The figures of one register in the current tenant: set-based, every indicator of a grouping in one question.

Rows are read at the finest grain — the shortest period, all dimensions at once — and everything coarser is put together
from that: months make quarters and years, values of a dimension make the total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, CharField, Count, DateTimeField, Func, Max, QuerySet, Value
from django.db.models.functions import Cast, TruncDay, TruncMonth, TruncQuarter, TruncYear

from kernel.indicators.kinds import Distinct, Indicator, Percentile
from kernel.indicators.sketches import (
    FEW,
    GROWTH,
    HASH_BITS,
    LOT_BITS,
    SMALLEST,
    Sketch,
    digest_of,
    distinct_of,
    distinct_of_lots,
    merged,
)
from kernel.registers.register import Register
from kernel.tenancy import current_tenant

_TRUNCATED = {"day": TruncDay, "month": TruncMonth, "quarter": TruncQuarter, "year": TruncYear}
_LENGTHS = ("day", "month", "quarter", "year")
Place = tuple[str, str]


@dataclass(slots=True)
class Cell:
    above: Decimal | None = None
    below: Decimal | None = None
    counted: int = 0
    sketches: list[Sketch] = field(default_factory=list)

    def add(self, above: Any, below: Any, counted: Any) -> None:
        self.above = _sum(self.above, above)
        self.below = _sum(self.below, below)
        self.counted += counted or 0


@dataclass(frozen=True, slots=True)
class Figure:
    """One value as it is kept: what stands above and below the line, how many rows, the sketch."""

    indicator: str
    period: str
    dimension: str
    above: Decimal | None
    below: Decimal | None
    counted: int
    sketch: Sketch
    value: Decimal | None


def figures_of(register: Register, *, secret: bytes) -> list[Figure]:
    """Every value of every indicator of the register. `secret` keys the hashes of distinct sketches."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[Indicator]] = defaultdict(list)
    for one in register.indicators:
        groups[(one.on, one.every if one.on else "", one.dimensions)].append(one)
    found: list[Figure] = []
    for (on, every, dimensions), indicators in groups.items():
        cells = _cells(register, indicators, on, every, dimensions, secret)
        for one in indicators:
            found += _finished(register, one, cells[one.code], has_present=not on)
    return found


def live_rows(register: Register) -> QuerySet[Any]:
    rows = register.queryset().order_by()
    return rows.filter(archived_at__isnull=True) if register.archives else rows


def _grouped(
    register: Register, on: str, every: str, dimensions: tuple[str, ...]
) -> tuple[QuerySet[Any], tuple[str, ...]]:
    rows = live_rows(register)
    names: tuple[str, ...] = dimensions
    if on:
        rows = rows.filter(**{f"{on}__isnull": False}).annotate(
            period_=_TRUNCATED[every](on, **_zone(register, on)),
        )
        names = ("period_", *dimensions)
    return rows, names


def _zone(register: Register, on: str) -> dict[str, Any]:
    is_moment = isinstance(register.model._meta.get_field(on), DateTimeField)
    return {"tzinfo": ZoneInfo(current_tenant().timezone)} if is_moment else {}


def _cells(
    register: Register,
    indicators: list[Indicator],
    on: str,
    every: str,
    dimensions: tuple[str, ...],
    secret: bytes,
) -> dict[str, dict[Place, Cell]]:
    cells: dict[str, dict[Place, Cell]] = {one.code: defaultdict(Cell) for one in indicators}
    rows, names = _grouped(register, on, every, dimensions)
    wanted: dict[str, Any] = {}
    for number, one in enumerate(indicators):
        wanted[f"a{number}_"] = one.above()
        wanted[f"c{number}_"] = one.counted()
        if (below := one.below()) is not None:
            wanted[f"b{number}_"] = below
    answers: Any = rows.values(*names).annotate(**wanted) if names else [rows.aggregate(**wanted)]
    for row in answers:
        for place in _places(row, every, dimensions):
            for number, one in enumerate(indicators):
                cells[one.code][place].add(row[f"a{number}_"], row.get(f"b{number}_"), row[f"c{number}_"])
    for one in indicators:
        if isinstance(one, Percentile | Distinct):
            kept = cells[one.code]
            for place, sketch in _sketches(rows, names, one, every, dimensions, secret):
                kept[place].sketches.append(sketch)
    return cells


def _places(row: dict[str, Any], every: str, dimensions: tuple[str, ...]) -> Iterator[Place]:
    """Where a row of the answer counts: its period and every longer one, the total and each of its values."""
    periods = list(_periods(row["period_"], every)) if every else [""]
    keys = ["", *(f"{name}={_key(row[name])}" for name in dimensions)]
    yield from ((period, key) for period in periods for key in keys)


def _key(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)[:100]


def period_code(day: date, length: str) -> str:
    if length == "day":
        return f"{day:%Y-%m-%d}"
    if length == "month":
        return f"{day:%Y-%m}"
    return f"{day.year}-Q{(day.month + 2) // 3}" if length == "quarter" else f"{day:%Y}"


def _periods(began: date | datetime, every: str) -> Iterator[str]:
    day = began.date() if isinstance(began, datetime) else began
    for length in _LENGTHS[_LENGTHS.index(every) :]:
        yield period_code(day, length)


def _finished(register: Register, one: Indicator, cells: dict[Place, Cell], *, has_present: bool) -> Iterator[Figure]:
    if has_present:
        # No row at all is a figure too: none.
        _total = cells[("", "")]
    for (period, dimension), cell in cells.items():
        sketch = merged(cell.sketches)
        value = one.made_of(cell.above, cell.below, sketch)
        if isinstance(one, Distinct):
            # Whoever came in two months is one person of the quarter: the sums over months know it not.
            cell.above, cell.counted = value, int(value or 0)
        yield Figure(
            f"{register.label}.{one.code}", period, dimension, cell.above, cell.below, cell.counted, sketch, value
        )


def _sum(one: Decimal | None, other: Any) -> Decimal | None:
    if other is None:
        return one
    return (one or Decimal(0)) + Decimal(other)


# -- sketches ----------------------------------------------------------------------------------------


def _sketches(
    rows: QuerySet[Any],
    names: tuple[str, ...],
    one: Percentile | Distinct,
    every: str,
    dimensions: tuple[str, ...],
    secret: bytes,
) -> Iterator[tuple[Place, Sketch]]:
    narrowed = rows.filter(one.condition).filter(**{f"{one.field}__isnull": False})
    if isinstance(one, Percentile):
        yield from _digests(narrowed.annotate(bucket_=_Bucket(one.field)), names, every, dimensions)
        return
    hashed = narrowed.annotate(hash_=_KeyedHash(Cast(one.field, CharField()), Value(secret)))
    for places, row in _by_place(hashed.values(*names).annotate(n_=Count("hash_", distinct=True)), every, dimensions):
        here = hashed.filter(**{name: row[name] for name in names})
        sketch = _distinct(here, row["n_"])
        yield from ((place, sketch) for place in places)


def _by_place(answers: Any, every: str, dimensions: tuple[str, ...]) -> Iterator[tuple[list[Place], dict[str, Any]]]:
    for row in answers:
        yield list(_places(row, every, dimensions)), row


def _digests(
    rows: QuerySet[Any], names: tuple[str, ...], every: str, dimensions: tuple[str, ...]
) -> Iterator[tuple[Place, Sketch]]:
    buckets: dict[Place, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for places, row in _by_place(rows.values(*names, "bucket_").annotate(n_=Count("pk")), every, dimensions):
        for place in places:
            buckets[place][row["bucket_"]] += row["n_"]
    yield from ((place, digest_of(counted)) for place, counted in buckets.items())


def _distinct(rows: QuerySet[Any], different: int) -> Sketch:
    if different <= FEW:
        return distinct_of(rows.values_list("hash_", flat=True).distinct())
    lots = rows.annotate(lot_=_Lot("hash_"), run_=_Run("hash_")).values("lot_").annotate(longest=Max("run_"))
    return distinct_of_lots({row["lot_"]: row["longest"] for row in lots})


class _Bucket(Func):
    """kernel.indicators.sketches.bucket_of, said in SQL."""

    output_field = CharField()
    template = (
        f"CASE WHEN abs(%(expressions)s) < {SMALLEST} THEN 'z' ELSE "
        "(CASE WHEN %(expressions)s > 0 THEN 'p' ELSE 'n' END) || "
        f"ceil(ln(abs(%(expressions)s)::float8) / ln({GROWTH!r}::float8))::bigint END"
    )


class _KeyedHash(Func):
    """Sixty bits that only this installation could have made, so that a number of a person cannot be tried out."""

    output_field = BigIntegerField()
    template = (
        "('x' || right(encode(hmac(convert_to(%(expressions)s, 'sha256'), 'hex'), "
        f"{HASH_BITS // 4}))::bit({HASH_BITS})::bigint"
    )
    arg_joiner = ", 'UTF8'), "


class _Lot(Func):
    output_field = BigIntegerField()
    template = f"(%(expressions)s & {(1 << LOT_BITS) - 1})"


class _Run(Func):
    """Zeros before the first one, and that one: the length of what is left in binary tells."""

    output_field = BigIntegerField()
    template = f"({HASH_BITS - LOT_BITS} - length(ltrim((%(expressions)s >> {LOT_BITS})::bit({HASH_BITS - LOT_BITS})::text, '0')) + 1)"
