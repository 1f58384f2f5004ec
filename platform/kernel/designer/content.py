"""A definition as one document: what a version keeps, what a neighbour is given, what is compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.designer.models import Definition, Kind, OwnField

FORMAT = "hromada-register/1"
_OF_REGISTER = ("title", "singular", "icon", "area", "numbering", "placed")
_OF_FIELD = (
    "code", "title", "kind", "required", "unique", "hint", "default", "unit", "decimals", "options", "points_to",
    "level", "public",
)  # fmt: skip


def content_of(definition: Definition) -> dict[str, Any]:
    """Without keys of rows: they mean nothing elsewhere."""
    fields = OwnField.objects.filter(definition=definition)
    return {
        "format": FORMAT,
        "register": definition.register,
        "own": definition.own,
        **{name: getattr(definition, name) for name in _OF_REGISTER},
        "fields": [
            {**{name: getattr(one, name) for name in _OF_FIELD}, "retired": one.retired_at is not None}
            for one in fields.order_by("position", "pk")
        ],
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a comparison: what it is about, how it was, how it is."""

    what: str
    was: str
    became: str


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    found = [
        Difference(told, _words(name, old.get(name)), _words(name, new.get(name)))
        for name, told in _names_of_register().items()
        if old.get(name, "") != new.get(name, "")
    ]
    before, after = (
        {one["code"]: one for one in given.get("fields", []) if not one.get("retired")} for given in (old, new)
    )
    for code, one in after.items():
        if code not in before:
            found.append(Difference(one["title"], "", _("нове поле, %(kind)s") % {"kind": _kind(one["kind"])}))
            continue
        for name, told in _names_of_field().items():
            was, became = before[code].get(name), one.get(name)
            if was != became:
                found.append(Difference(f"{one['title']}: {told}", _words(name, was), _words(name, became)))
    found += [
        Difference(one["title"], _kind(one["kind"]), _("поля немає"))
        for code, one in before.items()
        if code not in after
    ]
    kept = [code for code in before if code in after]
    if kept != [code for code in after if code in before]:
        found.append(Difference(_("Порядок полів"), *(", ".join(before[one]["title"] for one in order) for order in (
            kept, [code for code in after if code in before]))))  # fmt: skip
    return found


def _names_of_register() -> dict[str, str]:
    return {
        "title": _("назва"), "singular": _("один запис"), "icon": _("значок"), "area": _("область"),
        "numbering": _("нумерація"), "placed": _("на карті"),
    }  # fmt: skip


def _names_of_field() -> dict[str, str]:
    return {
        "title": _("назва"), "kind": _("вид"), "required": _("обовʼязкове"), "unique": _("без повторів"),
        "hint": _("підказка"), "default": _("типове значення"), "unit": _("одиниця"),
        "decimals": _("знаків після коми"), "options": _("варіанти"), "points_to": _("на який реєстр вказує"),
        "level": _("кому видно"), "public": _("на сторінці для мешканців"),
    }  # fmt: skip


def _kind(code: str) -> str:
    return str(Kind(code).label) if code in Kind.values else code


def _words(name: str, value: Any) -> str:
    if name == "kind":
        return _kind(str(value))
    if name == "level":
        return str(Level(value).label)
    if isinstance(value, bool):
        return _("так") if value else _("ні")
    if isinstance(value, list):
        return ", ".join(str(one[1]) for one in value)
    return str(value or "")
