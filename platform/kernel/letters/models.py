"""The domain a community writes from, and the key its letters are signed by."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited


class MailSender(models.Model):
    """One row, or none: then letters leave from the platform's own address."""

    only = models.BooleanField(default=True, unique=True, editable=False)
    domain = models.CharField(_("домен"), max_length=253)
    mailbox = models.CharField(_("скринька"), max_length=64)
    # Of this community alone: a record that holds this key proves that the domain's owner put it there for us.
    selector = models.CharField(_("селектор DKIM"), max_length=40)
    public_key = models.TextField(_("відкритий ключ"))
    # Sealed with the installation's key.
    private_key = models.TextField(editable=False)
    verified_at = models.DateTimeField(_("підтверджено"), null=True, editable=False)
    lost_at = models.DateTimeField(_("втрачено"), null=True, editable=False)
    # The last time DNS answered, and what was wrong with each record then; empty words are good ones.
    checked_at = models.DateTimeField(_("перевірено"), null=True, editable=False)
    problems = models.JSONField(_("що не так"), default=dict, editable=False)

    audited = Audited(exclude=("private_key", "checked_at", "problems"))
    personal_data: ClassVar[dict[str, str]] = {"private_key": "secret"}
    # A training copy writes to nobody in its community's name.
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("домен пошти")
        verbose_name_plural = _("домени пошти")
        constraints = [
            models.CheckConstraint(condition=Q(only=True), name="mail_sender_only"),
            models.CheckConstraint(
                condition=Q(mailbox__regex=r"^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$"),
                name="mail_sender_mailbox",
                violation_error_message=_(
                    "Скринька — латинські літери, цифри, крапка й дефіс, напр. noreply або rada."
                ),
            ),
            models.CheckConstraint(
                condition=Q(domain__regex=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"),
                name="mail_sender_domain",
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        return f"{self.mailbox}@{self.domain}"

    @property
    def working(self) -> bool:
        return self.verified_at is not None and self.lost_at is None
