"""The operators' till: statements in, and the payments that found no invoice."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kernel.access.forms import ActionForm
from kernel.access.guard import SignedRequest
from kernel.access.levels import Level
from kernel.access.rights import require
from shared_apps.console.entry import nav_of
from shared_apps.subscriptions import statements
from shared_apps.subscriptions.bank.line import StatementRefused
from shared_apps.subscriptions.models import Invoice, StatementLine

View = Callable[..., HttpResponse]


class StatementForm(ActionForm):
    statement = forms.FileField(
        label=gettext_lazy("Виписка"), help_text=gettext_lazy("CSV клієнт-банку, CAMT.053 або MT940.")
    )


class SettleForm(ActionForm):
    invoice = forms.CharField(
        label=gettext_lazy("Номер рахунку"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Порожньо: платіж повернено або відкладено."),
    )
    told = forms.CharField(label=gettext_lazy("Що зроблено"), max_length=500)

    found: Invoice | None = None

    def clean_invoice(self) -> str:
        number: str = self.cleaned_data["invoice"].strip()
        self.found = Invoice.objects.filter(number=number).first() if number else None
        if number and self.found is None:
            raise forms.ValidationError(_("Такого рахунку немає. Звірте номер."))
        return number


def for_cashiers(view: View) -> View:
    """Operators of the whole platform; a region's administrator has no business with others' money."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(request.user, "communities", Level.MANAGE)
        return view(request, *args, **kwargs)

    return never_cache(login_required(checked))


@require_safe
@for_cashiers
def index(request: HttpRequest) -> HttpResponse:
    context = {
        "console_nav": nav_of(request),
        "waiting": StatementLine.objects.filter(state__in=StatementLine.NEEDS_PERSON).select_related("invoice"),
        "open": Invoice.objects.filter(state__in=("open", "partly")).select_related("payer")[:100],
        "form": StatementForm(),
    }
    return render(request, "subscriptions/till.html", context)


@require_http_methods(["POST"])
@for_cashiers
def statement(request: SignedRequest) -> HttpResponse:
    form = StatementForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Додайте файл виписки."))
        return redirect("payments:index")
    file = form.cleaned_data["statement"]
    try:
        report = statements.import_statement(file.read(), file.name, by=request.user.full_name)
    except StatementRefused as refused:
        messages.error(request, str(refused))
        return redirect("payments:index")
    told = _("Зараховано: %(matched)s, чекають рішення: %(waiting)s, уже відомі: %(known)s.")
    messages.success(request, told % {"matched": report.matched, "waiting": report.waiting, "known": report.known})
    return redirect("payments:index")


@require_http_methods(["GET", "HEAD", "POST"])
@for_cashiers
def settle(request: SignedRequest, pk: int) -> HttpResponse:
    line = get_object_or_404(StatementLine.objects.select_related("invoice"), pk=pk)
    form = SettleForm(request.POST or None)
    by = request.user.full_name

    def work() -> None:
        statements.settle(line, by=by, invoice=form.found, told=form.cleaned_data["told"])

    if request.method == "POST" and form.attempt(work):
        messages.success(request, _("Платіж розібрано."))
        return redirect("payments:index")
    return render(
        request,
        "subscriptions/settle.html",
        {"line": line, "form": form, "console_nav": nav_of(request)},
        status=422 if form.errors else 200,
    )
