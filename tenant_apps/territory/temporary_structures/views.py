"""The plate on a structure and the page it leads to: anybody on the street sees whether it may stand here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kernel.access.guard import needs
from kernel.access.levels import Level
from kernel.registers.exporting.cards import code_of
from kernel.registers.exporting.typesetting import typeset
from kernel.registers.registry import register_of
from kernel.registers.saving import card_or_404
from kernel.tenancy import current_tenant
from tenant_apps.territory.temporary_structures.models import Structure

MODULE = "temporary_structures"
PAPERS = Path(__file__).parent / "papers"
PAGE_SECONDS = 60
OPEN_STATES = ("valid", "expired", "cancelled", "dismantled")


def plate_links(card: Any, user: Any) -> dict[str, str]:
    """For the panel of the card."""
    if card.state not in OPEN_STATES:
        return {}
    return {
        "plate": reverse(f"{MODULE}:plate", args=[card.pk]),
        "page": reverse(f"{MODULE}:open-card", args=[card.pk]),
    }


@require_safe
def open_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Without a name of the holder: he may be a person."""
    structure = get_object_or_404(Structure, pk=pk, archived_at__isnull=True, state__in=OPEN_STATES)
    register: Any = register_of(Structure)
    tone, words = register.status_of(structure)
    names = ("kind", "purpose", "place", "area", "permit_number", "valid_from", "valid_to", "installed_on", "ended_on")
    facets = {name: register.facet(name) for name in names}
    facts = [
        (facet.label + (f", {facet.unit}" if facet.unit else ""), register.text_of(name, structure))
        for name, facet in facets.items()
    ]
    context = {
        "structure": structure,
        "tone": tone,
        "words": words,
        "facts": [(label, text) for label, text in facts if text],
        "stands_by_right": structure.state == "valid",
        "list_url": reverse("open:page", args=[register.public.slug]),
    }
    response = render(request, "temporary_structures/open_card.html", context)
    if not request.user.is_authenticated:
        response["Cache-Control"] = f"private, max-age={PAGE_SECONDS}"
    return response


@needs(MODULE, Level.VIEW)
@require_safe
def plate(request: HttpRequest, pk: int) -> HttpResponse:
    """A6 to print and fasten at eye level."""
    register: Any = register_of(Structure)
    structure = card_or_404(register, request.user, pk)
    if structure.state not in OPEN_STATES:
        raise Http404
    address = request.build_absolute_uri(reverse(f"{MODULE}:open-card", args=[pk]))
    content = {
        "number": structure.number,
        "title": _("Тимчасова споруда"),
        "what": f"{structure.get_kind_display()}: {structure.purpose}",
        "passport": _("Паспорт привʼязки № %(number)s") % {"number": structure.permit_number},
        "term": _("діє до %(day)s") % {"day": f"{structure.valid_to:%d.%m.%Y}"} if structure.valid_to else "",
        "hint": _("Наведіть камеру телефона, щоб перевірити споруду"),
        "community": str(current_tenant().name),
        "qr": code_of(address),
    }
    response = HttpResponse(typeset("plate", content, folder=PAPERS), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="plate-{structure.pk}.pdf"'
    return response
