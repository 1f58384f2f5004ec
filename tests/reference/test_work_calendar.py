"""The calendar as pure arithmetic, compared with what really happened."""

import csv
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest

from kernel.calendar import CalendarUnknown, DayKind, Suspension, WorkCalendar
from shared_apps.reference.loading.kinds import SEED


def seeded(*suspensions: Suspension) -> WorkCalendar:
    with Path(SEED / "calendar.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row["kind"] != "martial_law"]
    kinds = {date.fromisoformat(row["day"]): DayKind(row["kind"]) for row in rows}
    return WorkCalendar(kinds, suspensions, frozenset(day.year for day in kinds))


WAR = Suspension(date(2022, 3, 24))


@pytest.mark.parametrize("year", range(2016, 2022))
def test_history_agrees_with_what_was_observed(year):
    """Holidays on weekends take the next working day off; government transfers move days about."""
    calendar = seeded()
    observed = holidays.UA(years=year)
    transferred = {day for day, kind in calendar.kinds.items() if kind is DayKind.WORKDAY}
    day = date(year, 1, 1)
    while day.year == year:
        expected = day in transferred or (day.weekday() < 5 and day not in observed)
        assert calendar.is_working_day(day) == expected, day
        day += timedelta(days=1)


def test_the_library_knows_no_holidays_in_martial_law():
    assert dict(holidays.UA(years=2026)) == {}


def test_under_martial_law_holidays_are_working_days():
    independence = date(2026, 8, 24)
    assert independence.weekday() == 0
    assert seeded(WAR).is_working_day(independence)
    assert not seeded().is_working_day(independence)


def test_holidays_return_with_the_day_martial_law_ends():
    calendar = seeded(Suspension(date(2022, 3, 24), date(2026, 8, 1)))
    assert calendar.is_working_day(date(2026, 7, 15))
    assert not calendar.is_working_day(date(2026, 8, 24))
    # Women's day of 2026 is a Sunday in martial law: no day is taken off for it.
    assert calendar.is_working_day(date(2026, 3, 9))
    assert not seeded().is_working_day(date(2026, 3, 9))


def test_the_first_days_of_the_war():
    """Holidays were suspended by the law of March 2022, not by the decree of February."""
    calendar = seeded(WAR)
    assert not calendar.is_working_day(date(2022, 3, 8))
    assert not calendar.is_working_day(date(2022, 3, 7))
    assert calendar.is_working_day(date(2022, 3, 12))
    assert calendar.is_working_day(date(2022, 5, 9))


def test_weekends_stay_weekends_in_martial_law():
    assert not seeded(WAR).is_working_day(date(2026, 11, 21))


@pytest.mark.parametrize(
    ("start", "count", "result"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 11, 20), 5, date(2026, 11, 27)),
        (date(2026, 11, 23), -1, date(2026, 11, 20)),
        (date(2026, 11, 22), 0, date(2026, 11, 22)),
    ],
)
def test_adding_working_days(start, count, result):
    assert seeded(WAR).add_working_days(start, count) == result


def test_a_deadline_on_a_weekend_moves():
    calendar = seeded(WAR)
    assert calendar.shift_to_working_day(date(2026, 11, 21)) == date(2026, 11, 23)
    assert calendar.shift_to_working_day(date(2026, 11, 21), back=True) == date(2026, 11, 20)
    assert calendar.shift_to_working_day(date(2026, 11, 20)) == date(2026, 11, 20)


def test_counting():
    assert len(seeded(WAR).working_days(date(2026, 11, 1), date(2026, 11, 30))) == 21
    assert len(seeded().working_days(date(2021, 5, 1), date(2021, 5, 31))) == 18


def test_a_year_nobody_entered_is_an_error_not_a_guess():
    with pytest.raises(CalendarUnknown, match="2035") as caught:
        seeded().is_working_day(date(2035, 1, 2))
    assert "hromada reference load calendar" in str(caught.value)
    assert seeded(WAR).is_working_day(date(2035, 1, 2))


def test_a_day_declared_off_stays_off_in_martial_law():
    day = date(2026, 11, 20)
    assert not WorkCalendar({day: DayKind.DAY_OFF}, (WAR,)).is_working_day(day)
