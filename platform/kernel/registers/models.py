"""What people keep of their work with lists: views, columns, changes made to many cards at once."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import AppendOnly


class SavedView(models.Model):
    """A list as somebody set it up: filters, order, columns. It is its owner's tab, or everybody's, or those of a
    role or of a department; who sees the register is settled apart."""

    register = models.CharField(_("реєстр"), max_length=120)
    title = models.CharField(_("назва"), max_length=60)
    query = models.CharField(_("умови"), max_length=2000, blank=True)
    columns = ArrayField(models.CharField(max_length=120), verbose_name=_("стовпці"), default=list, blank=True)
    shared = models.BooleanField(_("для всіх, хто бачить реєстр"), default=False)
    role = models.ForeignKey(
        "access.Role", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("для ролі")
    )
    department = models.CharField(_("для підрозділу"), max_length=120, blank=True)
    owner = models.ForeignKey("access.User", models.CASCADE, related_name="+", verbose_name=_("чий"))
    created_at = models.DateTimeField(_("створено"), default=timezone.now)

    audited = True

    class Meta:
        verbose_name = _("збережений вигляд")
        verbose_name_plural = _("збережені вигляди")
        ordering = ("register", "title")
        constraints = [
            models.UniqueConstraint(
                fields=["register", "owner", "title"],
                name="saved_view_once",
                violation_error_message=_("У вас уже є вигляд із такою назвою. Назвіть цей інакше."),
            ),
            models.CheckConstraint(
                condition=Q(shared=False, role=None)
                | Q(shared=False, department="")
                | Q(shared=True, role=None, department=""),
                name="saved_view_one_audience",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ListChoice(models.Model):
    """Which columns a person wants in a list, and in what order."""

    register = models.CharField(_("реєстр"), max_length=120)
    owner = models.ForeignKey("access.User", models.CASCADE, related_name="+", verbose_name=_("чий"))
    columns = ArrayField(models.CharField(max_length=120), verbose_name=_("стовпці"), default=list, blank=True)

    class Meta:
        verbose_name = _("набір стовпців")
        verbose_name_plural = _("набори стовпців")
        constraints = [models.UniqueConstraint(fields=["register", "owner"], name="list_choice_once")]

    def __str__(self) -> str:
        return f"{self.register}: {len(self.columns)}"


class BulkChange(models.Model):
    """One change of many cards: what was done, and what was before, so that it can be taken back."""

    class Verb(models.TextChoices):
        CHANGE = "change", _("зміна полів")
        ARCHIVE = "archive", _("до архіву")
        RESTORE = "restore", _("з архіву")
        ACTION = "action", _("дія")

    register = models.CharField(_("реєстр"), max_length=120)
    verb = models.CharField(_("що зроблено"), max_length=8, choices=Verb)
    fields = models.JSONField(_("поля"), default=dict)
    # Which action of the register, where it was one.
    action = models.CharField(_("яка дія"), max_length=100, blank=True)
    count = models.PositiveIntegerField(_("карток"))
    reason = models.CharField(_("підстава"), max_length=500, blank=True)
    made_by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, related_name="+", verbose_name=_("хто зробив")
    )
    made_at = models.DateTimeField(_("коли"), default=timezone.now)
    undone_at = models.DateTimeField(_("скасовано"), null=True, blank=True)

    personal_data: ClassVar[dict[str, str]] = {"reason": "text"}

    class Meta:
        verbose_name = _("групова зміна")
        verbose_name_plural = _("групові зміни")
        ordering = ("-made_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(verb__in=["change", "archive", "restore", "action"]), name="bulk_verb_known"
            ),
            models.CheckConstraint(
                condition=Q(verb="action", action__gt="") | (~Q(verb="action") & Q(action="")), name="bulk_action_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} · {self.count}"


class BulkLine(models.Model):
    """A card of a bulk change: its version after it and the values before it."""

    change = models.ForeignKey(BulkChange, models.CASCADE, related_name="lines", verbose_name=_("групова зміна"))
    row_id = models.BigIntegerField(_("картка"))
    version = models.PositiveIntegerField(_("версія після"))
    before = models.JSONField(_("було"), default=dict)

    append_only = AppendOnly()

    class Meta:
        verbose_name = _("картка групової зміни")
        verbose_name_plural = _("картки групових змін")
        constraints = [models.UniqueConstraint(fields=["change", "row_id"], name="bulk_line_once")]

    def __str__(self) -> str:
        return f"{self.change_id}: {self.row_id}"


class SentForm(models.Model):
    """A form that made a card: sent again with the same words in it, it leads to that card and makes no other."""

    owner = models.ForeignKey(
        "access.User", models.CASCADE, related_name="+", db_index=False, verbose_name=_("хто надіслав")
    )
    key = models.UUIDField(_("ключ форми"))
    digest = models.CharField(_("відбиток надісланого"), max_length=64)
    register = models.CharField(_("реєстр"), max_length=120)
    row_id = models.BigIntegerField(_("картка"))
    at = models.DateTimeField(_("коли"), default=timezone.now)

    class Meta:
        verbose_name = _("надіслана форма")
        verbose_name_plural = _("надіслані форми")
        indexes = [models.Index(fields=["at"], name="sent_form_at")]
        constraints = [models.UniqueConstraint(fields=["owner", "key", "digest"], name="sent_form_once")]

    def __str__(self) -> str:
        return f"{self.register}: {self.row_id}"
