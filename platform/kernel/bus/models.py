from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited


class Event(models.Model):
    """A letter in the outbox, written in the transaction of what it tells of. `id` is its position."""

    uid = models.UUIDField(_("номер події"), default=uuid.uuid4, unique=True, editable=False)
    type = models.CharField(_("подія"), max_length=120)
    subject = models.CharField(_("про що"), max_length=200, blank=True)
    payload = models.JSONField(_("зміст"), default=dict, encoder=DjangoJSONEncoder)
    actor = models.JSONField(_("хто"), default=dict)
    at = models.DateTimeField(_("коли"), default=timezone.now)
    spread_at = models.DateTimeField(_("роздано"), null=True, blank=True)

    # A training copy must not tell anybody of the original's affairs.
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("подія")
        verbose_name_plural = _("події")
        ordering = ("id",)
        indexes = [models.Index(fields=["id"], condition=Q(spread_at__isnull=True), name="bus_event_unspread")]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}".strip()


class QueueSet[M: models.Model](models.QuerySet[M]):
    """Rows that wait their turn: the first of each subject, and only when its moment has come."""

    def due(self, line: str) -> QueueSet[M]:
        """`line` is the column of whoever is waited for: the letters of one subject to one reader go one by one."""
        earlier = self.model._default_manager.filter(
            **{line: OuterRef(line)}, subject=OuterRef("subject"), state="waiting", event_id__lt=OuterRef("event_id")
        )
        return (
            self.filter(state="waiting", next_at__lte=timezone.now())
            .filter(Q(subject="") | ~Exists(earlier))
            .order_by("event_id")
        )

    def waited_for(self, line: str) -> list[Any]:
        """Whoever has something that may be taken now."""
        due = self.filter(state="waiting", next_at__lte=timezone.now())
        return list(due.order_by(line).values_list(line, flat=True).distinct())

    def claim(self, line: str, limit: int, lease: timedelta, *joined: str) -> list[M]:
        """Taken for the time of the lease and counted as tried: a reader that kills its worker is noticed too."""
        rows = self.due(line).select_related(*joined).select_for_update(skip_locked=True, of=("self",))
        found = list(rows[:limit])
        self.model._default_manager.filter(pk__in=[row.pk for row in found]).update(
            attempts=models.F("attempts") + 1, next_at=timezone.now() + lease
        )
        for row in found:
            row.attempts += 1  # type: ignore[attr-defined]
        return found


class Delivery(models.Model):
    """One letter for one consumer. It becomes «done» in the transaction of the consumer's own work."""

    class State(models.TextChoices):
        WAITING = "waiting", _("чекає")
        DONE = "done", _("доставлено")
        SET_ASIDE = "set_aside", _("відкладено")
        SKIPPED = "skipped", _("пропущено")

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries", verbose_name=_("подія"))
    consumer = models.CharField(_("кому"), max_length=120)
    subject = models.CharField(_("про що"), max_length=200, blank=True)
    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("спроби"), default=0)
    next_at = models.DateTimeField(_("наступна спроба"), default=timezone.now)
    error = models.TextField(_("помилка"), blank=True)
    done_at = models.DateTimeField(_("коли доставлено"), null=True, blank=True)
    decided_by = models.CharField(_("хто вирішив"), max_length=200, blank=True)

    objects = QueueSet.as_manager()
    personal_data: ClassVar[dict[str, str]] = {"decided_by": "text"}
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("доставка події")
        verbose_name_plural = _("доставки подій")
        ordering = ("event_id", "id")
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="bus_delivery_due"),
            models.Index(
                fields=["consumer", "subject", "event"], condition=Q(state="waiting"), name="bus_delivery_line"
            ),
            models.Index(fields=["consumer", "event"], condition=Q(state="waiting"), name="bus_delivery_turn"),
            models.Index(fields=["event"], condition=Q(state="set_aside"), name="bus_delivery_aside"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "consumer"], name="bus_delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "set_aside", "skipped"]), name="bus_delivery_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.consumer}"


class Webhook(models.Model):
    """An address outside that is told of changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("назва"), max_length=120, help_text=_("Напр. «Сайт громади», «Бот новин»."))
    url = models.URLField(_("адреса"), max_length=500)
    events = ArrayField(models.CharField(max_length=120), verbose_name=_("події"))
    # Signing needs the secret itself; it is sealed by the installation's key and never shown again.
    secret = models.CharField(max_length=400, editable=False)
    failures = models.PositiveSmallIntegerField(_("невдач поспіль"), default=0, editable=False)
    disabled_at = models.DateTimeField(_("вимкнено"), null=True, blank=True, editable=False)
    disabled_why = models.CharField(_("чому вимкнено"), max_length=300, blank=True, editable=False)
    created_by = models.CharField(_("хто додав"), max_length=200, editable=False)
    created_at = models.DateTimeField(_("додано"), default=timezone.now, editable=False)

    audited = Audited(exclude=("secret", "failures"))
    personal_data: ClassVar[dict[str, str]] = {"secret": "secret", "created_by": "text"}
    # A training copy calls nobody.
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("вебхук")
        verbose_name_plural = _("вебхуки")
        ordering = ("title", "created_at")
        constraints = [
            models.UniqueConstraint(
                fields=["url"],
                name="webhook_url_once",
                violation_error_message=_("Ця адреса вже є серед вебхуків. Відкрийте її й змініть перелік подій."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class WebhookMessage(models.Model):
    """What was sent to a webhook, when, and what it answered. The key is the same at every attempt."""

    class State(models.TextChoices):
        WAITING = "waiting", _("чекає")
        DELIVERED = "delivered", _("прийнято")
        FAILED = "failed", _("не прийнято")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="messages")
    # The letter itself may be swept out earlier than the journal.
    event_id = models.BigIntegerField(_("номер події"))
    type = models.CharField(_("подія"), max_length=120)
    subject = models.CharField(_("про що"), max_length=200, blank=True)
    body = models.TextField(_("надіслане"))
    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("спроби"), default=0)
    next_at = models.DateTimeField(_("наступна спроба"), default=timezone.now)
    status = models.PositiveSmallIntegerField(_("код відповіді"), null=True, blank=True)
    tries: Any = models.JSONField(_("перебіг"), default=list)
    created_at = models.DateTimeField(_("створено"), default=timezone.now)
    finished_at = models.DateTimeField(_("закінчено"), null=True, blank=True)

    objects = QueueSet.as_manager()
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("повідомлення вебхука")
        verbose_name_plural = _("повідомлення вебхуків")
        ordering = ("-event_id",)
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="webhook_message_due"),
            models.Index(fields=["webhook", "-event_id"], name="webhook_message_journal"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event_id"], name="webhook_message_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "delivered", "failed"]), name="webhook_message_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} → {self.webhook_id}"

    @property
    def last_error(self) -> str:
        return str(self.tries[-1].get("error", "")) if self.tries else ""
