"""Figures on paper: the table with the map over it, as PDF for printing or PNG for a slide."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, cast

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.registers.exporting.typesetting import typeset
from shared_apps.console.outlines import RegionMap
from shared_apps.console.sheets import as_svg, attached
from ui.numerals import written

LAYOUTS = Path(__file__).parent / "papers"
KINDS = {"pdf": "application/pdf", "png": "image/png"}
DRAWN = tuple(KINDS)
# A picture is one sheet as tall as its table; longer tables go as PDF, sheet after sheet.
MOST_IN_PICTURE = 80


def paper(
    name: str,
    kind: str,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Any]],
    conditions: Sequence[str] = (),
    region: RegionMap | None = None,
) -> HttpResponse:
    shown = rows[:MOST_IN_PICTURE] if kind == "png" else rows
    more = _("І ще рядків: %(count)s.") % {"count": len(rows) - len(shown)} if len(rows) > len(shown) else ""
    content = {
        "title": title,
        "conditions": list(conditions),
        "heads": list(heads),
        "figures": [any(isinstance(row[at], Decimal) for row in rows) for at in range(len(heads))],
        "rows": [[_words(cell) for cell in row] for row in shown],
        "wide": len(heads) > 6,
        "single": kind == "png",
        "map": as_svg(title, region.shapes, region.box) if region else "",
        "more": more,
        "made": _("Склала хмара громад %(when)s") % {"when": timezone.localtime().strftime("%d.%m.%Y %H:%M")},
        "of": _("з"),
    }
    body = typeset("figures", content, cast(Literal["pdf", "png"], kind), LAYOUTS)
    return attached(body, KINDS[kind], name, kind)


def _words(cell: Any) -> str:
    return "—" if cell is None else written(cell)
