"""The console's pages of a region's printed forms: what there is, versions, a look at each, who prints their own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import visible
from kernel.access.views.shared import perform
from kernel.operations import Denied
from kernel.printforms.declarations import PrintForm
from kernel.printforms.drawing import example_of
from kernel.printforms.fields import lines_for
from kernel.printforms.forms import TemplateForm
from kernel.printforms.inspection import inspect_template
from kernel.printforms.operations import DOCX, BadTemplate
from kernel.printforms.paper import pdf_of, set_by_kernel, why_not
from kernel.printforms.printing import given
from kernel.printforms.resolving import declared_forms
from kernel.printforms.sampling import fill_in_sample
from kernel.printforms.words import FILTERS
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named, registers
from kernel.search.folding import fold
from shared_apps.communities.models import Community
from shared_apps.console.asking import district_words
from shared_apps.console.entry import on_console
from shared_apps.patterns.models import OwnInstead, RegionalForm
from shared_apps.patterns.publishing import (
    may_publish,
    put_in_force,
    take_out_of_force,
    upload_form,
    versions_of,
)

SHOWN = 200


def regions_of(user: User) -> list[str]:
    """Where the person works with communities of the whole region."""
    codes = visible(Community.objects.exclude(katottg=""), user, Level.EDIT, module="communities")
    found = {code[:4] for code in codes.values_list("katottg", flat=True)}
    return [code for code in sorted(found) if may_publish(user, code)]


def _region(request: HttpRequest, region: str) -> User:
    user: User = request.user  # type: ignore[assignment]
    if region not in regions_of(user):
        raise Http404
    return user


def _register(label: str) -> Register:
    try:
        return register_named(label)
    except UnknownRegister:
        raise Http404 from None


def _frame(request: HttpRequest, region: str, **more: Any) -> dict[str, Any]:
    return {
        "console_nav": request.console_nav,  # type: ignore[attr-defined]
        "region": region,
        "region_words": district_words(region),
        "index_url": f"{reverse('patterns:index')}?region={region}",
    } | more


# -- the list ------------------------------------------------------------------------------------------


@require_safe
@on_console("communities", Level.EDIT)
def index(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    regions = regions_of(user)
    region = request.GET.get("region", "")
    if region not in regions:
        region = regions[0] if regions else ""
    wanted = request.GET.get("q", "").replace("\x00", "")[:100]
    context = _frame(
        request,
        region,
        regions=[(code, district_words(code)) for code in regions],
        wanted=wanted,
        groups=_groups(region, user, wanted) if region else [],
    )
    return render(request, "patterns/index.html", context)


def _groups(region: str, user: User, wanted: str) -> list[tuple[Register, str, list[tuple[str, str, str, int]]]]:
    """By register: the address of an upload, and of each form its address, title, state, how many print their own."""
    regional: dict[str, dict[str, RegionalForm]] = {}
    for one in RegionalForm.objects.filter(region=region).defer("content").order_by("active", "number"):
        regional.setdefault(one.register, {})[one.code] = one
    own = _own_in(region, user).values_list("register", "code").annotate(count=Count("pk"))
    instead = {(label, code): count for label, code, count in own}
    words = fold(wanted).split()
    found = []
    for register in sorted(registers(), key=lambda one: one.name):
        forms = {one.code: str(one.title) for one in declared_forms(register)}
        forms |= {code: one.title for code, one in regional.get(register.label, {}).items()}
        sought = fold(" ".join((register.name, *forms.values())))
        if not all(word in sought for word in words) or not (forms or words):
            continue
        rows = [
            (
                reverse("patterns:form", args=[region, register.label, code]),
                title,
                _told(regional.get(register.label, {}).get(code)),
                instead.get((register.label, code), 0),
            )
            for code, title in sorted(forms.items(), key=lambda pair: pair[1])
        ]
        found.append((register, reverse("patterns:upload", args=[region, register.label]), rows))
    return found[:SHOWN]


def _told(one: RegionalForm | None) -> str:
    if one is None:
        return _("вбудована")
    if one.active:
        return _("обласна, версія %(number)s") % {"number": one.number}
    return _("обласну не введено в дію")


def _own_in(region: str, user: User) -> Any:
    """Of communities the person sees."""
    return visible(OwnInstead.objects.filter(community__katottg__startswith=region), user, module="communities")


# -- one form -------------------------------------------------------------------------------------------


def _declared(register: Register, code: str) -> PrintForm | None:
    return next((one for one in declared_forms(register) if one.code == code), None)


def _content(region: str, register: Register, code: str, number: str) -> tuple[bytes, str]:
    """A version by its number; without one what is in force, else the built-in."""
    if number:
        if not number.isdecimal() or len(number) > 9:
            raise Http404
        one = get_object_or_404(versions_of(region, register.label, code), number=int(number))
        return bytes(one.content), f"{one.title} v{one.number}"
    if one := versions_of(region, register.label, code).filter(active=True).first():
        return bytes(one.content), f"{one.title} v{one.number}"
    built_in = _declared(register, code)
    if built_in is None:
        raise Http404
    return built_in.content(), str(built_in.title)


@require_safe
@on_console("communities", Level.EDIT)
def form_page(request: HttpRequest, region: str, label: str, code: str) -> HttpResponse:
    user, register = _region(request, region), _register(label)
    versions = list(versions_of(region, label, code).defer("content").order_by("-number"))
    built_in = _declared(register, code)
    if not versions and built_in is None:
        raise Http404
    working = next((one for one in versions if one.active), None)
    asked = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.number) == asked), working)
    number = str(shown.number) if shown else ""
    content, _name = _content(region, register, code, number)
    address = reverse("patterns:sample", args=[region, label, code])
    refused, no_pdf = _trial(content, register, user)
    own = _own_in(region, user).filter(register=label, code=code).select_related("community")
    context = _frame(
        request,
        region,
        register=register,
        title=versions[0].title if versions else str(built_in.title) if built_in else code,
        built_in=built_in,
        versions=versions,
        working=working,
        shown=shown,
        refused=refused,
        no_pdf=no_pdf,
        personal=inspect_template(content, register).personal,
        sample_url=f"{address}?version={number}",
        own=own[:SHOWN],
        upload_url=f"{reverse('patterns:upload', args=[region, label])}?code={code}",
        template_url=reverse("patterns:template", args=[region, label, code]),
        put_url=reverse("patterns:put", args=[region, label, code]),
    )
    return render(request, "patterns/form.html", context)


def _trial(content: bytes, register: Register, user: User) -> tuple[str, str]:
    """Why it cannot be filled in, and why it cannot be set as PDF."""
    try:
        return "", why_not(fill_in_sample(content, register, by=user, address="https://example.org/"))
    except Denied as refused:
        return str(refused), ""


@require_safe
@on_console("communities", Level.EDIT)
def sample(request: HttpRequest, region: str, label: str, code: str) -> HttpResponse:
    """A version filled in with made-up values: its first page, the whole of it as PDF, or the document."""
    user, register = _region(request, region), _register(label)
    content, name = _content(region, register, code, request.GET.get("version", ""))
    try:
        made = fill_in_sample(content, register, by=user, address=request.build_absolute_uri("/"))
        match request.GET.get("as", "png"):
            case "docx":
                return given(made, f"{name}.docx", DOCX)
            case "pdf":
                return given(pdf_of(made), f"{name}.pdf", "application/pdf", shown=True)
            case _:
                return given(set_by_kernel(made, "png"), f"{code}.png", "image/png", shown=True)
    except Denied as refused:
        return HttpResponse(str(refused), content_type="text/plain; charset=utf-8", status=409)


@require_safe
@on_console("communities", Level.EDIT)
def template(request: HttpRequest, region: str, label: str, code: str) -> HttpResponse:
    _region(request, region)
    content, name = _content(region, _register(label), code, request.GET.get("version", ""))
    return given(content, f"{name}.docx", DOCX)


@require_POST
@on_console("communities", Level.EDIT)
def put(request: HttpRequest, region: str, label: str, code: str) -> HttpResponse:
    """A version in force, a newer or an older one; or none."""
    user, register = _region(request, region), _register(label)
    number = request.POST.get("version", "")
    here = (region, register.label, code)
    if not number:
        return perform(
            request,
            lambda: take_out_of_force(*here, by=user),
            told=_("Обласну форму вимкнено: громади друкують вбудовану або свою. Версії збережено."),
            to="patterns:form",
            args=here,
        )
    if not number.isdecimal() or len(number) > 9:
        raise Http404
    version = get_object_or_404(versions_of(*here), number=int(number))
    told = _("Тепер громади області друкують версію %(number)s.") % {"number": version.number}
    return perform(request, lambda: put_in_force(version, by=user), told=told, to="patterns:form", args=here)


# -- a new version ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@on_console("communities", Level.EDIT)
def upload(request: HttpRequest, region: str, label: str) -> HttpResponse:
    user, register = _region(request, region), _register(label)
    known = {one.code: str(one.title) for one in declared_forms(register)}
    known |= dict(RegionalForm.objects.filter(region=region, register=label).values_list("code", "title"))
    form = TemplateForm(
        request.POST or None,
        request.FILES or None,
        known=list(known.items()),
        initial={"code": request.GET.get("code", "")},
    )
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        code = wanted["code"] or _new_code(known)
        try:
            version = upload_form(
                region,
                label,
                code,
                known.get(code) or wanted["title"],
                wanted["file"].read(),
                by=user,
                note=wanted["note"],
            )
        except BadTemplate as bad:
            problems = bad.problems
        except Denied as refused:
            form.add_error(None, str(refused))
        except ValidationError as invalid:
            form.add_error("file", invalid.messages)
        else:
            told = _("Завантажено версію %(number)s. Перегляньте її й уведіть у дію.") % {"number": version.number}
            messages.success(request, told)
            return redirect(f"{reverse('patterns:form', args=[region, label, code])}?version={version.number}")
    context = _frame(
        request,
        region,
        register=register,
        form=form,
        problems=problems,
        groups=lines_for(register),
        transforms=[name for name in FILTERS if not name.isascii()],
        example_url=reverse("patterns:example", args=[region, label]),
    )
    return render(request, "patterns/upload.html", context, status=422 if form.errors or problems else 200)


def _new_code(known: dict[str, str]) -> str:
    number = 1
    while f"region-{number}" in known:
        number += 1
    return f"region-{number}"


@require_safe
@on_console("communities", Level.EDIT)
def example(request: HttpRequest, region: str, label: str) -> HttpResponse:
    _region(request, region)
    register = _register(label)
    return given(example_of(register), _("Зразок %(register)s.docx") % {"register": register.name}, DOCX)
