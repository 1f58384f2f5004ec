"""The tenant's own pages of its first days: the list, looks, domain, a copy to learn on, enterprises."""

from __future__ import annotations

from email.utils import parseaddr

from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel.access.forms import ActionForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.views.shared import done, perform
from kernel.letters.keeping import sender
from kernel.operations import Denied
from kernel.tenancy import platform_context
from kernel.tenancy.files import storage
from shared_apps.communities.brand import HUES, LARGEST_ARMS, PICTURES, community_of
from shared_apps.communities.models import Community
from shared_apps.communities.standing import contact_of
from shared_apps.onboarding import domains, mail_domain, operations
from shared_apps.onboarding.checklist import first_day
from shared_apps.onboarding.forms import DecisionForm, DomainForm, EnterpriseForm, MailDomainForm
from shared_apps.onboarding.models import Application, EnterpriseInvitation
from shared_apps.onboarding.sandbox import order_sandbox
from shared_apps.subscriptions.notices import day

ASK = require_http_methods(["GET", "HEAD", "POST"])
HUE_NAMES = (
    (195, gettext_lazy("петроль")),
    (225, gettext_lazy("морська синь")),
    (265, gettext_lazy("чорнило")),
    (300, gettext_lazy("бузок")),
    (345, gettext_lazy("вишня")),
)


class BrandForm(ActionForm):
    hue = forms.TypedChoiceField(label=gettext_lazy("Колір"), choices=HUE_NAMES, coerce=int, widget=forms.RadioSelect)
    arms = forms.FileField(
        label=gettext_lazy("Герб"),
        required=False,
        help_text=gettext_lazy("PNG або JPEG, до 512 кБ."),
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg"}),
    )

    def clean_arms(self) -> UploadedFile | None:
        arms: UploadedFile | None = self.cleaned_data.get("arms")
        if arms is None:
            return None
        if (arms.size or 0) > LARGEST_ARMS:
            raise forms.ValidationError(_("Файл більший за 512 кБ. Зменште малюнок."))
        head = arms.read(16)
        arms.seek(0)
        if not any(head.startswith(sign) for sign in PICTURES):
            raise forms.ValidationError(_("Це не PNG і не JPEG. Збережіть герб в одному з них."))
        return arms


def _own(request: HttpRequest) -> Community:
    return community_of(request.tenant.id)  # type: ignore[attr-defined]


@require_safe
@never_cache
@needs("access", Level.MANAGE)
def index(request: SignedRequest) -> HttpResponse:
    items = first_day()
    context = {
        "items": items,
        "made": sum(item.done for item in items),
        "left": sum(item.minutes for item in items if not item.done),
        "contact": contact_of(_own(request)),
        "created": day(_own(request).created_at),
    }
    return render(request, "onboarding/first_day.html", context)


@ASK
@needs("access", Level.MANAGE)
def brand(request: SignedRequest) -> HttpResponse:
    community = _own(request)
    form = BrandForm(request.POST or None, request.FILES or None, initial={"hue": community.brand_hue})
    if request.method == "POST" and form.is_valid():
        facts: dict[str, object] = {"brand_hue": form.cleaned_data["hue"]}
        if arms := form.cleaned_data["arms"]:
            facts["coat_of_arms"] = storage.save("arms/coat-of-arms", ContentFile(arms.read()))
        with platform_context():
            own = Community.objects.get(pk=community.pk)
            for name, value in facts.items():
                setattr(own, name, value)
            own.save(update_fields=list(facts))
        return done(request, "first_day:index", _("Герб і колір збережено."))
    context = {"form": form, "hues": HUES, "title": _("Герб і колір"), "submit": _("Зберегти")}
    return render(request, "onboarding/first_day_form.html", context, status=422 if form.errors else 200)


@ASK
@never_cache
@needs("access", Level.MANAGE)
def domain(request: SignedRequest) -> HttpResponse:
    """Named here, proved by a record in DNS; until then the address does not answer."""
    form = DomainForm(request.POST or None)
    if request.method == "POST":
        verb = next((one for one in (domains.PROVE, domains.DROP) if one in request.POST), domains.CLAIM)
        if form.attempt(lambda: domains.ask_domain(form.cleaned_data["domain"], verb, by=request.user)):
            return redirect("first_day:domain")
    context = {
        "form": DomainForm() if verb_of_row(request) else form,
        "refused": form.errors if verb_of_row(request) else None,
        "rows": domains.own_domains(),
        "last": domains.last_word(),
        "contact": contact_of(_own(request)),
    }
    return render(request, "onboarding/first_day_domain.html", context, status=422 if form.errors else 200)


