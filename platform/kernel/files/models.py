"""One table of files and one of attachments per tenant, whatever the register."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.gis.db.models import PointField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel.audit import Audited
from kernel.files.kinds import SHOWN_BY_BROWSERS, THUMBED


class StoredFile(models.Model):
    """The row stays for good; its content goes a month after somebody removed the file and said why."""

    class State(models.TextChoices):
        WAITING = "waiting", _("чекає на перевірку")
        CLEAN = "clean", _("перевірено")
        UNCHECKED = "unchecked", _("не перевірено")
        INFECTED = "infected", _("заражено")
        REFUSED = "refused", _("відхилено")

    OPEN = (State.CLEAN, State.UNCHECKED)

    # An address that cannot be guessed from another.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("назва"), max_length=200)
    size = models.PositiveBigIntegerField(_("розмір"))
    sha256 = models.CharField(_("відбиток"), max_length=64)
    media_type = models.CharField(_("вид"), max_length=100)
    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.WAITING)
    state_note = models.CharField(_("що знайдено"), max_length=300, blank=True)
    path = models.CharField(_("де лежить"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, related_name="+", verbose_name=_("хто додав")
    )
    uploaded_at = models.DateTimeField(_("додано"), default=timezone.now)
    width = models.PositiveIntegerField(_("ширина"), null=True, blank=True)
    height = models.PositiveIntegerField(_("висота"), null=True, blank=True)
    taken_at = models.DateTimeField(pgettext_lazy("світлина", "знято"), null=True, blank=True)
    taken_where = PointField(
        pgettext_lazy("світлина", "де знято"), srid=4326, null=True, blank=True, spatial_index=False
    )
    # Made by the system for a while; null is for good.
    expires_at = models.DateTimeField(_("зникне"), null=True, blank=True)
    thumbed_at = models.DateTimeField(_("мініатюри є з"), null=True, blank=True)
    removed_at = models.DateTimeField(_("вилучено"), null=True, blank=True)
    removed_by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("хто вилучив")
    )
    removal_reason = models.CharField(_("чому вилучено"), max_length=300, blank=True)

    audited = Audited(exclude=("path", "thumbed_at"))
    personal_data: ClassVar[dict[str, str]] = {"name": "text"}

    class Meta:
        verbose_name = _("файл")
        verbose_name_plural = _("файли")
        ordering = ("-uploaded_at", "id")
        indexes = [
            models.Index(fields=["state", "uploaded_at"], condition=Q(state="waiting"), name="file_waiting"),
            models.Index(fields=["removed_at"], condition=Q(removed_at__isnull=False), name="file_removed"),
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="file_expiring"),
            # The sum of sizes is read from the index alone.
            models.Index(fields=["size"], condition=~Q(path=""), name="file_kept_size"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["path"], condition=~Q(path=""), name="file_path_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="file_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="file_sha256_form"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "clean", "unchecked", "infected", "refused"]), name="file_state_known"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removal_reason="")
                | (Q(removed_at__isnull=False) & ~Q(removal_reason="")),
                name="file_removal_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """May be given out."""
        alive = self.expires_at is None or self.expires_at > timezone.now()
        return self.state in self.OPEN and self.removed_at is None and bool(self.path) and alive

    @property
    def shown_by_browsers(self) -> bool:
        return self.media_type in SHOWN_BY_BROWSERS

    @property
    def has_thumbnails(self) -> bool:
        return self.thumbed_at is not None

    @property
    def wants_thumbnails(self) -> bool:
        return self.media_type in THUMBED and self.is_open

    @property
    def tone(self) -> str:
        return {"clean": "ok", "waiting": "info", "unchecked": "idle"}.get(self.state, "bad")


class Attachment(models.Model):
    """A file at a card, named by the card's table and key: one table serves every register."""

    table = models.CharField(_("таблиця"), max_length=63)
    row_id = models.CharField(_("запис"), max_length=64)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="attachments", verbose_name=_("файл"))
    section = models.CharField(_("розділ"), max_length=80, blank=True)
    title = models.CharField(_("підпис"), max_length=200, blank=True)
    order = models.PositiveIntegerField(_("порядок"), default=0)
    attached_by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, related_name="+", verbose_name=_("хто додав")
    )
    attached_at = models.DateTimeField(_("додано"), default=timezone.now)

    audited = True
    personal_data: ClassVar[dict[str, str]] = {"title": "text"}

    class Meta:
        verbose_name = _("додаток")
        verbose_name_plural = _("додатки")
        ordering = ("section", "order", "id")
        indexes = [models.Index(fields=["table", "row_id"], name="attachment_of_card")]
        constraints = [
            models.UniqueConstraint(fields=["table", "row_id", "file"], name="attachment_once"),
            models.CheckConstraint(condition=~Q(table="") & ~Q(row_id=""), name="attachment_names_card"),
        ]

    def __str__(self) -> str:
        return self.title or self.file.name
