"""The region's public portal: communities, open indicators, open data. Everything is told by public tables."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.indicators.catalogue import Declared
from kernel.modules.manifest import Area
from kernel.registers.public.described import LICENCE
from kernel.search.folding import fold
from shared_apps.communities.models import Community
from shared_apps.console.asking import default_period, district_words, rounded, titles
from shared_apps.console.outlines import region_map
from shared_apps.console.ranking import places
from shared_apps.console.sheets import sheet as as_xlsx
from shared_apps.console.sheets import text_sheet
from shared_apps.region.entry import for_programs, open_page
from shared_apps.region.lines import Line, figures_of, open_indicators, open_periods, sheet
from shared_apps.region.places import centre_of, everyone, find, hromadas, regions, urls_of
from shared_apps.rollups import periods
from shared_apps.rollups.models import Dataset, Pass
from shared_apps.rollups.reading import Told

PAGE, SETS = 60, 100
LONGEST = 100


def _asked(request: HttpRequest, name: str = "q") -> str:
    return " ".join(request.GET.get(name, "").replace("\x00", "").split())[:LONGEST]


def _region(request: HttpRequest, known: list[tuple[str, str]]) -> str:
    """The one that is asked for; with one region there is nothing to ask."""
    codes = [code for code, _words in known]
    asked = request.GET.get("region", "")
    return asked if asked in codes else codes[0] if len(codes) == 1 else ""


def _frame(request: HttpRequest, **more: Any) -> dict[str, Any]:
    ways = [
        (_("Громади"), reverse("region:first")),
        (_("Показники"), reverse("region:indicators")),
        (_("Відкриті дані"), reverse("region:datasets")),
        (_("Запис до ЦНАП"), reverse("region:cnap")),
    ]
    at = {"/communities/": 0, "/indicators/": 1, "/data/": 2, "/cnap/": 3}
    here = next((number for start, number in at.items() if request.path.startswith(start)), 0)
    return {"ways": [(words, url, None, number == here) for number, (words, url) in enumerate(ways)]} | more


# -- communities ---------------------------------------------------------------------------------------


@open_page
def first_page(request: HttpRequest) -> HttpResponse:
    text, known = _asked(request), regions()
    region = _region(request, known)
    if text:
        found = find(text)
        context = {"text": text, "found": found.communities, "elsewhere": found.elsewhere}
        return render(request, "region/first.html", _frame(request, **context))
    listed = hromadas().filter(region_code=region) if region else hromadas()
    one = _chosen(request)
    context = {
        "text": "",
        "regions": known,
        "region": region,
        "page": Paginator(listed, PAGE).get_page(request.GET.get("page")),
        "one": one,
    }
    if one is not None:
        period = default_period(one)
        lines = sheet(one, period).of(region)
        context |= _map(one, lines) | {
            "choices": _choices(),
            "title": titles()[one.code],
            "period_words": periods.words(period),
            "is_demo": any(line.demo for line in lines),
        }
    return render(request, "region/first.html", _frame(request, **context))


def _chosen(request: HttpRequest) -> Declared | None:
    """The one that is asked for; at first one of the register that most communities have told of."""
    found = open_indicators()
    asked = request.GET.get("indicator", "")
    told = dict(Pass.objects.filter(error="").order_by().values_list("register").annotate(count=Count("pk")))
    ordered = sorted(found, key=lambda one: -told.get(one.register.label, 0))
    return next((one for one in found if one.code == asked), ordered[0] if ordered else None)


def _choices() -> list[tuple[str, str]]:
    named = titles()
    return [(one.code, f"{one.indicator.number} {named[one.code]}".strip()) for one in open_indicators()]


def _map(one: Declared, lines: list[Line]) -> dict[str, Any]:
    return {"map": region_map(cast("list[Told]", lines), one) if lines else None}


@open_page
def community_page(request: HttpRequest, slug: str) -> HttpResponse:
    community = get_object_or_404(hromadas(), slug=slug)
    known = {one.code: one for one in open_indicators()}
    named = titles()
    members = list(everyone().filter(parent=community).order_by("short_name"))
    own_urls = urls_of(request, [community, *members])
    context = {
        "community": community,
        "centre": centre_of(community),
        "district": district_words(community.district_code) if community.district_code else "",
        "region_words": district_words(community.region_code) if community.region_code else "",
        "works": community.state == Community.State.ACTIVE,
        "url": own_urls.get(community.pk, ""),
        "members": [(one, own_urls.get(one.pk, "")) for one in members],
        "figures": [
            (known[row.code], named[row.code], row, rounded(known[row.code], row.line.shown), periods.words(row.period))
            for row in figures_of(community)
            if row.code in known
        ],
        "sets": _told_sets(Dataset.objects.filter(community=community), own_urls),
    }
    return render(request, "region/community.html", _frame(request, **context))


# -- indicators ----------------------------------------------------------------------------------------


@open_page
def indicators(request: HttpRequest) -> HttpResponse:
    text, named = _asked(request), titles()
    words = fold(text).split()
    found = [
        (one, named[one.code])
        for one in open_indicators()
        if all(word in fold(f"{one.indicator.number} {named[one.code]} {one.register.name}") for word in words)
    ]
    return render(request, "region/indicators.html", _frame(request, text=text, found=found))


@open_page
def indicator_page(request: HttpRequest, code: str) -> HttpResponse:
    one = next((one for one in open_indicators() if one.code == code), None)
    if one is None:
        raise Http404
    known = regions()
    region = _region(request, known)
    allowed = open_periods(one)
    asked = request.GET.get("period", "")
    period = asked if asked in allowed else default_period(one)
    whole = sheet(one, period)
    lines = whole.of(region)
    kind = request.GET.get("file", "")
    if kind in FILES:
        return for_programs(FILES[kind](request, one, period, lines))
    ranked = places(cast("list[Told]", lines), [], more_is_better=one.indicator.good is not False)
    rows = [
        (place.number, cast(Line, place.told), rounded(one, place.told.shown), place.told.community.slug)
        for place in ranked
    ]
    context = _map(one, lines) | {
        "one": one,
        "title": titles()[one.code],
        "region": region,
        "regions": known,
        "period": period,
        "period_words": periods.words(period),
        "periods": [(each, periods.words(each)) for each in allowed if each],
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "told": sum(line.shown is not None for line in lines),
        "of": len(lines),
        "hidden": sum(line.is_hidden for line in lines),
        "median": rounded(one, whole.median(region)),
        "total": rounded(one, whole.totals.get(region)) if one.indicator.additive else None,
        "is_demo": any(line.demo for line in lines),
        "running": periods.is_running(period, timezone.localdate()),
    }
    return render(request, "region/indicator.html", _frame(request, **context))


def _name(one: Declared, period: str) -> str:
    return f"{one.indicator.code}-{period or 'now'}"


def _rows(one: Declared, lines: list[Line]) -> tuple[list[str], list[tuple[Any, ...]]]:
    heads = [_("Громада"), _("КАТОТТГ"), str(titles()[one.code]), _("Одиниця"), _("Якість"), _("Дані станом на")]
    rows = [
        (
            str(line.community),
            line.community.katottg,
            rounded(one, line.shown),
            one.unit,
            line.words,
            timezone.localtime(line.data_at).strftime("%d.%m.%Y %H:%M") if line.data_at else "",
        )
        for line in lines
    ]
    return heads, rows


def _xlsx(_request: HttpRequest, one: Declared, period: str, lines: list[Line]) -> HttpResponse:
    return as_xlsx(_name(one, period), *_rows(one, lines))


def _csv(_request: HttpRequest, one: Declared, period: str, lines: list[Line]) -> HttpResponse:
    return text_sheet(_name(one, period), *_rows(one, lines))


def _json(request: HttpRequest, one: Declared, period: str, lines: list[Line]) -> HttpResponse:
    """A figure that is not told is null, and its quality says why."""
    found = {
        "indicator": one.code,
        "number": one.indicator.number,
        "title": titles()[one.code],
        "unit": one.unit,
        "formula": one.formula,
        "version": one.indicator.version,
        "period": period,
        "licence": LICENCE["path"],
        "source": request.build_absolute_uri(reverse("region:indicator", args=[one.code])),
        "communities": [
            {
                "katottg": line.community.katottg,
                "name": str(line.community),
                "value": None if line.shown is None else _plain(rounded(one, line.shown)),
                "quality": line.code,
                "data_at": line.data_at.isoformat() if line.data_at else None,
                "demo": line.demo,
            }
            for line in lines
        ],
    }
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False})


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


FILES = {"xlsx": _xlsx, "csv": _csv, "json": _json}


# -- open data, appointments ---------------------------------------------------------------------------


@open_page
def datasets(request: HttpRequest) -> HttpResponse:
    text, area, form = _asked(request), request.GET.get("area", ""), request.GET.get("format", "")
    rows = Dataset.objects.filter(community__in=everyone()).select_related("community")
    areas = sorted(set(rows.order_by().values_list("area", flat=True)) & {one.value for one in Area})
    formats = sorted({each for row in rows.order_by().values_list("formats", flat=True).distinct() for each in row})
    if area in areas:
        rows = rows.filter(area=area)
    if form in formats:
        rows = rows.filter(formats__contains=[form])
    words = fold(text).split()
    found = [row for row in rows if all(word in fold(f"{row.title} {row.community}") for word in words)]
    page = Paginator(found, SETS).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    context = {
        "text": text,
        "area": area,
        "areas": [(code, Area(code).label) for code in areas],
        "form": form,
        "formats": formats,
        "page": page,
        "sets": _told_sets(shown, urls_of(request, [row.community for row in shown])),
        "count": len(found),
    }
    return render(request, "region/datasets.html", _frame(request, **context))


def _told_sets(rows: Any, urls: dict[Any, str]) -> list[tuple[Dataset, str, str]]:
    """Each with its address on the community's own portal, where that answers."""
    return [
        (
            row,
            f"{urls[row.community_id]}open/{row.slug}/" if row.community_id in urls else "",
            ", ".join(one.upper() for one in row.formats),
        )
        for row in rows
    ]


@open_page
def cnap(request: HttpRequest) -> HttpResponse:
    return render(request, "region/cnap.html", _frame(request))
