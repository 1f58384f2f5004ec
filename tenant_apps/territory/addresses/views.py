"""The one screen the kernel does not derive: two cards side by side, one of which stays."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kernel.access.guard import needs
from kernel.access.levels import Level
from kernel.registers.registry import register_of
from kernel.registers.saving import card_or_404
from kernel.registers.views.shared import frame
from tenant_apps.territory.addresses.forms import MergeForm, OtherForm
from tenant_apps.territory.addresses.merging import merge_buildings, merge_streets, references_to
from tenant_apps.territory.addresses.models import Building, Street

WHAT: dict[str, tuple[type[Any], Any]] = {"streets": (Street, merge_streets), "buildings": (Building, merge_buildings)}


@needs("addresses", Level.EDIT)
def choose_double(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Which other card; then side by side."""
    register, card = _card(request, what, pk)
    form = OtherForm(request.GET if "other__text" in request.GET or "other" in request.GET else None,
                     register=register, card=card, user=request.user)  # fmt: skip
    if form.is_bound and form.is_valid():
        return redirect("addresses:merge", what, card.pk, form.cleaned_data["other"].pk)
    context = frame(request, register, card, form=form, back=register.url("card", card.pk))
    return render(request, "addresses/choose_double.html", context, status=422 if form.errors else 200)


@needs("addresses", Level.EDIT)
def merge(request: HttpRequest, what: str, pk: int, other: int) -> HttpResponse:
    register, card = _card(request, what, pk)
    _same, double = _card(request, what, other)
    if pk == other:
        raise Http404
    pair = (card, double)
    form = MergeForm(request.POST or None, pair=pair)
    made: list[Any] = []
    if request.method == "POST":

        def do() -> None:
            kept, dropped = pair if form.cleaned_data["kept"] == str(card.pk) else reversed(pair)
            made.append(WHAT[what][1](kept, dropped, by=request.user, reason=form.cleaned_data["reason"]))

        if form.attempt(do):
            messages.success(request, _("Обʼєднано. Скасувати можна в реєстрі обʼєднань."))
            return redirect(register.url("card", made[0].kept_id))
    facets = [facet for name, facet in register.seen(request.user).items() if name not in register.masked]
    lines = [(facet.label, facet.text(card), facet.text(double)) for facet in facets]
    pointing = [
        (_label(one), *(one.pointing_at(row.pk).count() for row in pair)) for one in references_to(card._meta.label)
    ]
    context = frame(
        request,
        register,
        card,
        form=form,
        double=double,
        lines=[(label, left, right, left != right) for label, left, right in lines if left or right],
        pointing=[line for line in pointing if line[1] or line[2]],
        back=register.url("card", card.pk),
    )
    return render(request, "addresses/merge.html", context, status=422 if form.errors else 200)


def _card(request: HttpRequest, what: str, pk: int) -> tuple[Any, Any]:
    if what not in WHAT:
        raise Http404
    register = register_of(WHAT[what][0])
    if register is None:
        raise Http404
    return register, card_or_404(register, request.user, pk, Level.EDIT)


def _label(reference: Any) -> str:
    return (
        f"{reference.model._meta.verbose_name_plural}: {reference.model._meta.get_field(reference.field).verbose_name}"
    )
