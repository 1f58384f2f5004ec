"""Templates of a register: what there is, what may be named, uploading, versions, preview, putting in force."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.access.guard import SignedRequest
from kernel.access.levels import Level
from kernel.operations import Denied
from kernel.printforms.drawing import example_of
from kernel.printforms.fields import lines_for
from kernel.printforms.forms import TemplateForm
from kernel.printforms.models import FormVersion, OwnForm
from kernel.printforms.operations import (
    DOCX,
    BadTemplate,
    put_in_force,
    take_out_of_force,
    upload_template,
)
from kernel.printforms.paper import soffice
from kernel.printforms.printing import given, register_or_404
from kernel.printforms.resolving import content_of, declared_forms, form_named, forms_of
from kernel.printforms.words import FILTERS
from kernel.registers.listing import Listing
from kernel.registers.register import Register
from kernel.registers.views.shared import frame

TO_TRY = 25


@require_safe
@login_required
def index(request: SignedRequest, label: str) -> HttpResponse:
    register = register_or_404(label, request.user, Level.MANAGE)
    working = forms_of(register)
    codes = {one.code for one in working}
    waiting = OwnForm.objects.filter(register=label).exclude(code__in=codes)
    context = frame(
        request,
        register,
        forms=[(reverse("printforms:form", args=[label, one.code]), one) for one in working],
        waiting=[(reverse("printforms:form", args=[label, one.code]), one) for one in waiting],
        office=bool(soffice()),
        **_ways(label),
    )
    return render(request, "printforms/index.html", context)


def _ways(label: str) -> dict[str, str]:
    return {
        f"{page}_url": reverse(f"printforms:{page}", args=[label]) for page in ("index", "fields", "example", "upload")
    }


@require_safe
@login_required
def field_list(request: SignedRequest, label: str) -> HttpResponse:
    register = register_or_404(label, request.user, Level.MANAGE)
    filters = [name for name in FILTERS if not name.isascii()]
    context = frame(request, register, groups=lines_for(register), transforms=filters, **_ways(label))
    return render(request, "printforms/fields.html", context)


@require_safe
@login_required
def example(request: SignedRequest, label: str) -> HttpResponse:
    register = register_or_404(label, request.user, Level.MANAGE)
    return given(example_of(register), _("Зразок %(register)s.docx") % {"register": register.name}, DOCX)


@login_required
def upload(request: SignedRequest, label: str) -> HttpResponse:
    register = register_or_404(label, request.user, Level.MANAGE)
    known = _known(register)
    form = TemplateForm(
        request.POST or None,
        request.FILES or None,
        known=list(known.items()),
        initial={"code": request.GET.get("code", "")},
    )
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        code = wanted["code"] or _new_code(label)
        try:
            version = upload_template(
                register,
                wanted["file"],
                by=request.user,
                code=code,
                title=known.get(code) or wanted["title"],
                note=wanted["note"],
            )
        except BadTemplate as bad:
            problems = bad.problems
        except Denied as refused:
            form.add_error(None, str(refused))
        except ValidationError as invalid:
            form.add_error("file", invalid.messages)
        else:
            told = _("Завантажено версію %(number)s. Перегляньте її на картці й уведіть у дію.")
            messages.success(request, told % {"number": version.number})
            return redirect(f"{reverse('printforms:form', args=[label, code])}?version={version.number}")
    context = frame(request, register, form=form, problems=problems, **_ways(label))
    return render(request, "printforms/upload.html", context, status=422 if form.errors or problems else 200)


def _known(register: Register) -> dict[str, str]:
    known = {one.code: one.title for one in forms_of(register)}
    return known | {one.code: one.title for one in OwnForm.objects.filter(register=register.label)}


def _new_code(label: str) -> str:
    number = OwnForm.objects.filter(register=label).count() + 1
    while OwnForm.objects.filter(register=label, code=f"own-{number}").exists():
        number += 1
    return f"own-{number}"


@require_safe
@login_required
def form_page(request: SignedRequest, label: str, code: str) -> HttpResponse:
    """Versions with who and when; a chosen one on a chosen card."""
    register = register_or_404(label, request.user, Level.MANAGE)
    working, own = form_named(register, code), _own(label, code)
    if working is None and own is None:
        raise Http404
    versions = list(own.versions.select_related("uploaded_by", "file")) if own else []
    listing = Listing(register, request.user, urlencode({"q": request.GET.get("q", "")[:100]}))
    cards = list(listing.ordered()[:TO_TRY])
    shown = _shown_version(request, versions, own)
    card = next((one for one in cards if str(one.pk) == request.GET.get("card")), cards[0] if cards else None)
    picture = reverse("printforms:picture", args=[label, card.pk, code]) if card and (working or shown) else ""
    context = frame(
        request,
        register,
        title=own.title if own else working.title if working else "",
        working=working,
        own=own,
        versions=versions,
        shown=shown,
        cards=[(one.pk, register.label_of(one), one == card) for one in cards],
        picture_url=f"{picture}?version={shown.number}" if picture and shown else picture,
        docx_url=f"{picture}?as=docx{f'&version={shown.number}' if shown else ''}" if picture else "",
        put_url=reverse("printforms:put", args=[label, code]),
        template_url=reverse("printforms:template", args=[label, code]),
        has_built_in=any(one.code == code for one in declared_forms(register)),
        search=request.GET.get("q", ""),
        **_ways(label),
    )
    return render(request, "printforms/form.html", context)


def _shown_version(request: SignedRequest, versions: list[FormVersion], own: OwnForm | None) -> FormVersion | None:
    asked = request.GET.get("version", "")
    found = next((one for one in versions if str(one.number) == asked), None)
    return found or (own.active if own else None) or (versions[0] if versions else None)


def _own(label: str, code: str) -> OwnForm | None:
    return OwnForm.objects.filter(register=label, code=code).select_related("active__file").first()


@require_safe
@login_required
def template(request: SignedRequest, label: str, code: str) -> HttpResponse:
    """The template itself, to be corrected and uploaded again; `version` is one of one's own."""
    register = register_or_404(label, request.user, Level.MANAGE)
    number = request.GET.get("version", "")
    if number.isdecimal() and len(number) < 9:
        version = get_object_or_404(
            FormVersion.objects.select_related("file", "form"),
            form__register=label,
            form__code=code,
            number=int(number),
        )
        return given(content_of(version), f"{version.form.title} v{version.number}.docx", DOCX)
    working = form_named(register, code)
    if working is None:
        raise Http404
    return given(working.content(), f"{working.title}.docx", DOCX)


@require_POST
@login_required
def put(request: SignedRequest, label: str, code: str) -> HttpResponse:
    """A version in force, or none: then the region's or the built-in one is printed again."""
    register = register_or_404(label, request.user, Level.MANAGE)
    own: Any = _own(label, code)
    if own is None:
        raise Http404
    number = request.POST.get("version", "")
    try:
        if number.isdecimal() and len(number) < 9:
            version = get_object_or_404(own.versions.select_related("file"), number=int(number))
            put_in_force(register, version, by=request.user)
            messages.success(request, _("Тепер друкується версія %(number)s.") % {"number": number})
        else:
            take_out_of_force(register, own, by=request.user)
            messages.success(request, _("Свою форму вимкнено. Версії збережено, їх можна повернути."))
    except Denied as refused:
        messages.error(request, str(refused))
    return redirect("printforms:form", label, code)
