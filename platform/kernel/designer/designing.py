"""The verbs of the designer: each is one transaction, one new version, and refuses whoever is late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.designer import facts
from kernel.designer.content import content_of
from kernel.designer.known import drop, forget
from kernel.designer.models import Definition, DefinitionVersion, OwnField
from kernel.designer.rules import check_field, code_for, code_told, refuse_too_many, title_told
from kernel.operations import Denied, Who, operation
from kernel.registers.register import Register
from kernel.registers.registry import UnknownRegister, register_named

SETTABLE = (
    "title", "kind", "required", "unique", "hint", "default", "unit", "decimals", "options", "points_to", "level",
    "public",
)  # fmt: skip


class Late(Denied):
    """Somebody else changed the definition in the meantime."""


def verb[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """An operation of the designer; what was remembered of definitions on the way to a refusal is forgotten with it."""
    done = operation("designer", Level.MANAGE)(function)

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return done(*args, **kwargs)
        except BaseException:
            drop()
            raise

    return run


def register_or_404(label: str) -> Register:
    try:
        register: Register = register_named(label)
    except UnknownRegister:
        raise Http404 from None
    return register


def begun(label: str, version: int | None = None) -> Definition:
    """The definition, held until the end; refused when it is not the one the person saw."""
    definition, _made = Definition.objects.get_or_create(register=label)
    held = Definition.objects.select_for_update().get(pk=definition.pk)
    if version is not None and held.version != version:
        raise Late(
            _(
                "Опис тим часом змінив хтось інший. Перегляньте, яким він став, і повторіть свою зміну, якщо вона ще потрібна."
            )
        )
    return held


def finish(definition: Definition, note: str, by: Who) -> Definition:
    """The next version, with all of its content kept."""
    definition.version += 1
    definition.save()
    DefinitionVersion.objects.create(
        definition=definition, number=definition.version, content=content_of(definition), note=note[:200],
        made_by=by if isinstance(by, User) else None,
    )  # fmt: skip
    forget()
    return definition


def first_version(definition: Definition, by: Who) -> None:
    """What there was before the first change, so that it can be undone too."""
    if not DefinitionVersion.objects.filter(definition=definition).exists():
        DefinitionVersion.objects.create(
            definition=definition, number=definition.version, content=content_of(definition), note="",
            made_by=by if isinstance(by, User) else None,
        )  # fmt: skip


@verb
def add_field(label: str, values: Mapping[str, Any], *, by: Who, version: int | None = None) -> OwnField:
    register, definition = register_or_404(label), begun(label, version)
    first_version(definition, by)
    refuse_too_many(definition)
    last = OwnField.objects.filter(definition=definition).order_by("-position").values_list("position", flat=True)[:1]
    field = OwnField(definition=definition, position=(last[0] if last else 0) + 1)
    _set(field, values)
    taken = OwnField.objects.filter(definition=definition).values_list("code", flat=True)
    given = str(values.get("code", "")).strip()
    try:
        field.code = code_told(register, given) if given else code_for(field.title, {*taken, *register.declared_facets})
    except ValidationError as refused:
        raise ValidationError({"code": refused.messages}) from None
    _save(register, field, None)
    finish(definition, _("Додано поле «%(field)s»") % {"field": field.title}, by)
    return field


@verb
def change_field(label: str, pk: int, values: Mapping[str, Any], *, by: Who, version: int | None = None) -> OwnField:
    """Everything but the kind and the code: a kind is changed by a trial of its own."""
    register, definition = register_or_404(label), begun(label, version)
    field = field_or_404(definition, pk)
    was = OwnField.objects.get(pk=pk)
    _set(field, {name: value for name, value in values.items() if name not in ("kind", "points_to")})
    _save(register, field, was)
    finish(definition, _("Змінено поле «%(field)s»") % {"field": field.title}, by)
    return field


def field_or_404(definition: Definition, pk: int) -> OwnField:
    found = OwnField.objects.filter(definition=definition, pk=pk).first()
    if found is None:
        raise Http404
    return found


def _set(field: OwnField, values: Mapping[str, Any]) -> None:
    for name in SETTABLE:
        if name in values:
            setattr(field, name, values[name])
    try:
        field.title = title_told(field.title)
    except ValidationError as refused:
        raise ValidationError({"title": refused.messages}) from None
    for name in ("hint", "default", "unit"):
        setattr(field, name, " ".join(str(getattr(field, name)).replace("\x00", "").split()))


def _save(register: Register, field: OwnField, was: OwnField | None) -> None:
    check_field(field, register)
    _ask_cards(register, field, was)
    field.full_clean()
    field.save()
    if field.unique and not (was and was.unique):
        facts.fill_unique(register, field)


def _ask_cards(register: Register, field: OwnField, was: OwnField | None) -> None:
    """What the cards that exist have against it."""
    if was is None:
        return
    if field.unique and not was.unique and (found := facts.doubles(register, field)):
        raise ValidationError({"unique": facts.doubles_told(found)})
    if field.required and not was.required:
        count, names = facts.empties(register, field)
        if count:
            raise ValidationError({"required": facts.empties_told(count, names)})
    gone = {str(code) for code, _words in was.options} - {str(code) for code, _words in field.options}
    if gone and (used := facts.in_use(register, field, gone)):
        words = {str(code): str(told) for code, told in was.options}
        told = ", ".join(f"«{words[code]}» ({count})" for code, count in used.items())
        raise ValidationError(
            {"options": _("Варіанти, які ви прибрали, ще мають картки: %(used)s. Змініть картки або залиште варіанти.")
             % {"used": told}}
        )  # fmt: skip


@verb
def retire_field(label: str, pk: int, *, by: Who, version: int | None = None, anyway: bool = False) -> OwnField:
    """Off every face; its values stay where they are."""
    register, definition = register_or_404(label), begun(label, version)
    field = field_or_404(definition, pk)
    if field.retired_at is None:
        views = facts.views_naming(register, field)
        if views and not anyway:
            raise Denied(
                _("Поле є у збережених виглядах: %(views)s. Приберіть його звідти або підтвердьте вилучення: вигляди "
                  "лишаться без цієї умови та стовпця.") % {"views": ", ".join(f"«{one}»" for one in views)}
            )  # fmt: skip
        field.retired_at = timezone.now()
        field.save(update_fields=["retired_at"])
        finish(definition, _("Вилучено поле «%(field)s»") % {"field": field.title}, by)
    return field


@verb
def restore_field(label: str, pk: int, *, by: Who, version: int | None = None) -> OwnField:
    """Back on every face, with the values it had; it comes back as not required, for cards made since have none."""
    register, definition = register_or_404(label), begun(label, version)
    field = field_or_404(definition, pk)
    if field.retired_at is not None:
        refuse_too_many(definition)
        field.retired_at = None
        if field.required and facts.empties(register, field)[0]:
            field.required = False
        check_field(field, register)
        field.full_clean()
        field.save()
        finish(definition, _("Повернуто поле «%(field)s»") % {"field": field.title}, by)
    return field


@verb
def order_fields(label: str, order: list[int], *, by: Who, version: int | None = None) -> None:
    """Fields in this order; those that are not named come after."""
    definition = begun(label, version)
    fields = {one.pk: one for one in OwnField.objects.filter(definition=definition)}
    named = [fields[pk] for pk in dict.fromkeys(order) if pk in fields]
    rest = [one for one in fields.values() if one not in named]
    for position, one in enumerate([*named, *rest], start=1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])
    finish(definition, _("Змінено порядок полів"), by)
