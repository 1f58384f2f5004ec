"""Working days, given the facts: which dates are special, and when holidays are not observed.

Pure: the facts come from whoever keeps them (shared_apps.reference for a tenant). Monday to Friday are
working days; a holiday is not, unless it falls into a time when public holidays are ordinary days (martial
law); a holiday on a weekend takes the next working day off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

ONE_DAY = timedelta(days=1)


class DayKind(StrEnum):
    HOLIDAY = "holiday"
    DAY_OFF = "day_off"
    WORKDAY = "workday"
    SHORTENED = "shortened"


class CalendarUnknown(LookupError):
    """Nobody has entered the holidays of this year yet."""

    def __init__(self, day: date) -> None:
        self.day = day
        super().__init__(
            _(
                "Календар на %(year)s рік не заповнено, тому не відомо, чи робочий день %(day)s. "
                "Попросіть оператора хмари завантажити свята року: hromada reference load calendar."
            )
            % {"year": day.year, "day": f"{day:%d.%m.%Y}"}
        )


@dataclass(frozen=True)
class Suspension:
    """From `first` up to, not including, `until`, public holidays are ordinary working days."""

    first: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class WorkCalendar:
    kinds: Mapping[date, DayKind]
    suspensions: tuple[Suspension, ...] = ()
    years: frozenset[int] = frozenset()
    _off: frozenset[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_off", frozenset(self._days_off()))

    def holidays_are_observed(self, day: date) -> bool:
        return not any(suspension.covers(day) for suspension in self.suspensions)

    def is_working_day(self, day: date) -> bool:
        kind = self.kinds.get(day)
        if kind in (DayKind.WORKDAY, DayKind.SHORTENED):
            return True
        if kind is DayKind.DAY_OFF or is_weekend(day):
            return False
        if day.year not in self.years and self.holidays_are_observed(day):
            raise CalendarUnknown(day)
        return day not in self._off

    def shift_to_working_day(self, day: date, *, back: bool = False) -> date:
        """The day itself when it is a working one, else the next (or the previous) that is."""
        step = -ONE_DAY if back else ONE_DAY
        while not self.is_working_day(day):
            day += step
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after (before, when negative) this one, which itself is not counted."""
        step = ONE_DAY if count >= 0 else -ONE_DAY
        for _position in range(abs(count)):
            day = self.shift_to_working_day(day + step, back=count < 0)
        return day

    def working_days(self, first: date, last: date) -> list[date]:
        """Both ends included."""
        days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
        return [day for day in days if self.is_working_day(day)]

    def _days_off(self) -> Iterable[date]:
        """Observed holidays, and the working days taken off for those that fall on a weekend."""
        holidays = sorted(
            day for day, kind in self.kinds.items() if kind is DayKind.HOLIDAY and self.holidays_are_observed(day)
        )
        off = set(holidays)
        for holiday in holidays:
            if is_weekend(holiday):
                instead = holiday + ONE_DAY
                while is_weekend(instead) or instead in off:
                    instead += ONE_DAY
                if self.holidays_are_observed(instead):
                    off.add(instead)
        return off


def is_weekend(day: date) -> bool:
    return day.weekday() >= 5
