"""The period a reader looks at, what it is compared with, and the course before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kernel.indicators.computing import period_code
from shared_apps.rollups import periods

# How many periods a course shows, and how many make a year.
COURSE = {"month": 12, "quarter": 8, "year": 5}
YEAR = {"month": 12, "quarter": 4, "year": 1}
FARTHEST = 40
LONGEST_SHOWN = 20


@dataclass(frozen=True)
class Span:
    code: str
    today: date
    # Why it is not the period that was asked for.
    mistake: str = ""

    @property
    def length(self) -> str:
        return periods.length_of(self.code)

    @property
    def running(self) -> bool:
        return periods.is_running(self.code, self.today)

    @property
    def words(self) -> str:
        return periods.words(self.code)

    @property
    def former(self) -> str:
        return period_code(periods.first_day(self.code) - timedelta(days=1), self.length)

    @property
    def year_ago(self) -> str:
        return periods.year_before(self.code)

    @property
    def next(self) -> str:
        """Empty when the period that follows has not begun."""
        after = periods.day_after(self.code)
        return "" if after > self.today else period_code(after, self.length)

    @property
    def last_day(self) -> date:
        return min(periods.day_after(self.code) - timedelta(days=1), self.today)

    @cached_property
    def window(self) -> list[str]:
        """The course and a year before it, the asked period the last."""
        return periods.last(self.length, self.last_day, COURSE[self.length] + YEAR[self.length])

    @property
    def course(self) -> list[str]:
        return self.window[YEAR[self.length] :]

    @property
    def labels(self) -> list[str]:
        return [short(code) for code in self.course]

    def of_length(self, length: str) -> str:
        return period_code(self.last_day, length)

    @property
    def containing(self) -> list[str]:
        """The period itself, then the longer ones it lies in."""
        lengths = ("month", "quarter", "year")
        return [period_code(self.last_day, one) for one in lengths[lengths.index(self.length) :]]


def short(code: str) -> str:
    began, length = periods.first_day(code), periods.length_of(code)
    if length == "month":
        return date_format(began, "b")
    return f"{(began.month + 2) // 3}/{began:%y}" if length == "quarter" else str(began.year)


def genitive(code: str) -> str:
    """«жовтня 2026», as in «+2 до жовтня 2026»."""
    began, length = periods.first_day(code), periods.length_of(code)
    if length == "month":
        return date_format(began, "E Y")
    if length == "quarter":
        return _("%(number)s кварталу %(year)s") % {"number": (began.month + 2) // 3, "year": began.year}
    return _("%(year)s року") % {"year": began.year}


def asked_span(text: str, today: date) -> Span:
    """What the address asks for. Nonsense, the future and what is beyond memory become the present month, and say so."""
    present = period_code(today, "month")
    if not text:
        return Span(present, today)
    shown = {"asked": text[:LONGEST_SHOWN], "shown": periods.words(present)}
    if not periods.is_period(text) or periods.length_of(text) not in COURSE:
        told = _("Періоду «%(asked)s» немає, тож показано %(shown)s. Оберіть період із переліку.")
        return Span(present, today, told % shown)
    shown["asked"] = periods.words(text)
    if periods.first_day(text) > today:
        told = _("Період «%(asked)s» ще не настав, тож показано %(shown)s.")
        return Span(present, today, told % shown)
    if today.year - FARTHEST >= periods.first_day(text).year:
        told = _("Так давно, як «%(asked)s», показників немає, тож показано %(shown)s. Оберіть період із переліку.")
        return Span(present, today, told % shown)
    return Span(text, today)
