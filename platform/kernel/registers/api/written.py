"""From a body of a request to a saved card: types first, then what this person may set, then the card's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import ValidationError as Mistyped

from kernel.registers.api.shapes import EXTRA, writable, written_model
from kernel.registers.facets import Facet
from kernel.registers.inputs import input_for
from kernel.registers.register import MASK, Register
from kernel.registers.saving import save_card

_SAID = {
    "missing": gettext_noop("Обовʼязкове поле. Додайте його."),
    "extra_forbidden": gettext_noop("Такого поля тут немає. Перевірте назву за /api/v1/openapi.json."),
    "string_type": gettext_noop("Тут має бути текст у лапках."),
    "string_too_long": gettext_noop("Задовгий текст: не більше %(max_length)s знаків."),
    "zero_byte": gettext_noop("У тексті є нульовий байт. Приберіть його."),
    "bool_type": gettext_noop("Тут має бути true або false."),
    "literal_error": gettext_noop("Такого варіанта немає. Можливі: %(expected)s."),
    "decimal_max_digits": gettext_noop("Забагато цифр: не більше %(max_digits)s."),
    "decimal_max_places": gettext_noop("Знаків після крапки — не більше %(decimal_places)s."),
    "greater_than_equal": gettext_noop("Замале число: не менше %(ge)s."),
    "less_than_equal": gettext_noop("Завелике число: не більше %(le)s."),
    "geojson": gettext_noop("Тут має бути GeoJSON (RFC 7946) потрібного виду: спершу довгота, потім широта."),
    "model_type": gettext_noop("Тут має бути обʼєкт JSON з полями картки."),
}
_SAID_BY_BEGINNING = {
    "date": gettext_noop("Тут має бути дата РРРР-ММ-ДД."),
    "datetime": gettext_noop("Тут має бути дата й час за ISO 8601, напр. 2026-03-01T09:30:00+02:00."),
    "int": gettext_noop("Тут має бути ціле число."),
    "float": gettext_noop("Тут має бути число."),
    "decimal": gettext_noop('Тут має бути число текстом, напр. "12.50".'),
    "finite": gettext_noop("Тут має бути число."),
    "uuid": gettext_noop("Тут має бути ключ UUID."),
}
_OTHER = gettext_noop("Значення не підходить. Перевірте опис поля за /api/v1/openapi.json.")


class NotJson(Exception):
    """The body is no JSON at all."""


class Unfit(Exception):
    """The body is understood and does not fit; the errors name fields as people call them."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors)
        self.errors = errors


class Taken(Exception):
    """Another request wrote the same in the very same moment."""


def fault(register: Register, name: str, message: str, code: str = "invalid") -> dict[str, Any]:
    facet = register.facets.get(name)
    named = f"{EXTRA}.{facet.added.code}" if facet and facet.added is not None else name
    found = {"field": named, "message": message, "code": code}
    return {**found, "label": facet.label} if facet else found


def read(register: Register, user: Any, body: bytes | str, *, partial: bool, card: Any = None) -> dict[str, Any]:
    """Values by names of fields: only those that were sent."""
    model = written_model(register, partial=partial)
    try:
        checked = model.model_validate_json(body)
    except Mistyped as mistyped:
        raise _explained(register, mistyped) from None
    except ValueError:
        raise NotJson from None
    names = {f"field_{position}": name for position, name in enumerate(writable(register))}
    values = {names[field]: getattr(checked, field) for field in checked.model_fields_set if field != EXTRA}
    allowed = register.written(user)
    strange = [name for name in values if name not in allowed]
    errors = [fault(register, name, _(_SAID["extra_forbidden"]), "extra_forbidden") for name in strange]
    for name in register.masked:
        if isinstance(values.get(name), str) and values[name].startswith(MASK[:3]):
            told = _("Це маска, а не значення. Надішліть справжнє значення або не надсилайте поля.")
            errors.append(fault(register, name, told, "mask"))
    for name, value in values.items():
        facet = register.facets[name]
        if name in allowed and value is not None and facet.field.is_relation:
            if card is not None and getattr(card, facet.field.attname) == value:
                # What it already points to may stay, even when it is out of this person's sight.
                continue
            found = _card_named(register, facet, value, user)
            if found is None:
                told = _("Такого запису немає або він не ваш. Перевірте ключ.")
                errors.append(fault(register, name, told, "reference"))
            values[name] = found
    values |= read_extra(register, user, getattr(checked, EXTRA), errors)
    if not partial:
        for name, facet in register.written(user).items():
            if facet.added is not None:
                values.setdefault(name, facet.field.get_default() if facet.field.has_default() else None)
    if errors:
        raise Unfit(errors)
    return values


