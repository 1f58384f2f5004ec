"""The forms a person may fill in, told to the device in full: it will have nobody to ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceField
from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.fieldwork.checks import ASKED
from kernel.fieldwork.sent import MOST_PHOTOS
from kernel.modules.entitlement import is_enabled
from kernel.registers.forms import form_class
from kernel.registers.inputs import ReferenceField
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named, registers

# Beyond these the rest of a reference is typed by name and found when the record comes.
MOST_CHOICES = 800
MOST_POINTS = 2000
# A day that is «today» by default is the day of the record, not of the download.
TODAY = "today"
# What the device fills in itself; a field of a card may be called «place» too.
PLACE, PHOTOS, BROKEN = "@place", "@photos", "@broken"


def field_registers(user: Any) -> list[Register]:
    return [
        register for register in registers()
        if register.fieldwork and register.may(user, Level.EDIT) and is_enabled(register.module)
    ]  # fmt: skip


def field_register_or_404(label: str) -> Register:
    """Whether this person may write it is asked when they do."""
    try:
        found = register_named(label)
    except UnknownRegister:
        raise Http404 from None
    if not found.fieldwork or not is_enabled(found.module):
        raise Http404
    return found


def asked_names(register: Register, user: Any) -> list[str]:
    """Declared ones, and the tenant's own fields after them."""
    written = register.written(user)
    own = [name for name, facet in written.items() if facet.added is not None and facet.kind in ASKED]
    return [*(name for name in register.fieldwork.fields if name in written), *own]


def described(register: Register, user: Any) -> dict[str, Any]:
    declared = register.fieldwork
    form = form_class(register, user, only=asked_names(register, user))()
    return {
        "register": register.label,
        "title": str(declared.title) or capfirst(register.singular),
        "list": register.name,
        "fields": [_field(register, form, name) for name in asked_names(register, user)],
        "place": _place(register),
        "photo": {"required": declared.needs_photo, "most": MOST_PHOTOS},
        "checklist": _checklist(register, user),
        "takes": declared.takes,
    }


def _place(register: Register) -> dict[str, Any]:
    """Where the record was made is told of every record; some cards cannot do without."""
    name = register.fieldwork.place
    facet = register.facets[name] if name else None
    return {"label": facet.label if facet else _("Місце"), "required": bool(facet and facet.required)}


def _field(register: Register, form: Any, name: str) -> dict[str, Any]:
    facet, field = register.facets[name], form.fields[name]
    told: dict[str, Any] = {
        "name": name,
        "label": str(field.label),
        "kind": facet.kind,
        "required": bool(field.required) and facet.kind != "boolean",
        "hint": str(field.help_text or ""),
        "initial": as_typed(form[name].value()),
    }
    if facet.kind == "date" and told["initial"] and callable(facet.field.default):
        told["initial"] = TODAY
    if facet.max_length and facet.kind in ("text", "long_text"):
        told["longest"] = facet.max_length
    if facet.kind == "choice":
        told["choices"] = [[value, words] for value, words in facet.choices.items()]
    elif isinstance(field, ReferenceField):
        depends = register.dependent.get(name, "")
        depends = depends if depends in form.fields else ""
        ordered = field.rows().order_by(*field.register.order, "pk")
        rows = list(ordered[: MOST_CHOICES + 1])
        told |= {
            "choices": _choices(field.register, rows[:MOST_CHOICES], depends),
            "more": len(rows) > MOST_CHOICES,
            "depends": depends,
        }
    elif isinstance(field, ModelChoiceField):
        rows = list(field.queryset.all()[:MOST_CHOICES]) if field.queryset is not None else []
        told["choices"] = [[str(one.pk), str(one)] for one in rows]
    return told


def _choices(register: Register, rows: Iterable[Any], depends: str) -> list[list[str]]:
    """[key, name] or [key, name, what it belongs to]; namesakes are told apart, for a name is chosen by its text."""
    names: dict[str, int] = {}
    found = []
    for one in rows:
        name = register.label_of(one)
        if name in names:
            name = f"{name} ({register.hint_of(one) or one.pk})"
        name = f"{name} № {one.pk}" if name in names else name
        names[name] = one.pk
        belongs = getattr(one, f"{depends}_id", None) if depends else None
        found.append([str(one.pk), name, *([str(belongs or "")] if depends else [])])
    return found


def _checklist(register: Register, user: Any) -> dict[str, Any] | None:
    declared = register.fieldwork.checklist
    if declared is None:
        return None
    points = register_named(declared.register)
    rows = points.rows(user).order_by(*points.order)[:MOST_POINTS]
    by = f"{declared.by}_id" if declared.by else ""
    return {
        "title": str(declared.title),
        "by": declared.by,
        "points": [{"key": one.pk, "text": str(one), "of": str(getattr(one, by) or "") if by else ""} for one in rows],
    }


def as_typed(value: Any) -> str | bool:
    """A value as it stands in an input."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def values_of(register: Register, card: Any, user: Any) -> dict[str, str | bool]:
    form: Any = form_class(register, user, only=asked_names(register, user))(instance=card)
    return {name: as_typed(form[name].value()) for name in form.fields if name in register.facets}


def told_of(register: Register, card: Any, user: Any) -> dict[str, Any]:
    """A card as the device takes it along: what it is called, its version, its values and how they read."""
    values = values_of(register, card, user)
    place = getattr(card, register.fieldwork.place, None) if register.fieldwork.place else None
    return {
        "card": card.pk,
        "version": card.version,
        "label": register.label_of(card),
        "hint": register.subtitle_of(card),
        "values": values,
        "shown": {name: register.text_of(name, card) for name in values},
        "place": {"longitude": place.x, "latitude": place.y} if place is not None else None,
    }


def faults_of(register: Register, invalid: ValidationError) -> list[dict[str, Any]]:
    """By fields of the form; what no input of it could mend is told of the whole record."""
    if not hasattr(invalid, "error_dict"):
        return [fault(register, "", text, invalid.error_list[0].code or "") for text in invalid.messages]
    return [
        fault(register, name, text, one.code or "")
        for name, errors in invalid.error_dict.items()
        for one in errors
        for text in one.messages
    ]


def fault(register: Register, name: str, message: str, code: str = "") -> dict[str, Any]:
    declared = register.fieldwork
    facet = register.facets.get(name)
    if facet is None:
        return {"field": "", "message": message, "code": code}
    if name in (declared.place, declared.photo):
        return {"field": PHOTOS if name == declared.photo else PLACE, "message": message, "code": code}
    asked = name in declared.fields or facet.added is not None
    told = message if asked else f"{facet.label}: {message}"
    return {"field": name if asked else "", "message": told, "code": code, "label": facet.label}
