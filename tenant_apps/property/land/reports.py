from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.reports.declarations import Report, declare_reports

declare_reports(
    "land.rights",
    Report(
        "debtors",
        _("Боржники за землю"),
        by=("kind",),
        columns=("number", "holder", "parcel", "debt", "owed_since"),
        measures=("sum:debt", "count"),
        query="debt__from=0.01",
        asks=("kind", "holder"),
        about=_("Прострочені суми без пені; пеня — на картці договору."),
    ),
    Report(
        "ending",
        _("Договори, строк яких спливає"),
        by=("ends_on:month",),
        columns=("number", "holder", "parcel", "ends_on"),
        query="state=active",
        period="ends_on",
        span="this_year",
    ),
)
declare_reports(
    "land.charges",
    Report(
        "by_month",
        _("Нарахування за місяцями"),
        by=("month:month",),
        across="right__kind",
        measures=("sum:amount",),
        period="month",
        span="this_year",
    ),
)
declare_reports(
    "land.payments",
    Report(
        "by_month",
        _("Надходження за місяцями"),
        by=("paid_on:month",),
        measures=("sum:amount", "count"),
        period="paid_on",
        span="this_year",
    ),
)
declare_reports(
    "land.parcels",
    Report(
        "by_purpose",
        _("Ділянки за призначенням"),
        by=("category", "purpose"),
        across="ownership",
        measures=("sum:area", "count"),
        asks=("settlement", "ownership"),
    ),
)
