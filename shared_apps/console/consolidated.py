"""The consolidated report: many figures of the whole region, district by district, down to every community.

Wholes are made of parts and never of the communities' own ratios; what did not arrive is said to be so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.indicators.catalogue import Declared
from shared_apps.communities.models import Community
from shared_apps.console.asking import (
    allowed_periods,
    brief,
    catalogue,
    default_period,
    district_words,
    rounded,
    titles,
)
from shared_apps.console.models import Report
from shared_apps.console.rated import why_unknown
from shared_apps.rollups import periods
from shared_apps.rollups.reading import Told, Total, read_many, total


@dataclass(frozen=True, slots=True)
class Column:
    one: Declared
    title: str
    period: str

    @property
    def words(self) -> str:
        return periods.words(self.period) if self.period else _("зараз")

    @property
    def head(self) -> str:
        unit = f", {self.one.unit}" if self.one.unit else ""
        return f"{self.one.indicator.number} {self.title}{unit}".strip()


@dataclass(frozen=True, slots=True)
class Cell:
    """`why` says it in words where there is no figure; `told` of `of` communities gave theirs in time."""

    value: Decimal | None
    why: str = ""
    told: int = 1
    of: int = 1

    @property
    def is_partial(self) -> bool:
        return self.value is not None and self.told < self.of


@dataclass(frozen=True, slots=True)
class Line:
    """Of the whole, of a district or of one community."""

    title: str
    level: str
    cells: list[Cell]
    community: Community | None = None


@dataclass(frozen=True, slots=True)
class Consolidated:
    columns: list[Column]
    lines: list[Line]

    @property
    def communities(self) -> int:
        return sum(line.level == "community" for line in self.lines)

    @property
    def districts(self) -> list[Line]:
        return [line for line in self.lines if line.level == "district"]


def by_law() -> list[Declared]:
    return [one for one in catalogue() if one.indicator.number] or catalogue()


def columns_of(ones: Sequence[Declared], period: str) -> list[Column]:
    """What is not counted by such a period is told for its own last one; the head says for which."""
    named = titles()
    return [
        Column(one, named[one.code], period if period in allowed_periods(one) else default_period(one)) for one in ones
    ]


def consolidate(
    columns: Sequence[Column], communities: Sequence[Community], everyone: Sequence[Community]
) -> Consolidated:
    told = read_many([(column.one, column.period) for column in columns], communities, among=everyone)
    by_community = [{one.community.pk: one for one in column} for column in told]
    heads = [one.community for one in told[0]] if told else []
    districts: dict[str, list[Community]] = defaultdict(list)
    for community in heads:
        districts[community.district_code].append(community)
    several = len(districts) > 1

    def summed(members: Sequence[Community], *, part: bool) -> list[Cell]:
        keys = [one.pk for one in members]
        return [
            _whole(column.one, total(column.one, [known[key] for key in keys if key in known], part=part))
            for column, known in zip(columns, by_community, strict=True)
        ]

    lines = [Line(_("Разом"), "whole", summed(heads, part=False))] if heads else []
    for code in sorted(districts, key=lambda code: (not code, district_words(code) if code else "")):
        name = district_words(code) if code else _("Район не вказано")
        lines.append(Line(name, "district", summed(districts[code], part=several)))
        lines += [
            Line(
                brief(community),
                "community",
                [
                    _own(column.one, known.get(community.pk))
                    for column, known in zip(columns, by_community, strict=True)
                ],
                community,
            )
            for community in districts[code]
        ]
    return Consolidated(list(columns), lines)


def _own(one: Declared, told: Told | None) -> Cell:
    value = told.shown if told is not None else None
    return Cell(rounded(one, value)) if value is not None else Cell(None, why_unknown(told), 0)


def _whole(one: Declared, found: Total) -> Cell:
    if found.is_hidden:
        return Cell(None, _("приховано: замало людей"), found.told, found.of)
    if found.value is None:
        return Cell(None, _("ділити ні на що") if found.told else _("не надходили"), found.told, found.of)
    return Cell(rounded(one, found.value), "", found.told, found.of)


# -- as sheets ------------------------------------------------------------------------------------------


def sheets_of(report: Consolidated, depth: str) -> dict[str, tuple[list[str], list[list[Any]]]]:
    """Figures; how full each whole is and why a cell is empty; what every column means."""
    heads = [_("Територія"), _("Рівень"), *(f"{column.head}, {column.words}" for column in report.columns)]
    lines = [line for line in report.lines if depth == Report.Depth.COMMUNITIES or line.level != "community"]
    figures = [[line.title, _LEVELS[line.level], *(_said(cell) for cell in line.cells)] for line in lines]
    fullness = [
        [line.title, column.head, cell.told, cell.of, cell.why]
        for line in report.lines
        for column, cell in zip(report.columns, line.cells, strict=True)
        if cell.why or cell.is_partial
    ]
    passports = [
        [column.one.indicator.number, column.title, column.one.unit, column.words, str(column.one.register.name),
         column.one.formula, column.one.owner]
        for column in report.columns
    ]  # fmt: skip
    return {
        _("Зведений звіт"): (_apart(heads), figures),
        _("Повнота"): ([_("Територія"), _("Показник"), _("Надійшло"), _("Громад"), _("Чому немає")], fullness),
        _("Показники"): (
            [_("Номер"), _("Показник"), _("Одиниця"), _("Період"), _("Реєстр"), _("Формула"), _("Відповідальний")],
            passports,
        ),
    }


def by_districts(report: Consolidated) -> tuple[list[str], list[list[Any]]]:
    """Turned over for paper: a figure a row, the whole and the districts beside it."""
    wide = [line for line in report.lines if line.level != "community"]
    heads = _apart([_("Показник"), _("Період"), *(line.title for line in wide)])
    rows = [
        [column.head, column.words, *(_said(line.cells[at]) for line in wide)]
        for at, column in enumerate(report.columns)
    ]
    return heads, rows


def _said(cell: Cell) -> Any:
    return cell.value if cell.value is not None else cell.why


def _apart(heads: list[str]) -> list[str]:
    """No two alike, or one column of a sheet would cover the other."""
    found: list[str] = []
    for place, head in enumerate(heads, start=1):
        found.append(head if head not in found else f"{head} ({place})")
    return found


_LEVELS = {"whole": gettext_lazy("разом"), "district": gettext_lazy("район"), "community": gettext_lazy("громада")}
