"""Two days side by side: what was seen then, whatever was corrected since."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shared_apps.console.asking import Question, brief, choices, rounded, titles
from shared_apps.console.entry import on_console
from shared_apps.console.overview import tone_of
from shared_apps.console.sheets import sheet
from shared_apps.rollups import periods
from shared_apps.rollups.reading import read_on, total

APART = timedelta(days=7)


@require_safe
@on_console("console")
def days(request: HttpRequest) -> HttpResponse:
    question = Question.from_query(request.GET, request.user)
    one, today = question.one, timezone.localdate()
    later = _day(request.GET.get("later", ""), today)
    earlier = _day(request.GET.get("earlier", ""), later - APART)
    then = read_on(one, question.period, question.communities, earlier, among=question.everyone)
    now = read_on(one, question.period, question.communities, later, among=question.everyone)
    was = {told.community.pk: told.shown for told in then}
    rows: list[tuple[Any, ...]] = []
    for told in now:
        before, after = was[told.community.pk], told.shown
        change = None if before is None or after is None else rounded(one, after - before)
        rows.append((brief(told.community), rounded(one, before), rounded(one, after), change, tone_of(one, change)))
    title = titles()[one.code]
    if request.GET.get("file") == "xlsx":
        heads = (_("Громада"), f"{earlier:%d.%m.%Y}", f"{later:%d.%m.%Y}", _("Зміна"))
        return sheet(f"{one.indicator.code}-{earlier}-{later}", heads, [row[:4] for row in rows])
    context = choices(question) | {
        "console_nav": request.console_nav,  # type: ignore[attr-defined]
        "title": title,
        "period_words": periods.words(question.period),
        "earlier": earlier,
        "later": later,
        "names": [f"{day:%d.%m.%Y}" for day in (earlier, later)],
        "today": today,
        "rows": rows,
        "known": any(row[1] is not None or row[2] is not None for row in rows),
        "changed": sum(1 for row in rows if row[3]),
        "whole": [rounded(one, total(one, found).shown) for found in (then, now)],
    }
    return render(request, "console/days.html", context)


def _day(text: str, otherwise: date) -> date:
    try:
        return parse_date(text) or otherwise
    except ValueError:
        return otherwise
