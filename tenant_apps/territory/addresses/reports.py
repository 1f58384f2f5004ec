from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.reports.declarations import Report, declare_reports

declare_reports(
    "addresses.addresses",
    Report(
        "by_street",
        _("Будинки за вулицями"),
        by=("settlement", "street"),
        across="purpose",
        asks=("settlement", "purpose"),
        about=_("Скільки і яких будинків на кожній вулиці."),
    ),
    Report(
        "list",
        _("Перелік адрес за вулицями"),
        by=("settlement", "street"),
        columns=("number", "corpus", "purpose", "postcode"),
        asks=("settlement", "street", "purpose"),
    ),
)
declare_reports(
    "addresses.acts",
    Report(
        "by_month",
        _("Заяви й акти за місяцями"),
        by=("received_on:month",),
        across="kind",
        asks=("kind",),
        period="received_on",
        span="this_year",
    ),
)
declare_reports(
    "addresses.premises",
    Report(
        "area",
        _("Площа приміщень за видами"),
        by=("kind",),
        measures=("sum:area", "count", "avg:area", "share:area"),
        asks=("kind", "building"),
        sort="-sum:area",
    ),
)
