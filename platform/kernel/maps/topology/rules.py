"""The rules a register declares of its shapes. Each is a few words and a piece of SQL; the database does the work.

A broken rule either stops the save (`refuses`) or asks for a reason, which is kept with the disorder it allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Half a metre of overlap along a border is the error of a survey, not a dispute.
SLIVER = 0.5
# The mark of a refusal that a reason would lift.
REASON_WANTED = "reason_wanted"


@dataclass(frozen=True, slots=True)
class TopologyRule:
    """`field` is a geometry of the register's own model."""

    field: str
    code: ClassVar[str] = ""
    title: ClassVar[str | Promise] = ""
    unit: ClassVar[str] = ""
    refuses: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """Tells it from other rules of the register."""
        return f"{self.code}-{self.field}"[:40]


@dataclass(frozen=True, slots=True)
class NoOverlap(TopologyRule):
    """No shape covers another of the same register, but for slivers of `tolerance` square metres."""

    tolerance: float = SLIVER
    code: ClassVar[str] = "overlap"
    title: ClassVar[str | Promise] = _("Накладка контурів")
    unit: ClassVar[str] = "м²"
    refuses: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class InsideCommunity(TopologyRule):
    """A shape lies within the boundary of the community, where one is known."""

    code: ClassVar[str] = "outside"
    title: ClassVar[str | Promise] = _("Поза межею громади")
    unit: ClassVar[str] = "м"


@dataclass(frozen=True, slots=True)
class SnapTo(TopologyRule):
    """A shape close to one of another register, and not touching it, is drawn past it: `within` metres are too near."""

    register: str = ""
    within: float = 1.0
    code: ClassVar[str] = "snap"
    title: ClassVar[str | Promise] = _("Не прилягає до сусіднього контуру")
    unit: ClassVar[str] = "м"
