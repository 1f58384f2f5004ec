from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited


class ApiToken(models.Model):
    """A program's key: acts for its owner, within its scopes, until its day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("назва"), max_length=100, help_text=_("Яка програма ним користується."))
    prefix = models.CharField(_("початок"), max_length=8, unique=True, editable=False)
    hash = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=80), verbose_name=_("що дозволено"))
    created_by = models.ForeignKey("access.User", models.PROTECT, related_name="api_tokens", verbose_name=_("власник"))
    created_at = models.DateTimeField(_("створено"), default=timezone.now)
    expires_at = models.DateTimeField(_("діє до"))
    last_used_at = models.DateTimeField(_("востаннє"), null=True, blank=True)
    last_used_from = models.GenericIPAddressField(_("звідки"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("відкликано"), null=True, blank=True)
    revoked_by = models.CharField(_("хто відкликав"), max_length=200, blank=True)

    audited = Audited(exclude=("hash", "last_used_at", "last_used_from"))
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("ключ програми")
        verbose_name_plural = _("ключі програм")
        ordering = ("-created_at",)
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="token_ends_later")]

    def __str__(self) -> str:
        return f"{self.name} (hc_{self.prefix}_…)"

    @property
    def state(self) -> str:
        if self.revoked_at:
            return "revoked"
        return "open" if self.expires_at > timezone.now() else "expired"
