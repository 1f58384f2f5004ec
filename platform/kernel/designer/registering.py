"""Registers of a tenant's own: made, changed, retired; and any definition taken a version back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.designer import facts
from kernel.designer.designing import begun, finish, first_version, register_or_404, verb
from kernel.designer.known import forget
from kernel.designer.models import Definition, OwnField
from kernel.designer.own import LABEL
from kernel.designer.rules import check_field, code_for, title_told
from kernel.operations import Denied, Who

MOST_REGISTERS = 100
SETTABLE = ("title", "singular", "icon", "area", "numbering", "placed")
# A template of numbers goes to str.format: nothing but these may stand in it.
_NUMBERING = re.compile(r"^[^{}]*\{number(?::0\d{1,2})?\}[^{}]*$")


def check_register(definition: Definition) -> None:
    wrong: dict[str, Any] = {}
    for name in ("title", "singular"):
        try:
            if name == "title" or definition.singular:
                setattr(definition, name, title_told(getattr(definition, name)))
        except ValidationError as refused:
            wrong[name] = refused.messages
    if not definition.area:
        wrong["area"] = [_("Оберіть область: за нею реєстр знайдуть у меню і в правах.")]
    bare = definition.numbering.replace("{year}", "")
    if definition.numbering and not _NUMBERING.match(bare):
        wrong["numbering"] = [
            _("Номер — це текст із {number}, напр. МАФ-{number:04} або {number}/{year}. Виправте зразок.")
        ]
    if wrong:
        raise ValidationError(wrong)


@verb
def make_register(values: Mapping[str, Any], *, by: Who) -> Definition:
    if Definition.objects.filter(own=True, retired_at=None).count() >= MOST_REGISTERS:
        raise Denied(_("Власних реєстрів уже %(most)s. Вилучіть той, яким не користуються.") % {"most": MOST_REGISTERS})
    definition = Definition(own=True, version=0, **{name: values[name] for name in SETTABLE if name in values})
    check_register(definition)
    taken = [one.removeprefix(LABEL).replace("-", "_") for one in Definition.objects.values_list("register", flat=True)]
    definition.register = LABEL + code_for(definition.title, taken).replace("_", "-")
    definition.full_clean()
    definition.save()
    return finish(definition, _("Створено реєстр"), by)


@verb
def change_register(label: str, values: Mapping[str, Any], *, by: Who, version: int | None = None) -> Definition:
    definition = begun(label, version)
    if not definition.own:
        raise Denied(_("Вбудованому реєстру можна додати поля, а назва й область у нього свої."))
    first_version(definition, by)
    for name in SETTABLE:
        if name in values:
            setattr(definition, name, values[name])
    check_register(definition)
    definition.full_clean()
    return finish(definition, _("Змінено реєстр"), by)


@verb
def retire_register(label: str, *, by: Who, version: int | None = None, reason: str = "") -> Definition:
    """Out of menus, search and addresses; its cards and its definition stay."""
    definition = begun(label, version)
    if not definition.own:
        raise Denied(_("Вбудований реєстр вимикають разом із його модулем."))
    pointing = OwnField.objects.filter(points_to=label, retired_at=None, definition__retired_at=None).exclude(
        definition=definition
    )
    if pointing.exists():
        names = ", ".join(f"«{one.title}»" for one in pointing[: facts.EXAMPLES])
        raise Denied(_("На реєстр указують поля: %(fields)s. Спершу вилучіть їх.") % {"fields": names})
    definition.retired_at = timezone.now()
    return finish(definition, _("Вилучено реєстр"), by)


@verb
def bring_register_back(label: str, *, by: Who) -> Definition:
    definition = begun(label)
    definition.retired_at = None
    definition.full_clean()
    return finish(definition, _("Повернуто реєстр"), by)


@verb
def go_back(label: str, number: int, *, by: Who, version: int | None = None) -> Definition:
    """The definition as it was in that version. Values are never touched: a field that was not there is retired."""
    definition = begun(label, version)
    wanted = definition.versions.filter(number=number).first()
    if wanted is None:
        raise Denied(_("Такої версії немає. Оберіть із переліку версій."))
    content = wanted.content
    if definition.own:
        for name in SETTABLE:
            setattr(definition, name, content.get(name, getattr(definition, name)))
        definition.full_clean()
        definition.save()
        forget()
    then = {one["code"]: (position, one) for position, one in enumerate(content["fields"], start=1)}
    fields = list(OwnField.objects.filter(definition=definition))
    # What leaves goes first: titles are given to one field at a time.
    for field in fields:
        if field.code not in then and field.retired_at is None:
            field.retired_at = timezone.now()
            field.save(update_fields=["retired_at"])
    for field in fields:
        if field.code in then:
            _as_it_was(label, field, *then[field.code])
    return finish(definition, _("Повернуто версію %(number)s") % {"number": number}, by)


def _as_it_was(label: str, field: OwnField, position: int, then: dict[str, Any]) -> None:
    if field.kind != then["kind"] or field.points_to != then["points_to"]:
        raise Denied(
            _("Вид поля «%(field)s» відтоді змінено. Спершу поверніть вид, а тоді версію.") % {"field": field.title}
        )
    register, was = register_or_404(label), OwnField.objects.get(pk=field.pk)
    for name in ("title", "hint", "default", "unit", "decimals", "level", "public"):
        setattr(field, name, then[name])
    codes = {str(one[0]) for one in then["options"]}
    # Options in use since stay, or the cards would hold what nobody can read.
    field.options = [*then["options"], *(one for one in was.options if str(one[0]) not in codes)]
    field.position = position
    field.retired_at = (field.retired_at or timezone.now()) if then["retired"] else None
    field.unique = then["unique"] and (was.unique or not facts.doubles(register, field))
    field.required = then["required"] and (was.required or not facts.empties(register, field)[0])
    check_field(field, register)
    field.full_clean()
    field.save()
    if field.unique and not was.unique:
        facts.fill_unique(register, field)
