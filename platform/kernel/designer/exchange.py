"""A definition given to another tenant: read with suspicion, matched field by field, adopted in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kernel.designer.content import FORMAT, Difference, content_of, differences
from kernel.designer.designing import add_field, change_field, verb
from kernel.designer.models import Definition, Kind, OwnField
from kernel.designer.own import LABEL
from kernel.designer.registering import make_register
from kernel.designer.rules import MOST_FIELDS, MOST_OPTIONS
from kernel.modules.manifest import Area
from kernel.operations import Who
from kernel.registers.registry import UnknownRegister, register_named

LARGEST = 512 * 1024
NEW, SKIP = "+", ""
_TEXTS = {"code": 40, "title": 80, "hint": 200, "default": 200, "unit": 20, "points_to": 120}


def package_of(definition: Definition) -> str:
    return json.dumps(content_of(definition), ensure_ascii=False, indent=1)


def read_package(text: str) -> dict[str, Any]:
    """The document, of the shape the rest relies on; anything else is refused with words."""
    if len(text.encode()) > LARGEST:
        raise ValidationError(_("Файл завеликий: опис реєстру не буває більшим за 512 кБ."))
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise ValidationError(
            _("Це не опис реєстру: файл не читається як JSON. Візьміть файл, який дала інша громада.")
        ) from None
    if not isinstance(given, dict) or given.get("format") != FORMAT or not isinstance(given.get("fields"), list):
        raise ValidationError(_("Це не опис реєстру або він іншої версії. Попросіть вивантажити його ще раз."))
    if len(given["fields"]) > MOST_FIELDS * 2:
        raise ValidationError(_("В описі забагато полів: не більше %(most)s.") % {"most": MOST_FIELDS})
    fields = [_field(one) for one in given["fields"]]
    if len({one["code"] for one in fields}) < len(fields):
        raise ValidationError(_("В описі двічі той самий код поля. Попросіть вивантажити його ще раз."))
    return {
        "format": FORMAT,
        "register": _text(given, "register", 120),
        "own": given.get("own") is True,
        "title": _text(given, "title", 80),
        "singular": _text(given, "singular", 80),
        "icon": _text(given, "icon", 40),
        "area": given.get("area") if given.get("area") in Area.values else "",
        "numbering": _text(given, "numbering", 40),
        "placed": given.get("placed") is True,
        "fields": fields,
    }


def _text(given: Mapping[str, Any], name: str, most: int) -> str:
    value = given.get(name, "")
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        raise ValidationError(_("В описі хибне «%(name)s». Попросіть вивантажити його ще раз.") % {"name": name})
    return value


def _field(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or given.get("kind") not in Kind.values:
        raise ValidationError(_("В описі є поле невідомого виду. Оновіть систему або попросіть інший опис."))
    options = given.get("options", [])
    fits = isinstance(options, list) and len(options) <= MOST_OPTIONS
    if not fits or not all(
        isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one) for one in options
    ):
        raise ValidationError(_("В описі хибні варіанти вибору. Попросіть вивантажити його ще раз."))
    level, decimals = given.get("level", 1), given.get("decimals", 0)
    return {
        **{name: _text(given, name, most) for name, most in _TEXTS.items()},
        "kind": given["kind"],
        **{name: given.get(name) is True for name in ("required", "unique", "public", "retired")},
        "level": level if level in (1, 2, 3) else 1,
        "decimals": decimals if isinstance(decimals, int) and 0 <= decimals <= 6 else 0,
        "options": [[one[0][:40], one[1][:120]] for one in options],
    }


def offered(content: dict[str, Any], label: str = "") -> list[dict[str, Any]]:
    """What may be done with each field that comes: the likely match is chosen, by code and then by title."""
    here = list(OwnField.objects.filter(definition__register=label, retired_at=None)) if label else []
    found = []
    for one in content["fields"]:
        if one["retired"]:
            continue
        alike = [field for field in here if field.kind == one["kind"]]
        match = next((field for field in alike if field.code == one["code"]), None) or next(
            (field for field in alike if field.title.casefold() == one["title"].casefold()), None
        )
        found.append(
            {
                "field": one,
                "kind": Kind(one["kind"]).label,
                "matches": alike,
                "chosen": match.code if match else NEW,
                "options": _options(one, match),
                "known": _is_known(one["points_to"]) if one["kind"] == Kind.REFERENCE else True,
            }
        )
    return found


def _options(one: dict[str, Any], match: OwnField | None) -> list[tuple[str, str, str]]:
    """(code, words, the option of ours it becomes)."""
    ours = {str(words).casefold(): str(code) for code, words in match.options} if match else {}
    return [(code, words, ours.get(words.casefold(), "")) for code, words in one["options"]]


def _is_known(label: str) -> bool:
    try:
        register_named(label)
    except UnknownRegister:
        return False
    return True


def preview(content: dict[str, Any], label: str = "") -> list[Difference]:
    """How the definition here would change."""
    here = Definition.objects.filter(register=label).first() if label else None
    return differences(content_of(here), content) if here else []


@verb
def adopt(
    content: dict[str, Any],
    *,
    by: Who,
    label: str = "",
    fields: Mapping[str, str] | None = None,
    references: Mapping[str, str] | None = None,
    options: Mapping[str, Mapping[str, str]] | None = None,
) -> Definition:
    """Without `label` a register of one's own is made. `fields`: code there → code here, «+» for a new one, «» to leave it.

    `references`: field → register here. `options`: field → {code there → code here}; those not named are added.
    """
    fields, references, options = fields or {}, references or {}, options or {}
    if not label:
        if not content["own"]:
            raise ValidationError(_("Це поля вбудованого реєстру. Оберіть, якому реєстру їх додати."))
        label = make_register(content, by=by).register
    incoming = [one for one in content["fields"] if not one["retired"] and fields.get(one["code"], NEW) != SKIP]
    came_from, made_label = content["register"], label
    for one in incoming:
        target = fields.get(one["code"], NEW)
        values = {
            name: one[name]
            for name in ("title", "required", "unique", "hint", "default", "unit", "decimals", "level", "public")
        }
        if one["kind"] == Kind.REFERENCE:
            points_to = references.get(one["code"], one["points_to"])
            values["points_to"] = made_label if points_to == came_from and came_from.startswith(LABEL) else points_to
            if not _is_known(values["points_to"]):
                raise ValidationError(
                    _(
                        "Поле «%(field)s» вказує на реєстр «%(register)s», якого тут немає. Оберіть свій або не беріть поля."
                    )
                    % {"field": one["title"], "register": one["points_to"]}
                )
        if target == NEW:
            add_field(
                label,
                {**values, "kind": one["kind"], "code": _free(label, one["code"]), "options": one["options"]},
                by=by,
            )
        else:
            _into(label, target, one, options.get(one["code"], {}), values, by)
    return Definition.objects.get(register=label)


def _free(label: str, code: str) -> str:
    """The same code where it is free; otherwise one is made of the title."""
    return "" if OwnField.objects.filter(definition__register=label, code=code).exists() else code


def _into(
    label: str, code: str, one: dict[str, Any], mapped: Mapping[str, str], values: dict[str, Any], by: Who
) -> None:
    """A field that is already here takes what is missing: options that have no match, a hint; nothing it has is lost."""
    field = OwnField.objects.filter(definition__register=label, code=code, retired_at=None).first()
    if field is None or field.kind != one["kind"]:
        raise ValidationError(
            _("Поля «%(code)s» такого виду тут немає. Оберіть інше або додайте нове.") % {"code": code}
        )
    taken = {str(had[0]) for had in field.options}
    ours = {str(words).casefold() for _code, words in field.options}
    added = [
        [new if new not in taken else f"{new}_2", words]
        for new, words in one["options"]
        if not mapped.get(new) and words.casefold() not in ours
    ]
    change_field(label, field.pk, {"hint": field.hint or values["hint"], "options": [*field.options, *added]}, by=by)
