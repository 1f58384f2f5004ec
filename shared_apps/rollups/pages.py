"""A community's pages about what the region asked to see: allow, refuse, see every look, take back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kernel.access.forms import ActionForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.views.shared import ask, done
from kernel.indicators.catalogue import declared_named
from kernel.indicators.models import Grant
from shared_apps.rollups import access
from shared_apps.rollups.behind import grantable, rows_behind
from shared_apps.rollups.models import AccessRequest


class AllowForm(ActionForm):
    fields_shown = forms.MultipleChoiceField(label=gettext_lazy("Що показати"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label=gettext_lazy("На скільки днів"), min_value=1, max_value=access.MOST_DAYS)

    def __init__(self, asked: AccessRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = grantable(declared_named(asked.indicator).register)
        field: Any = self.fields["fields_shown"]
        field.choices = [(name, labels[name]) for name in asked.fields if name in labels]
        field.initial = asked.fields
        self.fields["days"].initial = asked.days

    def _explain(self, invalid: Any) -> None:
        for words in invalid.messages:
            self.add_error(None, words)


class RefuseForm(ActionForm):
    reason = forms.CharField(label=gettext_lazy("Чому ні"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


@require_safe
@needs("access", Level.MANAGE)
def index(request: SignedRequest) -> HttpResponse:
    grants = {grant.request: grant for grant in Grant.objects.all()}
    rows = [(asked, access.title_of(asked), grants.get(asked.pk)) for asked in access.asked_of_us()]
    return render(request, "rollups/requests.html", {"rows": rows})


@needs("access", Level.MANAGE)
def asked_page(request: SignedRequest, pk: UUID) -> HttpResponse:
    asked = _ours(pk)
    form = AllowForm(asked, request.POST or None)
    if request.method == "POST" and form.attempt(
        lambda: access.allow(
            asked, fields=form.cleaned_data["fields_shown"], days=form.cleaned_data["days"], by=request.user
        )
    ):
        return done(request, "region_access:request", _("Дозвіл надано."), asked.pk)
    one = declared_named(asked.indicator)
    labels = grantable(one.register)
    grant = Grant.objects.filter(request=asked.pk).first()
    context = {
        "asked": asked,
        "title": access.title_of(asked),
        "fields": [labels.get(name, name) for name in asked.fields],
        "granted": [labels.get(name, name) for name in grant.fields] if grant else [],
        "rows": rows_behind(one, asked.period).count(),
        "most": access.MOST_ROWS,
        "form": form,
        "grant": grant,
        "looks": grant.looks.all()[:200] if grant else [],
    }
    return render(request, "rollups/request.html", context, status=422 if form.errors else 200)


@needs("access", Level.MANAGE)
def refuse_page(request: SignedRequest, pk: UUID) -> HttpResponse:
    asked = _ours(pk)
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.attempt(lambda: access.refuse(asked, by=request.user, **form.cleaned_data)):
        return done(request, "region_access:request", _("Область побачить вашу відповідь."), asked.pk)
    back = reverse("region_access:request", args=[asked.pk])
    return ask(
        request,
        form,
        title=_("Відмовити області"),
        submit=_("Відмовити"),
        back=back,
        crumbs=[(_("Запити області"), reverse("region_access:index")), (access.title_of(asked), back)],
        danger=True,
    )


@require_POST
@needs("access", Level.MANAGE)
def revoke(request: SignedRequest, pk: UUID) -> HttpResponse:
    grant = Grant.objects.filter(request=_ours(pk).pk).first()
    if grant is None:
        raise Http404
    access.revoke(grant, by=request.user)
    return done(request, "region_access:request", _("Дозвіл відкликано: область більше нічого не бачить."), pk)


def _ours(pk: UUID) -> AccessRequest:
    asked = access.ours_or_none(pk)
    if asked is None:
        raise Http404
    return asked
