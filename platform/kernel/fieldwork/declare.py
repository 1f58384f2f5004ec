"""What a register says to be filled in where there is no network: `fieldwork = FieldForm("defect", place="location")`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
BROKEN = _("Що порушено")


@dataclass(frozen=True, slots=True)
class Checklist:
    """Points to look at: cards of `register`, those that point by `by` to what the form's own field `by` names.

    `record(card, broken, *, by)` keeps them once the card is written: `broken` are the points that were marked.
    """

    register: str
    record: Callable[..., Any]
    by: str = ""
    title: Text = BROKEN


@dataclass(frozen=True, slots=True, init=False)
class FieldForm:
    """`fields` are asked for in this order; the device itself fills in `place`, `photo` and `day`.

    With `takes`, cards may be taken along and changed; `needs_photo` lets no new card without one.
    """

    fields: tuple[str, ...]
    place: str
    photo: str
    day: str
    checklist: Checklist | None
    needs_photo: bool
    takes: bool
    title: Text

    def __init__(
        self,
        *fields: str,
        place: str = "",
        photo: str = "",
        day: str = "",
        checklist: Checklist | None = None,
        needs_photo: bool = False,
        takes: bool = False,
        title: Text = "",
    ) -> None:
        given = {
            "fields": fields, "place": place, "photo": photo, "day": day, "checklist": checklist,
            "needs_photo": needs_photo, "takes": takes, "title": title,
        }  # fmt: skip
        for name, value in given.items():
            object.__setattr__(self, name, value)

    @property
    def filled(self) -> tuple[str, ...]:
        """Everything a record may write into the card."""
        return (*self.fields, *filter(None, (self.place, self.photo, self.day)))
