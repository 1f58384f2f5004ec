"""Figures as the region reads them: enterprises within their community, small numbers hidden, ratios from their parts.

A few questions to one table however many tenants; nobody's schema is visited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from kernel.indicators.catalogue import Declared
from kernel.indicators.kinds import Distinct, Percentile, Share
from kernel.indicators.sketches import Sketch, merged
from shared_apps.communities.models import Community
from shared_apps.rollups.models import Kept
from shared_apps.rollups.quality import BELIEVED, FRESH, NOTHING, Quality, Standing, standings, standings_by
from shared_apps.rollups.snapshots import seen_on
from shared_apps.rollups.suppression import Persons, hidden, total_hidden

LIVING = (Community.State.ACTIVE, Community.State.SUSPENDED)


@dataclass(slots=True)
class Told:
    """What is known of one community, its enterprises included. `is_hidden`: too few people to be told."""

    community: Community
    standing: Standing = NOTHING
    above: Decimal | None = None
    below: Decimal | None = None
    counted: int = 0
    value: Decimal | None = None
    sketches: list[Sketch] = field(default_factory=list)
    has_row: bool = False
    old_formula: bool = False
    is_hidden: bool = False
    # One of a part of what the reader may see.
    in_part: bool = False
    demo: bool = False

    @property
    def shown(self) -> Decimal | None:
        return None if self.is_hidden or self.standing.quality not in BELIEVED else self.value

    @property
    def quality(self) -> Quality:
        if not self.has_row and self.standing.quality in FRESH:
            return Quality.NONE
        return Quality.PARTIAL if self.old_formula and self.standing.quality == Quality.OK else self.standing.quality

    @property
    def data_at(self) -> datetime | None:
        return self.standing.data_at


@dataclass(frozen=True, slots=True)
class Total:
    """The whole of a territory: `told` communities out of `of`; hidden when it would give a small number away."""

    value: Decimal | None
    told: int
    of: int
    is_hidden: bool = False

    @property
    def shown(self) -> Decimal | None:
        return None if self.is_hidden else self.value


class Row(NamedTuple):
    """What is kept of one community; a model's instance for each would cost more than all the rest."""

    community_id: UUID
    above: Decimal | None
    below: Decimal | None
    counted: int
    formula: int
    demo: bool
    sketch: Sketch


_PLAIN = Row._fields[:-1]


def communities_in(found: QuerySet[Community]) -> list[Community]:
    """Hromadas and enterprises that live; those archived or deleted are in no total any more."""
    return list(found.filter(state__in=LIVING, training=False).select_related("parent").order_by("short_name", "slug"))


def read(
    one: Declared,
    period: str,
    communities: Sequence[Community],
    *,
    dimension: str = "",
    among: Sequence[Community] | None = None,
) -> list[Told]:
    """A row for every hromada, and for an enterprise whose hromada is not among them.

    `among` are all that the reader may see: small numbers are hidden among them, whatever part of them is asked for.
    """
    everyone = _everyone(one, communities, among)
    heads = {community.pk: community for community in everyone}
    standing = standings(everyone, one.register.label)
    return _part(_told(one, everyone, heads, standing, _rows(one, period, dimension, heads)), communities, everyone)


def read_many(
    asked: Sequence[tuple[Declared, str]], communities: Sequence[Community], *, among: Sequence[Community]
) -> list[list[Told]]:
    """Many figures, each of its period: two questions for a period, however many figures and communities there are."""
    keys = [community.pk for community in among]
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for period in {period for _one, period in asked}:
        ones = [one for one, when in asked if when == period]
        for sketched in (False, True):
            codes = [one.code for one in ones if _is_sketched(one) is sketched]
            fields = Row._fields if sketched else _PLAIN
            rows = Kept.objects.filter(period=period, dimension="", indicator__in=codes, community_id__in=keys)
            for code, *values in rows.values_list("indicator", *fields).iterator(10_000):
                found[code, period].append(Row._make(values if sketched else (*values, {})))
    standing = standings_by(among, {one.register.label for one, _period in asked})
    told: list[list[Told]] = []
    for one, period in asked:
        everyone = _everyone(one, communities, among)
        heads = {community.pk: community for community in everyone}
        rows_here = (row for row in found[one.code, period] if row.community_id in heads)
        told.append(_part(_told(one, everyone, heads, standing[one.register.label], rows_here), communities, everyone))
    return told


