"""Plan, modules, payment, the last look — and the making of the cloud, watched live."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel.jobs.models import Job
from kernel.jobs.queue import retry
from kernel.modules.manifest import Area
from kernel.modules.registry import modules
from kernel.operations import Denied
from shared_apps.communities.models import Domain
from shared_apps.communities.quotas import told_of_plan
from shared_apps.fleet.models import Operation
from shared_apps.onboarding import operations
from shared_apps.onboarding.doubts import doubts_of
from shared_apps.onboarding.models import Application
from shared_apps.onboarding.session import question, remembered, show
from shared_apps.onboarding.steps import next_page
from shared_apps.subscriptions import flow, gateway
from shared_apps.subscriptions.models import Payer, Subscription
from shared_apps.subscriptions.operations import take_plan
from shared_apps.subscriptions.pricing import Quote, for_sale, quote
from ui.addresses import site_url

ASK = require_http_methods(["GET", "HEAD", "POST"])
State = Application.State
TRIAL = "trial"
FIRST_DAY = "/first-day/"
STEP_TITLES = (
    ("schema", gettext_lazy("Схема бази й таблиці")),
    ("roles", gettext_lazy("Ролі працівників")),
    ("administrator", gettext_lazy("Запрошення першому адміністратору")),
    ("activate", gettext_lazy("Адреса в мережі")),
)


@ASK
@question("plan")
def plan(request: HttpRequest, application: Application) -> HttpResponse:
    quotes = [quote(one, application.population, application.katottg) for one in for_sale()]
    chosen = next((one.plan for one in quotes if one.plan.code == request.POST.get("plan")), None)
    if request.method == "POST" and chosen is not None:
        if chosen.pk != application.plan_id and is_paid(application):
            messages.info(request, _("Тариф уже оплачено. Змінити його можна буде у самій хмарі."))
            return redirect(next_page(application))
        if application.plan_id != chosen.pk:
            application.plan, application.left_out = chosen, None
            _drop_subscription(application)
        application.save(update_fields=["plan", "left_out", "subscription", "way"])
        return redirect(next_page(application))
    rows = [(one, told_of(one), one.plan.pk == application.plan_id) for one in quotes]
    return show(request, "plan", "plan", rows=rows, application=application)


def is_paid(application: Application) -> bool:
    found = application.subscription
    return found is not None and found.state != Subscription.State.TRIAL


def told_of(one: Quote) -> str:
    parts = [told_of_plan(one.plan)]
    if one.percent:
        parts.append(
            _("знижка області %(percent)s %%: %(contract)s")
            % {"percent": f"{one.percent:f}".rstrip("0").rstrip("."), "contract": one.contract}
        )
    return " · ".join(parts)


@ASK
@question("modules")
def choose_modules(request: HttpRequest, application: Application) -> HttpResponse:
    offered = _offered(application)
    if request.method == "POST":
        wanted = set(request.POST.getlist("module"))
        # A module stands on others: they come with it.
        for one in reversed(offered):
            if one.label in wanted:
                wanted |= set(one.depends)
        application.left_out = [one.label for one in offered if one.label not in wanted]
        application.save(update_fields=["left_out"])
        return redirect(next_page(application))
    out = set(application.left_out or ())
    areas = [
        (area.label, [(one, one.label not in out) for one in offered if one.area == area])
        for area in Area
        if any(one.area == area for one in offered)
    ]
    return show(request, "modules", "modules", areas=areas, count=len(offered))


def _offered(application: Application) -> list[Any]:
    allowed = set((application.plan.modules if application.plan else []) or ())
    return [one for one in modules() if application.kind in one.kinds and (not allowed or one.label in allowed)]


@ASK
@question("payment")
def payment(request: HttpRequest, application: Application) -> HttpResponse:
    # Nobody is charged for what a person may yet refuse: a card can be given later, in the cloud itself.
    certain = application.state == State.APPROVED or not doubts_of(application)
    ways = {TRIAL: True, "treasury": True, "card": gateway.is_open() and certain}
    chosen = request.POST.get("way", "")
    if request.method == "POST" and ways.get(chosen):
        if application.way != chosen:
            _drop_subscription(application)
        subscription = _subscription(application, chosen)
        application.way = chosen
        application.save(update_fields=["way", "subscription"])
        if chosen == "card" and subscription.state == Subscription.State.TRIAL:
            return redirect("onboarding:card")
        return redirect(next_page(application))
    one = quote(application.plan, application.population, application.katottg)  # type: ignore[arg-type]
    return show(request, "payment", "payment", application=application, quote=one, ways_open=ways)


def _subscription(application: Application, way: str) -> Subscription:
    if application.subscription is None:
        assert application.plan is not None
        application.subscription = take_plan(
            application.plan,
            name=application.name,
            edrpou=application.edrpou,
            email=application.email,
            way=Payer.Way.CARD if way == "card" else Payer.Way.TREASURY,
            population=application.population,
            region=application.katottg,
            by=operations.applicant(application),
        )
        application.save(update_fields=["subscription"])
    return application.subscription


def _drop_subscription(application: Application) -> None:
    """Another plan or way before anything was paid; what is paid by card is cancelled by the person in the portal."""
    found, application.subscription, application.way = application.subscription, None, ""
    if found is None:
        return
    if found.state == Subscription.State.TRIAL and not found.stripe_subscription:
        flow.move(found.pk, Subscription.State.ENDED, by=operations.applicant(application), why="Вибрано інше")
    else:
        application.subscription, application.way = found, found.payer.way


@ASK
@question("check")
def card(request: HttpRequest, application: Application) -> HttpResponse:
    """A page with a link to Stripe's own: forms of ours go only to us."""
    subscription = application.subscription
    if application.way != "card" or subscription is None or subscription.state != Subscription.State.TRIAL:
        return redirect(next_page(application))
    back = site_url(request, path=reverse("onboarding:paid")) + "?session={CHECKOUT_SESSION_ID}"
    try:
        url = gateway.open_checkout(
            subscription, back=back, cancel=site_url(request, path=reverse("onboarding:payment"))
        )
    except gateway.GatewayDown as down:
        messages.error(request, str(down))
        return redirect("onboarding:payment")
    return show(request, "card", "payment", url=url, subscription=subscription)


