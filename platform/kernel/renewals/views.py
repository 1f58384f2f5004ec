"""The calendar of terms: overdue first, then a month as a grid and as a list; the same for calendar programs."""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kernel.access.dates import local_today
from kernel.access.guard import SignedRequest
from kernel.access.mail import absolute, site_host, site_name
from kernel.renewals.feeds import drop_key, make_key, person_of
from kernel.renewals.icalendar import calendar_of
from kernel.renewals.models import FeedKey
from kernel.renewals.terms import Term, terms, with_terms

OVERDUE = 50
IN_MONTH = 500
IN_CELL = 3
IN_FEED = 2000
FEED_PAST, FEED_AHEAD = 90, 400


@require_safe
@login_required
def index(request: SignedRequest, year: int = 0, month: int = 0) -> HttpResponse:
    today = local_today()
    try:
        first = date(year, month, 1) if year else today.replace(day=1)
    except ValueError:
        raise Http404 from None
    if not 2000 <= first.year <= 2100:
        raise Http404
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    only = request.GET.get("register", "")
    registers = list(with_terms(request.user))
    if only not in {one.label for one in registers}:
        only = ""
    overdue = terms(request.user, None, today - timedelta(days=1), OVERDUE + 1, only)
    inside = terms(request.user, first, last, IN_MONTH, only)
    days: dict[date, list[Term]] = defaultdict(list)
    for term in inside:
        days[term.day].append(term)
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    context = {
        "first": first,
        "today": today,
        "weeks": [[_cell(day, first, days) for day in week] for week in _weeks(first)],
        "overdue": overdue[:OVERDUE],
        "overdue_more": len(overdue) > OVERDUE,
        "terms": inside,
        "registers": registers,
        "only": only,
        "tail": f"?register={only}" if only else "",
        "before_url": reverse("renewals:month", args=[before.year, before.month]),
        "after_url": reverse("renewals:month", args=[after.year, after.month]),
        "feed": FeedKey.objects.filter(person=request.user).first(),
    }
    return render(request, "renewals/index.html", context)


def _weeks(first: date) -> list[list[date]]:
    return calendar.Calendar().monthdatescalendar(first.year, first.month)


def _cell(day: date, first: date, days: dict[date, list[Term]]) -> dict[str, Any]:
    found = days.get(day, [])
    return {
        "day": day,
        "inside": day.month == first.month,
        "terms": found[:IN_CELL],
        "more": max(0, len(found) - IN_CELL),
    }


@require_http_methods(["POST"])
@login_required
def feed_key(request: SignedRequest) -> HttpResponse:
    """A new address, shown once; or none."""
    if request.POST.get("do") == "close":
        drop_key(by=request.user)
        messages.success(request, _("Адресу закрито. Програми, що її читали, більше нічого не побачать."))
        return redirect("renewals:index")
    secret = make_key(by=request.user)
    return render(request, "renewals/feed.html", {"address": absolute(reverse("renewals:feed", args=[secret]))})


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    person = person_of(secret)
    if person is None:
        raise Http404
    today = local_today()
    found = terms(person, today - timedelta(days=FEED_PAST), today + timedelta(days=FEED_AHEAD), IN_FEED)
    body = calendar_of(
        found,
        name=_("Строки — %(place)s") % {"place": site_name()},
        host=site_host(),
        absolute=absolute("").rstrip("/"),
        now=timezone.now(),
    )
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="stroky.ics"'
    response["Cache-Control"] = "private, max-age=900"
    return response
