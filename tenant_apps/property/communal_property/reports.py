from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.reports.declarations import Report, declare_reports

declare_reports(
    "communal_property.assets",
    Report(
        "vacant",
        _("Майно, що не використовується"),
        by=("kind",),
        columns=("number", "name", "holder", "address", "area", "unused_since"),
        measures=("sum:area", "sum:value", "count"),
        query="use=vacant",
        asks=("holder", "kind"),
    ),
    Report(
        "by_holder",
        _("Майно за балансоутримувачами"),
        by=("holder", "kind"),
        measures=("count", "sum:cost", "sum:wear", "sum:value"),
        asks=("kind", "use"),
    ),
)
declare_reports(
    "communal_property.lines",
    Report(
        "results",
        _("Підсумки інвентаризації"),
        by=("inventory",),
        across="result",
        measures=("count", "sum:value"),
        asks=("inventory",),
    ),
)
