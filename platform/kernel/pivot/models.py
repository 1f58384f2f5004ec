"""A pivot as somebody set it up, whom it is for, to whom it comes by itself and what came of that."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited

LONGEST_QUERY = 4000


class SavedPivot(models.Model):
    class Audience(models.TextChoices):
        OWNER = "owner", _("лише мені")
        ROLE = "role", _("людям із роллю")
        EVERYBODY = "everybody", _("усім, хто бачить реєстр")

    register = models.CharField(_("реєстр"), max_length=120)
    title = models.CharField(_("назва"), max_length=120)
    query = models.CharField(_("склад і умови"), max_length=LONGEST_QUERY, blank=True)
    audience = models.CharField(_("кому видно"), max_length=10, choices=Audience, default=Audience.OWNER)
    # A role that is gone leaves the pivot to its owner.
    role = models.ForeignKey(
        "access.Role", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("роль")
    )
    owner = models.ForeignKey("access.User", models.CASCADE, related_name="+", verbose_name=_("чия"))
    version = models.PositiveIntegerField(_("версія"), default=1, editable=False)
    created_at = models.DateTimeField(_("створено"), default=timezone.now)
    updated_at = models.DateTimeField(_("змінено"), auto_now=True)

    audited: ClassVar[Audited] = Audited(exclude=("version", "updated_at"))
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("збережена зведена таблиця")
        verbose_name_plural = _("збережені зведені таблиці")
        ordering = ("title", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["register", "owner", "title"],
                name="saved_pivot_once",
                violation_error_message=_("У вас уже є зведена таблиця з такою назвою. Назвіть цю інакше."),
            ),
            models.CheckConstraint(condition=~Q(title=""), name="saved_pivot_named"),
            models.CheckConstraint(
                condition=Q(audience__in=["owner", "role", "everybody"]), name="saved_pivot_audience"
            ),
            models.CheckConstraint(condition=Q(audience="role") | Q(role=None), name="saved_pivot_role"),
        ]

    def __str__(self) -> str:
        return self.title


class PivotSubscription(models.Model):
    """A saved pivot that comes to a person as a file by itself, counted with that person's own rights of the day."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("щодня")
        MONDAY = "mon", _("щопонеділка")
        TUESDAY = "tue", _("щовівторка")
        WEDNESDAY = "wed", _("щосереди")
        THURSDAY = "thu", _("щочетверга")
        FRIDAY = "fri", _("щопʼятниці")
        SATURDAY = "sat", _("щосуботи")
        SUNDAY = "sun", _("щонеділі")
        MONTHLY = "monthly", _("першого числа місяця")

    class Format(models.TextChoices):
        XLSX = "xlsx", "Excel (XLSX)"
        PDF = "pdf", "PDF"

    pivot = models.ForeignKey(
        SavedPivot, models.CASCADE, related_name="subscriptions", verbose_name=_("зведена таблиця")
    )
    person = models.ForeignKey("access.User", models.CASCADE, related_name="+", verbose_name=_("кому"))
    rhythm = models.CharField(_("коли"), max_length=8, choices=Rhythm)
    format = models.CharField(_("файл"), max_length=4, choices=Format, default=Format.XLSX)
    # What fell due before it is not owed.
    since = models.DateField(_("з дня"))

    audited = True

    class Meta:
        verbose_name = _("підписка на зведену таблицю")
        verbose_name_plural = _("підписки на зведені таблиці")
        constraints = [
            models.UniqueConstraint(fields=["pivot", "person"], name="pivot_subscription_once"),
            models.CheckConstraint(
                condition=Q(rhythm__in=["daily", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monthly"]),
                name="pivot_subscription_rhythm",
            ),
            models.CheckConstraint(condition=Q(format__in=["xlsx", "pdf"]), name="pivot_subscription_format"),
        ]

    def __str__(self) -> str:
        return f"{self.pivot}: {self.get_rhythm_display()}"


class PivotSending(models.Model):
    """What was sent to whom, or why it was not. The row of a day is what keeps a second one from being sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # By key: the journal outlives the subscription and the pivot.
    pivot = models.BigIntegerField(_("зведена таблиця"))
    register = models.CharField(_("реєстр"), max_length=120)
    title = models.CharField(_("назва"), max_length=120)
    person = models.ForeignKey("access.User", models.PROTECT, related_name="+", verbose_name=_("кому"))
    day = models.DateField(_("за день"))
    at = models.DateTimeField(_("коли"), default=timezone.now)
    format = models.CharField(_("файл"), max_length=4)
    sent = models.BooleanField(_("надіслано"))
    told = models.CharField(_("пояснення"), max_length=600, blank=True)

    append_only = True
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("надсилання зведеної таблиці")
        verbose_name_plural = _("надсилання зведених таблиць")
        ordering = ("-day", "-at")
        constraints = [
            models.UniqueConstraint(fields=["pivot", "person", "day"], name="pivot_sending_once_a_day"),
            models.CheckConstraint(condition=Q(sent=True) | ~Q(told=""), name="pivot_sending_told_why_not"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.title}"
