from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level


class Role(models.Model):
    code = models.SlugField(_("код"), max_length=40, unique=True)
    title = models.CharField(_("назва"), max_length=120)
    built_in = models.BooleanField(_("готова"), default=False, editable=False)
    requires_mfa = models.BooleanField(
        _("потрібен другий крок входу"),
        default=False,
        help_text=_("Людина з цією роллю не працюватиме, доки не налаштує код або ключ."),
    )

    audited = True

    class Meta:
        verbose_name = _("роль")
        verbose_name_plural = _("ролі")
        ordering = ("title",)
        constraints = [
            models.UniqueConstraint(
                "title",
                name="role_title_once",
                violation_error_message=_("Роль із такою назвою вже є. Виберіть іншу назву."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class RoleLevel(models.Model):
    """What a role may do in a module, in the kernel's own subject, or (`area:…`) in a whole area."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="levels")
    module = models.CharField(_("модуль або область"), max_length=60)
    level = models.PositiveSmallIntegerField(_("рівень"), choices=Level)
    rule = models.CharField(_("які записи"), max_length=20, default="all")

    audited = True

    class Meta:
        verbose_name = _("рівень ролі")
        verbose_name_plural = _("рівні ролей")
        ordering = ("module",)
        constraints = [
            models.UniqueConstraint(fields=["role", "module"], name="role_level_once"),
            models.CheckConstraint(condition=Q(level__gte=0, level__lte=3), name="role_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} {self.module}: {self.level}"


class DatedQuerySet(models.QuerySet["RoleAssignment"]):
    def on(self, day: date) -> DatedQuerySet:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class RoleAssignment(models.Model):
    user = models.ForeignKey("access.User", models.PROTECT, related_name="assignments", verbose_name=_("кому"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="assignments", verbose_name=_("роль"))
    valid_from = models.DateField(_("з"))
    valid_to = models.DateField(_("до"), null=True, blank=True)
    given_by = models.CharField(_("хто надав"), max_length=200)
    given_at = models.DateTimeField(_("коли"), default=timezone.now)

    objects = DatedQuerySet.as_manager()
    audited = True
    personal_data: ClassVar[dict[str, str]] = {"given_by": "text"}

    class Meta:
        verbose_name = _("надана роль")
        verbose_name_plural = _("надані ролі")
        ordering = ("valid_from", "id")
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "valid_from"], name="role_assignment_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="role_assignment_dates",
                violation_error_message=_("Кінець строку раніше за початок. Перевірте дати."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_id} → {self.user_id}"


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def on(self, day: date) -> DelegationQuerySet:
        return self.filter(from_date__lte=day, to_date__gte=day, ended_at__isnull=True)


class Delegation(models.Model):
    """Somebody's rights in somebody else's hands for the days of a vacation. It ends by itself."""

    from_user = models.ForeignKey(
        "access.User", models.PROTECT, related_name="delegations_given", verbose_name=_("хто передає")
    )
    to_user = models.ForeignKey(
        "access.User", models.PROTECT, related_name="delegations_received", verbose_name=_("кому")
    )
    roles = ArrayField(
        models.SlugField(max_length=40),
        verbose_name=_("ролі"),
        default=list,
        blank=True,
        help_text=_("Порожньо — усі ролі, які людина має сама."),
    )
    from_date = models.DateField(_("з"))
    to_date = models.DateField(_("до включно"))
    reason = models.CharField(_("підстава"), max_length=300)
    given_by = models.CharField(_("хто оформив"), max_length=200)
    given_at = models.DateTimeField(_("оформлено"), default=timezone.now)
    ended_at = models.DateTimeField(_("припинено достроково"), null=True, blank=True)
    ended_by = models.CharField(_("хто припинив"), max_length=200, blank=True)

    objects = DelegationQuerySet.as_manager()
    audited = True
    personal_data: ClassVar[dict[str, str]] = {"given_by": "text", "ended_by": "text"}

    class Meta:
        verbose_name = _("передання прав")
        verbose_name_plural = _("передання прав")
        ordering = ("-from_date", "-id")
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_user=F("to_user")),
                name="delegation_to_another",
                violation_error_message=_("Передати права можна лише іншій людині."),
            ),
            models.CheckConstraint(
                condition=Q(to_date__gte=F("from_date")),
                name="delegation_dates",
                violation_error_message=_("Останній день раніше за перший. Перевірте дати."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_user_id} → {self.to_user_id}, {self.from_date}–{self.to_date}"
