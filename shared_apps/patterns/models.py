"""Forms that a region gives to all its communities."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RegionalForm(models.Model):
    """A version of a printed form; the one in force is printed wherever a community has none of its own."""

    region = models.CharField(_("область"), max_length=4, help_text=_("Перші знаки КАТОТТГ, напр. UA53."))
    register = models.CharField(_("реєстр"), max_length=120)
    code = models.SlugField(_("код"), max_length=60)
    title = models.CharField(_("назва"), max_length=120)
    number = models.PositiveIntegerField(_("версія"))
    content = models.BinaryField(_("шаблон"))
    active = models.BooleanField(_("діє"), default=False)
    published_by = models.CharField(_("хто оприлюднив"), max_length=200)
    published_at = models.DateTimeField(_("коли"), default=timezone.now)

    class Meta:
        verbose_name = _("обласна форма")
        verbose_name_plural = _("обласні форми")
        ordering = ("region", "register", "code", "-number")
        constraints = [
            models.UniqueConstraint(fields=["region", "register", "code", "number"], name="regional_form_once"),
            models.UniqueConstraint(
                fields=["region", "register", "code"], condition=Q(active=True), name="regional_form_one_in_force"
            ),
            models.CheckConstraint(condition=Q(region__regex=r"^UA\d{2}$"), name="regional_form_region"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.title} v{self.number}"
