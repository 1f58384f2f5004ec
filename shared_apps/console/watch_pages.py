"""Pages of thresholds, announcements, and of what was asked of communities."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kernel.access.forms import ActionForm, DayField
from kernel.access.levels import Level
from kernel.access.rights import allowed
from kernel.access.views.shared import ask, done
from kernel.indicators.catalogue import Declared, declared_named
from shared_apps.communities.models import Community
from shared_apps.console import watching
from shared_apps.console.asking import Question, catalogue, district_words, rounded, seen, titles
from shared_apps.console.entry import on_console
from shared_apps.console.models import Alert, AlertRule, Announcement, Digest
from shared_apps.rollups import access, periods
from shared_apps.rollups.behind import grantable
from shared_apps.rollups.models import AccessRequest

SHOWN = 200


# -- thresholds ----------------------------------------------------------------------------------------


class RuleForm(ActionForm):
    indicator = forms.ChoiceField(label=gettext_lazy("Показник"))
    side = forms.ChoiceField(label=gettext_lazy("Коли"), choices=AlertRule.Side.choices)
    threshold = forms.DecimalField(label=gettext_lazy("Поріг"), max_digits=24, decimal_places=6, localize=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["indicator"]
        field.choices = list(titles().items())


@on_console("console")
def alerts(request: HttpRequest) -> HttpResponse:
    form, user = RuleForm(request.POST or None), request.user
    if request.method == "POST" and form.attempt(
        lambda: watching.watch(
            declared_named(form.cleaned_data["indicator"]),
            form.cleaned_data["side"],
            form.cleaned_data["threshold"],
            by=user,  # type: ignore[arg-type]
        )
    ):
        return done(request, "console:alerts", _("Стежимо. Перша перевірка — за кілька хвилин."))
    rules = AlertRule.objects.filter(owner_id=str(user.pk))
    named, known = titles(), {one.code: one for one in catalogue()}
    found = Alert.objects.filter(rule__in=rules, community__in=seen(user)).select_related("rule", "community")[:SHOWN]
    context = {
        "console_nav": request.console_nav,  # type: ignore[attr-defined]
        "form": form,
        "rules": [
            (rule, named.get(rule.indicator, rule.indicator), _unit(known, rule.indicator), rule.threshold.normalize())
            for rule in rules
        ],
        "alerts": [_fired(alert, named, known) for alert in found],
        "digest": Digest.objects.filter(owner_id=str(user.pk)).exists(),
    }
    return render(request, "console/alerts.html", context, status=422 if form.errors else 200)


def _unit(known: dict[str, Declared], code: str) -> str:
    return known[code].unit if code in known else ""


def _fired(alert: Alert, named: dict[str, str], known: dict[str, Declared]) -> tuple[Any, ...]:
    code = alert.rule.indicator
    value = rounded(known[code], alert.value) if code in known else alert.value.normalize()
    return alert, named.get(code, code), _unit(known, code), value, periods.words(alert.period)


@require_POST
@on_console("console")
def digest(request: HttpRequest) -> HttpResponse:
    """The weekly letter: on, or off again."""
    wanted = watching.turn_digest(by=request.user)  # type: ignore[arg-type]
    return done(request, "console:alerts", _("Лист прийде в понеділок.") if wanted else _("Листів більше не буде."))


@require_POST
@on_console("console")
def forget_rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    rule = get_object_or_404(AlertRule, pk=pk, owner_id=request.user.pk)
    watching.forget(rule, by=request.user)  # type: ignore[arg-type]
    return done(request, "console:alerts", _("Більше не стежимо."))


@require_POST
@on_console("console")
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    alert = get_object_or_404(Alert, pk=pk, rule__owner_id=request.user.pk)
    watching.acknowledge(alert, by=request.user)  # type: ignore[arg-type]
    return done(request, "console:alerts", _("Прийнято до уваги."))


# -- announcements -------------------------------------------------------------------------------------


class AnnouncementForm(ActionForm):
    title = forms.CharField(label=gettext_lazy("Заголовок"), max_length=120)
    text = forms.CharField(label=gettext_lazy("Текст"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    starts_on = DayField(label=gettext_lazy("Від"))
    ends_on = DayField(label=gettext_lazy("До включно"))
    territory = forms.ChoiceField(label=gettext_lazy("Де"), required=False)

    def __init__(self, territories: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["territory"]
        field.choices = [("", _("усі громади")), *territories]


def _territories(user: Any) -> list[tuple[str, str]]:
    """Regions and districts where somebody the person sees lives."""
    codes = {code[:length] for code in seen(user).values_list("katottg", flat=True) if code for length in (4, 6)}
    return [(code, district_words(code)) for code in sorted(codes)]


@on_console("communities")
def announcements(request: HttpRequest) -> HttpResponse:
    may = allowed(request.user, "communities", Level.EDIT)
    territories = _territories(request.user)
    form = AnnouncementForm(territories, request.POST or None) if may else None
    if (
        request.method == "POST"
        and form
        and form.attempt(lambda: watching.announce(Announcement(**form.cleaned_data), by=request.user))  # type: ignore[arg-type]
    ):
        return done(request, "console:announcements", _("Громади побачать це над кожною сторінкою."))
    context = {
        "console_nav": request.console_nav,  # type: ignore[attr-defined]
        "form": form,
        "rows": [
            (row, dict(territories).get(row.territory, row.territory) or _("усі громади"))
            for row in Announcement.objects.all()[:SHOWN]
        ],
    }
    return render(request, "console/announcements.html", context, status=422 if form and form.errors else 200)


@require_POST
@on_console("communities", Level.EDIT)
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    watching.withdraw(get_object_or_404(Announcement, pk=pk), by=request.user)  # type: ignore[arg-type]
    return done(request, "console:announcements", _("Оголошення знято."))


# -- requests to communities ---------------------------------------------------------------------------


class AskForm(ActionForm):
    fields_wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Поля"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Персональних даних серед них немає: їх громада не показує."),
    )
    purpose = forms.CharField(label=gettext_lazy("Навіщо"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    days = forms.IntegerField(
        label=gettext_lazy("На скільки днів"), min_value=1, max_value=access.MOST_DAYS, initial=14
    )

    def __init__(self, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["fields_wanted"]
        field.choices = choices

    def _explain(self, invalid: Any) -> None:
        for words in invalid.messages:
            self.add_error(None, words)


_TONES: dict[str, str] = {
    AccessRequest.State.ASKED: "warn",
    AccessRequest.State.GRANTED: "ok",
    AccessRequest.State.REFUSED: "bad",
    AccessRequest.State.REVOKED: "idle",
}


@require_safe
@on_console("console")
def requests(request: HttpRequest) -> HttpResponse:
    rows = AccessRequest.objects.filter(asked_by_id=str(request.user.pk)).select_related("community")[:SHOWN]
    context = {
        "console_nav": request.console_nav,  # type: ignore[attr-defined]
        "rows": [(row, access.title_of(row), _TONES[row.state]) for row in rows],
    }
    return render(request, "console/requests.html", context)


@on_console("communities")
def ask_community(request: HttpRequest, pk: UUID) -> HttpResponse:
    community = get_object_or_404(seen(request.user), pk=pk, state=Community.State.ACTIVE)
    question = Question.from_query(request.GET, request.user)
    may = grantable(question.one.register)
    form = AskForm(list(may.items()), request.POST or None)
    made: list[AccessRequest] = []
    if request.method == "POST" and form.attempt(
        lambda: made.append(
            access.ask_access(
                community,
                question.one,
                question.period,
                fields=form.cleaned_data["fields_wanted"],
                purpose=form.cleaned_data["purpose"],
                days=form.cleaned_data["days"],
                by=request.user,  # type: ignore[arg-type]
            )
        )
    ):
        return done(request, "console:request", _("Запит надіслано. Громада відповість."), made[0].pk)
    back = reverse("console:overview")
    return ask(
        request,
        form,
        title=_("Попросити документи: %(community)s") % {"community": community},
        intro=f"{question.one.title}, {periods.words(question.period)}",
        submit=_("Надіслати громаді"),
        back=back,
        crumbs=[(_("Огляд"), back), (_("Запит"), "")],
    )


@require_safe
@on_console("console")
def request_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    asked = _mine(request, pk)
    rows = access.look(asked, by=request.user) if asked.grant else []  # type: ignore[arg-type]
    labels = grantable(declared_named(asked.indicator).register)
    shown = list(rows[0][2]) if rows else []
    context = {
        "console_nav": request.console_nav,  # type: ignore[attr-defined]
        "asked": asked,
        "title": access.title_of(asked),
        "heads": [labels.get(name, name) for name in asked.fields if name in shown],
        "rows": [
            (place, key, [words.get(name, "") for name in asked.fields if name in shown]) for place, key, words in rows
        ],
    }
    return render(request, "console/request.html", context)


@require_safe
@on_console("console")
def document(request: HttpRequest, pk: UUID, place: int) -> HttpResponse:
    """One document, with the allowed fields and no others; gone when the permission is."""
    asked = _mine(request, pk)
    rows = access.look(asked, by=request.user, place=place)  # type: ignore[arg-type]
    if not rows:
        raise Http404
    labels = grantable(declared_named(asked.indicator).register)
    _place, key, words = rows[0]
    context = {
        "console_nav": request.console_nav,  # type: ignore[attr-defined]
        "asked": asked,
        "title": access.title_of(asked),
        "key": key,
        "pairs": [(labels.get(name, name), words[name]) for name in asked.fields if name in words],
    }
    return render(request, "console/document.html", context)


def _mine(request: HttpRequest, pk: UUID) -> AccessRequest:
    return get_object_or_404(AccessRequest.objects.select_related("community"), pk=pk, asked_by_id=request.user.pk)
