"""A community's own templates with their versions, and what was printed by them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import AppendOnly


class OwnForm(models.Model):
    """A form of a register; without an active version the region's or the built-in one is printed."""

    register = models.CharField(_("реєстр"), max_length=120)
    code = models.SlugField(_("код"), max_length=60)
    title = models.CharField(_("назва"), max_length=120)
    active = models.ForeignKey(
        "FormVersion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("діє версія")
    )
    created_at = models.DateTimeField(_("створено"), default=timezone.now)

    audited = True
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("друкована форма")
        verbose_name_plural = _("друковані форми")
        ordering = ("title", "id")
        constraints = [
            models.UniqueConstraint(fields=["register", "code"], name="own_form_once"),
            models.CheckConstraint(condition=~Q(title=""), name="own_form_named"),
        ]

    def __str__(self) -> str:
        return self.title


class FormVersion(models.Model):
    """A template as it was uploaded; never changed, only another one put in force."""

    form = models.ForeignKey(OwnForm, models.CASCADE, related_name="versions", verbose_name=_("форма"))
    number = models.PositiveIntegerField(_("версія"))
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+", verbose_name=_("файл"))
    note = models.CharField(_("що змінено"), max_length=300, blank=True)
    fields = models.JSONField(_("поля"), default=list)
    uploaded_by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, related_name="+", verbose_name=_("хто завантажив")
    )
    uploaded_at = models.DateTimeField(_("завантажено"), default=timezone.now)

    audited = True
    personal_data: ClassVar[dict[str, str]] = {"note": "text"}

    class Meta:
        verbose_name = _("версія друкованої форми")
        verbose_name_plural = _("версії друкованих форм")
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="form_version_once")]

    def __str__(self) -> str:
        return _("версія %(number)s") % {"number": self.number}


class Printout(models.Model):
    """What was printed, by which template, by whom: the file itself only where it was put at the card."""

    class Level(models.TextChoices):
        OWN = "own", _("своя")
        REGION = "region", _("обласна")
        BUILTIN = "builtin", _("вбудована")

    register = models.CharField(_("реєстр"), max_length=120)
    row_id = models.BigIntegerField(_("картка"))
    code = models.CharField(_("форма"), max_length=60)
    title = models.CharField(_("назва форми"), max_length=120)
    level = models.CharField(_("чия форма"), max_length=8, choices=Level)
    number = models.PositiveIntegerField(_("версія"), default=0)
    format = models.CharField(_("формат"), max_length=4)
    sha256 = models.CharField(_("відбиток"), max_length=64)
    personal = models.BooleanField(_("з персональними даними"), default=False)
    printed_by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, related_name="+", verbose_name=_("хто надрукував")
    )
    printed_at = models.DateTimeField(_("коли"), default=timezone.now)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, null=True, related_name="+", verbose_name=_("файл"))

    append_only = AppendOnly()

    class Meta:
        verbose_name = _("роздруківка")
        verbose_name_plural = _("роздруківки")
        ordering = ("-printed_at", "-id")
        indexes = [models.Index(fields=["register", "row_id", "-printed_at"], name="printout_of_card")]
        constraints = [
            models.CheckConstraint(condition=Q(level__in=["own", "region", "builtin"]), name="printout_level_known")
        ]

    def __str__(self) -> str:
        return self.title
