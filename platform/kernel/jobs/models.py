from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    class Status(models.TextChoices):
        QUEUED = "queued", _("у черзі")
        RUNNING = "running", _("виконується")
        DONE = "done", _("виконано")
        FAILED = "failed", _("не вдалося")
        CANCELLED = "cancelled", _("скасовано")

    ACTIVE = (Status.QUEUED, Status.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("вид"), max_length=80)
    title = models.CharField(_("назва"), max_length=200, blank=True, default="", db_default="")
    subject = models.CharField(_("предмет"), max_length=200, blank=True)
    period = models.CharField(_("період"), max_length=20, blank=True)
    arguments = models.JSONField(_("параметри"), default=dict)
    status = models.CharField(_("стан"), max_length=10, choices=Status, default=Status.QUEUED)
    done = models.PositiveIntegerField(_("зроблено"), default=0)
    total = models.PositiveIntegerField(_("усього"), null=True, blank=True)
    message = models.CharField(_("що зараз"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(_("спроби"), default=0)
    error = models.TextField(_("помилка"), blank=True)
    cancel_asked = models.BooleanField(_("просили скасувати"), default=False)
    finished_url = models.CharField(_("де результат"), max_length=500, blank=True, default="", db_default="")
    queued_by = models.CharField(_("хто поставив"), max_length=200, blank=True)
    # An account's key without a reference: the row outlives the account.
    queued_by_id = models.UUIDField(_("чиє"), null=True, blank=True)
    queued_at = models.DateTimeField(_("поставлено"), default=timezone.now)
    started_at = models.DateTimeField(_("почато"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("ознака життя"), null=True, blank=True)
    finished_at = models.DateTimeField(_("закінчено"), null=True, blank=True)

    personal_data: ClassVar[dict[str, str]] = {"queued_by": "text"}

    class Meta:
        verbose_name = _("завдання")
        verbose_name_plural = _("завдання")
        ordering = ("-queued_at",)
        indexes = [
            models.Index(fields=["status", "heartbeat_at"]),
            models.Index(fields=["queued_at"], condition=Q(status="queued"), name="job_next"),
            models.Index(fields=["queued_by_id", "-queued_at"], name="job_mine"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "period"],
                condition=Q(status__in=["queued", "running"]),
                name="job_one_active",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["queued", "running", "done", "failed", "cancelled"]), name="job_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.kind} {self.subject} {self.period}".strip()

    @property
    def is_active(self) -> bool:
        return self.status in self.ACTIVE

    @property
    def percent(self) -> int | None:
        return min(100, 100 * self.done // self.total) if self.total else None


class JobAction(models.Model):
    """What somebody did to a job. The job itself keeps no history: its progress would only fill the journal."""

    class Verb(models.TextChoices):
        CANCEL = "cancel", _("зупинка")
        RETRY = "retry", _("повторення")

    job = models.ForeignKey(Job, models.CASCADE, related_name="actions", verbose_name=_("завдання"))
    verb = models.CharField(_("дія"), max_length=10, choices=Verb)
    title = models.CharField(_("назва завдання"), max_length=300)
    status_was = models.CharField(_("стан до того"), max_length=10, choices=Job.Status)
    who = models.CharField(_("хто"), max_length=200, blank=True)
    at = models.DateTimeField(_("коли"), default=timezone.now)

    audited = True
    personal_data: ClassVar[dict[str, str]] = {"who": "text"}

    class Meta:
        verbose_name = _("дія із завданням")
        verbose_name_plural = _("дії із завданнями")
        ordering = ("-at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=["cancel", "retry"]), name="job_action_verb_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.title}"
