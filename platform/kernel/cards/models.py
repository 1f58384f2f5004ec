"""What every object of a register has: who made it, which version it is, when it left the lists."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited
from kernel.search.text import search_index


class Card(models.Model):
    """Declare `sought = SearchText(…)` beside the fields: a card that cannot be found is not a card."""

    version = models.PositiveIntegerField(_("версія"), default=1, editable=False)
    created_at = models.DateTimeField(_("додано"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("хто додав"),
    )  # fmt: skip
    updated_at = models.DateTimeField(_("змінено"), default=timezone.now, editable=False)
    archived_at = models.DateTimeField(_("в архіві з"), null=True, blank=True, editable=False)

    # Folded text and versions follow from the rest; a history of them would only repeat it.
    audited: ClassVar[Any] = Audited(exclude=("sought", "version", "updated_at"))
    record_rules: ClassVar[dict[str, str]] = {"own": "created_by_id"}

    class Meta:
        abstract = True
        indexes = [search_index()]

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Counter(models.Model):
    """The last number given in a series."""

    series = models.CharField(_("ряд"), max_length=80, unique=True)
    last = models.PositiveBigIntegerField(_("останній номер"), default=0)

    class Meta:
        verbose_name = _("лічильник номерів")
        verbose_name_plural = _("лічильники номерів")
        constraints = [models.CheckConstraint(condition=Q(last__gte=0), name="counter_not_negative")]

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"
