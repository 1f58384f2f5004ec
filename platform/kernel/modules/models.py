from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ModuleState(models.Model):
    """A tenant's own decision about a module; without a row the manifest decides."""

    module = models.CharField(_("модуль"), max_length=60, unique=True)
    enabled = models.BooleanField(_("увімкнено"))
    at = models.DateTimeField(_("коли"), default=timezone.now)
    by = models.CharField(_("хто"), max_length=200)
    reason = models.CharField(_("чому"), max_length=500, blank=True)

    audited = True
    personal_data: ClassVar[dict[str, str]] = {"by": "text"}

    class Meta:
        verbose_name = _("стан модуля")
        verbose_name_plural = _("стани модулів")
        ordering = ("module",)

    def __str__(self) -> str:
        return f"{self.module}: {'+' if self.enabled else '−'}"
