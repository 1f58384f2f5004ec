"""What the cards that exist say of a field: empty ones, doubles, options in use, views that name it."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from kernel.designer.known import key_of
from kernel.designer.models import Extra, OwnField
from kernel.designer.values import unique_text
from kernel.registers.models import SavedView
from kernel.registers.register import Register

EXAMPLES = 5


def filled(register: Register, field: OwnField) -> Any:
    return Extra.objects.filter(table_name=register.table, values__has_key=key_of(field.pk))


def living(register: Register) -> Any:
    return register.queryset().filter(archived_at=None) if register.archives else register.queryset()


def empties(register: Register, field: OwnField) -> tuple[int, list[str]]:
    """How many living cards have no value, and some of them."""
    without = living(register).exclude(pk__in=filled(register, field).values("row_id"))
    return without.count(), [register.label_of(card) for card in without.order_by("pk")[:EXAMPLES]]


def doubles(register: Register, field: OwnField) -> list[tuple[str, list[str]]]:
    """Values that several cards have, each with the cards."""
    by_value: dict[str, list[int]] = {}
    raws: dict[str, Any] = {}
    for row_id, values in filled(register, field).values_list("row_id", "values").iterator():
        raw = values[key_of(field.pk)]
        key = unique_text(raw)
        raws.setdefault(key, raw)
        by_value.setdefault(key, []).append(row_id)
    twice = [(key, pks) for key, pks in by_value.items() if len(pks) > 1][:EXAMPLES]
    cards = register.queryset().in_bulk([pk for _key, pks in twice for pk in pks[:EXAMPLES]])
    return [
        (str(raws[key]), [register.label_of(cards[pk]) for pk in pks[:EXAMPLES] if pk in cards]) for key, pks in twice
    ]


def in_use(register: Register, field: OwnField, codes: set[str]) -> dict[str, int]:
    """How many cards have each of these options."""
    found: dict[str, int] = {}
    for code in codes:
        count = Extra.objects.filter(table_name=register.table, values__contains={key_of(field.pk): code}).count()
        if count:
            found[code] = count
    return found


def views_naming(register: Register, field: OwnField) -> list[str]:
    name = f"x_{field.code}"
    found = SavedView.objects.filter(register=register.label).filter(
        Q(columns__contains=[name]) | Q(query__contains=name)
    )
    return [view.title for view in found[:EXAMPLES]]


def fill_unique(register: Register, field: OwnField) -> None:
    """Every value into the table that lets no second one in, by one statement."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM designer_uniquevalue WHERE field_id = %s", [field.pk])
        cursor.execute(
            "INSERT INTO designer_uniquevalue (field_id, value, row_id) SELECT %(pk)s, "
            "left(lower(btrim(regexp_replace(values ->> %(key)s, '\\s+', ' ', 'g'))), 500), row_id FROM designer_extra "
            "WHERE table_name = %(table)s AND values ? %(key)s",
            {"pk": field.pk, "key": key_of(field.pk), "table": register.table},
        )


def doubles_told(found: list[tuple[str, list[str]]]) -> str:
    told = "; ".join(f"«{value}»: {', '.join(names)}" for value, names in found)
    return _("Є повтори: %(doubles)s. Виправте їх у картках і повторіть.") % {"doubles": told}


def empties_told(count: int, names: list[str]) -> str:
    return _(
        "Без значення картки (%(count)s): %(names)s. Заповніть їх і повторіть або залиште поле необовʼязковим."
    ) % {
        "count": count,
        "names": ", ".join(names) + (" …" if count > len(names) else ""),
    }