@require_safe
@question("check")
def paid(request: HttpRequest, application: Application) -> HttpResponse:
    """Back from Stripe. The message about the payment may be later than the person, so Stripe is asked."""
    subscription, session = application.subscription, request.GET.get("session", "")
    if subscription is None:
        return redirect(next_page(application))
    if subscription.state != Subscription.State.TRIAL:
        return redirect("onboarding:check")
    try:
        if gateway.session_is_paid(session, subscription):
            flow.paid(subscription, None, by="Stripe", why="Оплачено карткою")
            return redirect("onboarding:check")
    except Denied as down:
        messages.error(request, str(down))
        return redirect("onboarding:payment")
    messages.info(request, _("Оплата ще не надійшла. Спробуйте ще раз або візьміть рахунок."))
    return redirect("onboarding:payment")


@ASK
@question("check")
def check(request: HttpRequest, application: Application) -> HttpResponse:
    subscription = application.subscription
    if application.way == "card" and (subscription is None or subscription.state == Subscription.State.TRIAL):
        return redirect("onboarding:card")
    if request.method == "POST":
        try:
            moved = operations.submit(application)
        except Denied as refused:
            messages.error(request, str(refused))
            return redirect(next_page(remembered(request) or application))
        return redirect(next_page(moved))
    doubts = [] if application.state == State.APPROVED else doubts_of(application)
    return show(request, "check", "check", application=application, subscription=subscription, doubts=doubts)


@require_safe
@never_cache
def creating(request: HttpRequest) -> HttpResponse:
    application = remembered(request)
    if application is None:
        return redirect("onboarding:find")
    if application.state not in (State.CREATING, State.DONE):
        return redirect(next_page(application))
    told = _progress(application)
    if told["done"]:
        told |= {"door": door_url(request, application), "url": site_url(request, host_of(application))}
    return show(request, "creating", 4, application=application, **told)


def _progress(application: Application) -> dict[str, Any]:
    job = Job.objects.filter(pk=application.job_id).first() if application.job_id else None
    done = application.state == State.DONE
    operation = Operation.objects.filter(kind="create", subject=application.slug).order_by("-started_at").first()
    finished = set(operation.done_steps) if operation and not done else {name for name, _title in STEP_TITLES if done}
    lines, now_named = [], False
    for name, title in STEP_TITLES:
        state = "done" if name in finished else "next" if now_named else "now"
        now_named = now_named or state == "now"
        lines.append((str(title), state, _("зараз") if state == "now" else ""))
    until = application.done_at or timezone.now()
    seconds = max((until - application.creating_at).total_seconds(), 0) if application.creating_at else 0
    return {
        "job": job,
        "done": done,
        "stopped": job is not None and job.status in (Job.Status.FAILED, Job.Status.CANCELLED),
        "lines": lines,
        "made": len([line for line in lines if line[1] == "done"]),
        "total": len(lines),
        "seconds": f"{seconds:.1f}".replace(".", ","),
    }


@require_safe
@never_cache
def progress(request: HttpRequest) -> HttpResponse:
    """For the script of the page: the same as the page says."""
    application = remembered(request)
    if application is None:
        return JsonResponse({"status": "failed", "message": ""}, status=404)
    told = _progress(application)
    over = application.state != State.CREATING or told["stopped"]
    return JsonResponse(
        {
            "status": "done" if over else "running",
            "done": told["made"],
            "total": told["total"],
            "message": next((title for title, state, _said in told["lines"] if state == "now"), ""),
            "finished_url": reverse("onboarding:creating") if over else "",
        }
    )


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """What stopped goes on from where it stopped."""
    application = remembered(request)
    if application is not None and application.state == State.CREATING and application.job_id:
        retry(application.job_id)
    return redirect("onboarding:creating")


def door_url(request: HttpRequest, application: Application) -> str:
    """Into the new cloud: the invitation's own page, where the password is set; empty when only the letter has it."""
    door = operations.door_of(application)
    if not door:
        return ""
    host, _slash, path = door.split("://", 1)[1].partition("/")
    return site_url(request, host.split(":")[0], f"/{path}?{urlencode({'next': FIRST_DAY})}")


def host_of(application: Application) -> str:
    rows = Domain.objects.filter(tenant=application.community, is_primary=True)
    return rows.values_list("domain", flat=True).first() or ""
