"""A block of flats and what is in it. The address itself is kept by the module of addresses."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.gis.db.models import PointField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited
from kernel.cards.fields import YearField
from kernel.cards.models import Card
from kernel.files.fields import CardFileField
from kernel.search.text import SearchText

LIVE = Q(archived_at__isnull=True)
FIRST_YEAR, LAST_YEAR = 1800, 2100
YEAR_RULES = [
    MinValueValidator(FIRST_YEAR, _("Рік — чотири цифри, не раніше 1800. Перевірте його.")),
    MaxValueValidator(LAST_YEAR, _("Рік — чотири цифри, не пізніше 2100. Перевірте його.")),
]
PER_CENT = [MaxValueValidator(100, _("Знос — від 0 до 100 відсотків."))]


def area(name: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(name, max_digits=10, decimal_places=2, null=True, blank=True)


def not_negative(*names: str) -> Q:
    known = Q()
    for name in names:
        known &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0})
    return known


class House(Card):
    """The passport of a house (BIL-026)."""

    class Condition(models.TextChoices):
        GOOD = "good", _("добрий")
        FAIR = "fair", _("задовільний")
        POOR = "poor", _("незадовільний")
        SHABBY = "shabby", _("ветхий")
        UNFIT = "unfit", _("непридатний")

    class Walls(models.TextChoices):
        BRICK = "brick", _("цегляні")
        PANEL = "panel", _("панельні")
        BLOCK = "block", _("блочні")
        MONOLITH = "monolith", _("монолітні")
        WOOD = "wood", _("деревʼяні")
        OTHER = "other", _("інші")

    class Roof(models.TextChoices):
        SOFT = "soft", _("рулонна")
        SLATE = "slate", _("шиферна")
        METAL = "metal", _("металева")
        TILE = "tile", _("черепична")
        MEMBRANE = "membrane", _("мембранна")
        OTHER = "other", _("інша")

    class Managed(models.TextChoices):
        CONDOMINIUM = "condominium", _("ОСББ")
        MANAGER = "manager", _("управитель")
        COMMUNITY = "community", _("комунальне підприємство")
        OWNERS = "owners", _("співвласники самі")
        NOBODY = "nobody", _("без управителя")

    class EnergyClass(models.TextChoices):
        A, B, C, D, E, F, G = "A", "B", "C", "D", "E", "F", "G"

    tones: ClassVar[dict[str, str]] = {
        "good": "ok", "fair": "ok", "poor": "warn", "shabby": "bad", "unfit": "bad",
    }  # fmt: skip

    building = models.ForeignKey(
        "addresses.Building", models.PROTECT, related_name="+", verbose_name=_("адреса"),
        help_text=_("З реєстру адрес. Підʼїзди й квартири будинку беруться звідти ж."),
    )  # fmt: skip
    shown = models.CharField(_("будинок"), max_length=640, blank=True, editable=False)
    location = PointField(
        _("на мапі"), srid=4326, null=True, blank=True, help_text=_("Порожньо — візьметься точка адреси.")
    )
    photo = CardFileField(_("фото"), null=True, blank=True)

    built_in = YearField(_("рік побудови"), null=True, blank=True, validators=YEAR_RULES)
    series = models.CharField(_("серія"), max_length=60, blank=True, help_text=_("Напр. 1-464, 94, індивідуальний."))
    walls = models.CharField(_("стіни"), max_length=10, choices=Walls, blank=True)
    roof = models.CharField(_("покрівля"), max_length=10, choices=Roof, blank=True)
    roof_area = area(_("площа покрівлі, м²"))
    floors = models.PositiveSmallIntegerField(
        _("поверхів"), validators=[MinValueValidator(1, _("Поверхів щонайменше один."))]
    )
    entrances = models.PositiveSmallIntegerField(_("підʼїздів"), default=1)
    flats = models.PositiveSmallIntegerField(_("квартир"), default=0)
    lifts = models.PositiveSmallIntegerField(_("ліфтів"), default=0)
    residents = models.PositiveIntegerField(_("мешканців"), null=True, blank=True)

    total_area = area(_("загальна площа, м²"))
    living_area = area(_("площа квартир, м²"))
    other_area = area(_("нежитлові приміщення, м²"))
    shared_area = area(_("місця загального користування, м²"))
    basement_area = area(_("площа підвалу, м²"))
    plot_area = area(_("площа прибудинкової ділянки, м²"))
    cadastral_number = models.CharField(
        _("кадастровий номер ділянки"),
        max_length=22,
        blank=True,
        validators=[
            RegexValidator(
                r"^\d{10}:\d{2}:\d{3}:\d{4}$",
                _("Кадастровий номер — 10:2:3:4 цифри, напр. 5310200000:01:002:0003. Перевірте його у витягу."),
            )
        ],
    )

    managed = models.CharField(_("форма управління"), max_length=12, choices=Managed, default=Managed.MANAGER)
    manager = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("управитель або ОСББ"),
    )  # fmt: skip
    managed_since = models.DateField(_("управляє з"), null=True, blank=True)
    responsible = models.ForeignKey(
        "access.User", models.PROTECT, null=True, blank=True, related_name="+",
        limit_choices_to={"kind": "person"}, verbose_name=_("відповідальний"),
        help_text=_("Кому нагадувати про строки будинку."),
    )  # fmt: skip

    condition = models.CharField(_("технічний стан"), max_length=8, choices=Condition, default=Condition.FAIR)
    wear = models.PositiveSmallIntegerField(_("знос, %"), null=True, blank=True, validators=PER_CENT)
    wear_on = models.DateField(_("знос визначено"), null=True, blank=True)
    capital_repair_in = YearField(_("останній капітальний ремонт, рік"), null=True, blank=True, validators=YEAR_RULES)
    energy_class = models.CharField(_("клас енергоефективності"), max_length=1, choices=EnergyClass, blank=True)
    certificate_number = models.CharField(_("номер енергосертифіката"), max_length=40, blank=True)
    certificate_until = models.DateField(_("енергосертифікат діє до"), null=True, blank=True)
    note = models.TextField(_("примітка"), blank=True, max_length=2000)
    sought = SearchText("shown", "series", "cadastral_number")

    audited: ClassVar[Any] = Audited(exclude=("sought", "version", "updated_at", "shown"))
    record_rules: ClassVar[dict[str, str]] = {
        "own": "created_by_id",
        "settlement": "building__settlement__katottg",
    }

    class Meta(Card.Meta):
        verbose_name = _("будинок")
        verbose_name_plural = _("будинки")
        ordering = ("shown", "id")
        indexes = [*Card.Meta.indexes, models.Index(fields=["shown", "id"], name="house_in_order", condition=LIVE)]
        constraints = [
            models.UniqueConstraint(
                fields=["building"],
                condition=LIVE,
                name="house_once_at_address",
                violation_error_message=_("Паспорт будинку за цією адресою вже є. Знайдіть його в реєстрі будинків."),
            ),
            models.CheckConstraint(
                condition=not_negative(
                    "total_area", "living_area", "other_area", "shared_area", "basement_area", "plot_area", "roof_area"
                ),
                name="house_areas_not_negative",
                violation_error_message=_("Площа не буває відʼємною; невідому лишіть порожньою."),
            ),
            models.CheckConstraint(
                condition=Q(total_area__isnull=True)
                | Q(living_area__isnull=True)
                | Q(other_area__isnull=True)
                | Q(total_area__gte=F("living_area") + F("other_area")),
                name="house_areas_agree",
                violation_error_message=_(
                    "Квартири й нежитлові приміщення разом більші за загальну площу. Перевірте площі за техпаспортом."
                ),
            ),
            models.CheckConstraint(
                condition=Q(wear__isnull=True) | Q(wear__lte=100),
                name="house_wear_is_share",
                violation_error_message=_("Знос — від 0 до 100 відсотків."),
            ),
            models.CheckConstraint(
                condition=Q(built_in__isnull=True)
                | Q(capital_repair_in__isnull=True)
                | Q(capital_repair_in__gte=F("built_in")),
                name="house_repaired_after_built",
                violation_error_message=_("Капітальний ремонт раніше за рік побудови. Перевірте обидва роки."),
            ),
            models.CheckConstraint(condition=Q(floors__gte=1), name="house_has_floors"),
        ]

    def __str__(self) -> str:
        return self.shown or str(self.building)


class PartOfHouse(Card):
    """What belongs to one house and is seen by whoever sees the house's settlement."""

    house = models.ForeignKey(House, models.PROTECT, related_name="+", verbose_name=_("будинок"))

    record_rules: ClassVar[dict[str, str]] = {
        "own": "created_by_id",
        "settlement": "house__building__settlement__katottg",
    }

    class Meta(Card.Meta):
        abstract = True


