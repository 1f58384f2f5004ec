"""The page of the field, and what its script asks: forms, cards to take along, who is here, one record at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.gis.geos import Point
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.access.guard import SignedRequest
from kernel.access.levels import Level
from kernel.access.rights import require
from kernel.api import problem
from kernel.fieldwork.describing import PHOTOS, described, field_register_or_404, field_registers, told_of
from kernel.fieldwork.models import FieldRecord
from kernel.fieldwork.receiving import Closed, Conflict, Refused, SentOtherwise, Written, receive
from kernel.fieldwork.sent import Unreadable, read
from kernel.fieldwork.taking import taken_along
from kernel.fieldwork.wording import lines_of
from kernel.files.receiving import refused_uploads
from kernel.registers.registry import UnknownRegister, register_named

PAGE = 50
View = Callable[..., HttpResponse]


def signed(view: View) -> View:
    """For the script: a stranger gets an answer it understands, not a page to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return problem(401, _("Увійдіть: записи чекають на пристрої й надійдуть після входу."))
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@login_required
def index(request: SignedRequest) -> HttpResponse:
    """Alike for everybody of the tenant: the device keeps it, and nothing of a person is in it."""
    return render(request, "fieldwork/page.html")


@require_safe
@signed
def state(request: SignedRequest) -> HttpResponse:
    return JsonResponse(_state(request))


@require_safe
@signed
def forms(request: SignedRequest) -> HttpResponse:
    told = [described(register, request.user) for register in field_registers(request.user)]
    return JsonResponse({**_state(request), "forms": told})


def _state(request: SignedRequest) -> dict[str, Any]:
    return {
        "person": str(request.user.pk),
        "name": request.user.full_name,
        "csrf": get_token(request),
        "now": timezone.now().isoformat(),
    }


@require_safe
@signed
def cards(request: SignedRequest) -> HttpResponse:
    register = field_register_or_404(request.GET.get("register", ""))
    if not register.fieldwork.takes:
        raise Http404
    require(request.user, register.module, Level.EDIT)
    words = request.GET.get("q", "")[:200].replace("\x00", "")
    near, own = _near(request.GET.get("near", "")), "own" in request.GET
    found, more = taken_along(register, request.user, near=near, own=own, words=words)
    return JsonResponse({"person": str(request.user.pk), "cards": found, "more": more})


def _near(text: str) -> Point | None:
    """«49.07,33.42»; anything else is no place."""
    try:
        latitude, longitude = (float(part) for part in text.split(","))
        known = -90 <= latitude <= 90 and -180 <= longitude <= 180
    except ValueError:
        return None
    return Point(longitude, latitude, srid=4326) if known else None


@require_POST
@signed
def record(request: SignedRequest, key: UUID) -> HttpResponse:
    try:
        sent = read(request.POST.get("record", ""))
    except Unreadable:
        told = _("Сторінка на пристрої застаріла. Відкрийте «У полі» з мережею, оновіть її й надішліть ще раз.")
        return problem(400, told, code="unreadable")
    if sent.person != request.user.pk:
        told = _("На пристрої тепер працює інша людина. Записи чекають, доки ввійде той, хто їх зробив.")
        return problem(403, told, code="another_person")
    if dropped := refused_uploads(request):
        return _refused([{"field": PHOTOS, "message": str(why), "code": why.code} for why in dropped])
    try:
        written = receive(key, sent, request.FILES.getlist("photo"), by=request.user)
    except Refused as refused:
        return _refused(refused.errors)
    except Conflict as conflict:
        told = _("Поки ви були в полі, картку змінив хтось інший. Виберіть, що лишити.")
        return problem(409, told, code="conflict", theirs=conflict.theirs)
    except SentOtherwise as other:
        told = _("Цей запис уже прийнято раніше, з іншими словами. Відкрийте картку й внесіть правки там.")
        return problem(409, told, code="otherwise", url=_url(other.record))
    except Closed as closed:
        return problem(404, str(closed), code="closed")
    return JsonResponse(_answer(written, request.user), status=200 if written.again else 201)


def _refused(errors: list[dict[str, Any]]) -> HttpResponse:
    return problem(
        422, _("Виправте назване й надішліть ще раз: запис лишається на пристрої."), code="refused", errors=errors
    )


def _answer(written: Written, user: Any) -> dict[str, Any]:
    register, card = written.register, written.card
    seen = register.rows(user, Level.EDIT, archived=None).filter(pk=card.pk).exists()
    return {
        "label": register.label_of(card),
        "url": register.url("card", card.pk),
        "again": written.again,
        "advice": [] if written.again else [str(one) for one in register.advice(card)],
        "card": told_of(register, card, user) if register.fieldwork.takes and seen else None,
    }


def _url(found: FieldRecord) -> str:
    return register_named(found.register).url("card", int(found.row_id))


# -- the office ---------------------------------------------------------------------------------------


@require_safe
@login_required
def came(request: SignedRequest) -> HttpResponse:
    """What came from the field into registers this person keeps; cards out of sight are not told of."""
    mine = [register.label for register in field_registers(request.user)]
    rows = FieldRecord.objects.filter(register__in=mine).select_related("sender")
    odd = request.GET.get("odd") == "1"
    if odd:
        rows = rows.exclude(clock_off=0, outside=0)
    page = Paginator(rows.order_by("-received_at", "id"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": _seen(page, request.user), "odd": odd, "whole": not odd}
    return render(request, "fieldwork/came.html", context)


def _seen(records: Any, user: Any) -> list[dict[str, Any]]:
    keys: dict[str, set[str]] = {}
    for one in records:
        keys.setdefault(one.register, set()).add(one.row_id)
    cards: dict[tuple[str, str], tuple[str, str, str]] = {}
    for label, wanted in keys.items():
        try:
            register = register_named(label)
        except UnknownRegister:
            continue
        for card in register.rows(user, archived=None).filter(pk__in=wanted):
            cards[label, str(card.pk)] = (register.label_of(card), register.url("card", card.pk), register.name)
    return [
        {**lines_of(one), "card": cards[one.register, one.row_id]}
        for one in records
        if (one.register, one.row_id) in cards
    ]
