from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.reports.declarations import Report, declare_reports

declare_reports(
    "staff.employees",
    Report(
        "by_department",
        _("Штат за підрозділами"),
        by=("department",),
        columns=("last_name", "first_name", "patronymic", "position", "hired_on"),
        query="left_on__empty=1",
        asks=("department", "position"),
        about=_("Хто працює тепер; підсумки за підрозділами."),
    ),
    Report(
        "hired",
        _("Прийняття на роботу за роками"),
        by=("hired_on:year",),
        period="hired_on",
        asks=("department",),
    ),
)
