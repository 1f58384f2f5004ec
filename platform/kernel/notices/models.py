from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    # Made before it is written, so that after a conflict of keys one knows which rows are new.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("access.User", models.CASCADE, related_name="notices", verbose_name=_("кому"))
    kind = models.CharField(_("вид"), max_length=80)
    module = models.CharField(_("розділ"), max_length=60)
    title = models.CharField(_("заголовок"), max_length=200)
    body = models.TextField(_("текст"), blank=True)
    url = models.CharField(_("куди веде"), max_length=500, blank=True)
    urgent = models.BooleanField(_("негайне"), default=False)
    key = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(_("коли"), default=timezone.now)
    read_at = models.DateTimeField(_("прочитано"), null=True, blank=True)

    forgotten_in_copies = True

    class Meta:
        verbose_name = _("сповіщення")
        verbose_name_plural = _("сповіщення")
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notice_person"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notice_unread"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], condition=~Q(key=""), name="notice_once"),
            # Never out of the tenant's own site.
            models.CheckConstraint(
                condition=Q(url="") | (Q(url__startswith="/") & ~Q(url__startswith="//")), name="notice_url_is_ours"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Sending(models.Model):
    """The journal: each notice by each channel — sent, waiting, or not sent and why."""

    class State(models.TextChoices):
        WAITING = "waiting", _("чекає")
        SENT = "sent", _("надіслано")
        SKIPPED = "skipped", _("не надсилали")
        FAILED = "failed", _("не вдалося")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="sendings")
    person = models.ForeignKey("access.User", models.CASCADE, related_name="+", verbose_name=_("кому"))
    channel = models.CharField(_("канал"), max_length=20)
    state = models.CharField(_("стан"), max_length=10, choices=State)
    why = models.CharField(_("чому"), max_length=300, blank=True)
    address = models.CharField(_("адреса"), max_length=254, blank=True)
    held = models.BooleanField(_("до кінця тихих годин"), default=False)
    attempts = models.PositiveSmallIntegerField(_("спроби"), default=0)
    next_at = models.DateTimeField(_("не раніше"), default=timezone.now)
    finished_at = models.DateTimeField(_("коли"), null=True, blank=True)

    forgotten_in_copies = True

    class Meta:
        verbose_name = _("надсилання")
        verbose_name_plural = _("журнал сповіщень")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="notice_sending_due"),
            models.Index(fields=["person", "-id"], name="notice_sending_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notice_sending_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "skipped", "failed"]), name="notice_sending_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.channel}: {self.state}"


class Preference(models.Model):
    """A person's own word on one kind and one channel; without a row the kind's own custom holds."""

    person = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    kind = models.CharField(_("вид"), max_length=80)
    channel = models.CharField(_("канал"), max_length=20)
    wanted = models.BooleanField(_("надсилати"))

    audited = True

    class Meta:
        verbose_name = _("бажання щодо сповіщень")
        verbose_name_plural = _("бажання щодо сповіщень")
        constraints = [models.UniqueConstraint(fields=["person", "kind", "channel"], name="notice_preference_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}: {self.wanted}"


class QuietHours(models.Model):
    """When a person is left in peace, by the tenant's clock; it may go over midnight."""

    person = models.OneToOneField("access.User", models.CASCADE, related_name="+")
    begins = models.TimeField(_("з"), default=time(21))
    ends = models.TimeField(_("до"), default=time(7))

    audited = True

    class Meta:
        verbose_name = _("тихі години")
        verbose_name_plural = _("тихі години")
        constraints = [
            models.CheckConstraint(
                condition=~Q(begins=F("ends")),
                name="quiet_hours_not_empty",
                violation_error_message=_("Початок і кінець однакові. Вкажіть різний час або приберіть обидва."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}–{self.ends:%H:%M}"

    def end_after(self, local: datetime) -> datetime | None:
        """The end of the quiet now lasting; None when it is not quiet. `local` is in the tenant's zone."""
        now = local.time().replace(tzinfo=None)
        over_midnight = self.begins > self.ends
        quiet = (now >= self.begins or now < self.ends) if over_midnight else self.begins <= now < self.ends
        if not quiet:
            return None
        day = local.date() + timedelta(days=1) if over_midnight and now >= self.begins else local.date()
        return datetime.combine(day, self.ends, tzinfo=local.tzinfo)
