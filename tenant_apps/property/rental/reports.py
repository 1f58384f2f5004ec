from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.reports.declarations import Report, declare_reports

declare_reports(
    "rental.leases",
    Report(
        "debtors",
        _("Боржники за оренду майна"),
        columns=("number", "tenant", "object", "debt", "owed_since"),
        measures=("sum:debt", "count"),
        query="debt__from=0.01",
        asks=("tenant",),
        about=_("Прострочені суми без пені; пеня — на картці договору."),
    ),
    Report(
        "ending",
        _("Договори, строк яких спливає"),
        by=("ends_on:month",),
        columns=("number", "tenant", "object", "ends_on"),
        query="state=active",
        period="ends_on",
        span="this_year",
    ),
)
declare_reports(
    "rental.invoices",
    Report(
        "by_month",
        _("Виставлено за місяцями"),
        by=("month:month",),
        measures=("sum:amount", "sum:vat", "sum:total", "count"),
        period="month",
        span="this_year",
    ),
)
declare_reports(
    "rental.payments",
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
    "rental.objects",
    Report(
        "vacant",
        _("Вільне майно за переліками"),
        by=("listing", "kind"),
        columns=("number", "name", "address", "area", "start_price"),
        measures=("sum:area", "count"),
        query="state=vacant",
        asks=("kind", "holder"),
    ),
)
