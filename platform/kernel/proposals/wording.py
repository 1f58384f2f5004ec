"""Proposed values in words, beside what was and what is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from kernel.proposals.forms import raw_of
from kernel.proposals.models import Proposal
from kernel.registers.facets import Facet
from kernel.registers.register import Register


@dataclass(frozen=True, slots=True)
class Line:
    """`conflict`: since it was proposed, somebody has made the field something else again."""

    label: str
    before: str
    now: str
    proposed: str
    conflict: bool


def lines_of(proposal: Proposal, register: Register, card: Any | None, user: Any) -> list[Line]:
    names = [name for name in register.proposals if name in proposal.proposed]
    now = raw_of(register, card, names) if card is not None else {}
    found = []
    for name in names:
        facet = register.facets[name]
        if not register.may_see(name, user):
            continue
        given = proposal.proposed[name]
        was, present = proposal.before.get(name, ""), now.get(name, "")
        found.append(
            Line(
                facet.label,
                worded(facet, was),
                worded(facet, present),
                proposal.proposed.get(f"{name}__text") or worded(facet, given),
                card is not None and present not in (was, given),
            )
        )
    return found


def worded(facet: Facet, raw: str) -> str:
    if facet.choices:
        return facet.choices.get(raw, raw)
    if facet.kind == "boolean":
        return _("так") if raw in ("on", "True", "true", "1") else _("ні")
    if facet.kind == "date" and (day := _day(raw)):
        return day.strftime("%d.%m.%Y")
    if facet.reference and raw.isdecimal() and len(raw) < 19:
        card = facet.reference.model._default_manager.filter(pk=raw).first()
        return facet.reference.label_of(card) if card is not None else raw
    return raw


def _day(raw: str) -> Any:
    try:
        return parse_date(raw)
    except ValueError:
        return None
