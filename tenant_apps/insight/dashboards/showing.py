"""A dashboard as one reader sees it for one period: widgets with their figures, courses, plans and ways to the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from kernel.indicators.catalogue import Declared
from shared_apps.rollups import periods
from tenant_apps.insight.dashboards.arranging import Arranged, arranged_for
from tenant_apps.insight.dashboards.counting import Figures, known_to
from tenant_apps.insight.dashboards.declarations import Dashboard, Widget, title_of
from tenant_apps.insight.dashboards.plans import Plans, plan_of, plans_for
from tenant_apps.insight.dashboards.spans import Span, genitive
from tenant_apps.insight.dashboards.splitting import Part, splits
from tenant_apps.insight.dashboards.wording import difference, rounded, sentence, told, tone_of

PARTED = ("bars", "share")


@dataclass(frozen=True)
class Shown:
    widget: Widget
    one: Declared
    figures: Figures
    plans: Plans
    parts: Sequence[Part] = ()

    @property
    def span(self) -> Span:
        return self.figures.span

    @property
    def title(self) -> str:
        return title_of(self.one.code, self.one.title)

    @property
    def value(self) -> Decimal | None:
        return self.figures.value(self.one)

    @property
    def told(self) -> tuple[str, str]:
        return told(self.value, self.one)

    @property
    def text(self) -> str:
        return sentence(self.value, self.one)

    @property
    def url(self) -> str:
        return "" if self.is_empty or self.value is None else self.figures.url(self.one)

    @property
    def is_empty(self) -> bool:
        return self.one.register.label in self.figures.empty

    @property
    def list_url(self) -> str:
        return self.one.register.url()

    @property
    def is_kept_for_period(self) -> bool:
        """Whether the figure is told for periods of this length at all."""
        return not self.one.periods or self.span.length in self.one.periods

    @cached_property
    def course(self) -> list[Decimal | None]:
        return self.figures.course(self.one, self.span.course)

    @property
    def known_course(self) -> list[float]:
        return [float(value) for value in self.course if value is not None]

    @cached_property
    def plan(self) -> tuple[str, Decimal] | None:
        return plan_of(self.one, self.plans, self.span)

    @property
    def plan_value(self) -> float | None:
        return float(self.plan[1]) if self.plan else None

    @property
    def plan_words(self) -> str:
        if not self.plan:
            return ""
        code, value = self.plan
        return _("план на %(period)s: %(value)s") % {"period": periods.words(code), "value": sentence(value, self.one)}

    @property
    def former(self) -> Decimal | None:
        return self.figures.value(self.one, self.span.former)

    @property
    def year_ago(self) -> Decimal | None:
        return self.figures.value(self.one, self.span.year_ago)

    @property
    def comparable(self) -> bool:
        """A flow of a period that still runs is less than a whole one; only having passed it already says something."""
        if self.value is None or self.former is None:
            return False
        return not (self.one.periods and self.span.running) or self.value > self.former

    @property
    def change(self) -> str:
        if self.value is None or self.former is None:
            return ""
        words = {"period": periods.words(self.span.former), "value": sentence(self.former, self.one)}
        if not self.comparable:
            return _("за %(period)s було %(value)s") % words
        if self.value == self.former:
            return _("як за %(period)s") % words
        return _("%(change)s до %(period)s") % {
            "change": difference(self.value, self.former, self.one),
            "period": genitive(self.span.former),
        }

    @property
    def change_tone(self) -> str:
        if not self.comparable or self.value is None or self.former is None:
            return ""
        return tone_of(self.value, self.former, self.one.indicator.good)

    @property
    def year_words(self) -> str:
        if self.year_ago is None:
            return ""
        return _("рік тому: %(value)s") % {"value": sentence(self.year_ago, self.one)}

    @property
    def why_url(self) -> str:
        if self.value is None or self.former is None or not self.one.indicator.by:
            return ""
        return f"{reverse('dashboards:why', args=[self.one.code])}?period={self.span.code}"

    @property
    def series(self) -> list[tuple[str, list[Decimal | None]]]:
        """The course, and under it the plan; without plans, the same a year before."""
        lines = [(_("факт"), self.course)]
        planned = [self.plans.get(self.one.code, {}).get(code) for code in self.span.course]
        if any(value is not None for value in planned):
            return [*lines, (_("план"), planned)]
        before = self.figures.course(self.one, [periods.year_before(code) for code in self.span.course])
        return [*lines, (_("рік тому"), before)] if any(value is not None for value in before) else lines

    @property
    def has_course(self) -> bool:
        return len(self.known_course) > 1

    @property
    def part_rows(self) -> list[tuple[Any, Decimal]]:
        return [
            (
                format_html('<a href="{}">{}</a>', part.url, part.title) if part.url else part.title,
                rounded(part.value or Decimal(0), self.one),
            )
            for part in self.parts
        ]

    @property
    def part_title(self) -> str:
        register = self.one.register
        facet = register.facets.get(self.widget.by) or register.facet(self.widget.by)
        return f"{self.title} · {facet.label.lower()}"


@dataclass(frozen=True)
class Board:
    dashboard: Dashboard
    span: Span
    arranged: Arranged
    figures: Figures
    shown: Sequence[Shown]
    pressing: Sequence[Shown] = field(default=())

    @property
    def counted_at(self) -> datetime | None:
        return self.figures.counted_at

    @property
    def overdue(self) -> list[Shown]:
        """The first three ask for a word in the sentence the page begins with."""
        return [one for one in self.pressing if one.value][:3]

    @property
    def all_empty(self) -> bool:
        return bool(self.shown) and all(one.is_empty for one in self.shown)

    @property
    def empty_registers(self) -> list[Any]:
        """Where to begin: each register once."""
        return list({one.one.register.label: one.one.register for one in self.shown if one.is_empty}.values())

    @cached_property
    def moved(self) -> Shown | None:
        """What changed most against the former period, as a share of what it was."""
        found = [one for one in self.shown if one.comparable and one.value != one.former]
        return max(found, key=_size_of_change, default=None)


def _size_of_change(one: Shown) -> Decimal:
    value, former = one.value or Decimal(0), one.former or Decimal(0)
    return abs(value - former) / (abs(former) or Decimal(1))


def shown_to(dashboard: Dashboard, user: Any, span: Span, known: Mapping[str, Declared] | None = None) -> Board:
    known = known_to(user) if known is None else known
    arranged = arranged_for(dashboard, user, known)
    widgets = [one for one in arranged.widgets if one.indicator in known and not one.hidden]
    late = [known[code] for code in dashboard.overdue if code in known and not known[code].periods]
    wanted = [known[one.indicator] for one in widgets]
    figures = Figures(user, span).load([*wanted, *late])
    plans = plans_for(wanted, {*span.containing, *span.course})
    parts = splits([(known[one.indicator], one.by) for one in widgets if one.chart in PARTED], user, span)
    shown = [
        Shown(one, known[one.indicator], figures, plans, parts.get((one.indicator, one.by), ())) for one in widgets
    ]
    pressing = [Shown(Widget(one.code), one, figures, plans) for one in late]
    return Board(dashboard, span, arranged, figures, shown, pressing)


def seen_by(dashboard: Dashboard, known: Mapping[str, Declared]) -> bool:
    """Whether anything on it is this reader's to see."""
    return dashboard.fills or any(one.indicator in known for one in dashboard.widgets)
