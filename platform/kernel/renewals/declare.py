"""`renewals = (Renewal("valid_to", duty=_("Продовжити договір"), to="responsible"),)` on a register."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Renewal:
    """A task is made so many `days` before the date; at each later stage it is reminded of, or made anew.

    `to` is a field of the card that names a person, or the code of a role; `role` takes over where the field is
    empty. With neither, it is a duty of whoever made the card. `where` says which cards have a term at all.
    """

    field: str
    duty: str | Promise
    to: str = ""
    role: str = ""
    days: tuple[int, ...] = (60, 30, 7)
    where: Q | None = None

    @property
    def stages(self) -> tuple[int, ...]:
        """From the earliest; the day itself is always one."""
        return tuple(sorted({*self.days, 0}, reverse=True))