@ASK
@never_cache
@needs("access", Level.MANAGE)
def mail(request: SignedRequest) -> HttpResponse:
    """Where letters leave from: the records to publish, what was seen of them, and another look."""
    found = sender()
    verb = next((one for one in (mail_domain.PROVE, mail_domain.DROP) if one in request.POST), mail_domain.CLAIM)
    initial = {"domain": found.domain, "mailbox": found.mailbox} if found else None
    form = MailDomainForm(
        request.POST if request.method == "POST" and verb == mail_domain.CLAIM else None, initial=initial
    )
    if request.method == "POST":
        if verb != mail_domain.CLAIM:
            return perform(
                request,
                lambda: mail_domain.ask_mail_domain(verb, by=request.user),
                told=_("Запит у черзі. Оновіть сторінку за кілька секунд."),
                to="first_day:mail",
            )
        if form.attempt(
            lambda: mail_domain.ask_mail_domain(
                verb, by=request.user, name=form.cleaned_data["domain"], mailbox=form.cleaned_data["mailbox"]
            )
        ):
            return redirect("first_day:mail")
    context = {
        "form": form,
        "sender": found,
        "rows": mail_domain.rows_of(found) if found else [],
        "last": mail_domain.last_word(),
        "platform_address": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "contact": contact_of(_own(request)),
    }
    return render(request, "onboarding/first_day_mail.html", context, status=422 if form.errors else 200)


def verb_of_row(request: HttpRequest) -> bool:
    return domains.PROVE in request.POST or domains.DROP in request.POST


@ASK
@needs("access", Level.MANAGE)
def sandbox(request: SignedRequest) -> HttpResponse:
    if request.method == "POST":
        return perform(
            request,
            lambda: order_sandbox(by=request.user),
            told=_("Копію готують: її адреса зʼявиться в цьому переліку."),
            to="first_day:index",
        )
    return render(request, "onboarding/first_day_sandbox.html")


# -- a hromada's enterprises ----------------------------------------------------------------------


@ASK
@never_cache
@needs("access", Level.MANAGE)
def enterprises(request: SignedRequest) -> HttpResponse:
    community = _own(request)
    form = EnterpriseForm(request.POST or None)
    if request.method == "POST" and form.attempt(lambda: _invite(community, form, request)):
        return done(request, "first_day:enterprises", _("Запрошення надіслано."))
    with platform_context():
        context = {
            "form": form,
            "is_hromada": community.kind == Community.Kind.HROMADA,
            "own": list(Community.objects.filter(parent=community).exclude(state="deleted")),
            "asking": list(Application.objects.filter(parent=community, state=Application.State.HELD)),
            "invited": list(EnterpriseInvitation.objects.filter(parent=community, application=None)[:50]),
        }
    return render(request, "onboarding/enterprises.html", context, status=422 if form.errors else 200)


def _invite(community: Community, form: EnterpriseForm, request: SignedRequest) -> None:
    if community.kind != Community.Kind.HROMADA:
        raise Denied(_("Запрошує лише громада."))
    facts = {name: form.cleaned_data[name] for name in ("edrpou", "email")}
    with platform_context():
        operations.invite_enterprise(community, by=request.user.full_name, **facts)


@require_POST
@needs("access", Level.MANAGE)
def decide(request: SignedRequest, pk: str) -> HttpResponse:
    """The hromada's word about an enterprise that says it is its own."""
    community = _own(request)
    form = DecisionForm(request.POST)
    with platform_context():
        asking = get_object_or_404(Application, pk=pk, parent=community, state=Application.State.HELD)
        if not form.is_valid():
            return redirect("first_day:enterprises")
        by = f"{request.user.full_name}, {community.short_name}"
        work = operations.approve if "approve" in request.POST else operations.refuse
        work(asking, by=by, why=form.cleaned_data["why"])
    return done(request, "first_day:enterprises", _("Рішення надіслано підприємству."))