class Resource(models.TextChoices):
    HEAT = "heat", _("теплопостачання")
    COLD_WATER = "cold_water", _("холодна вода")
    HOT_WATER = "hot_water", _("гаряча вода")
    SEWER = "sewer", _("водовідведення")
    ELECTRICITY = "electricity", _("електропостачання")
    GAS = "gas", _("газопостачання")
    VENTILATION = "ventilation", _("вентиляція")
    LIFT = "lift", _("ліфти")
    FIRE = "fire", _("протипожежна система")
    LINK = "link", _("слабкострумові мережі")


class HouseSystem(PartOfHouse):
    """An engineering system of the house and its connected load."""

    class State(models.TextChoices):
        WORKS = "works", _("справна")
        WORN = "worn", _("потребує ремонту")
        DANGEROUS = "dangerous", _("аварійна")
        OFF = "off", _("відключена")

    tones: ClassVar[dict[str, str]] = {"works": "ok", "worn": "warn", "dangerous": "bad", "off": "idle"}

    kind = models.CharField(_("система"), max_length=12, choices=Resource)
    scheme = models.CharField(
        _("тип і схема"), max_length=160, blank=True, help_text=_("Напр. залежна, однотрубна, верхнє розведення.")
    )
    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.WORKS)
    installed_in = YearField(_("рік влаштування"), null=True, blank=True, validators=YEAR_RULES)
    repaired_in = YearField(_("рік ремонту"), null=True, blank=True, validators=YEAR_RULES)
    load = models.DecimalField(_("приєднане навантаження"), max_digits=10, decimal_places=4, null=True, blank=True)
    load_unit = models.CharField(
        _("одиниця навантаження"), max_length=10, blank=True,
        choices=[("gcal_h", _("Гкал/год")), ("kw", _("кВт")), ("m3_h", _("м³/год")), ("m3_d", _("м³/добу"))],
    )  # fmt: skip
    supplier = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("постачальник")
    )
    note = models.CharField(_("примітка"), max_length=300, blank=True)
    sought = SearchText("scheme", "note")

    class Meta(PartOfHouse.Meta):
        verbose_name = _("інженерна система")
        verbose_name_plural = _("інженерні системи")
        ordering = ("house", "kind", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["house", "kind"],
                condition=LIVE,
                name="house_system_once",
                violation_error_message=_("Таку систему будинку вже внесено. Відкрийте її картку."),
            ),
            models.CheckConstraint(
                condition=(Q(load__isnull=True) & Q(load_unit=""))
                | (Q(load__isnull=False, load__gt=0) & ~Q(load_unit="")),
                name="house_system_load_with_unit",
                violation_error_message=_("Навантаження вказують разом з одиницею і більше за нуль."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.house}"


class HouseMeter(PartOfHouse):
    """A meter of the whole house; its readings belong to billing."""

    class State(models.TextChoices):
        IN_SERVICE = "in_service", _("у роботі")
        CHECKING = "checking", _("на повірці")
        BROKEN = "broken", _("несправний")
        REMOVED = "removed", _("знято")

    tones: ClassVar[dict[str, str]] = {"in_service": "ok", "checking": "info", "broken": "bad", "removed": "idle"}
    METERED = [(one.value, one.label) for one in Resource if one in ("heat", "cold_water", "hot_water", "electricity", "gas")]  # fmt: skip

    resource = models.CharField(_("ресурс"), max_length=12, choices=METERED)
    number = models.CharField(_("заводський номер"), max_length=40)
    type_name = models.CharField(_("тип"), max_length=80, blank=True)
    place = models.CharField(_("де стоїть"), max_length=120, blank=True, help_text=_("Напр. підвал, підʼїзд 2."))
    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.IN_SERVICE)
    installed_on = models.DateField(_("встановлено"), null=True, blank=True)
    verified_on = models.DateField(_("повірено"), null=True, blank=True)
    verified_until = models.DateField(_("наступна повірка"), null=True, blank=True)
    passport = CardFileField(_("паспорт лічильника"), null=True, blank=True)
    sought = SearchText("number", "type_name", "place")

    class Meta(PartOfHouse.Meta):
        verbose_name = _("лічильник будинку")
        verbose_name_plural = _("лічильники будинків")
        ordering = ("house", "resource", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "number"],
                condition=LIVE,
                name="house_meter_once",
                violation_error_message=_("Лічильник із цим номером уже є. Знайдіть його: може, він в іншому будинку."),
            ),
            models.CheckConstraint(condition=~Q(number=""), name="house_meter_numbered"),
            models.CheckConstraint(
                condition=Q(verified_on__isnull=True)
                | Q(verified_until__isnull=True)
                | Q(verified_until__gt=F("verified_on")),
                name="house_meter_verified_ahead",
                violation_error_message=_("Наступна повірка має бути пізніше за останню. Перевірте дати."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_resource_display()} № {self.number}"
