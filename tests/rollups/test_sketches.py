"""Percentiles and numbers of different values: merged without loss, within the promised error."""

from __future__ import annotations

import math
import random
from collections import Counter
from decimal import Decimal

import pytest

from kernel.indicators import sketches
from kernel.indicators.sketches import ERROR, FEW, bucket_of, digest_of, distinct, distinct_of, merged, percentile

RANDOM = random.Random(20261121)


def digest(values):
    return digest_of(Counter(bucket_of(value) for value in values))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99, 1.0])
@pytest.mark.parametrize("scale", [0.01, 1, 1e7])
def test_a_percentile_is_within_one_per_cent(share, scale):
    values = sorted(RANDOM.lognormvariate(0, 2) * scale for _number in range(5_000))
    true = values[int(share * (len(values) - 1))]
    assert abs(float(percentile(digest(values), share)) - true) <= ERROR * true * 1.0001


def test_zero_and_below():
    values = [-100.0, -1.0, 0.0, 0.0, 1.0, 50.0, 100.0]
    assert percentile(digest(values), 0.5) == 0
    assert math.isclose(float(percentile(digest(values), 0)), -100, rel_tol=ERROR)
    assert percentile(digest([]), 0.5) is None


def test_parts_merge_into_the_whole():
    values = [RANDOM.expovariate(0.01) for _number in range(3_000)]
    parts = [digest(values[start::7]) for start in range(7)]
    assert merged(parts) == digest(values)


def hashes(count, start=0):
    return [RANDOM.getrandbits(60) for _number in range(start, start + count)]


@pytest.mark.parametrize("count", [0, 1, 5, FEW])
def test_few_are_counted_exactly(count):
    assert distinct(distinct_of(hashes(count) * 2)) == count


@pytest.mark.parametrize("count", [FEW + 1, 5_000, 50_000])
def test_many_are_estimated_within_the_bound(count):
    """1.04/√4096 is one standard error; five of them are never met in an honest estimate."""
    found = distinct(distinct_of(hashes(count)))
    assert abs(float(found) - count) <= 5 * 1.04 / 64 * count


def test_the_same_people_in_two_tenants_are_counted_once():
    people = hashes(900)
    one, other = distinct_of(people[:600]), distinct_of(people[300:])
    assert distinct(merged([one, other])) == 900
    many = hashes(20_000)
    both = merged([distinct_of(many[:15_000]), distinct_of(many[5_000:]), distinct_of(many[:10])])
    assert both == distinct_of(many)


def test_the_empty_sketch():
    assert merged([]) == {} and distinct({}) == Decimal(0) and sketches.percentile({}, 0.5) is None
