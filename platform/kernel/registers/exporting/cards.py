"""A card on paper, and labels that lead from a thing to its card."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import segno
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kernel.audit.sentences import history_of
from kernel.registers.exporting.lists import signed
from kernel.registers.exporting.typesetting import Output, typeset
from kernel.registers.facets import EMPTY
from kernel.registers.register import Register
from kernel.registers.views.cards import facts_of, panels_of
from kernel.tenancy import current_tenant

IN_HISTORY = 500


def card_paper(request: HttpRequest, register: Register, card: Any, *, history: bool) -> bytes:
    user: Any = request.user
    sections = [
        {"title": title, "facts": [[_head(facet), text or EMPTY] for facet, text, _url in lines]}
        for title, lines in facts_of(register, card, user, opened=False)
    ]
    panels = [
        {
            "title": panel["title"],
            "heads": [_head(facet) for facet in panel["columns"]],
            "rows": [[text or EMPTY for text in texts] for _url, texts in panel["rows"]],
            "more": _("Показано перші %(count)s; усі — в реєстрі.") % {"count": len(panel["rows"])}
            if panel["more"]
            else "",
        }
        for panel in panels_of(register, card, user)
        if panel.get("rows")
    ]
    tracked = history and getattr(register.model, "audited", None)
    told = history_of(card, limit=IN_HISTORY, untold=register.untold(user), reader=user) if tracked else []
    content = {
        **signed(user),
        "title": register.label_of(card),
        "register": register.name,
        "plate": plate_of(card),
        "archived": _("В архіві") if getattr(card, "archived_at", None) else "",
        "qr": code_of(address_of(request, register, card)),
        "sections": sections,
        "panels": panels,
        "history_title": _("Історія"),
        "history": [str(one) for one in told],
    }
    return typeset("card", content)


def _head(facet: Any) -> str:
    return f"{facet.label}, {facet.unit}" if facet.unit else facet.label


def plate_of(card: Any) -> str:
    """The number people call the card by, where it has one."""
    return str(getattr(card, "number", "") or getattr(card, "code", "") or "")


def address_of(request: HttpRequest, register: Register, card: Any) -> str:
    return request.build_absolute_uri(register.url("card", card.pk))


def code_of(address: str) -> str:
    """A QR code that is still read when a quarter of it is scratched or dirty."""
    drawn = io.BytesIO()
    segno.make_qr(address, error="q").save(drawn, kind="svg", border=2, scale=4)
    return drawn.getvalue().decode()


def label_paper(
    request: HttpRequest, register: Register, cards: Sequence[Any], *, single: bool = False, output: Output = "pdf"
) -> bytes:
    labels = [
        {
            "plate": plate_of(card),
            "title": register.label_of(card),
            "register": register.singular,
            "qr": code_of(address_of(request, register, card)),
        }
        for card in cards
    ]
    return typeset("labels", {"single": single, "labels": labels, "community": current_tenant().name}, output)
