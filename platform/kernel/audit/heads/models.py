"""What every journal's seal was, day by day, kept outside the tenant: a cut tail is missed here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel.audit.models import ClockTimestamp


class Head(models.Model):
    append_only = True

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(_("чий журнал"), max_length=40)
    schema = models.CharField(_("схема"), max_length=63)
    seal_id = models.BigIntegerField(_("печатка"))
    last_id = models.BigIntegerField(_("останній запис"))
    hash = models.CharField(_("відбиток"), max_length=64)
    at = models.DateTimeField(_("оприлюднено"), db_default=ClockTimestamp(), editable=False)

    class Meta:
        verbose_name = _("оприлюднена печатка")
        verbose_name_plural = _("оприлюднені печатки")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["subject", "hash"], name="audit_head_once")]

    def __str__(self) -> str:
        return f"{self.subject} № {self.seal_id}: {self.hash[:12]}"
