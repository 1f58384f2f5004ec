"""Pages for residents: no sign-in, nothing but what the declaration opens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_tenants.utils import get_tenant_model

from kernel.registers.public.catalogue import catalogue
from kernel.registers.public.described import data_package
from kernel.registers.public.files import OpenFormat, file_of, formats_of, stamp_of
from kernel.registers.public.opened import OpenListing, OpenRegister, opened, opened_at
from kernel.registers.views.lists import Cell, labelled
from kernel.tenancy import current_tenant, platform_context

PAGE_SECONDS, FILE_SECONDS = 60, 300


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    found = [(one, _told(one)) for one in opened()]
    return _kept(request, render(request, "registers/open/index.html", {"found": found}))


def _told(one: OpenRegister) -> str:
    return _("перелік і відкриті дані") if one.page.open_data else _("перелік")


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    one = opened_at(slug)
    listing = OpenListing(one, request.GET)
    shown = listing.page()
    context = {
        "opened": one,
        "listing": listing,
        "page": shown,
        "searched": bool(one.sought[0]),
        "heads": listing.columns,
        "rows": _rows(listing, shown.cards),
        "newer_url": listing.address(after=shown.newer),
        "older_url": listing.address(after=shown.older),
        "files": [(form.title, form.url(one)) for form in formats_of(one).values()],
    }
    return _kept(request, render(request, "registers/open/page.html", context))


def _rows(listing: OpenListing, cards: Iterable[Any]) -> list[tuple[Any, list[Cell]]]:
    """Without links: cards have addresses only for those who work with them."""
    columns = [(name, facet, labelled(facet)) for name, facet in listing.offered.items()]
    text_of = listing.register.text_of
    return [
        (card.pk, [Cell(facet, label, text_of(name, card), facet.value(card), "") for name, facet, label in columns])
        for card in cards
    ]


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A resident's browser keeps a page for a minute; a worker's keeps nothing, as everywhere."""
    if not request.user.is_authenticated:
        response["Cache-Control"] = f"private, max-age={PAGE_SECONDS}"
    return response


@require_safe
def file(request: HttpRequest, slug: str, extension: str) -> HttpResponseBase:
    one = opened_at(slug)
    form = formats_of(one).get(extension)
    if form is None:
        raise Http404
    stamp = stamp_of(one)
    etag = f'"{stamp}-{extension}"' if stamp else None
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return _for_everybody(unchanged, etag)
    written = file_of(one, form, stamp)
    if written is None:
        wait = _("Файл саме готується. Повторіть за хвилину.")
        headers = {"Retry-After": str(PAGE_SECONDS), "Cache-Control": "no-store"}
        return HttpResponse(wait, status=503, content_type="text/plain; charset=utf-8", headers=headers)
    name = f"{form.name or one.page.slug}.{extension}"
    response = FileResponse(written, as_attachment=True, filename=name, content_type=form.media_type)
    return _for_everybody(response, etag)


@require_safe
def package(request: HttpRequest, slug: str) -> HttpResponseBase:
    with translation.override(settings.LANGUAGE_CODE):
        one = opened_at(slug)
        forms = formats_of(one)
        if not forms:
            raise Http404
        files = {name: (_address(request, one, form), form.media_type.split(";")[0]) for name, form in forms.items()}
        told = data_package(one, str(current_tenant().name), files)
    return _for_everybody(JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1}), None)


@require_safe
def catalogue_file(request: HttpRequest) -> HttpResponseBase:
    """All open sets of the community, for those who gather catalogues."""
    with translation.override(settings.LANGUAGE_CODE):
        told = catalogue(request, current_tenant(), _who_answers())
    response = JsonResponse(
        told, json_dumps_params={"ensure_ascii": False, "indent": 1}, content_type="application/ld+json"
    )
    return _for_everybody(response, None)


def _who_answers() -> dict[str, str]:
    """The community itself: a person's name has no place in a catalogue for everybody."""
    tenant = current_tenant()
    with platform_context():
        phone = get_tenant_model().objects.filter(pk=tenant.id).values_list("contact_phone", flat=True).first()
    return {"name": tenant.name, "phone": (phone or "").replace(" ", "")}


def _address(request: HttpRequest, one: OpenRegister, form: OpenFormat) -> str:
    return request.build_absolute_uri(form.url(one))


def _for_everybody(response: HttpResponseBase, etag: str | None) -> HttpResponseBase:
    """The same for every reader, and for pages of other sites."""
    if etag:
        response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={FILE_SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    return response
