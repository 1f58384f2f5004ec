"""Buildings with what is in them. The words of an address are kept in `shown` and `also`; see shown.py."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.gis.db.models import PointField
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.search.text import SearchText
from tenant_apps.territory.addresses.calc import building_label
from tenant_apps.territory.addresses.fields import (
    CORPUS_FORM,
    NUMBER_FORM,
    PREMISES_FORM,
    CorpusNumber,
    HouseNumber,
    HouseOrder,
    PremisesNumber,
)
from tenant_apps.territory.addresses.models.places import LIVE, Settlement, Street, derived


class Building(Card):
    """A house, a structure or a plot that has an address of its own."""

    class Purpose(models.TextChoices):
        FLATS = "flats", _("багатоквартирний будинок")
        HOUSE = "house", _("приватний будинок")
        PUBLIC = "public", _("громадська будівля")
        TRADE = "trade", _("торгівля і послуги")
        INDUSTRY = "industry", _("виробництво і склади")
        STRUCTURE = "structure", _("споруда")
        PLOT = "plot", _("земельна ділянка")

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="+", verbose_name=_("населений пункт"))
    street = models.ForeignKey(
        Street,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="buildings",
        verbose_name=_("вулиця"),
        help_text=_("Порожньо, якщо в селі вулиць немає."),
    )
    number = HouseNumber(
        _("номер"), max_length=20, blank=True, help_text=_("Напр. 14, 14А, 2/1. Без номера — порожньо.")
    )
    corpus = CorpusNumber(_("корпус"), max_length=10, blank=True)
    number_key = HouseOrder("number", "corpus")
    postcode = models.CharField(
        _("індекс"),
        max_length=5,
        blank=True,
        validators=[
            RegexValidator(
                r"^(?!00)[0-9]{5}$", _("Індекс — це пʼять цифр, напр. 36000. Перевірте його на сайті Укрпошти.")
            )
        ],
    )
    purpose = models.CharField(_("призначення"), max_length=10, choices=Purpose, default=Purpose.HOUSE)
    location = PointField(_("на мапі"), srid=4326, null=True, blank=True)
    shown = models.CharField(_("адреса"), max_length=600, blank=True, editable=False)
    place = models.CharField(_("місце в переліку"), max_length=520, blank=True, editable=False)
    also = models.TextField(_("колишні назви й написання"), blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("обʼєднано з")
    )
    sought = SearchText("shown", "also", "postcode")

    audited: ClassVar[Any] = derived("shown", "place", "also", "number_key")
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("адреса")
        verbose_name_plural = _("адреси")
        ordering = ("place", "id")
        indexes = [
            *Card.Meta.indexes,
            models.Index(fields=["street", "number_key", "id"], name="building_on_street"),
            models.Index(fields=["place", "id"], name="building_in_order", condition=LIVE),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["street", "number", "corpus"],
                condition=LIVE & ~Q(number=""),
                name="building_once_on_street",
                violation_error_message=_(
                    "Такий будинок на цій вулиці вже є. Відкрийте його або додайте літеру чи корпус."
                ),
            ),
            models.UniqueConstraint(
                fields=["settlement", "number", "corpus"],
                condition=LIVE & Q(street__isnull=True) & ~Q(number=""),
                name="building_once_in_settlement",
                violation_error_message=_("Такий будинок у цьому населеному пункті вже є. Відкрийте його."),
            ),
            models.CheckConstraint(condition=Q(number__regex=NUMBER_FORM), name="building_number_form"),
            models.CheckConstraint(condition=Q(corpus__regex=CORPUS_FORM), name="building_corpus_form"),
            models.CheckConstraint(
                condition=Q(postcode="") | Q(postcode__regex=r"^[0-9]{5}$"), name="building_postcode_form"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(archived_at__isnull=False), name="building_merged_is_archived"
            ),
        ]

    def __str__(self) -> str:
        return self.shown or building_label(self.number, self.corpus)

    def validate_constraints(self, exclude: Any = None) -> None:
        """The database refuses it too; a form says why."""
        super().validate_constraints(exclude)
        if self.street and self.settlement_id and self.street.settlement_id != self.settlement_id:
            raise ValidationError(
                {"street": _("Ця вулиця в іншому населеному пункті. Оберіть вулицю того самого населеного пункту.")}
            )


class Entrance(Card):
    building = models.ForeignKey(Building, models.PROTECT, related_name="+", verbose_name=_("будинок"))
    number = models.PositiveSmallIntegerField(_("підʼїзд"))
    flat_first = models.PositiveIntegerField(_("квартири з"), null=True, blank=True)
    flat_last = models.PositiveIntegerField(_("квартири по"), null=True, blank=True)
    shown = models.CharField(_("адреса"), max_length=640, blank=True, editable=False)
    sought = SearchText("shown")

    audited: ClassVar[Any] = derived("shown")
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "building__settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("підʼїзд")
        verbose_name_plural = _("підʼїзди")
        ordering = ("building", "number", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["building", "number"],
                condition=LIVE,
                name="entrance_once_in_building",
                violation_error_message=_("Такий підʼїзд у будинку вже є. Відкрийте його або вкажіть інший номер."),
            ),
            # Premises name both, and a foreign key of the two columns keeps them in agreement.
            models.UniqueConstraint(fields=["id", "building"], name="entrance_in_one_building"),
            models.CheckConstraint(
                condition=Q(number__gt=0),
                name="entrance_number_positive",
                violation_error_message=_("Підʼїзди рахують від першого."),
            ),
            models.CheckConstraint(
                condition=Q(flat_first__isnull=True, flat_last__isnull=True) | Q(flat_first__gt=0, flat_last__isnull=False, flat_last__gte=F("flat_first")),
                name="entrance_flats_in_order",
                violation_error_message=_("Вкажіть першу й останню квартиру підʼїзду, перша не більша за останню."),
            ),
            ExclusionConstraint(
                name="entrance_flats_apart",
                expressions=[
                    ("building", RangeOperators.EQUAL),
                    (
                        Func("flat_first", Greatest("flat_first", "flat_last"), Value("[]"), function="int4range", output_field=IntegerRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=LIVE & Q(flat_first__isnull=False),
                violation_error_message=_("Ці квартири вже належать іншому підʼїзду. Перевірте номери «з» і «по»."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.shown or str(self.number)


class Premises(Card):
    class Kind(models.TextChoices):
        FLAT = "flat", _("квартира")
        ROOM = "room", _("кімната")
        OFFICE = "office", _("нежитлове приміщення")

    building = models.ForeignKey(Building, models.PROTECT, related_name="+", verbose_name=_("будинок"))
    entrance = models.ForeignKey(
        Entrance, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("підʼїзд")
    )
    kind = models.CharField(_("вид"), max_length=10, choices=Kind, default=Kind.FLAT)
    number = PremisesNumber(_("номер"), max_length=12)
    number_key = HouseOrder("number")
    area = models.DecimalField(_("площа, м²"), max_digits=8, decimal_places=2, null=True, blank=True)
    shown = models.CharField(_("адреса"), max_length=640, blank=True, editable=False)
    place = models.CharField(_("місце в переліку"), max_length=560, blank=True, editable=False)
    also = models.TextField(_("колишні назви й написання"), blank=True, editable=False)
    sought = SearchText("shown", "also")

    audited: ClassVar[Any] = derived("shown", "place", "also", "number_key")
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "building__settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("приміщення")
        verbose_name_plural = _("приміщення")
        ordering = ("place", "id")
        indexes = [*Card.Meta.indexes, models.Index(fields=["place", "id"], name="premises_in_order", condition=LIVE)]
        constraints = [
            models.UniqueConstraint(
                fields=["building", "kind", "number"],
                condition=LIVE,
                name="premises_once_in_building",
                violation_error_message=_("Таке приміщення в будинку вже є. Відкрийте його або вкажіть інший номер."),
            ),
            models.CheckConstraint(condition=Q(number__regex=PREMISES_FORM), name="premises_number_form"),
            models.CheckConstraint(
                condition=Q(area__isnull=True) | Q(area__gt=0),
                name="premises_area_positive",
                violation_error_message=_("Площа більша за нуль; якщо вона невідома, лишіть порожньо."),
            ),
        ]

    def __str__(self) -> str:
        return self.shown or self.number

    def validate_constraints(self, exclude: Any = None) -> None:
        """The database refuses it too; a form says why."""
        super().validate_constraints(exclude)
        if self.entrance and self.building_id and self.entrance.building_id != self.building_id:
            raise ValidationError({"entrance": _("Цей підʼїзд в іншому будинку. Оберіть підʼїзд того самого будинку.")})
