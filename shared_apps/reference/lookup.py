"""What everybody asks of reference data. Works inside a tenant (its own rules come first) and for the platform.

Always on a business date: the first day of a billing period, the month of an accrual; never «today» by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from kernel.calendar import DayKind, Suspension, WorkCalendar
from kernel.reference.models import Override, OwnDay
from kernel.tenancy import current_scope
from shared_apps.reference.errors import MissingReference, NotALeaf
from shared_apps.reference.models import (
    CalendarDay,
    ClassifierCode,
    DatedQuerySet,
    MartialLaw,
    ReferenceValue,
    Rule,
)
from shared_apps.reference.values import plain

Source = Literal["own", "region", "national"]


@dataclass(frozen=True, slots=True)
class Found:
    """A value with its origin, for pages that show both. `uncertain`: show «перевірте»."""

    code: str
    value: Decimal
    unit: str
    source: Source
    act: str
    valid_from: date
    valid_to: date | None
    uncertain: bool = False


def value(code: str, on: date, *, region: str | None = None) -> Decimal:
    """The community's own value where the rule allows one, else its region's, else the country's.

    Raises MissingReference; a value nobody has entered is never zero.
    """
    return find_value(code, on, region=region).value


def find_value(code: str, on: date, *, region: str | None = None) -> Found:
    rule = Rule.objects.filter(code=code).first()
    if rule is None:
        raise MissingReference(code, on, _("Такого правила немає в довіднику ставок. Перевірте код правила."))
    found = (rule.overridable and _own_value(rule, on)) or common_value(rule, on, region=region)
    if found is None:
        next_step = (
            _("Встановіть своє значення в налаштуваннях громади або попросіть оператора хмари додати спільне.")
            if rule.overridable
            else _("Попросіть оператора хмари внести його з актом: hromada reference load values ФАЙЛ.")
        )
        raise MissingReference(str(rule), on, next_step)
    return found


def common_value(rule: Rule, on: date, *, region: str | None = None) -> Found | None:
    """The region's value or the country's, without regard to the community's own."""
    regions = {"", own_region() if region is None else region[:4]}
    row = ReferenceValue.objects.on(on).filter(code=rule, region__in=regions).order_by("-region").first()
    return as_found(rule, row) if row else None


def as_found(rule: Rule, row: ReferenceValue) -> Found:
    return Found(
        rule.code,
        plain(row.value),
        rule.unit,
        "region" if row.region else "national",
        row.source_act,
        row.valid_from,
        row.valid_to,
        row.uncertain,
    )


def _own_value(rule: Rule, on: date) -> Found | None:
    if current_scope().tenant is None:
        return None
    row = Override.objects.on(on).filter(code=rule.code).first()
    if row is None:
        return None
    return Found(rule.code, plain(row.value), rule.unit, "own", row.reason, row.valid_from, row.valid_to)


def own_region() -> str:
    """The region of the current tenant («UA53»), or '' for the platform."""
    tenant = current_scope().tenant
    return tenant.region if tenant else ""


# -- classifiers ----------------------------------------------------------------------------------


def codes(classifier: str, on: date) -> DatedQuerySet:
    """The list as it stood on that day, with `is_leaf` on every code."""
    narrower = ClassifierCode.objects.on(on).filter(classifier=classifier, parent=OuterRef("code"))
    return ClassifierCode.objects.on(on).filter(classifier=classifier).annotate(is_leaf=~Exists(narrower))


def find_code(classifier: str, code: str, on: date) -> ClassifierCode:
    found = codes(classifier, on).filter(code=code).first()
    if found is None:
        raise MissingReference(
            _("код %(code)s у довіднику «%(classifier)s»") % {"code": code, "classifier": classifier},
            on,
            _("Перевірте код і дату або попросіть оператора хмари завантажити новішу редакцію довідника."),
        )
    return found


def require_leaf(classifier: str, code: str, on: date) -> ClassifierCode:
    """The code, if postings may be made on it: codes that have narrower ones are only totals."""
    found = find_code(classifier, code, on)
    if not found.is_leaf:
        narrower = codes(classifier, on).filter(parent=code).values_list("code", flat=True)
        raise NotALeaf(code, found.title, list(narrower))
    return found


# -- calendar -------------------------------------------------------------------------------------


def work_calendar(*, region: str | None = None) -> WorkCalendar:
    """The country's calendar with the region's and the community's own days over it.

    Three queries; whoever asks about many dates keeps the calendar.
    """
    regions = ["", own_region() if region is None else region[:4]]
    days = CalendarDay.objects.filter(region__in=regions).order_by("region").values_list("day", "kind", "region")
    kinds = {day: DayKind(kind) for day, kind, _region in days}
    years = frozenset(day.year for day, kind, area in days if kind == DayKind.HOLIDAY and not area)
    if current_scope().tenant:
        own = OwnDay.objects.standing().order_by("id").values_list("day", "kind")
        kinds.update((day, DayKind(kind)) for day, kind in own)
    suspensions = tuple(
        Suspension(first, until)
        for first, until in MartialLaw.objects.values_list("holidays_suspended_from", "valid_to")
    )
    return WorkCalendar(kinds, suspensions, years)


def is_working_day(day: date, *, region: str | None = None) -> bool:
    return work_calendar(region=region).is_working_day(day)


def add_working_days(day: date, count: int, *, region: str | None = None) -> date:
    return work_calendar(region=region).add_working_days(day, count)


def shift_to_working_day(day: date, *, back: bool = False, region: str | None = None) -> date:
    return work_calendar(region=region).shift_to_working_day(day, back=back)
