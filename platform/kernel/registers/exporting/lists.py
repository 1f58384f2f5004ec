"""A list on paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.registers.exporting.rows import Columns
from kernel.registers.exporting.selection import Selection
from kernel.registers.exporting.typesetting import typeset
from kernel.registers.facets import EMPTY, Facet
from kernel.tenancy import current_tenant

MANY_COLUMNS = 5
NARROW = frozenset({"date", "moment", "integer", "decimal", "money", "boolean"})


def write_list(selection: Selection, portions: Iterable[Columns], file: BinaryIO) -> None:
    facets = selection.facets
    told: list[Any] = []
    for columns in portions:
        cells = [[_cell(facet, value) for value in column] for facet, column in zip(facets, columns, strict=True)]
        told += zip(*cells, strict=True)
    content = {
        **signed(selection.user),
        "title": selection.title,
        "conditions": _conditions(selection),
        "wide": len(facets) > MANY_COLUMNS,
        "heads": selection.heads,
        "widths": [_share(facet) for facet in facets],
        "figures": [facet.is_figure for facet in facets],
        "rows": told,
        "nothing": "" if told else _("За цими умовами нічого немає."),
    }
    file.write(typeset("list", content))


def signed(user: Any) -> dict[str, str]:
    """Whose paper it is, who made it and when."""
    moment = timezone.localtime().strftime("%d.%m.%Y %H:%M")
    return {
        "community": current_tenant().name,
        "who": user.full_name,
        "made": _("Сформовано %(moment)s · %(who)s") % {"moment": moment, "who": user.full_name},
        "of": _("із"),
    }


def _cell(facet: Facet, value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%d.%m.%Y %H:%M")
    text = value if isinstance(value, str) else facet.words(value)
    return text.replace("\x00", "") or EMPTY


def _share(facet: Facet) -> int:
    """Figures and days take what they need; texts share the rest."""
    if facet.kind in NARROW:
        return 0
    return 3 if facet.kind == "long_text" or (facet.max_length or 0) > 60 else 2


def _conditions(selection: Selection) -> list[str]:
    listing = selection.listing
    _counted = listing.rows
    lines = [f"{chip.label}: {chip.value}" for chip in listing.chips]
    if listing.text:
        lines.insert(0, _("Пошук: «%(text)s»") % {"text": listing.text})
    if listing.archived:
        lines.append(_("Записи з архіву"))
    if selection.chosen:
        lines.append(_("Вибрані записи: %(count)s") % {"count": listing.count_text})
    else:
        lines.append(_("Усього записів: %(count)s") % {"count": listing.count_text})
    return lines
