"""GEN-003: whose calendar it is, and the switch of martial law."""

from datetime import date

import pytest

from kernel.calendar import CalendarUnknown, DayKind
from kernel.tenancy import tenant_context
from shared_apps.reference.errors import RuleRefused
from shared_apps.reference.loading import load
from shared_apps.reference.lookup import add_working_days, is_working_day, shift_to_working_day, work_calendar
from shared_apps.reference.models import CalendarDay, MartialLaw
from shared_apps.reference.overrides import cancel_own_day, set_own_day

pytestmark = pytest.mark.usefixtures("seeded")
INDEPENDENCE = date(2026, 8, 24)
WHY = {"reason": "Розпорядження голови від 01.08.2026 № 5", "by": "Коваленко О. П."}


def test_martial_law_lasts_since_the_decree():
    law = MartialLaw.objects.get()
    assert (law.valid_from, law.holidays_suspended_from, law.valid_to) == (
        date(2022, 2, 24),
        date(2022, 3, 24),
        None,
    )


def test_holidays_are_working_days_until_the_switch_is_turned(tmp_path):
    assert is_working_day(INDEPENDENCE)
    path = tmp_path / "peace.csv"
    path.write_text(
        "day;kind;act;until;holidays_from\n"
        "2022-02-24;martial_law;Указ про скасування воєнного стану;2026-08-01;2022-03-24\n",
        encoding="utf-8",
    )
    report = load("calendar", path, by="оператор")
    assert (report.amended, report.errors) == (1, [])
    assert not is_working_day(INDEPENDENCE)
    assert is_working_day(date(2026, 7, 15))
    assert shift_to_working_day(INDEPENDENCE) == date(2026, 8, 25)
    assert add_working_days(date(2026, 8, 21), 1) == date(2026, 8, 25)
    with pytest.raises(CalendarUnknown, match="2031"):
        is_working_day(date(2031, 1, 2))


def test_own_day_is_only_ones_own(alpha, beta):
    with tenant_context(alpha):
        own = set_own_day(INDEPENDENCE, DayKind.DAY_OFF, **WHY)
        assert not is_working_day(INDEPENDENCE)
    with tenant_context(beta):
        assert is_working_day(INDEPENDENCE)
    with tenant_context(alpha):
        cancel_own_day(own.pk, **WHY)
        assert is_working_day(INDEPENDENCE)


def test_the_later_own_decision_wins(in_alpha):
    saturday = date(2026, 8, 22)
    assert not is_working_day(saturday)
    set_own_day(saturday, DayKind.WORKDAY, **WHY)
    assert is_working_day(saturday)
    set_own_day(saturday, DayKind.DAY_OFF, **WHY)
    assert not is_working_day(saturday)


def test_a_community_declares_no_holidays(in_alpha):
    with pytest.raises(RuleRefused):
        set_own_day(INDEPENDENCE, DayKind.HOLIDAY, **WHY)


def test_a_regions_day(alpha):
    day = date(2026, 9, 14)
    CalendarDay.objects.create(day=day, kind="day_off", region="UA99", note="День області", source_act="Рішення")
    assert is_working_day(day)
    assert not is_working_day(day, region="UA99")
    with tenant_context(alpha):
        assert not is_working_day(day)


def test_a_calendar_is_three_queries(in_alpha, django_assert_num_queries):
    work_calendar()
    with django_assert_num_queries(3):
        calendar = work_calendar()
        calendar.add_working_days(INDEPENDENCE, 30)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2028-01-01;party;Закон", "невідомий"),
        ("01/01/2028;holiday;Закон", "не дата"),
        ("2028-01-01;holiday;", "акт"),
    ],
)
def test_bad_days_are_refused(tmp_path, line, said):
    path = tmp_path / "calendar.csv"
    path.write_text(f"day;kind;act\n2028-01-01;holiday;Закон\n{line}\n", encoding="utf-8")
    report = load("calendar", path, by="оператор")
    assert said in report.errors[0]
    assert not CalendarDay.objects.filter(day__year=2028).exists()
