"""Adjacent territories (REG-005): who keeps which piece of land clean, by which decision and contract."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.files.fields import CardFileField
from kernel.search.text import SearchText

LIVE = Q(archived_at__isnull=True)


class AllotmentDecision(Card):
    """Of the executive committee; its annex is made of the territories that name it."""

    title = models.CharField(
        _("про що"), max_length=300, default=_("Про закріплення прилеглих територій"), help_text=_("Назва рішення.")
    )
    number = models.CharField(_("номер"), max_length=40, blank=True)
    signed_on = models.DateField(_("ухвалено"), null=True, blank=True)
    annex = models.PositiveSmallIntegerField(_("номер додатка"), default=1)
    signatory = models.CharField(
        _("хто підписує додаток"), max_length=200, blank=True, help_text=_("Посада, імʼя і прізвище.")
    )
    sought = SearchText("number", "title")

    personal_data: ClassVar[dict[str, str]] = {"signatory": "text"}

    class Meta(Card.Meta):
        verbose_name = _("рішення виконкому")
        verbose_name_plural = _("рішення виконкому")
        constraints = [
            models.CheckConstraint(
                condition=Q(number="", signed_on__isnull=True) | (~Q(number="") & Q(signed_on__isnull=False)),
                name="adjacent_decision_whole",
                violation_error_message=_("Номер і дату рішення вказують разом. Впишіть обидва або жодного."),
            ),
            models.UniqueConstraint(
                fields=["number", "signed_on"],
                condition=LIVE & ~Q(number=""),
                name="adjacent_decision_once",
                violation_error_message=_("Рішення з таким номером і датою вже є. Знайдіть його в переліку."),
            ),
        ]

    def __str__(self) -> str:
        if self.signed_on is None:
            return str(_("Проєкт: %(title)s") % {"title": self.title})
        return str(_("від %(day)s № %(number)s") % {"day": f"{self.signed_on:%d.%m.%Y}", "number": self.number})

    @property
    def is_signed(self) -> bool:
        return self.signed_on is not None


class Allotment(Card):
    class Kind(models.TextChoices):
        SHOP = "shop", _("магазин")
        SERVICE = "service", _("заклад послуг")
        OFFICE = "office", _("установа")
        FLATS = "flats", _("багатоквартирний будинок")
        HOUSE = "house", _("садиба")
        PLANT = "plant", _("підприємство")
        STRUCTURE = "structure", _("тимчасова споруда")
        OTHER = "other", _("інше")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("пропозиція")
        ALLOTTED = "allotted", _("закріплено рішенням")
        CONTRACTED = "contracted", _("укладено договір")
        LAPSED = "lapsed", _("договір закінчився")
        ENDED = "ended", _("припинено")

    number = models.CharField(
        _("номер"), max_length=20, blank=True, help_text=_("Порожній номер реєстр надасть сам, наступний.")
    )
    kind = models.CharField(_("обʼєкт"), max_length=10, choices=Kind, default=Kind.SHOP)
    name = models.CharField(_("назва обʼєкта"), max_length=200, help_text=_("Напр. «магазин „Продукти“»."))
    holder = models.ForeignKey(
        "organisations.Party", models.PROTECT, related_name="+", verbose_name=_("за ким закріплено")
    )
    settlement = models.ForeignKey(
        "addresses.Settlement", models.PROTECT, related_name="+", verbose_name=_("населений пункт")
    )
    place = models.CharField(_("місце"), max_length=300, help_text=_("Адреса обʼєкта, до якого прилягає територія."))
    shape = models.PolygonField(_("межа"), srid=4326)
    # The spheroid's own area, whoever writes the card: a form, an import, the map.
    area = models.GeneratedField(
        expression=Func(F("shape"), template="round(ST_Area((%(expressions)s)::geography)::numeric, 1)"),
        output_field=models.DecimalField(max_digits=12, decimal_places=1),
        db_persist=True,
        verbose_name=_("площа"),
    )
    area.register_kind = "decimal"  # type: ignore[attr-defined]
    area.decimal_places = 1  # type: ignore[attr-defined]
    area.unit = "м²"  # type: ignore[attr-defined]
    duties = models.TextField(
        _("обовʼязки"),
        max_length=2000,
        default=_("Прибирати територію, косити траву, взимку чистити сніг і посипати слизьке."),
    )
    decision = models.ForeignKey(
        AllotmentDecision, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("рішення виконкому")
    )
    contract = models.CharField(_("номер договору"), max_length=60, blank=True)
    valid_from = models.DateField(_("договір діє з"), null=True, blank=True)
    valid_to = models.DateField(_("договір діє до включно"), null=True, blank=True)
    scan = CardFileField(_("копія договору"), null=True, blank=True)
    ended_on = models.DateField(_("припинено"), null=True, blank=True, editable=False)
    ended_why = models.CharField(_("підстава припинення"), max_length=500, blank=True, editable=False)
    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.PROPOSED, editable=False)
    sought = SearchText("number", "name", "place", "contract")

    tones: ClassVar[dict[str, str]] = {
        "proposed": "info", "allotted": "warn", "contracted": "ok", "lapsed": "bad", "ended": "idle"
    }  # fmt: skip
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("прилегла територія")
        verbose_name_plural = _("прилеглі території")
        indexes = [*Card.Meta.indexes, models.Index(fields=["number", "id"], name="allotment_by_number")]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=LIVE & ~Q(number=""),
                name="allotment_number_once",
                violation_error_message=_("Такий номер уже є. Очистьте поле, і реєстр надасть наступний."),
            ),
            models.CheckConstraint(
                condition=Q(contract="", valid_from__isnull=True, valid_to__isnull=True)
                | (~Q(contract="") & Q(valid_from__isnull=False)),
                name="allotment_contract_whole",
                violation_error_message=_("Номер договору і день, з якого він діє, вказують разом. Впишіть обидва."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="allotment_term_in_order",
                violation_error_message=_("Договір закінчується раніше, ніж починається. Перевірте обидві дати."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_why="") | (Q(ended_on__isnull=False) & ~Q(ended_why="")),
                name="allotment_end_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.name}"

    def clean(self) -> None:
        super().clean()
        self.contract = " ".join(self.contract.split())
        self.state = self.standing()

    def standing(self) -> str:
        if self.ended_on:
            return self.State.ENDED
        if self.contract and self.valid_from:
            over = self.valid_to is not None and self.valid_to < timezone.localdate()
            return self.State.LAPSED if over else self.State.CONTRACTED
        return self.State.ALLOTTED if self.decision is not None and self.decision.is_signed else self.State.PROPOSED


class AllotmentInspection(Card):
    class Result(models.TextChoices):
        CLEAN = "clean", _("прибрано")
        VIOLATED = "violated", _("не прибрано")

    class State(models.TextChoices):
        CLEAN = "clean", _("зауважень немає")
        OPEN = "open", _("треба усунути")
        FIXED = "fixed", _("усунено")

    allotment = models.ForeignKey(Allotment, models.PROTECT, related_name="+", verbose_name=_("територія"))
    inspected_on = models.DateField(_("оглянуто"), default=timezone.localdate)
    result = models.CharField(_("висновок"), max_length=10, choices=Result)
    findings = models.TextField(_("що виявлено"), max_length=2000)
    due_on = models.DateField(_("усунути до"), null=True, blank=True)
    photo_before = CardFileField(_("фото під час огляду"), null=True, blank=True)
    photo_after = CardFileField(_("фото після усунення"), null=True, blank=True)
    fixed_on = models.DateField(_("усунено"), null=True, blank=True, editable=False)
    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.CLEAN, editable=False)
    sought = SearchText("findings")

    tones: ClassVar[dict[str, str]] = {"clean": "ok", "open": "warn", "fixed": "ok"}
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "allotment__settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("огляд")
        verbose_name_plural = _("огляди")
        constraints = [
            models.CheckConstraint(
                condition=Q(result="clean", due_on__isnull=True, fixed_on__isnull=True)
                | Q(result="violated", due_on__isnull=False, due_on__gte=F("inspected_on")),
                name="adjacent_inspection_term",
                violation_error_message=_(
                    "Строк усунення потрібен, коли не прибрано, і не раніше за день огляду. Інакше лишіть його порожнім."
                ),
            ),
            models.CheckConstraint(
                condition=Q(fixed_on__isnull=True) | Q(fixed_on__gte=F("inspected_on")),
                name="adjacent_inspection_fixed",
                violation_error_message=_("Усунено раніше за день огляду. Перевірте дату."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.allotment}: {self.inspected_on:%d.%m.%Y}"

    def clean(self) -> None:
        super().clean()
        if self.inspected_on and self.inspected_on > timezone.localdate():
            raise ValidationError({"inspected_on": _("Цей день ще не настав. Вкажіть день, коли територію оглянули.")})
        if self.result == self.Result.CLEAN:
            self.state = self.State.CLEAN
        else:
            self.state = self.State.FIXED if self.fixed_on else self.State.OPEN
