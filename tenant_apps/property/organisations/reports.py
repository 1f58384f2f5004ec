from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.reports.declarations import Report, declare_reports

declare_reports(
    "organisations.parties",
    Report(
        "by_kind",
        _("Субʼєкти за видами і станом"),
        by=("kind", "status"),
        measures=("count", "share"),
        asks=("kind", "status", "vat_payer"),
    ),
)
