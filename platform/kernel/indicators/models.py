"""What a tenant keeps of its figures itself: which registers changed, and whom it let see the rows behind a figure."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Mark(models.Model):
    """A register changed since it was last counted. Rows are only added and taken away, so writers never wait."""

    register = models.CharField(_("реєстр"), max_length=120)
    at = models.DateTimeField(_("коли"), db_default=Now())

    forgotten_in_copies = True

    class Meta:
        verbose_name = _("позначка змін")
        verbose_name_plural = _("позначки змін")

    def __str__(self) -> str:
        return self.register


class Grant(models.Model):
    """The region may see these fields of these rows until that moment. The database asks this row at every look."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.UUIDField(_("запит"), unique=True, editable=False)
    indicator = models.CharField(_("показник"), max_length=160)
    period = models.CharField(_("період"), max_length=10, blank=True)
    fields = ArrayField(models.CharField(max_length=80), verbose_name=_("поля"))
    purpose = models.CharField(_("мета"), max_length=500)
    granted_by = models.CharField(_("хто дозволив"), max_length=200)
    granted_at = models.DateTimeField(_("дозволено"), default=timezone.now)
    until = models.DateTimeField(_("до"))
    revoked_at = models.DateTimeField(_("відкликано"), null=True, blank=True)
    revoked_by = models.CharField(_("хто відкликав"), max_length=200, blank=True)

    audited = True
    personal_data: ClassVar[dict[str, str]] = {"granted_by": "text", "revoked_by": "text", "purpose": "text"}
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("дозвіл на перегляд")
        verbose_name_plural = _("дозволи на перегляд")
        ordering = ("-granted_at",)
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("granted_at")), name="grant_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(fields__len__gt=0), name="grant_names_fields"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period}".strip()

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.until > timezone.now()


class GrantedRow(models.Model):
    """What exactly was handed over: the words of the granted fields, and nothing else, so nothing else can be read."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="rows")
    place = models.PositiveIntegerField(_("№"))
    key = models.CharField(_("картка"), max_length=64)
    shown = models.JSONField(_("показано"))

    personal_data: ClassVar[dict[str, str]] = {"shown": "json"}
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("показаний рядок")
        verbose_name_plural = _("показані рядки")
        ordering = ("grant", "place")
        constraints = [models.UniqueConstraint(fields=["grant", "place"], name="granted_row_once")]

    def __str__(self) -> str:
        return f"{self.grant_id}: {self.place}"


class GrantView(models.Model):
    """Every look of the region, written by the database together with the answer."""

    append_only = True

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="looks", db_constraint=False)
    at = models.DateTimeField(_("коли"), db_default=Now())
    by = models.CharField(_("хто"), max_length=200)
    place = models.PositiveIntegerField(_("рядок"), null=True, blank=True)
    answered = models.BooleanField(_("показано"))

    personal_data: ClassVar[dict[str, str]] = {"by": "text"}
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("перегляд області")
        verbose_name_plural = _("перегляди області")
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.by}: {self.grant_id}"
