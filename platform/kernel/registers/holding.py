"""What keeps a card out of the archive: live cards that would be left pointing at what is no longer in the lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from kernel.modules.entitlement import is_enabled
from kernel.operations import Denied
from kernel.registers.declarations import Reason
from kernel.registers.registry import register_named, register_of, registers

if TYPE_CHECKING:
    from kernel.registers.register import Register


class Kept(Denied):
    """The card stays where it is; `reasons` say because of what, and where that can be changed."""

    def __init__(self, reasons: list[Reason]) -> None:
        told = "; ".join(map(str, reasons))
        super().__init__(
            _("До архіву не перенести, картку тримають: %(reasons)s. Спершу перенесіть або закрийте їх.")
            % {"reasons": told}
        )
        self.reasons = reasons


def held_by(register: Register, card: Any) -> list[Reason]:
    """One count for each register named in `kept_by`; rights do not enter: the link is for whoever has them."""
    return [
        reason
        for keeper in register.kept_by
        if (reason := _reason(register_named(keeper.register), keeper.by, card, keeper.where))
    ]


def held_elsewhere(register: Register, card: Any) -> list[Reason]:
    """Live cards of other modules, whichever they are: for what the whole house leans on."""
    found = []
    for other in registers():
        if other.module == register.module or register_of(other.model) is not other or not is_enabled(other.module):
            continue
        for field in other.model._meta.concrete_fields:
            if field.related_model is register.model and (reason := _reason(other, field.name, card, None)):
                found.append(reason)
    return found


def _reason(other: Register, by: str, card: Any, where: Q | None) -> Reason | None:
    pointing = other.model._default_manager.filter(where or Q(), **{by: card.pk})
    count = (pointing.filter(archived_at__isnull=True) if other.archives else pointing).count()
    if not count:
        return None
    text = _("%(register)s — %(count)s") % {"register": other.name, "count": count}
    return Reason(text, f"{other.url()}?{by}={card.pk}" if by in other.filters else other.url())
