"""The console's pages of a region's sets of rules: what is offered, a new edition, who took which."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kernel.access.dates import local_today
from kernel.access.forms import ActionForm, DayField, ReasonForm
from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import visible
from kernel.search.folding import fold
from shared_apps.communities.models import Community
from shared_apps.console.asking import district_words
from shared_apps.console.entry import on_console
from shared_apps.console.sheets import sheet
from shared_apps.patterns.models import RuleSet
from shared_apps.patterns.pages import regions_of
from shared_apps.patterns.rule_sets import Standing, latest_editions, publish_rule_set, standings, withdraw_rule_set
from shared_apps.reference.models import Rule
from shared_apps.reference.overrides import DIGITS_AFTER, DIGITS_BEFORE
from shared_apps.rollups.reading import communities_in

FIELD = "rule."
STATES = {
    "current": ("ok", gettext_lazy("чинна редакція")),
    "behind": ("warn", gettext_lazy("давніша редакція")),
    "never": ("idle", gettext_lazy("не приймали")),
    "undone": ("bad", gettext_lazy("скасували")),
}


class EditionForm(ActionForm):
    title = forms.CharField(label=gettext_lazy("Назва набору"), max_length=120)
    act = forms.CharField(
        label=gettext_lazy("Підстава"), max_length=300, help_text=gettext_lazy("Наказ чи рішення, його дата й номер.")
    )
    valid_from = DayField(label=gettext_lazy("Пропонуємо з"))

    def __init__(self, *args: Any, values: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = local_today
        for rule in Rule.objects.filter(overridable=True):
            self.fields[FIELD + rule.code] = forms.DecimalField(
                label=f"{rule.title}, {rule.unit}",
                required=False,
                max_digits=DIGITS_BEFORE + DIGITS_AFTER,
                decimal_places=DIGITS_AFTER,
                localize=True,
                initial=(values or {}).get(rule.code),
            )

    @property
    def about(self) -> list[Any]:
        return [self[name] for name in ("title", "act", "valid_from")]

    @property
    def rules(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith(FIELD)]

    def values(self) -> dict[str, Decimal]:
        """An empty field leaves the rule out of the set."""
        given = self.cleaned_data
        return {
            name.removeprefix(FIELD): given[name]
            for name in given
            if name.startswith(FIELD) and given[name] is not None
        }


def _region(request: HttpRequest, region: str) -> User:
    user: User = request.user  # type: ignore[assignment]
    if region not in regions_of(user):
        raise Http404
    return user


def _hromadas(user: User, region: str) -> list[Community]:
    found = visible(Community.objects.filter(katottg__startswith=region), user, module="communities")
    return communities_in(found)


def _frame(request: HttpRequest, **more: Any) -> dict[str, Any]:
    return {"console_nav": request.console_nav} | more  # type: ignore[attr-defined]


@require_safe
@on_console("communities", Level.EDIT)
def index(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    regions = regions_of(user)
    region = request.GET.get("region", "")
    if region not in regions:
        region = regions[0] if regions else ""
    communities = _hromadas(user, region) if region else []
    rows = []
    for one in latest_editions(region) if region else []:
        counted = Counter(each.state for each in standings(one.code, region, communities))
        rows.append((one, counted["current"], counted["behind"], counted["never"] + counted["undone"]))
    context = _frame(request, region=region, regions=[(code, district_words(code)) for code in regions], rows=rows)
    return render(request, "patterns/rule_sets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_console("communities", Level.EDIT)
def compose(request: HttpRequest, region: str, code: str = "") -> HttpResponse:
    """A first edition, or the next of a set: what the last one holds is there to be changed."""
    user = _region(request, region)
    last = RuleSet.objects.filter(region=region, code=code).order_by("-number").first() if code else None
    if code and last is None:
        raise Http404
    values = {row["code"]: row["value"] for row in last.lines} if last else {}
    form = EditionForm(request.POST or None, values=values, initial={"title": last.title} if last else {})
    made: list[RuleSet] = []

    def work() -> None:
        given = form.cleaned_data
        made.append(
            publish_rule_set(
                region,
                given["title"],
                form.values(),
                valid_from=given["valid_from"],
                act=given["act"],
                code=code,
                by=user,
            )
        )

    if request.method == "POST" and form.attempt(work):
        messages.success(
            request, _("Оприлюднено: %(edition)s. Громади побачать її й вирішать самі.") % {"edition": made[0]}
        )
        return redirect("patterns:rule_set", region, made[0].code)
    context = _frame(
        request,
        form=form,
        last=last,
        region_words=district_words(region),
        back=reverse("patterns:rule_set", args=[region, code]) if code else reverse("patterns:rule_sets"),
    )
    return render(request, "patterns/rule_set_form.html", context, status=422 if form.errors else 200)


@require_safe
@on_console("communities", Level.EDIT)
def rule_set(request: HttpRequest, region: str, code: str) -> HttpResponse:
    user = _region(request, region)
    editions = list(RuleSet.objects.filter(region=region, code=code).order_by("-number"))
    if not editions:
        raise Http404
    everyone = standings(code, region, _hromadas(user, region))
    text, state = request.GET.get("q", "").replace("\x00", "")[:100], request.GET.get("state", "")
    words = fold(text).split()
    rows = [one for one in everyone if all(word in fold(str(one.community)) for word in words)]
    if state in STATES:
        rows = [one for one in rows if one.state == state]
    if request.GET.get("file") == "xlsx":
        return sheet(f"{code}-adoption", *_as_table(rows))
    counted = Counter(one.state for one in everyone)
    shown = next((one for one in editions if one.withdrawn_at is None), editions[0])
    titles = {rule.code: rule for rule in Rule.objects.filter(code__in=[row["code"] for row in shown.lines])}
    context = _frame(
        request,
        region=region,
        shown=shown,
        editions=editions,
        lines=[(titles.get(row["code"]), row["code"], Decimal(row["value"])) for row in shown.lines],
        rows=[(one, *STATES[one.state]) for one in rows],
        states=[(key, words, counted[key]) for key, (_tone, words) in STATES.items()],
        state=state,
        text=text,
        all_of_them=len(everyone),
    )
    return render(request, "patterns/rule_set.html", context)


def _as_table(rows: list[Standing]) -> tuple[list[str], list[tuple[Any, ...]]]:
    heads = [_("Громада"), _("КАТОТТГ"), _("Стан"), _("Редакція"), _("Правил"), _("Коли"), _("Хто")]
    found = []
    for one in rows:
        row = one.adoption
        when = timezone.localtime(row.adopted_at).strftime("%d.%m.%Y %H:%M") if row else ""
        found.append(
            (
                str(one.community),
                one.community.katottg,
                str(STATES[one.state][1]),
                row.edition.number if row else "",
                len(row.decisions) if row else "",
                when,
                row.adopted_by if row else "",
            )
        )
    return heads, found


@require_http_methods(["GET", "HEAD", "POST"])
@on_console("communities", Level.EDIT)
def withdraw(request: HttpRequest, region: str, code: str, number: int) -> HttpResponse:
    user = _region(request, region)
    edition = get_object_or_404(RuleSet, region=region, code=code, number=number, withdrawn_at=None)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.attempt(
        lambda: withdraw_rule_set(edition, by=user, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, _("Редакцію відкликано: її більше не пропонуємо."))
        return redirect("patterns:rule_set", region, code)
    context = _frame(request, form=form, edition=edition)
    return render(request, "patterns/rule_set_withdraw.html", context, status=422 if form.errors else 200)
