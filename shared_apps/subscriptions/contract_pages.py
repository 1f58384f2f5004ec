"""The operators' pages of money: regions' contracts, payers for many, what each community costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kernel.access.forms import ActionForm, DayField
from kernel.access.guard import SignedRequest
from kernel.search.folding import fold
from kernel.tenancy.files import storage
from shared_apps.communities.models import Community
from shared_apps.communities.names import validate_edrpou
from shared_apps.console.asking import district_words
from shared_apps.console.entry import nav_of
from shared_apps.console.sheets import sheet
from shared_apps.subscriptions import gateway
from shared_apps.subscriptions.console_views import for_cashiers
from shared_apps.subscriptions.contracts import (
    Cost,
    end_contract,
    give_back,
    make_contract,
    new_payer,
    pay_for,
    price_of,
)
from shared_apps.subscriptions.models import Discount, Invoice, Paper, Payer, Subscription
from shared_apps.subscriptions.pricing import SEAT

ASK = require_http_methods(["GET", "HEAD", "POST"])
PAGE = 50
State = Subscription.State


class ContractForm(ActionForm):
    region = forms.CharField(
        label=gettext_lazy("Область"), max_length=4, help_text=gettext_lazy("Перші знаки КАТОТТГ, напр. UA53.")
    )
    percent = forms.DecimalField(
        label=gettext_lazy("Знижка, %"),
        min_value=Decimal("0.01"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
        localize=True,
    )
    contract = forms.CharField(label=gettext_lazy("Договір"), max_length=200, help_text=gettext_lazy("Номер і дата."))
    valid_from = DayField(label=gettext_lazy("Діє з"))
    valid_to = DayField(
        label=gettext_lazy("Не діє з"), required=False, help_text=gettext_lazy("Порожньо — без строку.")
    )


class EndForm(ActionForm):
    on = DayField(label=gettext_lazy("Не діє з"))


class PayerForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Назва платника"), max_length=300)
    edrpou = forms.CharField(
        label=gettext_lazy("Код ЄДРПОУ"), max_length=8, required=False, validators=[validate_edrpou]
    )
    email = forms.EmailField(label=gettext_lazy("Пошта для рахунків"))
    way = forms.ChoiceField(label=gettext_lazy("Як платить"), choices=Payer.Way.choices)


class GiveForm(ActionForm):
    why = forms.CharField(
        label=gettext_lazy("Підстава"), max_length=300, help_text=gettext_lazy("Договір чи рішення, його дата й номер.")
    )


class BackForm(GiveForm):
    email = forms.EmailField(label=gettext_lazy("Пошта громади для рахунків"))
    way = forms.ChoiceField(label=gettext_lazy("Як платитиме громада"), choices=Payer.Way.choices)


def _show(request: SignedRequest, template: str, form: ActionForm | None = None, **context: Any) -> HttpResponse:
    context |= {"console_nav": nav_of(request), "form": form}
    return render(request, f"subscriptions/{template}.html", context, status=422 if form and form.errors else 200)


def _by(request: SignedRequest) -> str:
    return request.user.full_name


# -- contracts -----------------------------------------------------------------------------------------


@ASK
@for_cashiers
def contracts(request: SignedRequest) -> HttpResponse:
    form = ContractForm(request.POST or None, initial={"valid_from": timezone.localdate()})

    def work() -> None:
        make_contract(by=_by(request), **form.cleaned_data)

    if request.method == "POST" and form.attempt(work):
        messages.success(request, _("Договір записано; ціни громад області перераховано."))
        return redirect("payments:contracts")
    today = timezone.localdate()
    rows = [
        (one, district_words(one.region), _standing(one, today))
        for one in Discount.objects.order_by("region", "-valid_from")
    ]
    return _show(request, "contracts", form, rows=rows)


def _standing(one: Discount, today: Any) -> tuple[str, str]:
    if one.valid_from > today:
        return "info", _("ще не почався")
    if one.valid_to and one.valid_to <= today:
        return "idle", _("закінчився")
    return "ok", _("діє")


@ASK
@for_cashiers
def contract(request: SignedRequest, pk: int) -> HttpResponse:
    """Who it makes cheaper, and by how much; the day it ends."""
    found = get_object_or_404(Discount, pk=pk)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.attempt(lambda: end_contract(found, form.cleaned_data["on"], by=_by(request))):
        messages.success(request, _("День закінчення записано."))
        return redirect("payments:contract", pk)
    rows = Subscription.objects.exclude(state=State.ENDED).filter(community__katottg__startswith=found.region)
    return _show(
        request,
        "contract",
        form,
        found=found,
        region_words=district_words(found.region),
        standing=_standing(found, timezone.localdate()),
        costs=[
            _cost(one) for one in rows.select_related("community", "plan", "payer").order_by("community__short_name")
        ],
    )


def _cost(one: Subscription) -> Cost:
    listed, _monthly = price_of(one, timezone.localdate())
    return Cost(one, listed, one.monthly, SEAT * one.seats)


# -- payers --------------------------------------------------------------------------------------------


@require_safe
@for_cashiers
def payers(request: SignedRequest) -> HttpResponse:
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    many = request.GET.get("many") == "1"
    living = Q(subscriptions__community__isnull=False) & ~Q(subscriptions__state=State.ENDED)
    rows = Payer.objects.annotate(count=Count("subscriptions", filter=living)).order_by("-count", "name")
    if many:
        rows = rows.filter(count__gt=1)
    words = fold(text).split()
    found = [one for one in rows if all(word in fold(f"{one.name} {one.edrpou} {one.email}") for word in words)]
    if request.GET.get("file") == "xlsx":
        heads = [_("Платник"), _("ЄДРПОУ"), _("Як платить"), _("Громад"), _("На місяць, грн"), _("Борг, грн")]
        table = [(one.name, one.edrpou, one.get_way_display(), one.count, *_sums(one)) for one in found]
        return sheet("payers", heads, table)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return _show(request, "payers", page=page, rows=[(one, *_sums(one)) for one in page], text=text, many=many)


def _sums(payer: Payer) -> tuple[Decimal, Decimal]:
    rows = payer.subscriptions.filter(community__isnull=False).exclude(state=State.ENDED)
    monthly = sum((one.monthly + SEAT * one.seats for one in rows), Decimal(0))
    owed = payer.invoices.filter(state__in=(Invoice.State.OPEN, Invoice.State.PARTLY))
    return monthly, sum((one.left for one in owed), Decimal(0))


@ASK
@for_cashiers
def add_payer(request: SignedRequest) -> HttpResponse:
    form = PayerForm(request.POST or None)
    made: list[Payer] = []
    if request.method == "POST" and form.attempt(lambda: made.append(new_payer(**form.cleaned_data))):
        messages.success(request, _("Платника записано. Виберіть громади, за які він платитиме."))
        return redirect("payments:payer", made[0].pk)
    return _show(
        request, "payer_form", form, title=_("Новий платник"), back=reverse("payments:payers"), submit=_("Записати")
    )


@ASK
@for_cashiers
def payer(request: SignedRequest, pk: UUID) -> HttpResponse:
    """What each community costs this payer; others may be given to it here."""
    found = get_object_or_404(Payer, pk=pk)
    form = GiveForm(request.POST or None)
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]

    def work() -> None:
        chosen = Community.objects.filter(slug__in=request.POST.getlist("community"))
        if not chosen:
            raise forms.ValidationError(_("Позначте хоча б одну громаду."))
        came = pay_for(found, chosen, by=_by(request), why=form.cleaned_data["why"])
        messages.success(request, _("Громад перейшло до платника: %(count)s.") % {"count": came})

    if request.method == "POST" and form.attempt(work):
        return redirect("payments:payer", pk)
    rows = found.subscriptions.exclude(state=State.ENDED).filter(community__isnull=False)
    costs = [_cost(one) for one in rows.select_related("community", "plan").order_by("community__short_name")]
    monthly, owed = _sums(found)
    return _show(
        request,
        "payer",
        form,
        found=found,
        costs=costs,
        monthly=monthly,
        owed=owed,
        invoices=found.invoices.all()[:24],
        papers=found.papers.all()[:24],
        text=text,
        others=_others(found, text) if text else [],
    )


def _others(found: Payer, text: str) -> list[Subscription]:
    rows = Subscription.objects.exclude(state=State.ENDED).exclude(payer=found).filter(community__isnull=False)
    words = fold(text).split()
    named = rows.select_related("community", "plan", "payer").order_by("community__short_name")
    return [
        one
        for one in named
        if one.community
        and all(
            word in fold(f"{one.community.short_name} {one.community.slug} {one.community.katottg}") for word in words
        )
    ][:PAGE]


@ASK
@for_cashiers
def stop_paying(request: SignedRequest, pk: UUID, subscription: UUID) -> HttpResponse:
    one = get_object_or_404(
        Subscription.objects.select_related("community", "payer").exclude(state=State.ENDED), pk=subscription, payer=pk
    )
    form = BackForm(request.POST or None)
    if request.method == "POST" and form.attempt(lambda: give_back(one, by=_by(request), **form.cleaned_data)):
        messages.success(request, _("Далі громада платить сама; виставлені рахунки лишаються попередньому платникові."))
        return redirect("payments:payer", pk)
    return _show(
        request,
        "payer_form",
        form,
        title=_("Припинити оплату за %(name)s") % {"name": one.community},
        back=reverse("payments:payer", args=[pk]),
        submit=_("Припинити"),
    )


@ASK
@for_cashiers
def by_card(request: SignedRequest, pk: UUID, subscription: UUID) -> HttpResponse:
    """A page with a link to Stripe's own, for the payer whose card is charged for this community."""
    one = get_object_or_404(
        Subscription.objects.select_related("community", "payer", "plan"),
        pk=subscription,
        payer=pk,
        stripe_subscription="",
    )
    back = request.build_absolute_uri(reverse("payments:payer", args=[pk]))
    try:
        url = gateway.open_checkout(one, back=back, cancel=back)
    except gateway.GatewayDown as down:
        messages.error(request, str(down))
        return redirect("payments:payer", pk)
    return _show(request, "payer_card", one=one, url=url)


@require_safe
@for_cashiers  # type: ignore[arg-type]  # a stream is a response too
def payer_paper(request: SignedRequest, pk: UUID, paper: int) -> HttpResponseBase:
    found = get_object_or_404(Paper, pk=paper, payer=pk)
    file = storage.open(found.file)
    return FileResponse(file, as_attachment=True, filename=f"{found.number}.pdf", content_type="application/pdf")
