"""A rating as it is shown: places, what each figure gave, where figures are missing, and how it was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shared_apps.communities.models import Community
from shared_apps.console.asking import Question, brief, default_period, rounded
from shared_apps.console.ranking import Rated, rating
from shared_apps.console.weighing import Part, Weighing
from shared_apps.rollups import periods
from shared_apps.rollups.reading import Told

# With less of the weight known a place would be a guess.
PLACED_FROM = 50


@dataclass(frozen=True, slots=True)
class Mark:
    """`why` says it in words where there is no figure: it is never a zero."""

    part: Part
    value: Decimal | None
    points: Decimal | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    number: int | None
    community: Community
    score: Decimal | None
    completeness: int
    marks: list[Mark]

    @property
    def name(self) -> str:
        return brief(self.community)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what and what a figure gives its points."""

    part: Part
    period: str
    share: Decimal
    known: int
    of: int
    worst: Decimal | None
    best: Decimal | None
    best_name: str

    @property
    def alike(self) -> bool:
        return self.known > 0 and self.worst == self.best


@dataclass(frozen=True, slots=True)
class Standing:
    rows: list[Row]
    bounds: list[Bounds]


def standing_of(weighing: Weighing, question: Question) -> Standing:
    told = {part.code: question.read(part.one, default_period(part.one)) for part in weighing.parts}
    by_community = {code: {one.community.pk: one for one in rows} for code, rows in told.items()}
    rows: list[Row] = []
    place = 0
    for one in sorted(rating(told, weighing.weights, weighing.good), key=_placed_first):
        number = None
        if _placed(one):
            place += 1
            tied = rows and rows[-1].number is not None and rows[-1].score == one.score
            number = rows[-1].number if tied else place
        marks = [_mark(part, by_community[part.code].get(one.community.pk), one) for part in weighing.parts]
        rows.append(Row(number, one.community, one.score, one.completeness, marks))
    return Standing(rows, [_bounds(part, weighing, told[part.code]) for part in weighing.parts])


def _placed(one: Rated) -> bool:
    return one.score is not None and one.completeness >= PLACED_FROM


def _placed_first(one: Rated) -> tuple[Any, ...]:
    return not _placed(one), one.score is None, -(one.score or 0), str(one.community)


def _mark(part: Part, told: Told | None, one: Rated) -> Mark:
    if told is None or told.shown is None:
        return Mark(part, None, None, why_unknown(told))
    return Mark(part, rounded(part.one, told.shown), one.parts[part.code])


def why_unknown(told: Told | None) -> str:
    if told is None:
        return _("не надходили")
    if told.is_hidden:
        return _("приховано: замало людей")
    # A ratio over nothing is unknown, though its parts came in time.
    return _("ділити ні на що") if told.has_row and told.quality in ("ok", "partial") else str(told.quality.label)


def _bounds(part: Part, weighing: Weighing, told: Sequence[Told]) -> Bounds:
    known = [(one.shown, brief(one.community)) for one in told if one.shown is not None]
    ordered = sorted(known, key=lambda pair: pair[0], reverse=not part.more)
    worst, best = (ordered[0][0], ordered[-1][0]) if ordered else (None, None)
    return Bounds(
        part,
        periods.words(default_period(part.one)),
        weighing.share_of(part),
        len(known),
        len(told),
        rounded(part.one, worst),
        rounded(part.one, best),
        ordered[-1][1] if ordered else "",
    )


def heads_of(weighing: Weighing) -> list[str]:
    heads = [_("Місце"), _("Громада"), _("Бал"), _("Повнота, %")]
    for part in weighing.parts:
        unit = f", {part.one.unit}" if part.one.unit else ""
        heads += [f"{part.title}{unit}", _("%(title)s: бали") % {"title": part.title}]
    return heads


def cells_of(standing: Standing) -> list[list[Any]]:
    found = []
    for row in standing.rows:
        number = row.number if row.number is not None else _("без місця")
        score = _("немає даних") if row.score is None else round(row.score, 1)
        cells: list[Any] = [number, str(row.community), score, row.completeness]
        for mark in row.marks:
            gone = _("немає даних (%(why)s)") % {"why": mark.why}
            cells += [gone, ""] if mark.points is None else [mark.value, round(mark.points, 1)]
        found.append(cells)
    return found


def told_of(standing: Standing) -> tuple[list[str], list[list[Any]]]:
    """How it was counted, as a sheet of its own."""
    heads = [
        _("Показник"), _("Період"), _("Вага"), _("Частка ваги, %"), _("Що краще"), _("0 балів"), _("100 балів"),
        _("Громад із даними"),
    ]  # fmt: skip
    rows = [
        [one.part.title, one.period, one.part.weight, one.share, one.part.better, one.worst, one.best,
         _("%(known)s з %(of)s") % {"known": one.known, "of": one.of}]
        for one in standing.bounds
    ]  # fmt: skip
    return heads, rows
