"""What people decide about figures: the plan of an indicator for a period, and how widgets stand on a dashboard."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited


class IndicatorPlan(models.Model):
    """What the figure should come to in that month, quarter or year; of a figure of the present, by its end."""

    indicator = models.CharField(_("показник"), max_length=160)
    period = models.CharField(_("період"), max_length=10)
    value = models.DecimalField(_("план"), max_digits=24, decimal_places=6)
    ground = models.CharField(_("підстава"), max_length=300, help_text=_("Напр. рішення сесії від 20.12.2025 № 14."))
    version = models.PositiveIntegerField(_("версія"), default=1, editable=False)
    set_at = models.DateTimeField(_("записано"), default=timezone.now, editable=False)

    audited: ClassVar[Audited] = Audited(exclude=("version", "set_at"))
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("план показника")
        verbose_name_plural = _("плани показників")
        ordering = ("indicator", "-period")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period"],
                name="indicator_plan_once",
                violation_error_message=_("План на цей період уже є. Відкрийте його й змініть."),
            ),
            models.CheckConstraint(condition=~Q(indicator=""), name="indicator_plan_named"),
            models.CheckConstraint(
                condition=Q(period__regex=r"^\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$"),
                name="indicator_plan_period",
                violation_error_message=_("Період пишуть так: 2026-10, 2026-Q4 або 2026."),
            ),
            models.CheckConstraint(
                condition=~Q(ground=""),
                name="indicator_plan_grounded",
                violation_error_message=_("Назвіть підставу: рішення, програму чи доручення."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}"


class Arrangement(models.Model):
    """A dashboard as a role or one person has it; what neither says stands as declared."""

    dashboard = models.CharField(_("панель"), max_length=60)
    role = models.ForeignKey(
        "access.Role", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("роль")
    )
    person = models.ForeignKey(
        "access.User", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("чия")
    )
    widgets = models.JSONField(_("віджети"), default=list)
    version = models.PositiveIntegerField(_("версія"), default=1, editable=False)
    updated_at = models.DateTimeField(_("змінено"), auto_now=True)

    audited: ClassVar[Audited] = Audited(exclude=("version", "updated_at"))
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("розкладка панелі")
        verbose_name_plural = _("розкладки панелей")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__isnull=True, person__isnull=False) | Q(role__isnull=False, person__isnull=True),
                name="arrangement_of_one",
            ),
            models.CheckConstraint(condition=~Q(dashboard=""), name="arrangement_named"),
            models.UniqueConstraint(
                fields=["dashboard", "role"], condition=Q(role__isnull=False), name="arrangement_of_role_once"
            ),
            models.UniqueConstraint(
                fields=["dashboard", "person"], condition=Q(person__isnull=False), name="arrangement_of_person_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dashboard}: {self.role or self.person}"
