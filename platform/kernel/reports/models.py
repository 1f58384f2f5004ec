"""What people keep of reports: their own, and those that come by themselves."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_QUERY = 3000


class SavedReport(models.Model):
    """A report as somebody set it up; a shared one is for everybody who sees its register."""

    register = models.CharField(_("реєстр"), max_length=120)
    code = models.CharField(_("з якого звіту"), max_length=60, blank=True)
    title = models.CharField(_("назва"), max_length=120)
    query = models.CharField(_("умови"), max_length=LONGEST_QUERY, blank=True)
    shared = models.BooleanField(_("для всіх, хто бачить реєстр"), default=False)
    owner = models.ForeignKey("access.User", models.CASCADE, related_name="+", verbose_name=_("чий"))
    created_at = models.DateTimeField(_("створено"), default=timezone.now)

    audited = True
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("збережений звіт")
        verbose_name_plural = _("збережені звіти")
        ordering = ("title", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["register", "owner", "title"],
                name="saved_report_once",
                violation_error_message=_("У вас уже є звіт із такою назвою. Назвіть цей інакше."),
            ),
            models.CheckConstraint(condition=~Q(title=""), name="saved_report_named"),
        ]

    def __str__(self) -> str:
        return self.title


class ReportSubscription(models.Model):
    """A saved report that comes to a person by itself, counted with that person's own rights."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("щодня")
        WEEKLY = "weekly", _("щопонеділка")
        MONTHLY = "monthly", _("першого числа місяця")

    report = models.ForeignKey(
        SavedReport, models.CASCADE, related_name="subscriptions", verbose_name=_("збережений звіт")
    )
    person = models.ForeignKey("access.User", models.CASCADE, related_name="+", verbose_name=_("кому"))
    rhythm = models.CharField(_("коли"), max_length=8, choices=Rhythm)
    sent_on = models.DateField(_("надіслано"), null=True, blank=True)

    audited = True

    class Meta:
        verbose_name = _("підписка на звіт")
        verbose_name_plural = _("підписки на звіти")
        constraints = [
            models.UniqueConstraint(fields=["report", "person"], name="report_subscription_once"),
            models.CheckConstraint(
                condition=Q(rhythm__in=["daily", "weekly", "monthly"]), name="report_subscription_rhythm"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.get_rhythm_display()}"
