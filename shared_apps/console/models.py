"""What the region keeps of its own: thresholds it watches, what they found, words to the communities."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited
from shared_apps.communities.models import Community


class AlertRule(models.Model):
    """Tell when the figure of a community is below (or above) a threshold."""

    class Side(models.TextChoices):
        BELOW = "below", _("нижче за")
        ABOVE = "above", _("вище за")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    indicator = models.CharField(_("показник"), max_length=160)
    side = models.CharField(_("коли"), max_length=5, choices=Side)
    threshold = models.DecimalField(_("поріг"), max_digits=24, decimal_places=6)
    created_by = models.CharField(_("хто стежить"), max_length=200, editable=False)
    owner_id = models.UUIDField(editable=False)
    created_at = models.DateTimeField(_("від коли"), default=timezone.now, editable=False)
    checked_at = models.DateTimeField(_("перевірено"), null=True, editable=False)

    audited = True

    class Meta:
        verbose_name = _("поріг")
        verbose_name_plural = _("пороги")
        ordering = ("indicator", "threshold")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "side", "threshold", "owner_id"],
                name="alert_rule_once",
                violation_error_message=_("За цим порогом ви вже стежите."),
            ),
            models.CheckConstraint(condition=Q(side__in=["below", "above"]), name="alert_rule_side"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.get_side_display()} {self.threshold:f}"


class Alert(models.Model):
    """A community crossed a threshold; over when it came back."""

    rule = models.ForeignKey(AlertRule, models.CASCADE, related_name="alerts")
    community = models.ForeignKey(Community, models.CASCADE, related_name="+", verbose_name=_("громада"))
    period = models.CharField(_("період"), max_length=10, blank=True)
    value = models.DecimalField(_("значення"), max_digits=24, decimal_places=6)
    fired_at = models.DateTimeField(_("коли"), default=timezone.now)
    over_at = models.DateTimeField(_("минуло"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("прийнято"), null=True, blank=True)
    acknowledged_by = models.CharField(_("хто прийняв"), max_length=200, blank=True)
    told_at = models.DateTimeField(_("лист надіслано"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("сигнал")
        verbose_name_plural = _("сигнали")
        ordering = ("-fired_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "community", "period"], condition=Q(over_at__isnull=True), name="alert_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.community_id}: {self.value}"


class Composed(models.Model):
    """Put together out of indicators and kept under a name: one's own, or shown to everybody on the console."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("назва"), max_length=120)
    district = models.CharField(_("район"), max_length=6, blank=True)
    size = models.CharField(_("розмір громади"), max_length=2, blank=True)
    shared = models.BooleanField(_("бачать усі на консолі"), default=False)
    owner_id = models.UUIDField(editable=False)
    created_by = models.CharField(_("хто склав"), max_length=200, editable=False)
    updated_at = models.DateTimeField(_("змінено"), auto_now=True)

    audited = Audited(exclude=("updated_at",))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class Rating(Composed):
    # Codes of indicators, their weights, and which is better: [["bus_stops.bus-stops.total", "10", "more"], …].
    parts = models.JSONField(_("показники"), default=list)

    class Meta:
        verbose_name = _("рейтинг")
        verbose_name_plural = _("рейтинги")
        ordering = ("title", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["owner_id", "title"],
                name="rating_once",
                violation_error_message=_("У вас уже є рейтинг із такою назвою. Назвіть цей інакше."),
            ),
            models.CheckConstraint(condition=~Q(title=""), name="rating_named"),
        ]


class Report(Composed):
    """A consolidated report: which figures, of what time, down to districts or to communities."""

    class Depth(models.TextChoices):
        COMMUNITIES = "communities", _("до громад")
        DISTRICTS = "districts", _("до районів")

    # Codes of indicators in their order; none means every figure of the list by law.
    codes = models.JSONField(_("показники"), default=list, blank=True)
    period = models.CharField(_("період"), max_length=10, blank=True)
    depth = models.CharField(_("докладність"), max_length=11, choices=Depth, default=Depth.COMMUNITIES)

    class Meta:
        verbose_name = _("зведений звіт")
        verbose_name_plural = _("зведені звіти")
        ordering = ("title", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["owner_id", "title"],
                name="report_once",
                violation_error_message=_("У вас уже є звіт із такою назвою. Назвіть цей інакше."),
            ),
            models.CheckConstraint(condition=~Q(title=""), name="report_named"),
            models.CheckConstraint(condition=Q(depth__in=["communities", "districts"]), name="report_depth"),
        ]


class Digest(models.Model):
    """Who gets the weekly letter, and of which Monday the last one was."""

    owner_id = models.UUIDField(primary_key=True, editable=False)
    since = models.DateTimeField(_("від коли"), default=timezone.now, editable=False)
    sent_for = models.DateField(_("останній лист"), null=True, editable=False)

    class Meta:
        verbose_name = _("щотижневий лист")
        verbose_name_plural = _("щотижневі листи")

    def __str__(self) -> str:
        return str(self.owner_id)


class Announcement(models.Model):
    """Words over every page of the communities it is for, from one day to another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("заголовок"), max_length=120)
    text = models.CharField(_("текст"), max_length=500)
    starts_on = models.DateField(_("від"))
    ends_on = models.DateField(_("до включно"))
    # «UA53», «UA5302» or empty for everybody.
    territory = models.CharField(_("де"), max_length=6, blank=True, help_text=_("Порожньо — усім громадам."))
    created_by = models.CharField(_("хто"), max_length=200, editable=False)
    created_at = models.DateTimeField(_("коли"), default=timezone.now, editable=False)

    audited = True
    record_rules: ClassVar[dict[str, str]] = {"region": "territory", "district": "territory"}

    class Meta:
        verbose_name = _("оголошення")
        verbose_name_plural = _("оголошення")
        ordering = ("-starts_on", "-created_at")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="announcement_ends_after_start",
                violation_error_message=_("Останній день раніше за перший. Перевірте дати."),
            ),
            models.CheckConstraint(
                condition=Q(territory="") | Q(territory__regex=r"^UA\d{2}(\d{2})?$"),
                name="announcement_territory_form",
                violation_error_message=_("Код області — UA і дві цифри, району — чотири: UA53 або UA5302."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
