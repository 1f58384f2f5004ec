"""Places, peers, a rating by weights, how two figures go together: arithmetic over what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from uuid import UUID

from shared_apps.communities.models import Community
from shared_apps.console.asking import brief
from shared_apps.rollups.reading import Told

MOST_PEERS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Equal figures share a place; a community without a figure has none."""

    number: int | None
    told: Told
    change: Decimal | None


def places(rows: Sequence[Told], before: Sequence[Told], *, more_is_better: bool) -> list[Place]:
    was = {one.community.pk: one.shown for one in before}
    sign = -1 if more_is_better else 1
    shown = [(sign * one.shown, str(one.community), one) for one in rows if one.shown is not None]
    known = [one for _figure, _name, one in sorted(shown, key=lambda row: row[:2])]
    found: list[Place] = []
    for number, one in enumerate(known, start=1):
        tied = found and found[-1].told.shown == one.shown
        found.append(Place(found[-1].number if tied else number, one, _change(one.shown, was.get(one.community.pk))))
    rest = sorted((one for one in rows if one.shown is None), key=lambda one: str(one.community))
    return [*found, *(Place(None, one, None) for one in rest)]


def _change(now: Decimal | None, was: Decimal | None) -> Decimal | None:
    return None if now is None or was is None else now - was


def peers(community: Community, among: Sequence[Community]) -> list[Community]:
    """Of the same kind, the nearest by population: as many times larger as smaller counts alike."""
    if not community.population:
        return []
    mine = community.population
    others = [
        (max(people, mine) / min(people, mine), one)
        for one in among
        if one.pk != community.pk and one.kind == community.kind and (people := one.population)
    ]
    return [one for _times, one in sorted(others, key=lambda pair: pair[0])[:MOST_PEERS]]


# -- rating ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rated:
    """`score` of 0–100 over the figures that are there; `completeness` is the weight of those, in per cent."""

    community: Community
    score: Decimal | None
    completeness: int
    parts: dict[str, Decimal | None]


def rating(rows: Mapping[str, Sequence[Told]], weights: Mapping[str, Decimal], good: Mapping[str, bool]) -> list[Rated]:
    """Min–max by indicator; what is missing lowers completeness, not the score."""
    scores: dict[UUID, dict[str, Decimal | None]] = {}
    communities: dict[UUID, Community] = {}
    for code, told in rows.items():
        known = [one.shown for one in told if one.shown is not None]
        low, high = (min(known), max(known)) if known else (Decimal(0), Decimal(0))
        for one in told:
            communities[one.community.pk] = one.community
            scores.setdefault(one.community.pk, {})[code] = _points(one.shown, low, high, good.get(code, True))
    all_weight = sum(weights.values())
    found = []
    for pk, parts in scores.items():
        known_parts = {code: points for code, points in parts.items() if points is not None}
        weight = sum((weights[code] for code in known_parts), Decimal(0))
        score = (
            sum((weights[code] * points for code, points in known_parts.items()), Decimal(0)) / weight
            if weight
            else None
        )
        found.append(Rated(communities[pk], score, round(100 * weight / all_weight) if all_weight else 0, parts))
    return sorted(found, key=lambda one: (one.score is None, -(one.score or 0), str(one.community)))


def _points(value: Decimal | None, low: Decimal, high: Decimal, more_is_better: bool) -> Decimal | None:
    if value is None:
        return None
    if high == low:
        return Decimal(100)
    points = 100 * (value - low) / (high - low)
    return points if more_is_better else 100 - points


# -- two figures ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Together:
    """`strength` is Pearson's coefficient; None where there is nothing to compare or nothing varies."""

    pairs: list[tuple[str, Decimal, Decimal]]
    strength: float | None


def together(one: Sequence[Told], other: Sequence[Told]) -> Together:
    second = {told.community.pk: told.shown for told in other}
    pairs = [
        (brief(told.community), told.shown, value)
        for told in one
        if told.shown is not None and (value := second.get(told.community.pk)) is not None
    ]
    return Together(pairs, _pearson([(float(x), float(y)) for _name, x, y in pairs]))


def _pearson(pairs: Sequence[tuple[float, float]]) -> float | None:
    if len(pairs) < 3:
        return None
    mean_x, mean_y = (sum(pair[axis] for pair in pairs) / len(pairs) for axis in (0, 1))
    top = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    spread = sqrt(sum((x - mean_x) ** 2 for x, _y in pairs) * sum((y - mean_y) ** 2 for _x, y in pairs))
    return top / spread if spread else None
