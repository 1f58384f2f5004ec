"""Temporary structures for business (Order 244): application, scheme, passport, fee, violations, dismantling."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.files.fields import CardFileField
from kernel.permits.models import LIVE, DismantlingOrder, PaidPermit
from kernel.permits.paying import DatedRate, FeeCharge, FeePayment, Fees, FeeZone
from kernel.search.text import SearchText

# Order 244: a closed pavilion is no larger.
LARGEST_PAVILION = 30


class PlacementZone(FeeZone):
    sought = SearchText("code", "name")

    class Meta(FeeZone.Meta):
        pass


class PlacementRate(DatedRate):
    zone = models.ForeignKey(PlacementZone, models.PROTECT, related_name="+", verbose_name=_("зона"))
    sought = SearchText("act")

    class Meta(DatedRate.Meta):
        pass


class Structure(PaidPermit):
    class Kind(models.TextChoices):
        PAVILION = "pavilion", _("павільйон")
        KIOSK = "kiosk", _("кіоск")
        STOP = "stop", _("зупинковий комплекс")
        COUNTER = "counter", _("лоток, прилавок")
        TERRACE = "terrace", _("літній майданчик")
        OTHER = "other", _("інша")

    kind = models.CharField(_("вид"), max_length=10, choices=Kind, default=Kind.KIOSK)
    purpose = models.CharField(_("призначення"), max_length=200, help_text=_("Напр. «продаж преси», «кава на виніс»."))
    holder = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("замовник")
    )
    settlement = models.ForeignKey(
        "addresses.Settlement", models.PROTECT, related_name="+", verbose_name=_("населений пункт")
    )
    place = models.CharField(_("місце"), max_length=300, help_text=_("Напр. «вул. Центральна, біля будинку 12»."))
    location = models.PointField(_("на мапі"), srid=4326, null=True, blank=True)
    zone = models.ForeignKey(
        PlacementZone, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("зона плати"),
        help_text=_("Порожню зону реєстр визначить за точкою на мапі."),
    )  # fmt: skip
    closed = models.BooleanField(_("із закритим простором"), default=True)
    permit_number = models.CharField(_("номер паспорта привʼязки"), max_length=60, blank=True)
    scheme = CardFileField(_("схема розміщення"), null=True, blank=True)
    contract = models.CharField(_("договір про плату"), max_length=120, blank=True, help_text=_("Номер і дата."))
    due_on = models.DateField(_("строк розгляду"), null=True, blank=True, editable=False)
    installed_on = models.DateField(_("встановлено"), null=True, blank=True)
    sought = SearchText("number", "place", "purpose", "permit_number", "contract")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}
    personal_data: ClassVar[dict[str, str]] = {"note": "text"}

    class Meta(PaidPermit.Meta):
        verbose_name = _("тимчасова споруда")
        verbose_name_plural = _("тимчасові споруди")
        indexes = [*Card.Meta.indexes, models.Index(fields=["number", "id"], name="structure_by_number")]
        constraints = [
            *PaidPermit.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closed=False) | Q(area__lte=LARGEST_PAVILION),
                name="structure_pavilion_small",
                violation_error_message=_(
                    "Закритий простір тимчасової споруди — до 30 м² (наказ № 244). Перевірте площу або зніміть позначку."
                ),
            ),
            models.UniqueConstraint(
                fields=["permit_number"],
                condition=LIVE & ~Q(permit_number=""),
                name="structure_passport_once",
                violation_error_message=_("Паспорт привʼязки з таким номером уже внесено. Знайдіть ту споруду."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.place}"

    def clean(self) -> None:
        super().clean()
        if self.zone_id is None and self.location is not None:
            # The smallest of the zones that hold the place: a market stands within its quarter.
            found = PlacementZone.objects.filter(archived_at__isnull=True, shape__covers=self.location)
            self.zone = min(found, key=lambda one: one.shape.area, default=None)
        if self.installed_on and self.valid_from and self.installed_on < self.valid_from:
            raise ValidationError(
                {"installed_on": _("Споруду встановлено раніше, ніж почав діяти паспорт. Перевірте обидві дати.")}
            )


class PlacementCharge(FeeCharge):
    permit = models.ForeignKey(Structure, models.PROTECT, related_name="+", verbose_name=_("споруда"))
    sought = SearchText("number")

    class Meta(FeeCharge.Meta):
        pass


class PlacementPayment(FeePayment):
    permit = models.ForeignKey(Structure, models.PROTECT, related_name="+", verbose_name=_("споруда"))
    sought = SearchText("document")

    class Meta(FeePayment.Meta):
        pass


class StructureViolation(Card):
    class Kind(models.TextChoices):
        AREA = "area", _("більша за паспорт")
        PLACE = "place", _("не на своєму місці")
        LOOK = "look", _("інший вигляд")
        TIDINESS = "tidiness", _("не прибрано навколо")
        PERMITLESS = "permitless", _("без паспорта")
        OTHER = "other", _("інше")

    class State(models.TextChoices):
        FOUND = "found", _("виявлено")
        FIXED = "fixed", _("усунено")
        WITHDRAWN = "withdrawn", _("не підтвердилося")

    permit = models.ForeignKey(Structure, models.PROTECT, related_name="+", verbose_name=_("споруда"))
    kind = models.CharField(_("вид порушення"), max_length=12, choices=Kind)
    found_on = models.DateField(_("виявлено"), default=timezone.localdate)
    description = models.TextField(_("опис"), max_length=2000)
    order = models.CharField(_("припис"), max_length=120, blank=True, help_text=_("Номер і дата припису."))
    due_on = models.DateField(_("усунути до"))
    photo_before = CardFileField(_("фото порушення"), null=True, blank=True)
    photo_after = CardFileField(_("фото після усунення"), null=True, blank=True)
    fixed_on = models.DateField(_("усунено"), null=True, blank=True, editable=False)
    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.FOUND, editable=False)
    sought = SearchText("description", "order")

    tones: ClassVar[dict[str, str]] = {"found": "warn", "fixed": "ok", "withdrawn": "idle"}
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "permit__settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("порушення")
        verbose_name_plural = _("порушення")
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("found_on")),
                name="structure_violation_term_in_order",
                violation_error_message=_("Строк усунення раніше за день виявлення. Перевірте обидві дати."),
            ),
            models.CheckConstraint(
                condition=Q(state="fixed", fixed_on__isnull=False, fixed_on__gte=F("found_on"))
                | (~Q(state="fixed") & Q(fixed_on__isnull=True)),
                name="structure_violation_fixed_dated",
                violation_error_message=_("Усунено раніше, ніж виявлено. Перевірте дату."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.found_on:%d.%m.%Y}"


class StructureDismantling(DismantlingOrder):
    permit = models.ForeignKey(Structure, models.PROTECT, related_name="+", verbose_name=_("споруда"))
    sought = SearchText("number", "act", "grounds", "contractor")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "permit__settlement__katottg"}

    class Meta(DismantlingOrder.Meta):
        verbose_name = _("розпорядження про демонтаж")
        verbose_name_plural = _("демонтаж")


FEES = Fees(Structure, PlacementRate, PlacementCharge, PlacementPayment)
