"""The overview of one indicator: its whole, the map, places, the course of time, one community beside its peers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kernel.indicators.catalogue import Declared
from shared_apps.console.asking import Question, brief, choices, rounded, titles
from shared_apps.console.entry import on_console
from shared_apps.console.outlines import region_map
from shared_apps.console.papers import DRAWN, paper
from shared_apps.console.ranking import Place, peers, places
from shared_apps.console.sheets import drawing, sheet, text_sheet
from shared_apps.rollups import periods
from shared_apps.rollups.quality import TONES
from shared_apps.rollups.reading import Told, total, trend
from ui.numerals import written

TOP, AROUND, BOTTOM = 5, 2, 3
FILES = ("svg", "xlsx", "csv", *DRAWN)


@require_safe
@on_console("console")
def overview(request: HttpRequest) -> HttpResponse:
    question = Question.from_query(request.GET, request.user)
    one = question.one
    found = places(question.rows, question.before, more_is_better=one.indicator.good is not False)
    if request.GET.get("file") in FILES:
        return _as_file(request.GET["file"], question, found)
    region = region_map(question.rows, one)
    codes, course = question.course
    ours = next((told for told in question.rows if told.community.slug == question.ours), None)
    known = [place for place in found if place.number]
    whole_list = request.GET.get("places") == "all"
    context = (
        choices(question)
        | {
            "console_nav": request.console_nav,  # type: ignore[attr-defined]
            "title": titles()[one.code],
            "region": region,
            "ours": ours,
            "ours_name": brief(ours.community) if ours else "",
            "ours_place": next((place.number for place in known if place.told is ours), None),
            "peers": _peers(question, ours),
            "ranked": [
                place and _ranked(question, place) for place in (found if whole_list else shortened(found, ours))
            ],
            "whole_list": whole_list or len(found) <= TOP + AROUND + BOTTOM,
            "places": found,
            "counted": len(known),
            "whole": question.whole,
            "whole_shown": rounded(one, question.whole.shown),
            "mean": rounded(one, question.mean),
            "change": _change(question),
            "worse": sum(_is_worse(one, place.told.shown, question.mean) for place in known),
            "known": [(brief(place.told.community), rounded(one, place.told.shown)) for place in known],
            "labels": [periods.words(code)[:4] if code else _("зараз") for code in codes],
            "series": _series(question, codes, course, ours),
            "missing": [
                (told, TONES[told.quality], told.quality.label) for told in question.rows if told.quality.value != "ok"
            ],
            "is_demo": any(told.demo for told in question.rows),
            "hidden": sum(told.is_hidden for told in question.rows),
            "period_words": periods.words(question.period),
            "running": periods.is_running(question.period, timezone.localdate()),
        }
    )
    return render(request, "console/overview.html", context)


def shortened(found: Sequence[Place], ours: Told | None) -> list[Place | None]:
    """The first, ours with neighbours, the last; None stands for those left out. Whoever has no place is not last."""
    known = [place for place in found if place.number]
    at = next((number for number, place in enumerate(known) if place.told is ours), None)
    wanted = {*range(TOP), *range(len(known) - BOTTOM, len(known))}
    if at is not None:
        wanted |= set(range(at - AROUND, at + AROUND + 1))
    rows: list[Place | None] = []
    before = -1
    for number in sorted(number for number in wanted if 0 <= number < len(known)):
        if number > before + 1:
            rows.append(None)
        rows.append(known[number])
        before = number
    return rows


def _ranked(question: Question, place: Place) -> tuple[Any, ...]:
    one, told = question.one, place.told
    query = {"indicator": one.code, "period": question.period, "district": question.district, "size": question.size}
    url = f"{reverse('console:overview')}?{urlencode({**query, 'ours': told.community.slug})}"
    change = rounded(one, place.change)
    row = (
        place.number or "—",
        brief(told.community),
        rounded(one, told.shown),
        url,
        told.community.slug == question.ours,
    )
    return (*row, change, tone_of(one, change)) if question.period else row


def tone_of(one: Declared, change: Decimal | None) -> str:
    if not change or one.indicator.good is None:
        return ""
    return "" if (change > 0) == one.indicator.good else "bad"


def _is_worse(one: Declared, value: Decimal | None, mean: Decimal | None) -> bool:
    if value is None or mean is None:
        return False
    return value > mean if one.indicator.good is False else value < mean


def _change(question: Question) -> tuple[str, str] | None:
    """In words with its sign, and its tone."""
    if not question.period or question.whole.shown is None:
        return None
    was = total(question.one, question.before).shown
    if was is None:
        return None
    change = rounded(question.one, question.whole.shown - was) or Decimal(0)
    return f"+{written(change)}" if change > 0 else written(change), tone_of(question.one, change)


def _series(
    question: Question, codes: list[str], course: list[Decimal | None], ours: Told | None
) -> list[tuple[str, list[Decimal | None]]]:
    """Ours beside the whole, where the two are of one scale: a sum of all dwarfs any of its parts."""
    whole = (_("разом"), [rounded(question.one, value) for value in course])
    if ours is None or not codes or ours.is_hidden:
        return [whole]
    own = trend(question.one, codes, question.communities, of=ours.community.pk, among=question.everyone)
    mine = (brief(ours.community), [rounded(question.one, value) for value in own])
    return [mine] if question.one.indicator.additive else [mine, whole]


def _peers(question: Question, ours: Told | None) -> list[tuple[str, Any, str]]:
    if ours is None:
        return []
    shown = {told.community.pk: told for told in question.rows}
    near = peers(ours.community, [told.community for told in question.rows])
    rows = [(brief(one), rounded(question.one, shown[one.pk].shown), "") for one in near]
    return [(brief(ours.community), rounded(question.one, ours.shown), "ok"), *rows]


def _as_file(kind: str, question: Question, found: Sequence[Place]) -> HttpResponse:
    one = question.one
    name = f"{one.indicator.code}-{question.period or 'now'}"
    if kind == "svg":
        region = region_map(question.rows, one)
        return drawing(f"{one.title} {question.period}", region.shapes, region.box)
    heads = (
        _("Місце"), _("Громада"), _("КАТОТТГ"), one.title, _("Одиниця"), _("Зміна за рік"), _("Якість"),
        _("Дані станом на"),
    )  # fmt: skip
    rows = [
        (
            place.number,
            str(place.told.community),
            place.told.community.katottg,
            rounded(one, place.told.shown),
            question.unit,
            rounded(one, place.change),
            _("приховано: менше пʼяти осіб") if place.told.is_hidden else str(place.told.quality.label),
            timezone.localtime(place.told.data_at).strftime("%d.%m.%Y %H:%M") if place.told.data_at else "",
        )
        for place in found
    ]
    if kind in DRAWN:
        return paper(name, kind, titles()[one.code], heads, rows, _conditions(question), region_map(question.rows, one))
    return sheet(name, heads, rows) if kind == "xlsx" else text_sheet(name, heads, rows)


def _conditions(question: Question) -> list[str]:
    whole = question.whole
    lines = [periods.words(question.period)]
    if whole.shown is not None:
        value = rounded(question.one, whole.shown)
        lines.append(_("Разом: %(value)s %(unit)s") % {"value": written(value), "unit": question.unit})
    lines.append(_("Повнота: %(told)s з %(of)s громад") % {"told": whole.told, "of": whole.of})
    return lines
