"""A community's own rules on top of the common ones: who set them, when, why, and for which days.

Rows are only ever added. A later decision wins over an earlier one on the days both cover; a decision is
undone by a row that names it, and then whatever stood before it stands again.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.calendar import DayKind


class DecisionQuerySet(models.QuerySet):
    def standing(self) -> Self:
        return self.filter(cancels=None, cancelled_by=None)


class Decision(models.Model):
    reason = models.CharField(_("підстава"), max_length=500)
    by = models.CharField(_("хто"), max_length=200)
    at = models.DateTimeField(_("коли"), default=timezone.now, editable=False)
    cancels = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="cancelled_by", verbose_name=_("скасовує")
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="%(class)s_says_why"),
            models.CheckConstraint(condition=~Q(by=""), name="%(class)s_says_who"),
        ]

    @property
    def cancellation(self) -> Self | None:
        return getattr(self, "cancelled_by", None)


class OverrideQuerySet(DecisionQuerySet):
    def on(self, day: date) -> Self:
        return self.standing().filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class Override(Decision):
    """The community's own value of a common rule, named by the rule's code."""

    append_only = True

    code = models.CharField(_("код правила"), max_length=60)
    value = models.DecimalField(_("значення"), max_digits=18, decimal_places=6, null=True)
    valid_from = models.DateField(_("діє з"))
    valid_to = models.DateField(_("не діє з"), null=True, blank=True)

    objects: ClassVar[models.Manager] = OverrideQuerySet.as_manager()

    class Meta(Decision.Meta):
        verbose_name = _("власне правило")
        verbose_name_plural = _("власні правила")
        ordering = ("-id",)
        indexes = [models.Index(fields=["code", "-id"], name="override_by_code")]
        constraints = [
            *Decision.Meta.constraints,
            models.CheckConstraint(
                condition=Q(cancels=None, value__isnull=False) | Q(cancels__isnull=False, value=None),
                name="override_sets_or_cancels",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="override_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} = {self.value}" if self.cancels_id is None else f"{self.code}: −{self.cancels_id}"


class OwnDay(Decision):
    """A date the community works, or does not, against the common calendar."""

    append_only = True

    class Kind(models.TextChoices):
        DAY_OFF = DayKind.DAY_OFF.value, _("вихідний")
        WORKDAY = DayKind.WORKDAY.value, _("робочий")
        SHORTENED = DayKind.SHORTENED.value, _("скорочений")

    day = models.DateField(_("день"))
    kind = models.CharField(_("який"), max_length=10, choices=Kind)

    objects: ClassVar[models.Manager] = DecisionQuerySet.as_manager()

    class Meta(Decision.Meta):
        verbose_name = _("власний день календаря")
        verbose_name_plural = _("власні дні календаря")
        ordering = ("-id",)
        indexes = [models.Index(fields=["day", "-id"], name="own_day_by_day")]
        constraints = [
            *Decision.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=["day_off", "workday", "shortened"]), name="own_day_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y}: {self.kind}"
