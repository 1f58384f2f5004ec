from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from kernel.access.guard import needs
from kernel.access.levels import Level
from kernel.registers.registry import register_of
from kernel.registers.saving import card_or_404
from tenant_apps.territory.adjacent_territories.annex import draw_annex
from tenant_apps.territory.adjacent_territories.models import AllotmentDecision

MODULE = "adjacent_territories"


def annex_link(card: Any, user: Any) -> dict[str, str]:
    """For the panel of the decision."""
    return {"url": reverse(f"{MODULE}:annex", args=[card.pk])}


@needs(MODULE, Level.VIEW)
@require_safe
def annex(request: HttpRequest, pk: int) -> HttpResponse:
    register: Any = register_of(AllotmentDecision)
    decision = card_or_404(register, request.user, pk)
    try:
        paper = draw_annex(decision)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(register.url("card", pk))
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="annex-{decision.pk}.pdf"'
    return response
