"""Pages of one figure: why it changed, what was planned; and the community's enterprises side by side."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.views.shared import ask, done, perform
from kernel.indicators.catalogue import Declared
from kernel.tenancy import current_tenant
from shared_apps.rollups import periods
from shared_apps.rollups.own import Enterprise, own_enterprises
from shared_apps.rollups.quality import FRESH, TONES, Quality
from tenant_apps.insight.dashboards.changes import explain, ways_to_split
from tenant_apps.insight.dashboards.counting import known_to, sees_whole
from tenant_apps.insight.dashboards.declarations import title_of
from tenant_apps.insight.dashboards.forms import PlanForm
from tenant_apps.insight.dashboards.models import IndicatorPlan
from tenant_apps.insight.dashboards.plans import drop_plan, set_plan
from tenant_apps.insight.dashboards.splitting import facet_of
from tenant_apps.insight.dashboards.views import ask_or_do, choosing, frame, span_of
from tenant_apps.insight.dashboards.wording import difference, sentence, tone_of

# What a community looks at first in its enterprises; any other figure may be asked for.
USUAL = ("staff.employees.working", "staff.positions.vacant", "staff.positions.filled", "networks.lines.length",
         "networks.lines.faulty")  # fmt: skip
MOST_COLUMNS = 8


@require_safe
@needs("dashboards", Level.VIEW)
def why(request: SignedRequest, code: str) -> HttpResponse:
    known = known_to(request.user)
    one, span = known.get(code), span_of(request)
    if one is None:
        raise Http404
    ways = ways_to_split(one, request.user)
    by = request.GET.get("by", "")
    by = by if by in ways else next(iter(ways), "")
    against = "year" if request.GET.get("against") == "year" else ""
    before = span.year_ago if against == "year" else span.former
    # A state has a past only as it was seen; what it is now can be compared with that, and nothing later.
    splittable = bool(by) and (bool(one.periods) or span.running)
    found = explain(one, by, span.code, before, request.user) if splittable else None
    address = reverse("dashboards:why", args=[code])
    here = f"{address}?period={span.code}"
    rows = [
        (
            part,
            sentence(part.before, one),
            sentence(part.now, one),
            difference(part.now or 0, part.before or 0, one),  # type: ignore[arg-type]
            tone_of(part.now or 0, part.before or 0, one.indicator.good),  # type: ignore[arg-type]
        )
        for part in (found.parts if found else ())
    ]
    context = frame(
        request,
        known,
        one=one,
        title=title_of(code, one.title),
        found=found,
        rows=rows,
        now_words=periods.words(span.code),
        before_words=periods.words(before),
        now_text=sentence(found.now, one) if found else "",
        before_text=sentence(found.before, one) if found else "",
        change_text=difference(found.now or 0, found.before or 0, one) if found else "",  # type: ignore[arg-type]
        kept=ways,
        ways=[
            (facet_of(one.register, name).label, f"{here}&by={name}&against={against}", None, name == by)
            for name in ways
        ],
        against=[
            (_("до минулого періоду"), f"{here}&by={by}", "", against != "year"),
            (_("до того самого торік"), f"{here}&by={by}&against=year", "", against == "year"),
        ],
        **choosing(span, address, f"&by={by}&against={against}" if by else ""),
    )
    return render(request, "dashboards/why.html", context)


# -- plans -------------------------------------------------------------------------------------------


@require_safe
@needs("dashboards", Level.VIEW)
def plans_page(request: SignedRequest) -> HttpResponse:
    known = known_to(request.user)
    rows = [
        (
            plan,
            title_of(plan.indicator, known[plan.indicator].title),
            periods.words(plan.period),
            sentence(plan.value, known[plan.indicator]),
        )
        for plan in IndicatorPlan.objects.filter(indicator__in=list(known))
    ]
    return render(request, "dashboards/plans.html", frame(request, known, rows=rows))


@ask_or_do
@needs("dashboards", Level.EDIT)
def new_plan(request: SignedRequest) -> HttpResponse:
    known = known_to(request.user)
    initial = {"indicator": request.GET.get("indicator", ""), "period": request.GET.get("period", "")}
    form = PlanForm(known, request.POST or None, initial=initial)
    if request.method == "POST" and form.attempt(lambda: _save(form, known, request.user)):
        return done(request, "dashboards:plans", _("План записано."))
    return _ask_plan(request, form, _("Новий план"))


@ask_or_do
@needs("dashboards", Level.EDIT)
def edit_plan(request: SignedRequest, pk: int) -> HttpResponse:
    known = known_to(request.user)
    plan = _plan_or_404(pk, known)
    initial = {name: getattr(plan, name) for name in ("indicator", "period", "ground", "version")}
    initial["value"] = plan.value.normalize()
    form = PlanForm(known, request.POST or None, initial=initial, only=plan.indicator)
    if request.method == "POST" and form.attempt(lambda: _save(form, known, request.user, plan)):
        return done(request, "dashboards:plans", _("План записано."))
    return _ask_plan(request, form, known[plan.indicator].title)


@require_POST
@needs("dashboards", Level.EDIT)
def delete_plan(request: SignedRequest, pk: int) -> HttpResponse:
    plan = _plan_or_404(pk, known_to(request.user))
    return perform(request, lambda: drop_plan(plan, by=request.user), told=_("План прибрано."), to="dashboards:plans")


def _plan_or_404(pk: int, known: dict[str, Declared]) -> IndicatorPlan:
    return get_object_or_404(IndicatorPlan, pk=pk, indicator__in=list(known))


def _save(form: PlanForm, known: dict[str, Declared], by: Any, plan: IndicatorPlan | None = None) -> None:
    given = form.cleaned_data
    set_plan(
        known[given["indicator"]],
        given["period"],
        given["value"],
        by=by,
        ground=given["ground"],
        plan=plan,
        version=given["version"] or 0,
    )


def _ask_plan(request: SignedRequest, form: PlanForm, title: str) -> HttpResponse:
    back = reverse("dashboards:plans")
    return ask(
        request,
        form,
        title=title,
        submit=_("Записати план"),
        back=back,
        crumbs=[(_("Кабінет керівника"), reverse("dashboards:index")), (_("Плани"), back), (title, "")],
    )


# -- enterprises -------------------------------------------------------------------------------------


@require_safe
@needs("dashboards", Level.VIEW)
def enterprises(request: SignedRequest) -> HttpResponse:
    """Each enterprise pushes its own figures; the community reads those whose like it may see whole at home."""
    if current_tenant().kind != "hromada":
        raise Http404
    known, span = known_to(request.user), span_of(request)
    offered = {code: one for code, one in known.items() if sees_whole(one, request.user)}
    asked = [code for code in request.GET.getlist("indicator") if code in offered][:MOST_COLUMNS]
    chosen = [offered[code] for code in asked or USUAL if code in offered]
    found = own_enterprises(chosen, span.code)
    context = frame(
        request,
        known,
        "enterprises",
        chosen=chosen,
        codes={one.code for one in chosen},
        offered=sorted(offered.items(), key=lambda pair: (pair[1].register.name, pair[1].title)),
        rows=[(one, [_cell(one, each) for each in chosen], _worst(one)) for one in found],
        **choosing(
            span,
            reverse("dashboards:enterprises"),
            f"&{more}" if (more := urlencode({"indicator": asked}, doseq=True)) else "",
        ),
    )
    return render(request, "dashboards/enterprises.html", context)


def _cell(enterprise: Enterprise, one: Declared) -> dict[str, Any]:
    standing = enterprise.standings[one.register.label]
    value = enterprise.values[one.code]
    if one.code in enterprise.hidden:
        return {"text": "", "note": _("менше пʼяти осіб")}
    if value is None or standing.quality in (Quality.NONE, Quality.SUSPENDED):
        return {"text": "", "note": str(standing.quality.label if standing.quality not in FRESH else _("не надходили"))}
    late = "" if standing.quality in FRESH else str(standing.quality.label)
    return {"text": sentence(value, one), "note": late, "tone": TONES[standing.quality]}


def _worst(enterprise: Enterprise) -> dict[str, Any]:
    """How the row is to be believed: its oldest data and the poorest of their qualities."""
    told = [one for one in enterprise.standings.values() if one.quality != Quality.NONE]
    if not told:
        return {"label": Quality.NONE.label, "tone": TONES[Quality.NONE], "at": None}
    order = list(TONES)
    worst = max(told, key=lambda one: order.index(one.quality))
    times = [one.data_at for one in told if one.data_at]
    return {"label": worst.quality.label, "tone": TONES[worst.quality], "at": min(times) if times else None}
