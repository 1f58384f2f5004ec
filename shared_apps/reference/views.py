"""The community's pages about rules: what is common, what is its own, and how its own came to be."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kernel.access.dates import local_today
from kernel.access.forms import ReasonForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.rights import allowed, require
from kernel.access.views.shared import ask, done
from kernel.reference.models import Override
from shared_apps.reference.forms import DayForm, OwnValueForm
from shared_apps.reference.lookup import own_region
from shared_apps.reference.models import ReferenceValue, Rule
from shared_apps.reference.operations import decide_own_value, undo_own_value
from shared_apps.reference.overrides import history, rule_lines


@require_safe
@needs("reference", Level.VIEW)
def index(request: SignedRequest) -> HttpResponse:
    form = DayForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    on = chosen.get("on") or local_today()
    kind = chosen.get("kind") or ""
    lines = rule_lines(on, only_overridable=kind == "ours")
    if kind == "own":
        lines = [line for line in lines if line.own]
    context = {"form": DayForm(initial={"on": on, "kind": kind}), "on": on, "lines": lines, "kind": kind}
    return render(request, "reference/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reference", Level.VIEW)
def rule_card(request: SignedRequest, code: str) -> HttpResponse:
    rule = get_object_or_404(Rule, pk=code)
    may_decide = rule.overridable and allowed(request.user, "reference", Level.EDIT)
    if request.method == "POST":
        require(request.user, "reference", Level.EDIT)
    form = OwnValueForm(request.POST or None, rule=rule)
    if request.method == "POST" and form.attempt(
        lambda: decide_own_value(code, form.cleaned_data["value"], by=request.user, **_when_and_why(form))
    ):
        return done(request, "reference:rule", _("Своє значення встановлено. Його можна скасувати будь-коли."), code)
    context = {
        "rule": rule,
        "line": next((line for line in rule_lines(local_today(), only_overridable=False) if line.rule == rule), None),
        "common": ReferenceValue.objects.filter(code=rule, region__in={"", own_region()}).order_by("-valid_from"),
        "decisions": history(code),
        "form": form,
        "may_decide": may_decide,
    }
    return render(request, "reference/rule.html", context, status=422 if form.errors else 200)


def _when_and_why(form: OwnValueForm) -> dict[str, object]:
    return {name: form.cleaned_data[name] for name in ("first_day", "last_day", "reason")}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reference", Level.EDIT)
def cancel_decision(request: SignedRequest, code: str, decision_id: int) -> HttpResponse:
    rule = get_object_or_404(Rule, pk=code)
    decision = get_object_or_404(Override, pk=decision_id, code=code, cancels=None, cancelled_by=None)
    form = ReasonForm(request.POST or None)
    form.fields["reason"].label = _("Підстава")
    if request.method == "POST" and form.attempt(
        lambda: undo_own_value(decision, by=request.user, reason=form.cleaned_data["reason"])
    ):
        return done(request, "reference:rule", _("Рішення скасовано; діє те, що було до нього."), code)
    return ask(
        request,
        form,
        title=_("Скасувати своє значення"),
        intro=_("Рішення «%(reason)s» лишиться в історії. Діятиме те, що було до нього.") % {"reason": decision.reason},
        submit=_("Скасувати рішення"),
        back=reverse("reference:rule", args=[code]),
        crumbs=[
            (_("Довідники й норми"), reverse("reference:index")),
            (rule.title, reverse("reference:rule", args=[code])),
            (_("Скасування"), ""),
        ],
        danger=True,
    )
