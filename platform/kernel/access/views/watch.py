"""For the administrator: who is in, who tried, what looked unusual; the support's visits; OpenID providers."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from allauth.socialaccount.models import SocialApp
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kernel.access import openid_apps, signins, support
from kernel.access.forms import ConsentForm, OpenIDForm, ReasonForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.models import OneTimeLink, SignInEvent, SupportConsent
from kernel.access.rights import allowed
from kernel.access.signins import Kind
from kernel.access.views.shared import ask, done, perform

PAGE = 50
GROUPS = {
    "entries": (Kind.SUCCESS, Kind.SUPPORT),
    "failures": (Kind.FAILURE, Kind.SECOND_STEP_FAILURE, Kind.LOCKOUT),
    "changes": (Kind.PASSWORD_CHANGED, Kind.PASSWORD_RESET, Kind.MFA_ADDED, Kind.MFA_REMOVED),
}


@needs("access", Level.VIEW)
def monitoring(request: SignedRequest) -> HttpResponse:
    events = SignInEvent.objects.select_related("user")
    kind = request.GET.get("kind", "")
    if kind == "unusual":
        events = events.filter(unusual__len__gt=0)
    elif kind in GROUPS:
        events = events.filter(kind__in=GROUPS[kind])
    shown = [("", _("усі")), ("unusual", _("незвичні")), ("entries", _("входи")), ("failures", _("невдалі"))]
    context = {
        "present": signins.present_sessions(),
        "page": Paginator(events, PAGE).get_page(request.GET.get("page")),
        "kind": kind,
        "kinds": [(value, label, value == kind) for value, label in [*shown, ("changes", _("зміни захисту"))]],
        "unusual_count": signins.unusual_events().count(),
        "unreviewed": support.unreviewed().count(),
        "manages": allowed(request.user, "access", Level.MANAGE),
    }
    return render(request, "access/monitoring.html", context)


@needs("access", Level.VIEW)
def support_page(request: SignedRequest) -> HttpResponse:
    manages = allowed(request.user, "access", Level.MANAGE)
    form = ConsentForm(request.POST or None)
    if request.method == "POST" and form.attempt(
        lambda: support.give_consent(
            timezone.now() + timedelta(days=form.cleaned_data["days"]),
            by=request.user,
            reason=form.cleaned_data["reason"],
        )
    ):
        return done(request, "access:support", _("Дозвіл дано. Його можна відкликати будь-коли."))
    context = {
        "form": form,
        "consent": support.open_consent(),
        "links": OneTimeLink.objects.select_related("consent")[:50],
        "manages": manages,
    }
    return render(request, "access/support.html", context, status=422 if form.errors else 200)


@require_POST
@needs("access", Level.MANAGE)
def withdraw_consent(request: SignedRequest, consent_id: int) -> HttpResponse:
    consent = get_object_or_404(SupportConsent, pk=consent_id)
    return perform(
        request,
        lambda: support.withdraw_consent(consent, by=request.user),
        told=_("Дозвіл відкликано; відкриті за ним сеанси завершаться."),
        to="access:support",
    )


@needs("access", Level.MANAGE)
def review(request: SignedRequest, link_id: UUID) -> HttpResponse:
    link = get_object_or_404(OneTimeLink, pk=link_id, emergency=True)
    form = ReasonForm(request.POST or None)
    form.fields["reason"].label = _("Висновок")
    if request.method == "POST" and form.attempt(
        lambda: support.review_emergency(link, by=request.user, review=form.cleaned_data["reason"])
    ):
        return done(request, "access:support", _("Висновок записано."))
    return ask(
        request,
        form,
        title=_("Розглянути аварійний вхід"),
        intro=_("Оператор %(operator)s: %(reason)s") % {"operator": link.issued_by, "reason": link.reason},
        submit=_("Записати висновок"),
        back=reverse("access:support"),
        crumbs=[(_("Підтримка"), reverse("access:support")), (_("Висновок"), "")],
    )


@needs("access", Level.MANAGE)
def openid_list(request: SignedRequest) -> HttpResponse:
    apps = [(app, openid_apps.callback_of(request, app)) for app in openid_apps.providers()]
    return render(request, "access/openid.html", {"apps": apps})


@needs("access", Level.MANAGE)
def openid_edit(request: SignedRequest, app_id: int | None = None) -> HttpResponse:
    app = get_object_or_404(openid_apps.providers(), pk=app_id) if app_id else None
    form = OpenIDForm(request.POST or None, initial=openid_apps.as_form(app))
    if request.method == "POST" and form.attempt(
        lambda: openid_apps.save_provider(app, by=request.user, **form.cleaned_data)
    ):
        return done(request, "access:openid", _("Постачальника входу збережено. Перевірте вхід у новому вікні."))
    return ask(
        request,
        form,
        title=_("Постачальник входу"),
        intro=_("Увійти зможуть лише ті, хто тут уже працює або запрошений, за підтвердженою поштою."),
        submit=_("Зберегти"),
        back=reverse("access:openid"),
        crumbs=[(_("Вхід через OpenID Connect"), reverse("access:openid")), (app.name if app else _("Новий"), "")],
    )


@require_POST
@needs("access", Level.MANAGE)
def openid_delete(request: SignedRequest, app_id: int) -> HttpResponse:
    app: SocialApp = get_object_or_404(openid_apps.providers(), pk=app_id)
    return perform(
        request,
        lambda: openid_apps.delete_provider(app, by=request.user),
        told=_("Постачальника входу прибрано."),
        to="access:openid",
    )
