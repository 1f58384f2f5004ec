"""What a community sees of its plan: what it costs, how much is used, what to pay and the papers to sign."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from integrations.signatures import NotSigned
from kernel.access.forms import ActionForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.rights import allowed
from kernel.access.views.shared import done
from kernel.modules.entitlement import enabled_modules
from kernel.operations import Denied
from kernel.tenancy import platform_context
from kernel.tenancy.files import storage
from shared_apps.communities.brand import community_of
from shared_apps.subscriptions import gateway
from shared_apps.subscriptions.contracts import pays_itself
from shared_apps.subscriptions.invoices import monthly_of
from shared_apps.subscriptions.metering import everything_used
from shared_apps.subscriptions.models import Invoice, Paper, Payer, Subscription
from shared_apps.subscriptions.notices import latest
from shared_apps.subscriptions.operations import change_seats
from shared_apps.subscriptions.own_money import at_own_cost, paid_by_another
from shared_apps.subscriptions.papers import sign_by_payer

ASK = require_http_methods(["GET", "HEAD", "POST"])


class SeatsForm(ActionForm):
    seats = forms.IntegerField(label=gettext_lazy("Додаткових місць"), min_value=0, max_value=5_000)


class SignForm(ActionForm):
    signature = forms.FileField(label=gettext_lazy("Файл підпису (.p7s)"))


def _subscription(request: SignedRequest) -> Subscription | None:
    with platform_context():
        found = latest(community_of(request.tenant.id))  # type: ignore[attr-defined]
        return Subscription.objects.select_related("payer", "plan", "community").get(pk=found.pk) if found else None


@require_safe
@never_cache
@needs("modules", Level.VIEW)
def plan(request: SignedRequest) -> HttpResponse:
    found = _subscription(request)
    context: dict[str, object] = {
        "subscription": found,
        "uses": everything_used(),
        "may_change": allowed(request.user, "modules", Level.MANAGE),
        "modules": enabled_modules(),
    }
    if found:
        with platform_context():
            context |= {
                "monthly": monthly_of(found),
                "invoices": _invoices_of(found),
                "papers": list(_papers_of(found)[:24]),
                "pays_itself": pays_itself(found),
                "moves": list(found.moves.all()[:30]),
                "by_card": found.payer.way == Payer.Way.CARD,
                "card_open": gateway.is_open(),
            }
    return render(request, "subscriptions/plan.html", context)


@ASK
@never_cache
@needs("modules", Level.MANAGE)
def pay(request: SignedRequest) -> HttpResponse:
    """A page with a link to Stripe's own."""
    found = _subscription(request)
    if found is None:
        raise Http404
    if refused := _paid_by_another(request, found):
        return refused
    if found.stripe_subscription:
        return redirect("subscription_portal")
    back = request.build_absolute_uri(reverse("subscription"))
    return _to_stripe(request, lambda: gateway.open_checkout(found, back=back, cancel=back), _("Оплата карткою"))


@ASK
@never_cache
@needs("modules", Level.MANAGE)
def portal(request: SignedRequest) -> HttpResponse:
    found = _subscription(request)
    if found is None:
        raise Http404
    if refused := _paid_by_another(request, found):
        return refused
    back = request.build_absolute_uri(reverse("subscription"))
    return _to_stripe(request, lambda: gateway.open_portal(found.payer, back=back), _("Картка й рахунки"))


def _paid_by_another(request: SignedRequest, found: Subscription) -> HttpResponse | None:
    """The card and the papers of whoever pays for many are not this community's."""
    with platform_context():
        if pays_itself(found):
            return None
    return paid_by_another(request, found.payer)


def _invoices_of(found: Subscription) -> list[Invoice]:
    """In platform scope. An invoice for many tells what the others pay: it is its payer's alone."""
    if not pays_itself(found):
        return []
    rows = found.payer.invoices
    return [*rows.filter(lines__subscription=found).distinct()[:24], *rows.exclude(stripe_invoice="")[:24]]


def _papers_of(found: Subscription) -> QuerySet[Paper]:
    """In platform scope. A payer for many keeps its papers to itself."""
    return found.payer.papers.all() if pays_itself(found) else found.payer.papers.none()


def _to_stripe(request: SignedRequest, ask: object, title: str) -> HttpResponse:
    try:
        with platform_context():
            url = ask()  # type: ignore[operator]
    except gateway.GatewayDown as down:
        messages.error(request, str(down))
        return redirect("subscription")
    return render(request, "subscriptions/to_stripe.html", {"url": url, "title": title})


@ASK
@needs("modules", Level.MANAGE)
@at_own_cost
def seats(request: SignedRequest) -> HttpResponse:
    found = _subscription(request)
    if found is None:
        raise Http404
    form = SeatsForm(request.POST or None, initial={"seats": found.seats})

    def change() -> None:
        with platform_context():
            community = community_of(request.tenant.id)  # type: ignore[attr-defined]
            change_seats(community, form.cleaned_data["seats"], by=request.user.full_name)

    if request.method == "POST" and form.attempt(change):
        return done(request, "subscription", _("Кількість місць змінено."))
    context = {"form": form, "title": _("Додаткові місця"), "submit": _("Змінити")}
    return render(request, "subscriptions/form.html", context, status=422 if form.errors else 200)


def _paper(request: SignedRequest, pk: int) -> Paper:
    """In platform scope. Only of a community that pays for itself; a payer for many signs its own."""
    found = _subscription(request)
    paper = _papers_of(found).select_related("payer").filter(pk=pk).first() if found else None
    if paper is None:
        raise Http404
    return paper


@require_safe
@needs("modules", Level.VIEW)  # type: ignore[arg-type]  # a stream is a response too
def paper(request: SignedRequest, pk: int) -> HttpResponseBase:
    with platform_context():
        found = _paper(request, pk)
        file = storage.open(found.file)
    return FileResponse(file, as_attachment=True, filename=f"{found.number}.pdf", content_type="application/pdf")


@ASK
@needs("modules", Level.MANAGE)
def sign(request: SignedRequest, pk: int) -> HttpResponse:
    with platform_context():
        found = _paper(request, pk)
        form = SignForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                sign_by_payer(found, form.cleaned_data["signature"].read())
            except (NotSigned, Denied) as refused:
                form.add_error("signature", str(refused))
    if request.method == "POST" and form.is_valid():
        return done(request, "subscription", _("Документ підписано."))
    context = {"form": form, "title": str(found), "submit": _("Додати підпис"), "now": timezone.localdate()}
    return render(request, "subscriptions/form.html", context, status=422 if form.errors else 200)
