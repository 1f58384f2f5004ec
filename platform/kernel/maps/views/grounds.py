"""The page where a community chooses what lies beneath its layers."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kernel.access.forms import ActionForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.maps import backdrop
from kernel.maps.models import Backdrop
from kernel.maps.onscreen import map_settings


class BackdropForm(ActionForm):
    kind = forms.ChoiceField(label=gettext_lazy("Підкладка"), choices=Backdrop.Kind.choices, widget=forms.RadioSelect)
    url = forms.CharField(
        label=gettext_lazy("Адреса власної підкладки"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Квадрати: https://…/{z}/{x}/{y}.png. Файл: https://….pmtiles; той сервер має дозволяти читати його з вашої адреси."),
    )  # fmt: skip
    attribution = forms.CharField(
        label=gettext_lazy("Чиї це дані"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Стоїть у куті мапи, напр. © OpenStreetMap."),
    )
    max_zoom = forms.IntegerField(
        label=gettext_lazy("Найбільший масштаб підкладки"), min_value=1, max_value=22, initial=19, required=False
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reference", Level.MANAGE)
def set_backdrop(request: SignedRequest) -> HttpResponse:
    now = Backdrop.objects.first() or Backdrop()
    given = {"kind": now.kind, "url": now.url, "attribution": now.attribution, "max_zoom": now.max_zoom}
    form = BackdropForm(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.attempt(
        lambda: backdrop.set_backdrop(
            form.cleaned_data["kind"], url=form.cleaned_data["url"], attribution=form.cleaned_data["attribution"],
            max_zoom=form.cleaned_data["max_zoom"] or 19, by=request.user,
        )
    ):  # fmt: skip
        messages.success(request, _("Підкладку мапи записано."))
        return redirect("maps:set_backdrop")
    context = {"form": form, "settings": map_settings([], tools="few")}
    return render(request, "maps/backdrop.html", context, status=422 if form.errors else 200)
