from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.gis.db.models import MultiLineStringField, PointField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.cards.fields import YearField
from kernel.cards.models import Card
from kernel.files.fields import CardFileField
from kernel.search.text import SearchText

LIVE = Q(archived_at__isnull=True)
YEAR_RULES = [
    MinValueValidator(1900, _("Рік — чотири цифри. Перевірте його.")),
    MaxValueValidator(2100, _("Рік — чотири цифри. Перевірте його.")),
]


class RoadSection(Card):
    """A street or a part of it with its own passport."""

    class Category(models.TextChoices):
        MAIN = "main", _("магістральна")
        DISTRICT = "district", _("районного значення")
        LOCAL = "local", _("місцева (житлова)")
        YARD = "yard", _("проїзд")
        FIELD = "field", _("польова дорога")

    class Surface(models.TextChoices):
        ASPHALT = "asphalt", _("асфальтобетон")
        CONCRETE = "concrete", _("цементобетон")
        STONE = "stone", _("бруківка")
        GRAVEL = "gravel", _("щебінь")
        SOIL = "soil", _("ґрунт")

    class Condition(models.TextChoices):
        GOOD = "good", _("добрий")
        FAIR = "fair", _("задовільний")
        POOR = "poor", _("незадовільний")
        BROKEN = "broken", _("аварійний")

    tones: ClassVar[dict[str, str]] = {"good": "ok", "fair": "ok", "poor": "warn", "broken": "bad"}

    number = models.CharField(_("номер"), max_length=20, blank=True, editable=False)
    name = models.CharField(_("ділянка"), max_length=200, help_text=_("Напр. «вул. Соборна, від Ринку до мосту»."))
    settlement = models.ForeignKey(
        "addresses.Settlement", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("населений пункт"),
    )  # fmt: skip
    street = models.ForeignKey(
        "addresses.Street", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("вулиця")
    )
    category = models.CharField(_("категорія"), max_length=10, choices=Category, default=Category.LOCAL)
    surface = models.CharField(_("покриття"), max_length=10, choices=Surface, default=Surface.ASPHALT)
    condition = models.CharField(_("стан"), max_length=8, choices=Condition, default=Condition.FAIR)
    inspected_on = models.DateField(_("обстежено"), null=True, blank=True)
    line = MultiLineStringField(_("вісь"), srid=4326, null=True, blank=True)
    length = models.DecimalField(_("довжина, м"), max_digits=9, decimal_places=1, null=True, blank=True)
    width = models.DecimalField(_("ширина, м"), max_digits=5, decimal_places=1, null=True, blank=True)
    lanes = models.PositiveSmallIntegerField(
        _("смуг"), default=2, validators=[MinValueValidator(1, _("Смуг щонайменше одна."))]
    )
    pavement = models.BooleanField(_("тротуар"), default=False)
    drain = models.BooleanField(_("дощова каналізація"), default=False)
    holder = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("балансоутримувач"),
    )  # fmt: skip
    built_in = YearField(_("рік побудови"), null=True, blank=True, validators=YEAR_RULES)
    repaired_in = YearField(_("рік капітального ремонту"), null=True, blank=True, validators=YEAR_RULES)
    passport = CardFileField(_("паспорт вулиці"), null=True, blank=True)
    sought = SearchText("number", "name")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("ділянка дороги")
        verbose_name_plural = _("дороги")
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "settlement"], condition=LIVE, nulls_distinct=False, name="road_section_once",
                violation_error_message=_("Така ділянка тут уже є. Знайдіть її або уточніть межі в назві."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="road_section_named"),
            models.CheckConstraint(
                condition=(Q(length__isnull=True) | Q(length__gt=0)) & (Q(width__isnull=True) | Q(width__gt=0)),
                name="road_section_measured",
                violation_error_message=_("Довжина й ширина більші за нуль; невідомі лишіть порожніми."),
            ),
            models.CheckConstraint(
                condition=Q(built_in__isnull=True) | Q(repaired_in__isnull=True) | Q(repaired_in__gte=F("built_in")),
                name="road_section_repaired_after_built",
                violation_error_message=_("Ремонт раніше за побудову. Перевірте обидва роки."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class AtRoad(Card):
    """What stands at a road."""

    number = models.CharField(_("номер"), max_length=20, blank=True, editable=False)
    road = models.ForeignKey(
        RoadSection, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ділянка дороги")
    )
    location = PointField(_("на мапі"), srid=4326, null=True, blank=True)
    place = models.CharField(_("орієнтир"), max_length=200, blank=True)
    installed_on = models.DateField(_("встановлено"), null=True, blank=True)
    photo = CardFileField(_("фото"), null=True, blank=True)

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "road__settlement__katottg"}

    class Meta(Card.Meta):
        abstract = True


class RoadSign(AtRoad):
    class State(models.TextChoices):
        GOOD = "good", _("справний")
        WORN = "worn", _("вицвів чи погнутий")
        HIDDEN = "hidden", _("закрито зеленню")
        MISSING = "missing", _("відсутній")

    tones: ClassVar[dict[str, str]] = {"good": "ok", "worn": "warn", "hidden": "warn", "missing": "bad"}

    code = models.CharField(
        _("номер знака"), max_length=12,
        help_text=_("За ДСТУ 4100, напр. 2.1 або 3.29."),
        validators=[
            RegexValidator(r"^[1-7]\.\d{1,2}(\.\d{1,2})?$", _("Номер знака — як у ДСТУ 4100: 1.22, 5.38.1. Перевірте."))
        ],
    )  # fmt: skip
    name = models.CharField(_("назва знака"), max_length=160, blank=True)
    value = models.CharField(_("напис чи значення"), max_length=60, blank=True, help_text=_("Напр. 50."))
    scheme = models.CharField(_("схема організації руху"), max_length=160, blank=True)
    state = models.CharField(_("стан"), max_length=8, choices=State, default=State.GOOD)
    sought = SearchText("number", "code", "name", "place")

    class Meta(AtRoad.Meta):
        verbose_name = _("дорожній знак")
        verbose_name_plural = _("дорожні знаки")
        ordering = ("number", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[1-7]\.[0-9]{1,2}(\.[0-9]{1,2})?$"), name="sign_code_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


class LightPoint(AtRoad):
    """A lamp with its passport. Its state follows from defects."""

    class Lamp(models.TextChoices):
        LED = "led", _("світлодіодна")
        SODIUM = "sodium", _("натрієва")
        MERCURY = "mercury", _("ртутна")
        OTHER = "other", _("інша")

    class Pole(models.TextChoices):
        CONCRETE = "concrete", _("залізобетонна")
        METAL = "metal", _("металева")
        WOOD = "wood", _("деревʼяна")
        WALL = "wall", _("на стіні")

    class State(models.TextChoices):
        WORKS = "works", _("світить")
        OFF = "off", _("не світить")

    tones: ClassVar[dict[str, str]] = {"works": "ok", "off": "bad"}

    lamp = models.CharField(_("лампа"), max_length=8, choices=Lamp, default=Lamp.LED)
    power = models.PositiveSmallIntegerField(
        _("потужність, Вт"), validators=[MinValueValidator(1, _("Потужність більша за нуль."))]
    )
    pole = models.CharField(_("опора"), max_length=10, choices=Pole, default=Pole.CONCRETE)
    pole_number = models.CharField(_("номер опори"), max_length=20, blank=True)
    cabinet = models.CharField(_("шафа керування"), max_length=60, blank=True, help_text=_("Напр. ШК-12."))
    height = models.DecimalField(_("висота, м"), max_digits=4, decimal_places=1, null=True, blank=True)
    state = models.CharField(_("стан"), max_length=6, choices=State, default=State.WORKS, editable=False)
    sought = SearchText("number", "pole_number", "cabinet", "place")

    class Meta(AtRoad.Meta):
        verbose_name = _("світлоточка")
        verbose_name_plural = _("світлоточки")
        ordering = ("number", "id")
        constraints = [models.CheckConstraint(condition=Q(power__gt=0), name="light_point_has_power")]

    def __str__(self) -> str:
        return f"{self.number} {self.get_lamp_display()} {self.power} Вт".strip()


ONE_OF_THREE = (
    Q(road__isnull=False, sign__isnull=True, light__isnull=True)
    | Q(road__isnull=True, sign__isnull=False, light__isnull=True)
    | Q(road__isnull=True, sign__isnull=True, light__isnull=False)
)
CHOOSE_ONE = _("Вкажіть щось одне: ділянку дороги, знак або світлоточку.")


class AboutOne(Card):
    """Of a road, a sign or a lamp."""

    road = models.ForeignKey(
        RoadSection, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ділянка дороги")
    )
    sign = models.ForeignKey(
        RoadSign, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("дорожній знак")
    )
    light = models.ForeignKey(
        LightPoint, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("світлоточка")
    )

    class Meta(Card.Meta):
        abstract = True

    @property
    def subject(self) -> Any:
        return self.road or self.sign or self.light


class RoadDefect(AboutOne):
    class Urgency(models.TextChoices):
        DANGER = "danger", _("аварійний")
        URGENT = "urgent", _("терміновий")
        PLANNED = "planned", _("плановий")

    tones: ClassVar[dict[str, str]] = {"danger": "bad", "urgent": "warn", "planned": "info"}

    defect = models.CharField(_("дефект"), max_length=400)
    urgency = models.CharField(_("терміновість"), max_length=8, choices=Urgency, default=Urgency.URGENT)
    found_on = models.DateField(_("виявлено"))
    due_on = models.DateField(_("усунути до"), null=True, blank=True)
    location = PointField(_("на мапі"), srid=4326, null=True, blank=True)
    photo = CardFileField(_("фото до"), null=True, blank=True)
    photo_after = CardFileField(_("фото після"), null=True, blank=True)
    mended_on = models.DateField(_("усунуто"), null=True, blank=True, editable=False)
    outcome = models.CharField(_("що зроблено"), max_length=400, blank=True, editable=False)
    sought = SearchText("defect", "outcome")

    class Meta(AboutOne.Meta):
        verbose_name = _("дефект вуличної мережі")
        verbose_name_plural = _("дефекти вуличної мережі")
        ordering = ("-found_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=ONE_OF_THREE, name="road_defect_about_one", violation_error_message=CHOOSE_ONE
            ),
            models.CheckConstraint(condition=~Q(defect=""), name="road_defect_described"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("found_on")), name="road_defect_due_ahead",
                violation_error_message=_("Строк раніше за день, коли дефект виявлено. Вкажіть пізніший."),
            ),
            models.CheckConstraint(
                condition=Q(mended_on__isnull=True, outcome="") | (Q(mended_on__isnull=False, mended_on__gte=F("found_on")) & ~Q(outcome="")),
                name="road_defect_mended_how",
                violation_error_message=_("Дефект закривають днем, не раніше виявлення, і словами, що зроблено."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.defect


class RoadWork(AboutOne):
    class Kind(models.TextChoices):
        PATCH = "patch", _("ямковий ремонт")
        CURRENT = "current", _("поточний ремонт")
        CAPITAL = "capital", _("капітальний ремонт")
        MARKING = "marking", _("розмітка")
        REPLACE = "replace", _("заміна")
        CLEANING = "cleaning", _("утримання")

    kind = models.CharField(_("вид робіт"), max_length=10, choices=Kind)
    works = models.CharField(_("що зроблено"), max_length=400)
    done_on = models.DateField(_("виконано"))
    contractor = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("виконавець")
    )
    cost = models.DecimalField(_("вартість, грн"), max_digits=14, decimal_places=2, null=True, blank=True)
    warranty_until = models.DateField(_("гарантія до"), null=True, blank=True)
    document = CardFileField(_("акт виконаних робіт"), null=True, blank=True)
    sought = SearchText("works")

    class Meta(AboutOne.Meta):
        verbose_name = _("роботи на вуличній мережі")
        verbose_name_plural = _("роботи на вуличній мережі")
        ordering = ("-done_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=ONE_OF_THREE, name="road_work_about_one", violation_error_message=CHOOSE_ONE
            ),
            models.CheckConstraint(condition=~Q(works=""), name="road_work_described"),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0), name="road_work_cost_not_negative",
                violation_error_message=_("Вартість не буває відʼємною."),
            ),
            models.CheckConstraint(
                condition=Q(warranty_until__isnull=True) | Q(warranty_until__gte=F("done_on")),
                name="road_work_warranty_ahead",
                violation_error_message=_("Гарантія закінчується після виконання робіт. Перевірте дати."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.works
