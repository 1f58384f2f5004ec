"""What happened in this schema: changes, seals over them, other tenants' seals, looks at personal data."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.audit.declare import AppendOnly


class ClockTimestamp(models.Func):
    """The moment of the row itself; now() is the moment its transaction began."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = models.DateTimeField()


class ExactDecoder(json.JSONDecoder):
    """Amounts come back as they were written; a float would round them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "parse_float": Decimal})


class History(models.Model):
    """A change of one row, written by a trigger. On update only the changed columns are kept."""

    class Action(models.TextChoices):
        INSERT = "insert", _("створення")
        UPDATE = "update", _("зміна")
        DELETE = "delete", _("видалення")

    append_only = AppendOnly(by_functions=True)

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("коли"), db_default=ClockTimestamp(), editable=False)
    table_name = models.CharField(_("таблиця"), max_length=63)
    row_id = models.TextField(_("запис"))
    action = models.CharField(_("дія"), max_length=6, choices=Action)
    before = models.JSONField(_("було"), null=True, decoder=ExactDecoder)
    after = models.JSONField(_("стало"), null=True, decoder=ExactDecoder)
    actor_kind = models.TextField(_("вид виконавця"))
    actor_id = models.TextField(_("ключ виконавця"))
    actor_name = models.TextField(_("хто"))
    address = models.TextField(_("звідки"))
    request_id = models.TextField(_("запит"))
    reason = models.TextField(_("підстава"))
    db_role = models.TextField(_("роль бази"))
    xact = models.BigIntegerField(_("транзакція"))

    class Meta:
        verbose_name = _("запис журналу змін")
        verbose_name_plural = _("журнал змін")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["table_name", "row_id", "id"], name="audit_history_object"),
            BrinIndex(fields=["at"], name="audit_history_at"),
            models.Index(fields=["actor_id", "at"], name="audit_history_actor", condition=~Q(actor_id="")),
            models.Index(fields=["request_id"], name="audit_history_request", condition=~Q(request_id="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(id__gt=0), name="audit_history_id_positive"),
            models.CheckConstraint(
                condition=Q(action__in=["insert", "update", "delete"]), name="audit_history_action_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.table_name} {self.row_id}"


class Seal(models.Model):
    """A link of the chain: the rows from `first_id` to `last_id` as they were, and the link before it."""

    append_only = AppendOnly(by_functions=True)

    id = models.BigAutoField(primary_key=True)
    first_id = models.BigIntegerField(_("перший запис"))
    last_id = models.BigIntegerField(_("останній запис"))
    rows = models.BigIntegerField(_("записів"))
    digest = models.CharField(_("відбиток записів"), max_length=64)
    previous = models.CharField(_("попередня печатка"), max_length=64)
    hash = models.CharField(_("відбиток"), max_length=64)
    sealed_at = models.DateTimeField(_("опечатано"))

    class Meta:
        verbose_name = _("печатка журналу")
        verbose_name_plural = _("печатки журналу")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["previous"], name="audit_seal_no_fork"),
            models.CheckConstraint(condition=Q(first_id__lte=models.F("last_id")), name="audit_seal_range"),
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}: {self.first_id}–{self.last_id}"


class Witness(models.Model):
    """Another tenant's seal, kept here so that nobody rewrites that tenant's journal alone."""

    append_only = True

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(_("чий журнал"), max_length=40)
    name = models.CharField(_("назва"), max_length=120)
    seal_id = models.BigIntegerField(_("печатка"))
    last_id = models.BigIntegerField(_("останній запис"))
    hash = models.CharField(_("відбиток"), max_length=64)
    at = models.DateTimeField(_("отримано"), db_default=ClockTimestamp(), editable=False)

    class Meta:
        verbose_name = _("засвідчена печатка")
        verbose_name_plural = _("засвідчені печатки")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["subject", "hash"], name="audit_witness_once")]

    def __str__(self) -> str:
        return f"{self.name} № {self.seal_id}"


class Viewing(models.Model):
    """Somebody looked at personal data: who, when, from where, for what purpose, which fields."""

    class Purpose(models.TextChoices):
        SERVICE = "service", _("надання послуги")
        APPEAL = "appeal", _("розгляд звернення")
        DUTY = "duty", _("виконання службового обов’язку")
        CORRECTION = "correction", _("виправлення даних")
        INSPECTION = "inspection", _("перевірка")
        COURT = "court", _("запит суду чи правоохоронного органу")
        SUBJECT = "subject", _("на прохання самої людини")
        OTHER = "other", _("інше")

    append_only = True

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(_("коли"), db_default=ClockTimestamp(), editable=False)
    table_name = models.CharField(_("таблиця"), max_length=63)
    row_id = models.TextField(_("запис"))
    purpose = models.CharField(_("мета"), max_length=12, choices=Purpose)
    note = models.CharField(_("пояснення"), max_length=500, blank=True)
    fields = ArrayField(models.CharField(max_length=63), verbose_name=_("поля"), default=list)
    actor_kind = models.TextField(_("вид виконавця"))
    actor_id = models.TextField(_("ключ виконавця"))
    actor_name = models.TextField(_("хто"))
    address = models.TextField(_("звідки"))
    request_id = models.TextField(_("запит"))

    class Meta:
        db_table = "audit_view"
        verbose_name = _("перегляд персональних даних")
        verbose_name_plural = _("перегляди персональних даних")
        ordering = ("-id",)
        indexes = [
            models.Index(fields=["table_name", "row_id", "id"], name="audit_view_object"),
            models.Index(fields=["actor_id", "id"], name="audit_view_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.table_name} {self.row_id}"