def read_on(
    one: Declared, period: str, communities: Sequence[Community], day: date, *, among: Sequence[Community] | None = None
) -> list[Told]:
    """What was seen on that day. Sketches are not kept, so a percentile is its community's own, without enterprises."""
    everyone = _everyone(one, communities, among)
    heads = {community.pk: community for community in everyone}
    rows = [row for row in seen_on(day, indicator=one.code, period=period) if row.community_id in heads]
    standing = dict.fromkeys(heads, Standing(Quality.OK))
    plain = [row for row in rows if not row.dimension and (row.value is not None or row.counted)]
    found = _told(one, everyone, heads, standing, plain)
    if _is_sketched(one):
        own = {row.community_id: row.value for row in plain}
        for told in found:
            told.value = own.get(told.community.pk)
    return _part(found, communities, everyone)


def _everyone(
    one: Declared, communities: Sequence[Community], among: Sequence[Community] | None
) -> Sequence[Community]:
    return communities if among is None or not one.indicator.people else among


def _part(found: list[Told], communities: Sequence[Community], everyone: Sequence[Community]) -> list[Told]:
    if len(communities) == len(everyone):
        return found
    wanted = {community.pk for community in communities}
    part = [told for told in found if told.community.pk in wanted]
    for told in part:
        told.in_part = True
    return part


def _told(
    one: Declared,
    communities: Sequence[Community],
    heads: dict[UUID, Community],
    standing: dict[UUID, Standing],
    rows: Iterable[Any],
) -> list[Told]:
    told = _heads(communities, heads, standing)
    for row in rows:
        community = heads[row.community_id]
        if standing[community.pk].quality in BELIEVED:
            _take(told[_head_of(community, heads)], row, one)
    for each in told.values():
        each.value = one.indicator.made_of(each.above, each.below, merged(each.sketches)) if each.has_row else None
    found = list(told.values())
    if one.indicator.people:
        _hide(one, found)
    return found


def _rows(one: Declared, period: str, dimension: str, heads: Iterable[UUID]) -> Iterable[Row]:
    rows = Kept.objects.filter(indicator=one.code, period=period, dimension=dimension, community_id__in=list(heads))
    if _is_sketched(one):
        return map(Row._make, rows.values_list(*Row._fields))
    return (Row._make((*values, {})) for values in rows.values_list(*_PLAIN))


def _is_sketched(one: Declared) -> bool:
    return isinstance(one.indicator, Percentile | Distinct)


def _head_of(community: Community, heads: Iterable[UUID]) -> UUID:
    parent = community.parent_id
    return parent if parent is not None and parent in heads else community.pk


def _heads(
    communities: Sequence[Community], heads: dict[UUID, Community], standing: dict[UUID, Standing]
) -> dict[UUID, Told]:
    return {
        community.pk: Told(community, standing[community.pk])
        for community in communities
        if _head_of(community, heads) == community.pk
    }


def _take(told: Told, row: Any, one: Declared) -> None:
    told.has_row = True
    told.above = _sum(told.above, row.above)
    told.below = _sum(told.below, row.below)
    told.counted += row.counted
    if not isinstance(row, Row):
        return
    told.old_formula = told.old_formula or row.formula != one.indicator.version
    told.demo = told.demo or row.demo
    if _is_sketched(one):
        told.sketches.append(row.sketch)


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return one if other is None else (one or Decimal(0)) + other


# -- small numbers -----------------------------------------------------------------------------------


def _persons(one: Declared, told: Told) -> Persons:
    met = int(told.above or 0) if isinstance(one.indicator, Share) else None
    return Persons(told.counted, met)


def _cells(one: Declared, found: Iterable[Told]) -> dict[str, Persons]:
    return {str(told.community.pk): _persons(one, told) for told in found if told.has_row}


