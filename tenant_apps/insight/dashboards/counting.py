"""Figures of a page at once: one question a register for the present, two to what is stored for the past.

The present is counted over the rows the reader may see. Stored figures are of all rows, so they are read only by whoever
sees all of them; for others the course of dated figures is counted over their own rows, and there is none of the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count

from kernel.access.levels import Level
from kernel.access.rights import sees_all
from kernel.indicators.catalogue import Declared, declared
from kernel.indicators.computing import period_code
from kernel.indicators.kinds import Count as Counting
from kernel.indicators.kinds import Indicator, Sum
from kernel.indicators.spans import within
from kernel.registers.register import Register
from kernel.reports.spans import cut
from shared_apps.rollups import periods
from shared_apps.rollups.own import counted_at, own_course, own_values
from tenant_apps.insight.dashboards.spans import Span

Course = dict[str, Decimal | None]


def known_to(user: Any) -> dict[str, Declared]:
    """Every figure of the registers this person may open."""
    return {one.code: one for one in declared() if one.register.may(user, Level.VIEW)}


def sees_whole(one: Declared, user: Any) -> bool:
    return sees_all(one.register.model, user, module=one.register.module)


@dataclass(slots=True)
class Figures:
    """`courses` are by code and period; a period nobody counted is absent. `empty` are registers without a card."""

    user: Any
    span: Span
    courses: dict[str, Course] = field(default_factory=lambda: defaultdict(dict))
    empty: set[str] = field(default_factory=set)
    counted_at: datetime | None = None

    def load(self, wanted: Iterable[Declared]) -> Figures:
        found = list({one.code: one for one in wanted}.values())
        dated = [one for one in found if self.span.length in one.periods]
        present = [one for one in found if not one.periods]
        whole = {one.code for one in found if sees_whole(one, self.user)}
        self._past_of_present([one for one in present if one.code in whole])
        self._past_of_dated([one for one in dated if one.code in whole])
        if self.span.running:
            self._now(present)
            self._running([one for one in dated if one.code in whole])
        self._own_rows([one for one in dated if one.code not in whole])
        if whole:
            self.counted_at = counted_at({one.register.label for one in found if one.code in whole})
        return self

    def value(self, one: Declared, period: str = "") -> Decimal | None:
        return self.courses[one.code].get(period or self.span.code)

    def course(self, one: Declared, codes: Iterable[str]) -> list[Decimal | None]:
        return [self.courses[one.code].get(code) for code in codes]

    def url(self, one: Declared) -> str:
        """The rows behind the figure; there are none to show for a figure of the present on a day that is past."""
        if one.periods:
            return f"{one.register.url()}?{urlencode({'indicator': one.indicator.code, 'period': self.span.code})}"
        return f"{one.register.url()}?indicator={one.indicator.code}" if self.span.running else ""

    # -- now ------------------------------------------------------------------------------------

    def _now(self, found: Collection[Declared]) -> None:
        for register, members in by_register(found):
            told = register.rows(self.user).order_by().aggregate(rows_=Count("pk"), **_parts(members))
            if not told["rows_"]:
                self.empty.add(register.label)
                continue
            for one in members:
                self.courses[one.code][self.span.code] = one.indicator.value(told)

    def _running(self, found: Collection[Declared]) -> None:
        for (register, on), members in _by_date(found):
            rows = register.rows(self.user).order_by()
            told = rows.filter(within(register.model, on, self.span.code)).aggregate(
                rows_=Count("pk"), **_parts(members)
            )
            if not told["rows_"] and (register.label in self.empty or not rows.exists()):
                self.empty.add(register.label)
                continue
            for one in members:
                self.courses[one.code][self.span.code] = one.indicator.value(told)

    # -- stored ---------------------------------------------------------------------------------

    def _past_of_present(self, found: list[Declared]) -> None:
        past = [code for code in self.span.window if not periods.is_running(code, self.span.today)]
        seen = own_course(found, [periods.day_after(code) - timedelta(days=1) for code in past])
        for code, values in seen.items():
            self.courses[code].update(
                (period, value) for period, value in zip(past, values, strict=True) if value is not None
            )

    def _past_of_dated(self, found: list[Declared]) -> None:
        past = [code for code in self.span.window if not periods.is_running(code, self.span.today)]
        stored = own_values(found, past)
        for one in found:
            if one.code in stored:
                self.courses[one.code].update(_without_gaps(one.indicator, past, stored[one.code]))

    # -- a part of the rows -----------------------------------------------------------------------

    def _own_rows(self, found: Collection[Declared]) -> None:
        first = periods.first_day(self.span.window[0])
        for (register, on), members in _by_date(found):
            moment = register.facet(on).kind == "moment"
            rows = register.rows(self.user).order_by().filter(**{f"{on}__gte": first})
            answers = rows.annotate(period_=cut(on, self.span.length, moment=moment)).values("period_")
            told = {
                period_code(row["period_"], self.span.length): row
                for row in answers.annotate(rows_=Count("pk"), **_parts(members))
            }
            if not told and not register.rows(self.user).exists():
                self.empty.add(register.label)
            for one in members:
                course = {code: one.indicator.value(row) for code, row in told.items() if code in self.span.window}
                self.courses[one.code].update(_without_gaps(one.indicator, self.span.window, course))


def _without_gaps(one: Indicator, codes: list[str], course: Course) -> Course:
    """A month without a row is nought for a count, once counting has begun; before that it is not known."""
    known = [place for place, code in enumerate(codes) if code in course]
    if not known or not isinstance(one, Counting | Sum):
        return course
    return {code: course.get(code, Decimal(0)) for code in codes[known[0] :]}


def by_register(found: Iterable[Declared]) -> list[tuple[Register, list[Declared]]]:
    groups: dict[str, list[Declared]] = defaultdict(list)
    for one in found:
        groups[one.register.label].append(one)
    return [(members[0].register, members) for members in groups.values()]


def _by_date(found: Iterable[Declared]) -> list[tuple[tuple[Register, str], list[Declared]]]:
    groups: dict[tuple[str, str], list[Declared]] = defaultdict(list)
    for one in found:
        groups[one.register.label, one.indicator.on].append(one)
    return [((members[0].register, on), members) for (_label, on), members in groups.items()]


def _parts(found: Iterable[Declared]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for one in found:
        wanted |= one.indicator.parts()
    return wanted
