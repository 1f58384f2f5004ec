"""Answers kept for a day, so that a request sent twice is done once."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered; written in the transaction of the change itself."""

    token = models.ForeignKey(
        "access.ApiToken", models.CASCADE, related_name="+", db_index=False, verbose_name=_("ключ програми")
    )
    key = models.CharField(_("ключ повторення"), max_length=255)
    request = models.CharField(_("відбиток запиту"), max_length=64)
    status = models.PositiveSmallIntegerField(_("код відповіді"))
    headers = models.JSONField(_("заголовки"), default=dict)
    body = models.TextField(_("відповідь"), blank=True)
    at = models.DateTimeField(_("коли"), default=timezone.now)

    personal_data: ClassVar[dict[str, str]] = {"body": "text"}

    class Meta:
        verbose_name = _("збережена відповідь")
        verbose_name_plural = _("збережені відповіді")
        indexes = [models.Index(fields=["at"], name="kept_answer_at")]
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="kept_answer_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
