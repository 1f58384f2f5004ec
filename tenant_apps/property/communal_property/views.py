"""Counting with a phone in the hand: a number or the address out of a QR code, one thing after another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kernel.access.guard import needs
from kernel.access.levels import Level
from kernel.operations import Denied
from kernel.registers.registry import register_of
from kernel.registers.saving import card_or_404
from tenant_apps.property.communal_property import operations
from tenant_apps.property.communal_property.forms import FoundForm, SurplusForm
from tenant_apps.property.communal_property.models import LIVE, Inventory

LATELY = 10


@needs("communal_property", Level.EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest, pk: int) -> HttpResponse:
    register: Any = register_of(Inventory)
    inventory = card_or_404(register, request.user, pk, Level.EDIT)
    surplus = "surplus" in request.POST
    given = request.POST if request.method == "POST" else None
    found_form = FoundForm(None if surplus else given)
    surplus_form = SurplusForm(given if surplus else None, prefix="s")
    form: Any = surplus_form if surplus else found_form
    if given is not None and form.is_valid():
        do: Any = operations.note_surplus if surplus else operations.note_found
        try:
            line = do(inventory, by=request.user, **form.cleaned_data)
        except Denied as refused:
            form.add_error(None, str(refused))
        except ValidationError as invalid:
            form.add_error(None, invalid.messages)
        else:
            messages.success(
                request, _("%(name)s: %(result)s.") % {"name": line.name, "result": line.get_result_display()}
            )
            return redirect("communal_property:count", pk)
    lines = inventory.lines.filter(LIVE)
    sums = lines.aggregate(whole=Count("pk", filter=~Q(result="surplus")), left=Count("pk", filter=Q(result="pending")))
    context = {
        "inventory": inventory,
        "back": register.url("card", pk),
        "found_form": found_form,
        "surplus_form": surplus_form,
        "whole": sums["whole"],
        "left": sums["left"],
        "lately": lines.filter(checked_at__isnull=False).order_by("-checked_at")[:LATELY],
    }
    return render(request, "communal_property/count.html", context, status=422 if form.errors else 200)
