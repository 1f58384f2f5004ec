from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited
from kernel.codes import PhoneField


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


class PushDevice(models.Model):
    """A browser that agreed to show notices of this person; its keys encrypt what is sent to it."""

    person = models.ForeignKey("access.User", models.CASCADE, related_name="+", verbose_name=_("чий"))
    endpoint = models.CharField(_("адреса"), max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    name = models.CharField(_("пристрій"), max_length=120)
    added_at = models.DateTimeField(_("додано"), default=timezone.now)

    # Who has the address may send there; the history does not need it.
    audited = Audited(exclude=("endpoint", "p256dh", "auth"))
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("пристрій для сповіщень")
        verbose_name_plural = _("пристрої для сповіщень")
        ordering = ("-added_at", "-id")
        indexes = [models.Index(fields=["person"], name="push_device_person")]

    def __str__(self) -> str:
        return self.name


class SmsNumber(models.Model):
    """Where a person wants text messages; given by themselves."""

    person = models.OneToOneField("access.User", models.CASCADE, related_name="+")
    phone = PhoneField(_("телефон для SMS"))

    audited = True
    personal_data: ClassVar[dict[str, str]] = {"phone": "phone"}

    class Meta:
        verbose_name = _("номер для SMS")
        verbose_name_plural = _("номери для SMS")

    def __str__(self) -> str:
        return self.phone


class SmsGateway(models.Model):
    """How this tenant sends text messages: one row, or none."""

    class Mode(models.TextChoices):
        OFF = "off", _("не надсилати")
        JOURNAL = "journal", _("лише записувати в журнал (перевірка)")
        HTTP = "http", _("через шлюз оператора (HTTP)")

    only = models.BooleanField(default=True, unique=True, editable=False)
    mode = models.CharField(_("спосіб"), max_length=10, choices=Mode, default=Mode.OFF)
    url = models.CharField(_("адреса шлюзу"), max_length=500, blank=True)
    # Sealed with the installation's key.
    token = models.CharField(max_length=800, blank=True, editable=False)
    sender = models.CharField(_("підпис відправника"), max_length=20, blank=True)
    template = models.TextField(
        _("тіло запиту"), default='{"to": "{phone}", "from": "{sender}", "text": "{text}"}', max_length=2000
    )

    audited = Audited(exclude=("token",))
    personal_data: ClassVar[dict[str, str]] = {"token": "secret"}

    class Meta:
        verbose_name = _("шлюз SMS")
        verbose_name_plural = _("шлюзи SMS")
        constraints = [
            models.CheckConstraint(condition=Q(only=True), name="sms_gateway_only"),
            models.CheckConstraint(condition=Q(mode__in=["off", "journal", "http"]), name="sms_gateway_mode_known"),
            models.CheckConstraint(condition=~Q(mode="http") | ~Q(url=""), name="sms_gateway_has_address"),
        ]

    def __str__(self) -> str:
        return str(self.get_mode_display())
