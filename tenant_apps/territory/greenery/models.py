from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.gis.db.models import PointField
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kernel.cards.fields import YearField
from kernel.cards.models import Card
from kernel.files.fields import CardFileField
from kernel.periods import Days, ends_after_start
from kernel.search.text import SearchText

LIVE = Q(archived_at__isnull=True)
THICKEST = 300


class Group(models.TextChoices):
    """Groups that a rate of replacement is set for."""

    CONIFER = "conifer", _("хвойні")
    HARD = "hard", _("твердолистяні")
    SOFT = "soft", _("мʼяколистяні")
    FRUIT = "fruit", _("плодові")
    BUSH = "bush", _("кущі")


class Species(Card):
    name = models.CharField(_("порода"), max_length=120, help_text=_("Напр. «Липа серцелиста»."))
    latin = models.CharField(_("латинська назва"), max_length=120, blank=True)
    group = models.CharField(_("група"), max_length=8, choices=Group)
    allergenic = models.BooleanField(_("алергенна"), default=False)
    sought = SearchText("name", "latin")

    class Meta(Card.Meta):
        verbose_name = _("порода")
        verbose_name_plural = _("породи")
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=LIVE, name="species_once",
                violation_error_message=_("Така порода вже є. Оберіть її зі списку."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="species_named"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Plant(Card):
    """A tree, a bush or a group of them (REG-007)."""

    class Kind(models.TextChoices):
        TREE = "tree", _("дерево")
        BUSH = "bush", _("кущ")
        HEDGE = "hedge", _("живопліт")
        GROUP = "group", _("група дерев")

    class State(models.TextChoices):
        GOOD = "good", _("добрий")
        FAIR = "fair", _("задовільний")
        POOR = "poor", _("незадовільний")
        DRY = "dry", _("сухостій")
        DANGEROUS = "dangerous", _("аварійний")

    tones: ClassVar[dict[str, str]] = {
        "good": "ok", "fair": "ok", "poor": "warn", "dry": "bad", "dangerous": "bad",
    }  # fmt: skip

    number = models.CharField(_("номер"), max_length=20, blank=True, editable=False)
    kind = models.CharField(_("вид"), max_length=6, choices=Kind, default=Kind.TREE)
    species = models.ForeignKey(Species, models.PROTECT, related_name="+", verbose_name=_("порода"))
    quantity = models.PositiveIntegerField(
        _("кількість"), default=1, validators=[MinValueValidator(1, _("Кількість — щонайменше одна рослина."))]
    )
    diameter = models.PositiveSmallIntegerField(
        _("діаметр, см"), null=True, blank=True, help_text=_("На висоті 1,3 м."),
        validators=[
            MinValueValidator(1, _("Діаметр більший за нуль; якщо не міряли, лишіть порожньо.")),
            MaxValueValidator(THICKEST, _("Діаметр понад 300 см. Перевірте, чи записано сантиметри.")),
        ],
    )  # fmt: skip
    height = models.DecimalField(_("висота, м"), max_digits=4, decimal_places=1, null=True, blank=True)
    planted_in = YearField(
        _("рік висадки"), null=True, blank=True,
        validators=[
            MinValueValidator(1500, _("Рік — чотири цифри. Перевірте його.")),
            MaxValueValidator(2100, _("Рік — чотири цифри. Перевірте його.")),
        ],
    )  # fmt: skip
    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.GOOD)
    inspected_on = models.DateField(_("оглянуто"), null=True, blank=True)
    settlement = models.ForeignKey(
        "addresses.Settlement", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("населений пункт"),
    )  # fmt: skip
    street = models.ForeignKey(
        "addresses.Street", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("вулиця")
    )
    place = models.CharField(_("де росте"), max_length=200, blank=True, help_text=_("Напр. «навпроти будинку 14»."))
    location = PointField(_("на мапі"), srid=4326, null=True, blank=True)
    holder = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("балансоутримувач"),
    )  # fmt: skip
    photo = CardFileField(_("фото"), null=True, blank=True)
    removed_on = models.DateField(_("видалено"), null=True, blank=True, editable=False)
    note = models.CharField(_("примітка"), max_length=400, blank=True)
    sought = SearchText("number", "place", "note")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("насадження")
        verbose_name_plural = _("зелені насадження")
        ordering = ("number", "id")
        indexes = [*Card.Meta.indexes, models.Index(fields=["number", "id"], name="plant_in_order", condition=LIVE)]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="plant_number_once",
                violation_error_message=_("Насадження з цим номером уже є. Знайдіть його в реєстрі."),
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="plant_counted"),
            models.CheckConstraint(
                condition=~Q(kind="tree") | Q(quantity=1), name="plant_tree_is_one",
                violation_error_message=_("Дерево вносять по одному; для кількох оберіть «група дерев»."),
            ),
            models.CheckConstraint(
                condition=Q(diameter__isnull=True) | Q(diameter__gte=1, diameter__lte=THICKEST),
                name="plant_diameter_likely",
            ),
            models.CheckConstraint(
                condition=Q(height__isnull=True) | Q(height__gt=0), name="plant_height_positive",
                violation_error_message=_("Висота більша за нуль; якщо не міряли, лишіть порожньо."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.species}".strip()


class ReplacementRate(Card):
    """What one plant of a group and a diameter costs, by the decision in force (методика, наказ № 127 від 12.05.2009)."""

    group = models.CharField(_("група"), max_length=8, choices=Group)
    diameter_from = models.PositiveSmallIntegerField(_("діаметр від, см"), default=1)
    diameter_to = models.PositiveSmallIntegerField(_("діаметр до, см"), default=THICKEST)
    value = models.DecimalField(_("вартість однієї, грн"), max_digits=12, decimal_places=2)
    starts_on = models.DateField(_("діє з"))
    ends_on = models.DateField(_("діє до"), null=True, blank=True)
    act = models.CharField(_("рішення"), max_length=200, help_text=_("Дата й номер рішення, яким затверджено."))
    sought = SearchText("act")

    class Meta(Card.Meta):
        verbose_name = _("ставка відновної вартості")
        verbose_name_plural = _("ставки відновної вартості")
        ordering = ("-starts_on", "group", "diameter_from", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gt=0), name="replacement_rate_positive",
                violation_error_message=_("Ставка більша за нуль. Впишіть суму з рішення."),
            ),
            models.CheckConstraint(
                condition=Q(diameter_to__gte=F("diameter_from"), diameter_from__gte=1),
                name="replacement_rate_diameters",
                violation_error_message=_("«Діаметр до» не менший за «від», а «від» не менший за 1 см."),
            ),
            models.CheckConstraint(condition=~Q(act=""), name="replacement_rate_has_act"),
            ends_after_start("replacement_rate_ends", _("«Діє до» не раніше за «діє з». Перевірте дати.")),
            ExclusionConstraint(
                name="replacement_rate_one_a_day",
                expressions=[
                    ("group", RangeOperators.EQUAL),
                    (
                        Func(
                            F("diameter_from"), F("diameter_to"), Value("[]"),
                            function="int4range", output_field=IntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (Days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                condition=LIVE,
                violation_error_message=_(
                    "Для цієї групи й діаметра в ці дні вже є ставка. Закрийте попередню днем перед новою."
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_group_display()}, {self.diameter_from}–{self.diameter_to} см"


class Removal(Card):
    """An application to remove plants: the commission's act, the replacement value, the permit, the end."""

    class Cause(models.TextChoices):
        DANGEROUS = "dangerous", _("аварійні")
        DRY = "dry", _("сухостійні")
        NETWORKS = "networks", _("в охоронній зоні мереж")
        LIGHT = "light", _("затінюють житло")
        BUILDING = "building", _("будівництво")
        REPAIR = "repair", _("ремонт благоустрою")

    class State(models.TextChoices):
        RECEIVED = "received", _("заява")
        INSPECTED = "inspected", _("обстежено")
        PERMITTED = "permitted", _("ордер видано")
        DONE = "done", _("видалено")
        REFUSED = "refused", _("відмовлено")

    tones: ClassVar[dict[str, str]] = {
        "received": "info", "inspected": "warn", "permitted": "ok", "done": "idle", "refused": "bad",
    }  # fmt: skip

    number = models.CharField(_("номер справи"), max_length=30, blank=True, editable=False)
    received_on = models.DateField(_("заяву отримано"))
    applicant = models.ForeignKey("organisations.Party", models.PROTECT, related_name="+", verbose_name=_("заявник"))
    cause = models.CharField(_("підстава"), max_length=10, choices=Cause)
    reason = models.TextField(_("обґрунтування"), max_length=1000, blank=True)
    application = CardFileField(_("скан заяви"), null=True, blank=True)
    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.RECEIVED, editable=False)
    inspected_on = models.DateField(_("акт обстеження від"), null=True, blank=True, editable=False)
    act_number = models.CharField(_("номер акта"), max_length=40, blank=True, editable=False)
    commission = models.TextField(_("комісія"), max_length=1000, blank=True, editable=False)
    act = CardFileField(_("скан акта"), null=True, blank=True)
    value = models.DecimalField(
        _("відновна вартість, грн"), max_digits=14, decimal_places=2, null=True, blank=True, editable=False
    )
    paid_on = models.DateField(_("сплачено"), null=True, blank=True, editable=False)
    permit_number = models.CharField(_("номер ордера"), max_length=40, blank=True, editable=False)
    permit_on = models.DateField(_("ордер від"), null=True, blank=True, editable=False)
    permit_until = models.DateField(_("ордер діє до"), null=True, blank=True, editable=False)
    closed_on = models.DateField(_("закрито"), null=True, blank=True, editable=False)
    refusal = models.CharField(_("чому відмовлено"), max_length=400, blank=True, editable=False)
    sought = SearchText("number", "permit_number", "act_number", "reason")

    personal_data: ClassVar[dict[str, str]] = {"commission": "text"}

    class Meta(Card.Meta):
        verbose_name = _("видалення насаджень")
        verbose_name_plural = _("видалення насаджень")
        ordering = ("-received_on", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["permit_number"], condition=~Q(permit_number=""), name="removal_permit_once",
                violation_error_message=_("Ордер із цим номером уже видано. Перевірте номер."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=("received", "refused"))
                | Q(inspected_on__isnull=False, value__isnull=False, inspected_on__gte=F("received_on")),
                name="removal_inspected_with_value",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("permitted", "done"))
                | (Q(permit_on__isnull=False, permit_until__isnull=False, permit_until__gte=F("permit_on")) & ~Q(permit_number="")),
                name="removal_permit_has_term",
                violation_error_message=_("Ордер має номер, день і строк, не раніший за цей день."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("permitted", "done")) | Q(value=0) | Q(paid_on__isnull=False),
                name="removal_paid_before_permit",
                violation_error_message=_("Відновну вартість ще не сплачено. Внесіть оплату й видайте ордер."),
            ),
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="removal_value_not_negative"),
            models.CheckConstraint(
                condition=Q(state__in=("done", "refused"), closed_on__isnull=False)
                | (~Q(state__in=("done", "refused")) & Q(closed_on__isnull=True)),
                name="removal_closed_on_a_day",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or str(self.applicant)


class RemovalItem(Card):
    """A plant named in an application; while the case is open, no other case may name it."""

    removal = models.ForeignKey(Removal, models.PROTECT, related_name="+", verbose_name=_("справа"))
    plant = models.ForeignKey(Plant, models.PROTECT, related_name="+", verbose_name=_("насадження"))
    diameter = models.PositiveSmallIntegerField(
        _("діаметр за актом, см"), null=True, blank=True, help_text=_("Порожньо — з картки насадження.")
    )
    value = models.DecimalField(
        _("відновна вартість, грн"), max_digits=12, decimal_places=2, null=True, blank=True, editable=False
    )
    is_open = models.BooleanField(_("справа триває"), default=True, editable=False)
    note = models.CharField(_("примітка"), max_length=200, blank=True)
    sought = SearchText("note")

    class Meta(Card.Meta):
        verbose_name = _("насадження у справі")
        verbose_name_plural = _("насадження у справах")
        ordering = ("removal", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["plant"], condition=LIVE & Q(is_open=True), name="plant_in_one_open_removal",
                violation_error_message=_("Це насадження вже є в незакритій справі. Знайдіть її й закрийте."),
            ),
            models.CheckConstraint(
                condition=Q(diameter__isnull=True) | Q(diameter__gte=1, diameter__lte=THICKEST),
                name="removal_item_diameter_likely",
                violation_error_message=_("Діаметр — від 1 до 300 см."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.plant)

    @property
    def measured(self) -> int | None:
        return self.diameter or self.plant.diameter

    def validate_constraints(self, exclude: Any = None) -> None:
        super().validate_constraints(exclude)
        if self._state.adding and self.plant_id and self.plant.is_archived:
            raise ValidationError({"plant": _("Це насадження вже видалено з реєстру. Оберіть інше.")})
