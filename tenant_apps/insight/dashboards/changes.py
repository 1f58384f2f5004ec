"""Why a figure changed: the difference of two periods by the values of a field, and the parts add up to the whole.

For a fraction a part's contribution is its own numerator over the whole denominator, so that contributions add up too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from kernel.indicators.catalogue import Declared
from kernel.indicators.kinds import Distinct, Percentile
from kernel.indicators.spans import within
from shared_apps.rollups import periods
from shared_apps.rollups.own import own_parts
from tenant_apps.insight.dashboards.counting import sees_whole
from tenant_apps.insight.dashboards.splitting import facet_of, rows_url, words_for

MOST_PARTS = 2_000
Cells = dict[Any, tuple[Decimal | None, Decimal | None]]


@dataclass(frozen=True, slots=True)
class Contribution:
    title: str
    before: Decimal | None
    now: Decimal | None
    change: Decimal
    url: str = ""
    before_url: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    label: str
    before: Decimal | None
    now: Decimal | None
    parts: list[Contribution]

    @property
    def change(self) -> Decimal:
        return (self.now or Decimal(0)) - (self.before or Decimal(0))


def ways_to_split(one: Declared, user: Any) -> list[str]:
    """Dated rows can be split anew by any field; a state of a past day, only by what was kept with it."""
    if isinstance(one.indicator, Percentile | Distinct):
        return []
    if one.periods:
        return list(one.indicator.by)
    return [name for name in one.indicator.dimensions if name in one.indicator.by] if sees_whole(one, user) else []


def explain(one: Declared, by: str, now: str, before: str, user: Any) -> Explained | None:
    """None when there is nothing kept of the former period to compare with."""
    if one.periods:
        cells, former = _dated(one, by, now, user), _dated(one, by, before, user)
    else:
        cells, former = _standing(one, by, user), _seen(one, by, before)
        if not former:
            return None
        cells, former = _by_words(cells), _by_words(former)
    facet = facet_of(one.register, by)
    keys = [*cells, *(key for key in former if key not in cells)]
    words = words_for(one.register, facet, keys, user) if one.periods else _kept_words(facet, keys)
    whole_now, whole_before = _whole(cells), _whole(former)
    parts = []
    for key in keys:
        was, is_ = _share(one, former.get(key), whole_before), _share(one, cells.get(key), whole_now)
        if (is_ or Decimal(0)) != (was or Decimal(0)):
            parts.append(
                Contribution(
                    words[key],
                    was,
                    is_,
                    (is_ or Decimal(0)) - (was or Decimal(0)),
                    rows_url(one, facet, _given(facet, key), now),
                    rows_url(one, facet, _given(facet, key), before) if one.periods else "",
                )
            )
    parts.sort(key=lambda part: -abs(part.change))
    return Explained(facet.label, _value(one, whole_before, former), _value(one, whole_now, cells), parts)


def _dated(one: Declared, by: str, period: str, user: Any) -> Cells:
    rows = one.register.rows(user).order_by().filter(within(one.register.model, one.indicator.on, period))
    return _cells(one, by, rows)


def _standing(one: Declared, by: str, user: Any) -> Cells:
    return _cells(one, by, one.register.rows(user).order_by())


def _cells(one: Declared, by: str, rows: Any) -> Cells:
    wanted = {"above_": one.indicator.above()}
    if (below := one.indicator.below()) is not None:
        wanted["below_"] = below
    told = rows.values(by).annotate(**wanted)[:MOST_PARTS]
    return {row[by]: (_number(row["above_"]), _number(row.get("below_"))) for row in told}


def _seen(one: Declared, by: str, before: str) -> Cells:
    day = periods.day_after(before) - timedelta(days=1)
    return {part.key: (part.above, part.below) for part in own_parts(one, by, day)}


def _by_words(cells: Cells) -> Cells:
    """Kept parts are named by text: a yes or a no, a code, nothing."""
    return {_key(value): cell for value, cell in cells.items()}


def _key(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _kept_words(facet: Any, keys: list[str]) -> dict[str, str]:
    return {key: str(facet.words(_given(facet, key))) or "—" for key in keys}


def _given(facet: Any, key: Any) -> Any:
    return key == "yes" if facet.kind == "boolean" and key in ("yes", "no") else key


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _whole(cells: Mapping[Any, tuple[Decimal | None, Decimal | None]]) -> Decimal | None:
    known = [below for _above, below in cells.values() if below is not None]
    return sum(known, Decimal(0)) if known else None


def _share(one: Declared, cell: tuple[Decimal | None, Decimal | None] | None, whole: Decimal | None) -> Decimal | None:
    return None if cell is None else one.indicator.made_of(cell[0], whole, {})


def _value(one: Declared, whole: Decimal | None, cells: Cells) -> Decimal | None:
    known = [above for above, _below in cells.values() if above is not None]
    return one.indicator.made_of(sum(known, Decimal(0)), whole, {}) if cells else None
