"""What the community lets: a page for residents with pictures, conditions and a feed. Nobody signs in."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kernel.files.models import StoredFile
from kernel.files.serving import file_response, thumbnail_response
from kernel.registers.registry import register_of
from kernel.search.query import matching
from kernel.tenancy import current_tenant
from tenant_apps.property.rental.forms import OfferForm
from tenant_apps.property.rental.models import LIVE, RentObject

PAGE_SECONDS = 60
AT_ONCE, IN_FEED = 60, 50
OFFERED = LIVE & Q(state="vacant") & ~Q(listing="none")
PICTURES = ("photo", "plan")
FACTS = (
    "number",
    "kind",
    "listing",
    "address",
    "floor",
    "area",
    "purpose",
    "start_price",
    "value",
    "valued_on",
    "holder",
)


def _offered() -> QuerySet[RentObject]:
    return RentObject.objects.filter(OFFERED).order_by("-listed_on", "-pk")


@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    form = OfferForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    rows = _offered().select_related("photo")
    if asked.get("q"):
        rows = rows.filter(matching(asked["q"]))
    for name, condition in (
        ("kind", "kind"),
        ("listing", "listing"),
        ("area_from", "area__gte"),
        ("area_to", "area__lte"),
        ("price_to", "start_price__lte"),
    ):
        if asked.get(name) not in (None, ""):
            rows = rows.filter(**{condition: asked[name]})
    found = list(rows[: AT_ONCE + 1])
    context = {
        "form": form,
        "searched": bool(request.GET),
        "offers": [(one, _pictures(one, ("photo",))) for one in found[:AT_ONCE]],
        "more": len(found) > AT_ONCE,
        "all_url": reverse("open:page", args=[_register().public.slug]),
    }
    return _kept(request, render(request, "rental/offers.html", context))


@require_safe
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(_offered(), pk=pk)
    register = _register()
    facts = [(register.facet(name), register.text_of(name, one)) for name in FACTS]
    context = {
        "offer": one,
        "pictures": _pictures(one),
        "facts": [
            (f"{facet.label}, {facet.unit}" if facet.unit else facet.label, text) for facet, text in facts if text
        ],
    }
    return _kept(request, render(request, "rental/offer.html", context))


@require_safe
def picture(request: HttpRequest, pk: int, what: str, size: str) -> HttpResponseBase:
    """Only of what is offered now, and only pictures: the address says nothing else."""
    one = get_object_or_404(_offered(), pk=pk)
    file: StoredFile | None = getattr(one, what) if what in PICTURES else None
    if file is None or not file.media_type.startswith("image/") or size not in ("small", "whole"):
        raise Http404
    if size == "small" and file.has_thumbnails:
        return thumbnail_response(request, file, "small")
    return file_response(request, file)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    tenant = current_tenant()
    found = Rss201rev2Feed(
        title=_("%(community)s: майно в оренду") % {"community": tenant.name},
        link=request.build_absolute_uri(reverse("rental:offers")),
        description=_("Вільне комунальне майно, яке можна орендувати."),
        language="uk",
        feed_url=request.build_absolute_uri(),
    )
    register = _register()
    for one in _offered()[:IN_FEED]:
        told = [register.text_of(name, one) for name in ("listing", "address")]
        told += [
            f"{register.facet(name).label}: {text}"
            for name in ("area", "start_price")
            if (text := register.text_of(name, one))
        ]
        address = request.build_absolute_uri(reverse("rental:offer", args=[one.pk]))
        found.add_item(
            title=one.name,
            link=address,
            description=". ".join(part for part in told if part),
            unique_id=address,
            pubdate=one.created_at,
            updateddate=one.updated_at,
            categories=[one.get_kind_display()],
        )
    return _kept(request, HttpResponse(found.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8"))


def _register() -> Any:
    return register_of(RentObject)


def _pictures(one: RentObject, names: tuple[str, ...] = PICTURES) -> list[tuple[str, str, str, str]]:
    """For a strip of photos: the small picture, what is on it, a caption, the large one."""
    found = []
    for name in names:
        file = getattr(one, name)
        if file is not None and file.is_open and file.media_type.startswith("image/"):
            small, whole = (reverse("rental:picture", args=[one.pk, name, size]) for size in ("small", "whole"))
            found.append((small, one.name, _("фото") if name == "photo" else _("план"), whole))
    return found


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if not request.user.is_authenticated:
        response["Cache-Control"] = f"private, max-age={PAGE_SECONDS}"
    return response
