from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kernel.reports.declarations import Report, declare_reports

declare_reports(
    "houses.houses",
    Report(
        "characteristics",
        _("Характеристики (паспорт) будинків"),
        by=("managed",),
        columns=(
            *("shown", "built_in", "walls", "floors", "entrances", "flats", "lifts", "total_area"),
            *("living_area", "roof_area", "wear", "capital_repair_in"),
        ),
        asks=("condition", "managed"),
        about=_("Перелік будинків з їхніми технічними показниками."),
    ),
    Report(
        "condition",
        _("Будинки за станом і формою управління"),
        by=("managed",),
        across="condition",
        measures=("count", "sum:total_area"),
        asks=("walls",),
    ),
)
declare_reports(
    "houses.repairs",
    Report(
        "cost",
        _("Ремонти будинків за видами"),
        by=("house",),
        across="kind",
        measures=("sum:cost", "count"),
        asks=("kind", "state"),
        period="finished_on",
    ),
)
