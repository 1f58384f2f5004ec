from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Stage(models.Model):
    """That a term was acted on at this stage: whatever became of the task, the same is not done twice."""

    register = models.CharField(_("реєстр"), max_length=120)
    row_id = models.BigIntegerField(_("картка"))
    field = models.CharField(_("строк"), max_length=80)
    term = models.DateField(_("дата"))
    days = models.PositiveSmallIntegerField(_("за скільки днів"))
    at = models.DateTimeField(_("коли"), default=timezone.now)

    class Meta:
        verbose_name = _("етап строку")
        verbose_name_plural = _("етапи строків")
        constraints = [
            models.UniqueConstraint(fields=["register", "row_id", "field", "term", "days"], name="renewal_stage_once")
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.row_id}: {self.term} − {self.days}"


class FeedKey(models.Model):
    """The address under which a person's calendar program reads the terms; only its hash is kept."""

    person = models.OneToOneField("access.User", models.CASCADE, related_name="+", verbose_name=_("чия"))
    hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("створено"), default=timezone.now)
    read_at = models.DateTimeField(_("востаннє читали"), null=True, blank=True)

    # A copy for training must not open anybody's calendar.
    forgotten_in_copies: ClassVar[bool] = True

    class Meta:
        verbose_name = _("підписка календаря")
        verbose_name_plural = _("підписки календаря")
        constraints = [models.CheckConstraint(condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="feed_key_hash_form")]

    def __str__(self) -> str:
        return f"{self.person}"
