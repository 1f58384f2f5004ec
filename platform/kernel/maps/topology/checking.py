"""Rules between shapes at the moment a card is saved: stop, or let through with a reason that is kept."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.maps.models import Problem
from kernel.maps.topology.rules import REASON_WANTED, InsideCommunity, NoOverlap, SnapTo, TopologyRule
from kernel.maps.topology.searching import Found, broken_by
from kernel.operations import Who, name_of
from kernel.registers.register import Register
from kernel.registers.registry import register_named

Broken = list[tuple[TopologyRule, list[Found]]]


def check_shapes(register: Register, card: Any, *, reason: str = "", was: Any = None) -> Broken:
    """Before the card is written. Raises when a rule refuses, or asks for a reason and none is given.

    A shape left as it was is not asked again: whoever mends a phone number need not mend the map.
    """
    found: Broken = []
    errors: dict[str, list[ValidationError]] = {}
    liftable = True
    for rule in register.topology:
        shape = getattr(card, rule.field)
        if shape is None or (was is not None and _same(getattr(was, rule.field), shape)):
            continue
        broken = broken_by(register, rule, shape, card.pk)
        if not broken:
            continue
        if rule.refuses or not reason.strip():
            errors.setdefault(rule.field, []).append(_error(register, rule, broken))
            liftable = liftable and not rule.refuses
        else:
            found.append((rule, broken))
    if errors:
        refused = ValidationError(errors)  # type: ignore[arg-type]
        refused.code = REASON_WANTED if liftable else ""
        raise refused
    return found


def keep_broken(register: Register, card: Any, was: Any, found: Broken, *, by: Who, reason: str) -> None:
    """After the card is written: former disorder of its changed shapes goes, what was allowed stays with its reason."""
    changed = [
        rule.name for rule in register.topology
        if was is None or not _same(getattr(was, rule.field), getattr(card, rule.field))
    ]  # fmt: skip
    if not changed:
        return
    mine = Q(card=card.pk) | Q(other=card.pk, rule__startswith=NoOverlap.code)
    Problem.objects.filter(mine, register=register.label, rule__in=changed).delete()
    now = timezone.now()
    Problem.objects.bulk_create(
        Problem(
            register=register.label, rule=rule.name, card=card.pk, other=one.other, measure=one.measure,
            allowed_at=now, allowed_by=name_of(by), reason=reason.strip()[:500],
        )
        for rule, broken in found
        for one in broken
    )  # fmt: skip


def _same(one: Any, other: Any) -> bool:
    return (one is None and other is None) or (one is not None and other is not None and bool(one.equals_exact(other)))


def _error(register: Register, rule: TopologyRule, broken: list[Found]) -> ValidationError:
    if isinstance(rule, NoOverlap):
        worst = max(broken, key=lambda one: one.measure)
        text = _("Контур накладається на «%(card)s» (%(area)s м²). Виправте межу або контур сусіднього запису.") % {
            "card": _called(register, worst.other),
            "area": f"{worst.measure:,.1f}".replace(",", " ").replace(".", ","),
        }
    elif isinstance(rule, InsideCommunity):
        text = _(
            "Обʼєкт поза межею громади (%(metres)s м). Перевірте координати; якщо так і має бути, впишіть підставу."
        ) % {"metres": f"{broken[0].measure:,.0f}".replace(",", " ")}
    else:
        other = register_named(rule.register) if isinstance(rule, SnapTo) and rule.register else register
        text = _("Контур не прилягає до «%(card)s»: між ними %(metres)s м. Притягніть межу або впишіть підставу.") % {
            "card": _called(other, broken[0].other),
            "metres": f"{broken[0].measure:.2f}".replace(".", ","),
        }
    return ValidationError(text, code=rule.code)


def _called(register: Register, pk: int | None) -> str:
    card = register.queryset().filter(pk=pk).first()
    return register.label_of(card) if card is not None else _("інший запис")
