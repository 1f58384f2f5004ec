"""A community changes its plan, asks to end, goes on or renews; each with what will come of it said first."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kernel.access.forms import ActionForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.views.shared import done, perform
from kernel.operations import Denied
from kernel.tenancy import platform_context
from shared_apps.communities.brand import community_of
from shared_apps.communities.models import Community, Plan
from shared_apps.communities.quotas import told_of_plan
from shared_apps.subscriptions import changing, ending, notices
from shared_apps.subscriptions.models import Subscription
from shared_apps.subscriptions.own_money import at_own_cost

ASK = require_http_methods(["GET", "HEAD", "POST"])


class EndForm(ActionForm):
    why = forms.CharField(
        label=gettext_lazy("Чому припиняєте"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


def own_community(request: SignedRequest) -> Community:
    with platform_context():
        found = community_of(request.tenant.id)  # type: ignore[attr-defined]
        return Community.objects.select_related("plan").get(pk=found.pk)


def own_subscription(request: SignedRequest) -> Subscription:
    """The living one; 404 when somebody else pays or all is over."""
    with platform_context():
        found = notices.living(own_community(request))
        if found is None:
            raise Http404
        return Subscription.objects.select_related("payer", "plan").get(pk=found.pk)


@ASK
@never_cache
@needs("modules", Level.MANAGE)
@at_own_cost
def choose(request: SignedRequest) -> HttpResponse:
    """Every plan with its price; the choice leads to what it would change."""
    found, community = own_subscription(request), own_community(request)
    offered = changing.offers(community, found)
    if any(one.quote.plan.pk == request.POST.get("plan") for one in offered):
        return redirect("subscription_change", code=request.POST["plan"])
    rows = [(one, told_of_plan(one.quote.plan), one.same) for one in offered]
    return render(request, "subscriptions/choose.html", {"rows": rows, "subscription": found})


@ASK
@never_cache
@needs("modules", Level.MANAGE)
@at_own_cost
def change(request: SignedRequest, code: str) -> HttpResponse:
    """What is gained, lost and paid, before anything happens."""
    found, community = own_subscription(request), own_community(request)
    with platform_context():
        plan = Plan.objects.filter(pk=code).first()
    if plan is None:
        raise Http404
    weighed = changing.weigh(community, found, plan)
    if weighed.same:
        return redirect("subscription_choose")
    form = ActionForm({}) if request.method == "POST" else ActionForm()
    by = request.user.full_name
    if request.method == "POST" and form.attempt(lambda: changing.change_plan(community, plan, by=by)):
        return done(request, "subscription", _("Тариф змінено. Нові можливості вже діють."))
    context = {"change": weighed, "subscription": found, "form": form, "days": changing.paid_days_left(found)}
    return render(request, "subscriptions/change.html", {**context, **_recount(found, weighed)}, status=_status(form))


def _status(form: ActionForm) -> int:
    return 422 if form.errors else 200


def _recount(found: Subscription, weighed: changing.Change) -> dict[str, object]:
    try:
        with platform_context():
            return {"recount": changing.recount_shown(found, weighed)}
    except Denied as down:
        return {"recount": None, "recount_problem": str(down)}


@ASK
@never_cache
@needs("modules", Level.MANAGE)
@at_own_cost
def end(request: SignedRequest) -> HttpResponse:
    found, community = own_subscription(request), own_community(request)
    form = EndForm(request.POST or None)

    def work() -> None:
        with platform_context():
            ending.stop(community, by=request.user.full_name, why=form.cleaned_data["why"])

    if request.method == "POST" and form.attempt(work):
        return done(request, "subscription", _("Підписку буде припинено. До того дня все працює, як раніше."))
    context = {"form": form, "until": notices.day(ending.end_of(found))}
    return render(request, "subscriptions/end.html", context, status=_status(form))


@require_POST
@needs("modules", Level.MANAGE)
@at_own_cost
def go_on(request: SignedRequest) -> HttpResponse:
    community = own_community(request)

    def work() -> None:
        with platform_context():
            ending.go_on(community, by=request.user.full_name)

    return perform(request, work, told=_("Підписка діє далі."), to="subscription")


@require_POST
@needs("modules", Level.MANAGE)
@at_own_cost
def renew(request: SignedRequest) -> HttpResponse:
    community = own_community(request)

    def work() -> None:
        with platform_context():
            ending.renew(community, by=request.user.full_name)

    return perform(
        request, work, told=_("Підписку поновлено: зміни відкриються, щойно надійде оплата."), to="subscription"
    )
