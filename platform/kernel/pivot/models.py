"""A pivot as somebody set it up, and whom it is for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited

LONGEST_QUERY = 4000


class SavedPivot(models.Model):
    class Audience(models.TextChoices):
        OWNER = "owner", _("лише мені")
        ROLE = "role", _("людям із роллю")
        EVERYBODY = "everybody", _("усім, хто бачить реєстр")

    register = models.CharField(_("реєстр"), max_length=120)
    title = models.CharField(_("назва"), max_length=120)
    query = models.CharField(_("склад і умови"), max_length=LONGEST_QUERY, blank=True)
    audience = models.CharField(_("кому видно"), max_length=10, choices=Audience, default=Audience.OWNER)
    # A role that is gone leaves the pivot to its owner.
    role = models.ForeignKey(
        "access.Role", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("роль")
    )
    owner = models.ForeignKey("access.User", models.CASCADE, related_name="+", verbose_name=_("чия"))
    version = models.PositiveIntegerField(_("версія"), default=1, editable=False)
    created_at = models.DateTimeField(_("створено"), default=timezone.now)
    updated_at = models.DateTimeField(_("змінено"), auto_now=True)

    audited: ClassVar[Audited] = Audited(exclude=("version", "updated_at"))
    personal_data: ClassVar[dict[str, str]] = {}

    class Meta:
        verbose_name = _("збережена зведена таблиця")
        verbose_name_plural = _("збережені зведені таблиці")
        ordering = ("title", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["register", "owner", "title"],
                name="saved_pivot_once",
                violation_error_message=_("У вас уже є зведена таблиця з такою назвою. Назвіть цю інакше."),
            ),
            models.CheckConstraint(condition=~Q(title=""), name="saved_pivot_named"),
            models.CheckConstraint(
                condition=Q(audience__in=["owner", "role", "everybody"]), name="saved_pivot_audience"
            ),
            models.CheckConstraint(condition=Q(audience="role") | Q(role=None), name="saved_pivot_role"),
        ]

    def __str__(self) -> str:
        return self.title
