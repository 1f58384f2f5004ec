"""The designer's screens: what there is, the fields of a register, one field, kinds, versions, exchange."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.designer import converting, designing, exchange, registering
from kernel.designer.content import differences
from kernel.designer.forms import FieldForm, PackageForm, RegisterForm, initial_of
from kernel.designer.models import Definition, OwnField
from kernel.designer.rules import MOST_FIELDS
from kernel.modules.entitlement import enabled_labels
from kernel.modules.registry import module_named
from kernel.operations import Denied
from kernel.registers.forms import form_class
from kernel.registers.registry import registers

ask = require_http_methods(["GET", "HEAD", "POST"])
looks, designs = needs("designer", Level.VIEW), needs("designer", Level.MANAGE)


def _definition(label: str) -> Definition:
    """An unsaved one for a register nobody has added to yet."""
    designing.register_or_404(label)
    return Definition.objects.filter(register=label).first() or Definition(register=label)


@require_safe
@looks
def index(request: SignedRequest) -> HttpResponse:
    enabled = enabled_labels()
    counts: dict[str, int] = {}
    for label in OwnField.objects.filter(retired_at=None).values_list("definition__register", flat=True):
        counts[label] = counts.get(label, 0) + 1
    groups: dict[str, list[dict[str, Any]]] = {}
    for register in registers():
        if register.module in enabled and not register.read_only:
            count = counts.get(register.label, 0)
            line = {
                "title": register.name, "icon": register.picture, "url": reverse("designer:register", args=[register.label]),
                "own": bool(register.within),
                "told": _("Власних полів: %(count)s") % {"count": count} if count else "",
            }  # fmt: skip
            area = "" if register.within else str(module_named(register.module).title)
            groups.setdefault(area, []).append(line)
    mine = groups.pop("", [])
    changed = [(area, lines) for area, lines in sorted(groups.items()) if any(line["told"] for line in lines)]
    rest = [(area, lines) for area, lines in sorted(groups.items())]
    retired = Definition.objects.filter(own=True).exclude(retired_at=None)
    return render(request, "designer/index.html", {"mine": mine, "changed": changed, "rest": rest, "retired": retired})


@require_safe
@looks
def register_page(request: SignedRequest, label: str) -> HttpResponse:
    definition = _definition(label)
    register = designing.register_or_404(label)
    fields = list(OwnField.objects.filter(definition=definition)) if definition.pk else []
    live = [one for one in fields if one.retired_at is None]
    versions = list(definition.versions.select_related("made_by")[:20]) if definition.pk else []
    user: Any = request.user
    preview = form_class(register, user)() if live or register.within else None
    own = register.added.facets if register.added is not None else {}
    context = {
        "label": label, "register": register, "definition": definition, "live": live, "most": MOST_FIELDS,
        "retired": [one for one in fields if one.retired_at is not None],
        "versions": versions, "previous": versions[1] if len(versions) > 1 else None,
        "preview": [preview[name] for name in (own if not register.within else preview.fields) if name in preview.fields
                    and name not in ("version", "confirmed", "map_reason")] if preview else [],
    }  # fmt: skip
    return render(request, "designer/register.html", context)


@ask
@designs
def make_register(request: SignedRequest) -> HttpResponse:
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = registering.make_register(form.values(), by=request.user)
        except (ValidationError, Denied) as refused:
            _explain(form, refused)
        else:
            told = _("Реєстр «%(title)s» створено. Додайте поля й дайте ролям права на нього.")
            messages.success(request, told % {"title": made.title})
            return redirect("designer:register", made.register)
    return _form_page(request, form, _("Новий реєстр"), reverse("designer:index"), _("Створити реєстр"))


@ask
@designs
def change_register(request: SignedRequest, label: str) -> HttpResponse:
    definition = _definition(label)
    if not definition.own:
        raise Http404
    form = RegisterForm(request.POST or None, instance=definition, initial={"version": definition.version})
    back = reverse("designer:register", args=[label])
    if request.method == "POST" and form.is_valid():
        try:
            registering.change_register(label, form.values(), by=request.user, version=form.cleaned_data["version"])
        except (ValidationError, Denied) as refused:
            _explain(form, refused)
        else:
            messages.success(request, _("Збережено."))
            return redirect(back)
    return _form_page(request, form, definition.title, back, _("Зберегти"))


def _explain(form: Any, refused: Exception) -> None:
    if isinstance(refused, ValidationError) and hasattr(refused, "error_dict"):
        for name, errors in refused.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, refused.messages if isinstance(refused, ValidationError) else str(refused))


def _form_page(
    request: SignedRequest, form: Any, title: str, back: str, submit: str, intro: str = "", **context: Any
) -> HttpResponse:
    context |= {"form": form, "title": title, "back": back, "submit": submit, "intro": intro}
    return render(request, "designer/form.html", context, status=422 if form.errors else 200)


# -- one field ----------------------------------------------------------------------------------------


@ask
@designs
def add_field(request: SignedRequest, label: str) -> HttpResponse:
    definition = _definition(label)
    back = reverse("designer:register", args=[label])
    form = FieldForm(request.POST or None, initial={"version": definition.version, "kind": "text", "decimals": 0})
    if request.method == "POST" and form.attempt(
        lambda: designing.add_field(label, form.values(), by=request.user, version=form.cleaned_data["version"])
    ):
        messages.success(request, _("Поле «%(title)s» додано.") % {"title": form.cleaned_data["title"]})
        return redirect(back)
    return _form_page(request, form, _("Нове поле"), back, _("Додати поле"), _told(label))


@ask
@designs
def change_field(request: SignedRequest, label: str, pk: int) -> HttpResponse:
    definition = _definition(label)
    field = designing.field_or_404(definition, pk)
    back = reverse("designer:register", args=[label])
    form = FieldForm(request.POST or None, field=field, initial={**initial_of(field), "version": definition.version})
    if request.method == "POST" and form.attempt(
        lambda: designing.change_field(label, pk, form.values(), by=request.user, version=form.cleaned_data["version"])
    ):
        messages.success(request, _("Поле «%(title)s» збережено.") % {"title": form.cleaned_data["title"]})
        return redirect(back)
    kinds = [(reverse("designer:kind", args=[label, pk, kind]), kind.label) for kind in converting.CONVERTIBLE
             if kind != field.kind] if field.kind in converting.CONVERTIBLE else []  # fmt: skip
    told = _("Вид: %(kind)s. Код: %(code)s.") % {"kind": field.get_kind_display(), "code": field.code}
    return _form_page(request, form, field.title, back, _("Зберегти"), told, kinds=kinds)


def _told(label: str) -> str:
    return designing.register_or_404(label).name


@ask
@designs
def change_kind(request: SignedRequest, label: str, pk: int, kind: str) -> HttpResponse:
    definition, register = _definition(label), designing.register_or_404(label)
    field = designing.field_or_404(definition, pk)
    if kind not in converting.CONVERTIBLE or field.kind not in converting.CONVERTIBLE:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            converting.change_kind(label, pk, kind, by=request.user, version=_version(request))
        except (ValidationError, Denied) as why:
            refused = " ".join(why.messages) if isinstance(why, ValidationError) else str(why)
        else:
            messages.success(request, _("Вид поля змінено."))
            return redirect("designer:register", label)
    trial = converting.try_kind(register, field, kind)
    context = {
        "label": label, "register": register, "field": field, "trial": trial, "refused": refused,
        "kind": converting.Kind(kind).label, "definition": definition, "back": reverse("designer:register", args=[label]),
    }  # fmt: skip
    return render(request, "designer/kind.html", context, status=422 if refused else 200)


def _version(request: SignedRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given[:9]) if given.isdecimal() else None


@require_POST
@designs
def act(request: SignedRequest, label: str) -> HttpResponse:
    """Buttons of the page: up, down, retire, restore, back to a version, retire the register."""
    back = redirect("designer:register", label)
    verb, _colon, key = request.POST.get("do", "").partition(":")
    number, version, by = int(key) if key.isdecimal() and len(key) < 10 else 0, _version(request), request.user
    try:
        if verb in ("up", "down"):
            designing.order_fields(label, _moved(label, number, verb), by=by, version=version)
        elif verb == "retire":
            designing.retire_field(label, number, by=by, version=version, anyway=request.POST.get("anyway") == "1")
            messages.success(request, _("Поле вилучено: значення лишилися, його можна повернути."))
        elif verb == "restore":
            designing.restore_field(label, number, by=by, version=version)
            messages.success(request, _("Поле повернуто."))
        elif verb == "version":
            registering.go_back(label, number, by=by, version=version)
            messages.success(request, _("Повернуто версію %(number)s.") % {"number": number})
        elif verb == "retire-register":
            registering.retire_register(label, by=by, version=version)
            messages.success(request, _("Реєстр вилучено: записи лишилися, його можна повернути."))
            back = redirect("designer:index")
        elif verb == "restore-register":
            registering.bring_register_back(label, by=by)
            messages.success(request, _("Реєстр повернуто."))
    except Denied as refused:
        messages.error(request, str(refused))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return back


def _moved(label: str, pk: int, verb: str) -> list[int]:
    order = list(
        OwnField.objects.filter(definition__register=label, retired_at=None)
        .order_by("position", "pk").values_list("pk", flat=True)
    )  # fmt: skip
    if pk in order:
        place = order.index(pk)
        order.insert(max(0, place + (-1 if verb == "up" else 1)), order.pop(place))
    return order


# -- versions and neighbours --------------------------------------------------------------------------


@require_safe
@looks
def version_page(request: SignedRequest, label: str, number: int) -> HttpResponse:
    definition = _definition(label)
    shown = definition.versions.filter(number=number).first() if definition.pk else None
    if shown is None:
        raise Http404
    before = definition.versions.filter(number__lt=number).first()
    context = {
        "label": label, "register": designing.register_or_404(label), "definition": definition, "shown": shown,
        "before": before, "lines": differences(before.content if before else {"fields": []}, shown.content),
        "back": reverse("designer:register", args=[label]),
    }  # fmt: skip
    return render(request, "designer/version.html", context)


@require_safe
@looks
def give(request: SignedRequest, label: str) -> HttpResponse:
    definition = _definition(label)
    if definition.pk is None:
        raise Http404
    response = HttpResponse(exchange.package_of(definition), content_type="application/json; charset=utf-8")
    name = get_valid_filename(designing.register_or_404(label).name).replace("_", " ")
    response.headers["Content-Disposition"] = "attachment; filename*=UTF-8''" + quote(f"{name}.json")
    return response


@ask
@designs
def take(request: SignedRequest) -> HttpResponse:
    """A neighbour's document: first what is in it and where each field would go, then adopted."""
    form = PackageForm(request.POST or None, request.FILES or None)
    title, back = _("Прийняти опис"), reverse("designer:index")
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, title, back, _("Переглянути"), multipart=True)
    label = form.cleaned_data["into"]
    try:
        content = exchange.read_package(form.cleaned_data["text"])
        if not label and not content["own"]:
            label = content["register"]
            designing.register_or_404(label)
        if request.POST.get("adopt") == "1":
            made = exchange.adopt(content, by=request.user, label=label, **_mapping(request, content))
            messages.success(request, _("Опис прийнято."))
            return redirect("designer:register", made.register)
    except Http404:
        form.add_error("into", _("Реєстру, до якого належать ці поля, тут немає. Оберіть, якому їх додати."))
    except (ValidationError, Denied) as refused:
        told = refused.messages if isinstance(refused, ValidationError) else str(refused)
        if "content" not in locals():
            form.add_error(None, told)
        else:
            return _match_page(request, content, label, form.cleaned_data["text"], told)
    if form.errors:
        return _form_page(request, form, title, back, _("Переглянути"), multipart=True)
    return _match_page(request, content, label, form.cleaned_data["text"])


def _mapping(request: SignedRequest, content: dict[str, Any]) -> dict[str, Any]:
    given = request.POST
    codes = [one["code"] for one in content["fields"]]
    return {
        "fields": {code: given.get(f"field-{code}", exchange.NEW) for code in codes},
        "references": {code: given[f"points-{code}"] for code in codes if given.get(f"points-{code}")},
        "options": {
            one["code"]: {option[0]: given.get(f"option-{one['code']}-{option[0]}", "") for option in one["options"]}
            for one in content["fields"]
        },
    }


def _match_page(
    request: SignedRequest, content: dict[str, Any], label: str, text: str, refused: Any = None
) -> HttpResponse:
    known = sorted(((one.label, one.name) for one in registers()), key=lambda pair: pair[1].casefold())
    context = {
        "content": content, "label": label, "text": text, "lines": exchange.offered(content, label),
        "register": designing.register_or_404(label) if label else None, "registers": known,
        "differences": exchange.preview(content, label), "refused": [refused] if isinstance(refused, str) else refused,
        "back": reverse("designer:index"), "take_url": reverse("designer:take"),
    }  # fmt: skip
    return render(request, "designer/match.html", context, status=422 if refused else 200)
