"""Figures that cannot be added up as they are: a median, a number of different people. What is added up is a sketch.

Both kinds merge without loss: the sketch of a region is what one tenant holding all the rows would have made.

- A **digest** counts values in buckets whose edges grow by the same factor, so any percentile read from it is within
  `ERROR` of a true value of the rows (DDSketch, Masson et al., 2019).
- A **distinct sketch** keeps keyed hashes while they are few, and then it is exact; beyond `FEW` it keeps, for each of
  4,096 lots, the longest run of zeros seen (HyperLogLog), whose standard error is 1.04/√4096 = 1.6 %.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

ERROR = 0.01
GROWTH = (1 + ERROR) / (1 - ERROR)
# Logarithms know no zero: what is smaller than this counts as nothing.
SMALLEST = 1e-9

FEW = 1_024
LOT_BITS = 12
LOTS = 1 << LOT_BITS
HASH_BITS = 60

Sketch = dict[str, Any]


# -- percentiles -------------------------------------------------------------------------------------


def digest_of(buckets: Mapping[str, int]) -> Sketch:
    """`buckets` as the database counts them: «p12» and «n12» for values above and below zero, «z» for none."""
    return {"d": {key: int(count) for key, count in buckets.items()}}


def bucket_of(value: float) -> str:
    """The same rule the database follows; see kernel.indicators.computing."""
    if abs(value) < SMALLEST:
        return "z"
    return f"{'p' if value > 0 else 'n'}{math.ceil(math.log(abs(value)) / math.log(GROWTH))}"


def percentile(sketch: Sketch, share: float) -> Decimal | None:
    """The value below which this share of the rows lies, within ERROR of a row that is really there."""
    counted = sorted(((_middle(key), count) for key, count in sketch.get("d", {}).items()), key=lambda pair: pair[0])
    total = sum(count for _middle_value, count in counted)
    if not total:
        return None
    wanted, seen = share * (total - 1), 0
    for value, count in counted:
        seen += count
        if seen > wanted:
            return Decimal(repr(value))
    return Decimal(repr(counted[-1][0]))


def _middle(key: str) -> float:
    if key == "z":
        return 0.0
    middle = 2 * GROWTH ** int(key[1:]) / (GROWTH + 1)
    return middle if key[0] == "p" else -middle


# -- distinct ----------------------------------------------------------------------------------------


def distinct_of(hashes: Iterable[int]) -> Sketch:
    found = set(hashes)
    return {"h": sorted(found)} if len(found) <= FEW else {"r": _packed(_lots(found))}


def distinct_of_lots(lots: Mapping[int, int]) -> Sketch:
    """The longest runs by lot, as the database grouped them."""
    full = bytearray(LOTS)
    for lot, run in lots.items():
        full[lot] = run
    return {"r": _packed(full)}


def lot_and_run(number: int) -> tuple[int, int]:
    lot, rest = number & (LOTS - 1), number >> LOT_BITS
    return lot, HASH_BITS - LOT_BITS - rest.bit_length() + 1


def distinct(sketch: Sketch) -> Decimal:
    if "r" not in sketch:
        return Decimal(len(sketch.get("h", ())))
    lots = _unpacked(sketch["r"])
    estimate = 0.7213 / (1 + 1.079 / LOTS) * LOTS * LOTS / sum(2.0**-run for run in lots)
    empty = lots.count(0)
    if estimate <= 2.5 * LOTS and empty:
        estimate = LOTS * math.log(LOTS / empty)
    return Decimal(round(estimate))


def _lots(hashes: Iterable[int]) -> bytearray:
    lots = bytearray(LOTS)
    for number in hashes:
        lot, run = lot_and_run(number)
        lots[lot] = max(lots[lot], run)
    return lots


def _packed(lots: bytes | bytearray) -> str:
    return bytes(lots).hex()


def _unpacked(text: str) -> bytes:
    return bytes.fromhex(text)


# -- both --------------------------------------------------------------------------------------------


def merged(sketches: Sequence[Sketch]) -> Sketch:
    if not sketches:
        return {}
    if any("d" in one for one in sketches):
        total: Counter[str] = Counter()
        for one in sketches:
            total.update(one.get("d", {}))
        return {"d": dict(total)}
    few: set[int] = set()
    for one in sketches:
        few.update(one.get("h", ()))
    dense = [_unpacked(one["r"]) for one in sketches if "r" in one]
    if not dense:
        return distinct_of(few)
    return {"r": _packed(bytes(map(max, _lots(few), *dense)))}
