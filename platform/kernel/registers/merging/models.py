"""Merges that can be undone, and pairs of cards that look like one thing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited


class Merge(models.Model):
    """`moved` remembers every row that pointed elsewhere, `chosen` every value that changed: so it is taken back."""

    register = models.CharField(_("реєстр"), max_length=120)
    kept_id = models.BigIntegerField(_("залишено"))
    dropped_id = models.BigIntegerField(_("влито"))
    shown = models.CharField(_("обʼєднання"), max_length=1300)
    moved = models.JSONField(_("що перенесено"), default=dict)
    # JSON as text, for a training copy to be able to blank it.
    chosen = models.TextField(_("що взято з влитої"), blank=True)
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("частина обʼєднання")
    )
    reason = models.CharField(_("підстава"), max_length=500)
    made_by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("хто обʼєднав")
    )
    made_at = models.DateTimeField(_("коли"), default=timezone.now)
    undone_at = models.DateTimeField(_("скасовано"), null=True, blank=True)

    audited = Audited(exclude=("moved", "chosen"))
    personal_data: ClassVar[dict[str, str]] = {"shown": "text", "chosen": "blank", "reason": "text"}

    class Meta:
        verbose_name = _("обʼєднання карток")
        verbose_name_plural = _("обʼєднання карток")
        ordering = ("-made_at", "-id")
        indexes = [models.Index(fields=["register", "-made_at"], name="merge_of_register")]
        constraints = [
            models.CheckConstraint(condition=~Q(kept_id=F("dropped_id")), name="card_merge_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="card_merge_has_reason"),
            # A card is in one other at a time.
            models.UniqueConstraint(
                fields=["register", "dropped_id"], condition=Q(undone_at__isnull=True), name="card_merged_once"
            ),
        ]

    def __str__(self) -> str:
        return self.shown


class Likely(models.Model):
    """A pair that looks like one thing; `dismissed_at` when a person has said that they are two."""

    class Why(models.TextChoices):
        SAME = "same", _("однакові ознаки")
        ALIKE = "alike", _("схожі назви")
        NEAR = "near", _("поруч на мапі")

    register = models.CharField(_("реєстр"), max_length=120)
    one_id = models.BigIntegerField(_("картка"))
    other_id = models.BigIntegerField(_("друга картка"))
    why = models.CharField(_("чому"), max_length=5, choices=Why)
    likeness = models.FloatField(_("схожість"), default=1)
    found_at = models.DateTimeField(_("знайдено"), default=timezone.now)
    dismissed_at = models.DateTimeField(_("це різні, з"), null=True, blank=True)
    dismissed_by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("хто сказав, що різні")
    )

    class Meta:
        verbose_name = _("ймовірні двійники")
        verbose_name_plural = _("ймовірні двійники")
        ordering = ("-likeness", "one_id", "other_id")
        indexes = [
            models.Index(
                fields=["register", "-likeness", "one_id", "other_id"],
                condition=Q(dismissed_at__isnull=True),
                name="likely_in_order",
            ),
            models.Index(fields=["register", "other_id"], name="likely_other"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["register", "one_id", "other_id"], name="likely_once"),
            models.CheckConstraint(condition=Q(one_id__lt=F("other_id")), name="likely_in_one_order"),
        ]

    def __str__(self) -> str:
        return f"{self.register}: {self.one_id}, {self.other_id}"


class Search(models.Model):
    """When the doubles of a register were last looked for."""

    register = models.CharField(_("реєстр"), max_length=120, unique=True)
    at = models.DateTimeField(_("коли"), default=timezone.now)
    found = models.PositiveIntegerField(_("знайдено пар"), default=0)

    class Meta:
        verbose_name = _("пошук двійників")
        verbose_name_plural = _("пошуки двійників")

    def __str__(self) -> str:
        return f"{self.register}: {self.found}"