def _groups(found: Sequence[Told]) -> list[list[str]]:
    """Totals are shown by district and by region."""
    groups: dict[str, list[str]] = defaultdict(list)
    for told in found:
        for code in {told.community.district_code, told.community.region_code}:
            groups[code].append(str(told.community.pk))
    groups["all"] = [str(told.community.pk) for told in found]
    return list(groups.values())


def _hide(one: Declared, found: Sequence[Told]) -> None:
    gone = hidden(_cells(one, found), _groups(found))
    for told in found:
        told.is_hidden = str(told.community.pk) in gone


# -- wholes ------------------------------------------------------------------------------------------


def total(one: Declared, found: Sequence[Told], *, part: bool = False) -> Total:
    """Sums of what stands above and below the line, never a mean of the communities' own figures.

    What is hidden is summed in one whole only: sums of parts, one less another, would tell it.
    """
    counted = [told for told in found if told.has_row and told.standing.quality in BELIEVED]
    above = below = None
    for told in counted:
        above, below = _sum(above, told.above), _sum(below, told.below)
    sketch = merged([sketch for told in counted for sketch in told.sketches])
    value = one.indicator.made_of(above, below, sketch) if counted else None
    fresh = sum(told.quality in FRESH for told in counted)
    is_hidden = False
    if one.indicator.people:
        gone = {str(told.community.pk) for told in counted if told.is_hidden}
        part = part or any(told.in_part for told in counted)
        is_hidden = bool(gone) and (
            part or total_hidden(_cells(one, counted), [str(told.community.pk) for told in counted], gone)
        )
    return Total(value, fresh, len(found), is_hidden)


def by_district(one: Declared, found: Sequence[Told]) -> dict[str, Total]:
    groups: dict[str, list[Told]] = defaultdict(list)
    for told in found:
        groups[told.community.district_code].append(told)
    return {code: total(one, members, part=len(groups) > 1) for code, members in sorted(groups.items())}


def trend(
    one: Declared,
    periods: Sequence[str],
    communities: Sequence[Community],
    *,
    of: UUID | None = None,
    among: Sequence[Community] | None = None,
) -> list[Decimal | None]:
    """The whole, or one community with its enterprises, period by period; a period nobody reported has no value."""
    if one.indicator.people:
        return _trend_of_people(one, periods, communities, of, communities if among is None else among)
    standing = standings(communities, one.register.label)
    keys = [
        community.pk
        for community in communities
        if standing[community.pk].quality in BELIEVED and (of is None or of in (community.pk, community.parent_id))
    ]
    rows = Kept.objects.filter(indicator=one.code, dimension="", period__in=list(periods)).filter(
        Q(community_id__in=keys)
    )
    if _is_sketched(one):
        sketches: dict[str, list[Sketch]] = defaultdict(list)
        for period, sketch in rows.values_list("period", "sketch"):
            sketches[period].append(sketch)
        values = {period: one.indicator.made_of(None, None, merged(found)) for period, found in sketches.items()}
    else:
        summed = rows.order_by().values("period").annotate(a=Sum("above"), b=Sum("below"))
        values = {row["period"]: one.indicator.made_of(row["a"], row["b"], {}) for row in summed}
    return [values.get(period) for period in periods]


def _trend_of_people(
    one: Declared,
    periods: Sequence[str],
    communities: Sequence[Community],
    of: UUID | None,
    everyone: Sequence[Community],
) -> list[Decimal | None]:
    """Each period hides what its map hides: a line would otherwise tell the number left out there."""
    heads = {community.pk: community for community in everyone}
    standing = standings(everyone, one.register.label)
    rows: dict[str, list[Row]] = defaultdict(list)
    kept = Kept.objects.filter(indicator=one.code, dimension="", period__in=list(periods), community_id__in=list(heads))
    for period, *values in kept.values_list("period", *Row._fields):
        rows[period].append(Row._make(values))
    found = []
    for period in periods:
        told = _part(_told(one, everyone, heads, standing, rows[period]), communities, everyone)
        if of is None:
            found.append(total(one, told).shown if rows[period] else None)
        else:
            found.append(next((each.shown for each in told if each.community.pk == of), None))
    return found
