"""Pages of figures: two figures together, a table of one's own, passports."""

from __future__ import annotations

from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kernel.indicators.catalogue import UnknownIndicator, declared_named
from shared_apps.console.asking import (
    Question,
    allowed_periods,
    brief,
    catalogue,
    choices,
    default_period,
    rounded,
    seen,
    titles,
)
from shared_apps.console.entry import on_console
from shared_apps.console.papers import DRAWN, paper
from shared_apps.console.ranking import together
from shared_apps.console.sheets import sheet, text_sheet
from shared_apps.rollups import periods
from shared_apps.rollups.law import LAW
from shared_apps.rollups.models import Formula
from shared_apps.rollups.reading import communities_in, read

MOST_COLUMNS = 12

# -- a table of one's own ------------------------------------------------------------------------------


@require_safe
@on_console("console")
def table(request: HttpRequest) -> HttpResponse:
    """Indicators × periods over communities, in any number up to a dozen columns."""
    question = Question.from_query(request.GET, request.user)
    kind = request.GET.get("file", "")
    picked = [one for one in catalogue() if one.code in request.GET.getlist("pick")]
    wanted = [code for code in request.GET.getlist("when") if not code or periods.is_period(code)]
    columns = [
        (one, period)
        for one in picked
        for period in ([code for code in wanted if code in allowed_periods(one)] or [default_period(one)])
    ][:MOST_COLUMNS]
    read_columns = [{told.community.pk: told for told in question.read(one, when)} for one, when in columns]
    named = titles()
    heads = [
        _("Громада"),
        *(f"{named[one.code]}, {periods.words(when)}{f', {one.unit}' if one.unit else ''}" for one, when in columns),
    ]
    bodies = [told.community for told in read_columns[0].values()] if read_columns else []
    rows = [
        (
            str(community) if kind else brief(community),
            *(
                rounded(one, column[community.pk].shown)
                for (one, _when), column in zip(columns, read_columns, strict=True)
            ),
        )
        for community in bodies
    ]
    if rows and kind in DRAWN:
        return paper("table", kind, _("Таблиця показників"), heads, rows)
    if rows and kind in ("xlsx", "csv"):
        return (sheet if kind == "xlsx" else text_sheet)("table", heads, rows)
    whens = sorted({code for one in catalogue() for code in allowed_periods(one) if code}, reverse=True)
    context = choices(question) | {
        "console_nav": request.console_nav,  # type: ignore[attr-defined]
        "picked": [one.code for one in picked],
        "wanted": wanted,
        "whens": [(code, periods.words(code)) for code in whens],
        "heads": heads,
        "rows": rows,
        "most": MOST_COLUMNS,
    }
    return render(request, "console/table.html", context)


# -- two figures ------------------------------------------------------------------------------------------


@require_safe
@on_console("console")
def together_page(request: HttpRequest) -> HttpResponse:
    question = Question.from_query(request.GET, request.user)
    known = {one.code: one for one in catalogue()}
    other = known.get(request.GET.get("other", "")) or list(known.values())[min(1, len(known) - 1)]
    found = together(question.rows, question.read(other, default_period(other)))
    context = choices(question) | {
        "console_nav": request.console_nav,  # type: ignore[attr-defined]
        "other": other,
        "found": found,
        "strength": None if found.strength is None else Decimal(str(round(found.strength, 2))),
        "title": titles()[question.one.code],
        "other_title": titles()[other.code],
        "first": [(name, rounded(question.one, x)) for name, x, _y in found.pairs],
        "second": [(name, rounded(other, y)) for name, _x, y in found.pairs],
        "pairs": [(name, rounded(question.one, x), rounded(other, y)) for name, x, y in found.pairs],
    }
    return render(request, "console/together.html", context)


# -- passports -----------------------------------------------------------------------------------------


@require_safe
@on_console("console")
def passports(request: HttpRequest) -> HttpResponse:
    """Everything that is counted, and everything of the law's list that no module gives yet."""
    known = {one.indicator.number: one for one in catalogue() if one.indicator.number}
    context = {
        "console_nav": request.console_nav,  # type: ignore[attr-defined]
        "declared": [(one, titles()[one.code]) for one in catalogue()],
        "law": [(number, title, module, known.get(number)) for number, title, module in LAW],
    }
    return render(request, "console/passports.html", context)


@require_safe
@on_console("console")
def passport(request: HttpRequest, code: str) -> HttpResponse:
    try:
        one = declared_named(code)
    except UnknownIndicator as unknown:
        raise Http404 from unknown
    rows = read(one, default_period(one), communities_in(seen(request.user)))
    context = {
        "console_nav": request.console_nav,  # type: ignore[attr-defined]
        "one": one,
        "versions": Formula.objects.filter(indicator=one.code),
        "rows": rows,
        "fresh": sum(told.quality.value in ("ok", "partial") for told in rows),
        "period_words": _LENGTHS[one.indicator.every if one.indicator.on else ""],
        "module": one.register.name,
    }
    return render(request, "console/passport.html", context)


_LENGTHS = {
    "": gettext_lazy("лише нині"),
    "day": gettext_lazy("день"),
    "month": gettext_lazy("місяць"),
    "quarter": gettext_lazy("квартал"),
    "year": gettext_lazy("рік"),
}
