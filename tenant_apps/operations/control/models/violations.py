"""A violation on its way: seen with a photo, demanded to be put right, put right with a photo."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.gis.db.models import PointField
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.answering import Answering
from kernel.audit import Audited
from kernel.cards.models import Card
from kernel.files.fields import CardFileField
from kernel.search.text import SearchText
from tenant_apps.operations.control.models.kinds import CheckItem, ViolationKind


class DaysBetween(Func):
    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = models.IntegerField()


class Violation(Card):
    class State(models.TextChoices):
        RECORDED = "recorded", _("зафіксовано")
        NOTICED = "noticed", _("видано припис")
        PROTOCOL = "protocol", _("складено протокол")
        ELIMINATED = "eliminated", _("усунуто")
        CANCELLED = "cancelled", _("не підтвердилося")

    tones: ClassVar[dict[str, str]] = {
        "recorded": "warn",
        "noticed": "info",
        "protocol": "bad",
        "eliminated": "ok",
        "cancelled": "idle",
    }
    OPEN = (State.RECORDED, State.NOTICED, State.PROTOCOL)
    DEMANDED = (State.NOTICED, State.PROTOCOL)

    number = models.CharField(_("номер"), max_length=20, blank=True, editable=False)
    kind = models.ForeignKey(ViolationKind, models.PROTECT, related_name="+", verbose_name=_("вид порушення"))
    found_on = models.DateField(_("виявлено"), default=timezone.localdate)
    place = PointField(_("місце"))
    landmark = models.CharField(_("орієнтир"), max_length=200, blank=True)
    settlement = models.ForeignKey(
        "addresses.Settlement", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("населений пункт"), help_text=_("Порожньо — визначиться за найближчою адресою."),
    )  # fmt: skip
    building = models.ForeignKey(
        "addresses.Building", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("найближча адреса"),
    )  # fmt: skip
    details = models.TextField(_("що саме"), max_length=2000, blank=True)
    photo_before = CardFileField(_("знімок порушення"), null=True, blank=True)
    inspector = models.ForeignKey(
        "staff.Employee", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("інспектор")
    )
    party = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("відповідальний"), help_text=_("Порожньо — знайдеться за місцем на мапі."),
    )  # fmt: skip
    answers_as = models.CharField(_("чому відповідає"), max_length=12, choices=Answering, blank=True)
    ground = models.CharField(_("підстава відповідальності"), max_length=300, blank=True)

    state = models.CharField(_("стан"), max_length=12, choices=State, default=State.RECORDED, editable=False)
    notice_number = models.CharField(_("номер припису"), max_length=20, blank=True, editable=False)
    noticed_on = models.DateField(_("припис від"), null=True, blank=True, editable=False)
    due_on = models.DateField(_("усунути до"), null=True, blank=True, editable=False)
    protocol_number = models.CharField(_("номер протоколу"), max_length=40, blank=True, editable=False)
    protocol_on = models.DateField(_("протокол від"), null=True, blank=True, editable=False)
    eliminated_on = models.DateField(_("усунуто"), null=True, blank=True, editable=False)
    photo_after = CardFileField(_("знімок усунення"), null=True, blank=True, editable=False)
    outcome = models.CharField(_("чим закінчилося"), max_length=500, blank=True, editable=False)
    repeat_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("повторне після"),
    )  # fmt: skip
    repeats = models.PositiveSmallIntegerField(_("повторність"), default=0, editable=False)
    reaction_days = models.GeneratedField(
        expression=DaysBetween(F("eliminated_on"), F("found_on")),
        output_field=models.IntegerField(),
        db_persist=True,
        null=True,
        verbose_name=_("днів до усунення"),
    )
    # The same record sent twice by a phone is one.
    sent_key = models.UUIDField(_("ключ надсилання"), null=True, blank=True, editable=False, unique=True)
    sought = SearchText("number", "landmark", "details", "notice_number")

    reaction_days.register_kind = "integer"  # type: ignore[attr-defined]

    audited: ClassVar[Any] = Audited(exclude=("sought", "version", "updated_at", "reaction_days", "sent_key"))
    personal_data: ClassVar[dict[str, str]] = {"details": "text", "outcome": "text"}
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("порушення")
        verbose_name_plural = _("порушення")
        ordering = ("-found_on", "-id")
        indexes = [
            *Card.Meta.indexes,
            models.Index(fields=["-found_on", "-id"], name="violation_by_day"),
            models.Index(fields=["kind", "found_on"], name="violation_by_kind"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="violation_number_once"),
            models.UniqueConstraint(
                fields=["notice_number"], condition=~Q(notice_number=""), name="violation_notice_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["noticed", "protocol"])
                | (Q(noticed_on__isnull=False, due_on__isnull=False, party__isnull=False) & ~Q(notice_number="")),
                name="violation_notice_is_whole",
                violation_error_message=_("Припис видано: відповідального не прибрати. Виберіть іншого."),
            ),
            models.CheckConstraint(
                condition=Q(noticed_on__isnull=True) | Q(noticed_on__gte=F("found_on"), due_on__gte=F("noticed_on")),
                name="violation_days_in_order",
                violation_error_message=_("Дати не по порядку: виявлено, припис, строк усунення."),
            ),
            models.CheckConstraint(
                condition=Q(state="eliminated", eliminated_on__isnull=False, photo_after__isnull=False)
                | (~Q(state="eliminated") & Q(eliminated_on__isnull=True)),
                name="violation_eliminated_with_photo",
            ),
            models.CheckConstraint(
                condition=Q(eliminated_on__isnull=True) | Q(eliminated_on__gte=F("found_on")),
                name="violation_eliminated_after_found",
                violation_error_message=_("Усунути раніше, ніж виявлено, не можна. Перевірте обидві дати."),
            ),
            models.CheckConstraint(
                condition=~Q(state="protocol") | (Q(protocol_on__isnull=False) & ~Q(protocol_number="")),
                name="violation_protocol_is_whole",
            ),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(outcome=""), name="violation_cancelled_why"),
            models.CheckConstraint(
                condition=Q(repeat_of__isnull=True, repeats=0) | Q(repeat_of__isnull=False, repeats__gte=1),
                name="violation_repeat_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}".strip()

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN and self.archived_at is None

    @property
    def is_overdue(self) -> bool:
        return self.state in self.DEMANDED and self.due_on is not None and self.due_on < timezone.localdate()


class Finding(models.Model):
    """What the inspector saw at one point of the checklist."""

    violation = models.ForeignKey(Violation, models.PROTECT, related_name="findings", verbose_name=_("порушення"))
    item = models.ForeignKey(CheckItem, models.PROTECT, related_name="+", verbose_name=_("пункт перевірки"))
    broken = models.BooleanField(_("порушено"), default=True)

    audited = True

    class Meta:
        verbose_name = _("відповідь чек-листа")
        verbose_name_plural = _("відповіді чек-листа")
        ordering = ("violation", "item__position", "id")
        constraints = [models.UniqueConstraint(fields=["violation", "item"], name="finding_once")]

    def __str__(self) -> str:
        return str(self.item)
