"""Finding oneself, proving the letter-box, saying who one is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shared_apps.communities.likeness import default_slug
from shared_apps.communities.models import Community, Domain
from shared_apps.communities.search import named_like
from shared_apps.communities.standing import contact_of
from shared_apps.onboarding import operations
from shared_apps.onboarding.doubts import slug_problem
from shared_apps.onboarding.finding import (
    HERE,
    edrpou_problem,
    enterprise_here,
    find_places,
    is_edrpou,
    place_of,
)
from shared_apps.onboarding.forms import CodeForm, MailForm, NamesForm, YouForm
from shared_apps.onboarding.limits import (
    APPLICATIONS_BY_MACHINE,
    CODES_BY_LETTER_BOX,
    CODES_BY_MACHINE,
    SEARCHES_BY_MACHINE,
    machine_of,
    within,
)
from shared_apps.onboarding.models import Application
from shared_apps.onboarding.session import question, remember, remembered, show
from shared_apps.onboarding.steps import next_page
from ui.addresses import site_url
from ui.errors import error_page

LONGEST = 100
ASK = require_http_methods(["GET", "HEAD", "POST"])


@ASK
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _choose(request)
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    if text and not within("search", machine_of(request), SEARCHES_BY_MACHINE):
        return error_page(request, 429)
    context: dict[str, Any] = {"q": text, "unfinished": remembered(request)}
    if text and is_edrpou(text):
        code = "".join(text.split())
        context |= {"edrpou": code, "problem": edrpou_problem(code), "enterprise": enterprise_here(code)}
    elif text:
        context["places"] = find_places(text)
    return show(request, "find", 1, **context)


def _choose(request: HttpRequest) -> HttpResponse:
    katottg, edrpou = request.POST.get("katottg", ""), "".join(request.POST.get("edrpou", "").split())
    if edrpou:
        if edrpou_problem(edrpou):
            return redirect("onboarding:find")
        if enterprise_here(edrpou):
            return redirect("onboarding:here", code=edrpou)
        return _begin(request, kind=Community.Kind.ENTERPRISE, edrpou=edrpou)
    place = place_of(katottg) if katottg else None
    if place is None:
        messages.info(request, _("Виберіть громаду з переліку."))
        return redirect("onboarding:find")
    if place.here:
        return redirect("onboarding:here", code=katottg)
    return _begin(request, kind=Community.Kind.HROMADA, katottg=katottg)


def _begin(request: HttpRequest, **facts: str) -> HttpResponse:
    known = remembered(request)
    if known and known.state == Application.State.DRAFT and all(getattr(known, k) == v for k, v in facts.items()):
        return redirect(next_page(known))
    if not within("begin", machine_of(request), APPLICATIONS_BY_MACHINE):
        return error_page(request, 429, text=_("З вашої мережі почато забагато заявок. Спробуйте за годину."))
    application, _token = operations.begin(**facts)
    remember(request, application)
    return redirect(next_page(application))


@require_safe
def here(request: HttpRequest, code: str) -> HttpResponse:
    """Already in the cloud: where it lives and whom to ask."""
    rows = Community.objects.filter(state__in=HERE, training=False)
    found = rows.filter(katottg=code, kind="hromada").first() if code.startswith("UA") else enterprise_here(code)
    if found is None:
        return redirect("onboarding:find")
    host = Domain.objects.filter(tenant=found, is_primary=True).values_list("domain", flat=True).first()
    url = site_url(request, host) if host else ""
    return show(request, "here", 1, community=found, contact=contact_of(found), url=url)


@require_safe
def none(request: HttpRequest) -> HttpResponse:
    return show(request, "none", 1)


@ASK
@question("mail")
def mail(request: HttpRequest, application: Application) -> HttpResponse:
    form = MailForm(request.POST or None, initial={"email": application.email})
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        if not (
            within("code", machine_of(request), CODES_BY_MACHINE) and within("letters", email, CODES_BY_LETTER_BOX)
        ):
            form.add_error("email", _("На цю пошту вже надіслано кілька кодів. Зачекайте годину або вкажіть іншу."))
        elif email == application.email and application.email_proved_at:
            return redirect(next_page(application))
        else:
            operations.unsettle(application)
            if operations.send_code(application, email):
                return redirect("onboarding:code")
            form.add_error("email", _("Лист не вдалося надіслати. Перевірте адресу й спробуйте ще раз."))
    return show(
        request,
        "ask",
        "mail",
        form=form,
        status=422 if form.errors else 200,
        title=_("Куди надіслати код?"),
        lede=_("Шість цифр підтвердять, що ця скринька ваша."),
        submit=_("Надіслати код"),
    )


@ASK
@question("code")
def code(request: HttpRequest, application: Application) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if problem := operations.prove_email(application, form.cleaned_data["code"]):
            form.add_error("code", problem)
        else:
            return redirect(next_page(application))
    return show(
        request,
        "ask",
        "code",
        form=form,
        status=422 if form.errors else 200,
        title=_("Введіть код"),
        lede=_("Лист на %(email)s. У ньому ж посилання, щоб повернутися сюди протягом 30 днів.")
        % {"email": application.email},
        submit=_("Далі"),
        back="onboarding:mail",
        back_text=_("Інша пошта або новий код"),
    )


@ASK
@question("you")
def you(request: HttpRequest, application: Application) -> HttpResponse:
    fields = ("last_name", "first_name", "patronymic", "position", "phone")
    form = YouForm(request.POST or None, initial={name: getattr(application, name) for name in fields})
    if request.method == "POST" and form.is_valid():
        for name in fields:
            setattr(application, name, form.cleaned_data[name])
        application.save(update_fields=list(fields))
        return redirect(next_page(application))
    return show(
        request,
        "ask",
        "you",
        form=form,
        status=422 if form.errors else 200,
        title=_("Хто ви?"),
        lede=_("Ви станете першим адміністратором і запросите решту."),
        submit=_("Далі"),
    )


@ASK
@question("owner")
def owner(request: HttpRequest, application: Application) -> HttpResponse:
    """Whose enterprise it is: one of the hromadas that are here."""
    hromadas = Community.objects.filter(kind="hromada", state=Community.State.ACTIVE, training=False)
    if request.method == "POST":
        chosen = hromadas.filter(slug=request.POST.get("parent", "")).first()
        if chosen is not None:
            operations.unsettle(application)
            application.parent, application.katottg = chosen, chosen.katottg
            application.save(update_fields=["parent", "katottg"])
            return redirect(next_page(application))
        messages.info(request, _("Виберіть громаду з переліку."))
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    found = hromadas.filter(named_like(text)) if text else hromadas
    return show(request, "owner", "owner", application=application, q=text, found=found.order_by("short_name")[:12])


@ASK
@question("community")
def community(request: HttpRequest, application: Application) -> HttpResponse:
    fields = [name for name in ("name", "short_name", "edrpou", "population", "slug")]
    if application.kind == Community.Kind.ENTERPRISE:
        fields.remove("population")
    initial = {name: getattr(application, name) for name in fields}
    form = NamesForm(request.POST or None, initial=initial | _proposed(application), application=application)
    if request.method == "POST" and form.is_valid():
        changed = {name: form.cleaned_data[name] for name in fields}
        if any(getattr(application, name) != value for name, value in changed.items()):
            operations.unsettle(application)
        for name, value in changed.items():
            setattr(application, name, value)
        application.save(update_fields=fields)
        if told := operations.taken_by(application):
            form.add_error("edrpou", told)
        else:
            return redirect(next_page(application))
    enterprise = application.kind == Community.Kind.ENTERPRISE
    return show(
        request,
        "ask",
        "community",
        form=form,
        status=422 if form.errors else 200,
        title=_("Як називається підприємство?") if enterprise else _("Як називається громада?"),
        lede=_("Це побачать люди й документи. Змінити можна й потім."),
        submit=_("Далі"),
    )


def _proposed(application: Application) -> dict[str, str]:
    """What КАТОТТГ knows, for what has not been said yet."""
    if application.name:
        return {}
    if application.kind == Community.Kind.ENTERPRISE:
        return {"edrpou": application.edrpou}
    place = place_of(application.katottg)
    if place is None:
        return {}
    name = place.unit.name
    slug = default_slug(f"{name} громада")
    if slug_problem(slug) and place.unit.district:
        slug = f"{slug}-{application.katottg[4:6]}"
    return {
        "name": _("%(name)s територіальна громада") % {"name": name},
        "short_name": _("%(name)s громада") % {"name": name},
        "slug": slug,
    }