def read_extra(
    register: Register, user: Any, given: dict[str, Any] | None, errors: list[dict[str, Any]]
) -> dict[str, Any]:
    """Values of the tenant's own fields, each read as its form would read it."""
    known = {facet.added.code: facet for facet in register.written(user).values() if facet.added is not None}
    found: dict[str, Any] = {}
    for code, value in (given or {}).items():
        facet = known.get(code)
        if facet is None:
            errors.append(
                {"field": f"{EXTRA}.{code[:60]}", "message": _(_SAID["extra_forbidden"]), "code": "extra_forbidden"}
            )
            continue
        try:
            found[facet.name] = facet.added.read(value, input_for(register, facet.name, user))
        except ValidationError as refused:
            errors += [
                {"field": f"{EXTRA}.{code}", "label": facet.label, "message": one, "code": "invalid"}
                for one in refused.messages
            ]
    return found


def _card_named(register: Register, facet: Facet, key: Any, user: Any) -> Any:
    """Out of the cards this person may point to; a file, out of those they uploaded themselves."""
    model: Any = facet.related_model or facet.field.related_model
    if facet.reference:
        rows = register.fits(facet.name, facet.reference.rows(user))
    elif facet.kind == "file":
        rows = model._default_manager.filter(uploaded_by=user, removed_at=None)
    else:
        rows = model._default_manager.complex_filter(facet.field.get_limit_choices_to())
    return rows.filter(**{facet.field.target_field.name: key}).first()


def _explained(register: Register, mistyped: Mistyped) -> Exception:
    errors = []
    for one in mistyped.errors(include_url=False):
        if one["type"] == "json_invalid":
            return NotJson()
        name = str(one["loc"][0]) if one["loc"] else ""
        errors.append(fault(register, name, _message(one), one["type"]))
    # A union of types complains once for each of them; the first says enough.
    first = {one["field"]: one for one in reversed(errors)}
    return Unfit(list(reversed(first.values())))


def _message(one: Any) -> str:
    kind: str = one["type"]
    given: Mapping[str, Any] = one.get("ctx", {})
    said = _SAID.get(kind) or _SAID_BY_BEGINNING.get(kind.partition("_")[0], _OTHER)
    try:
        return _(said) % given
    except KeyError:
        return _(_OTHER)


def emptied(register: Register, user: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """For a replacement: what was not sent becomes as it is on a new card, except what this person cannot see."""
    left = {}
    for name, facet in register.written(user).items():
        number = bool(register.numbering) and name == "number"
        if name not in values and facet.added is not None:
            left[name] = facet.field.get_default() if facet.field.has_default() else None
        elif name not in values and name not in register.masked and not number:
            left[name] = facet.field.get_default()
    return {**left, **values}


def put(
    request: HttpRequest, register: Register, card: Any, values: Mapping[str, Any], *, version: int | None, reason: str
) -> Any:
    """Set and save; whatever the card or the database refuses is told in terms of fields."""
    for name, value in values.items():
        if register.facets[name].added is not None:
            register.added.keeping.put(card, name, value)  # type: ignore[union-attr]
            continue
        field = register.facets[name].field
        is_key = field.is_relation and value is not None and not hasattr(value, "pk")
        setattr(card, field.attname if is_key else name, value)
    user: Any = request.user
    try:
        with transaction.atomic():
            return save_card(register, card, by=user, version=version, reason=reason)
    except ValidationError as invalid:
        raise Unfit(list(_faults(register, invalid))) from None
    except IntegrityError:
        raise Taken from None
    except DataError:
        raise Unfit([fault(register, "", _("Якесь зі значень завелике для свого поля. Зменште його."))]) from None


def _faults(register: Register, invalid: ValidationError) -> list[dict[str, Any]]:
    by_field = invalid.message_dict if hasattr(invalid, "error_dict") else {NON_FIELD_ERRORS: invalid.messages}
    return [
        fault(register, "" if name == NON_FIELD_ERRORS else name, text)
        for name, texts in by_field.items()
        for text in texts
    ]
