"""What is done to a house: inspections with acts, what they found, repairs, energy used."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from kernel.cards.fields import YearField
from kernel.files.fields import CardFileField
from kernel.search.text import SearchText
from tenant_apps.property.houses.models.house import LIVE, YEAR_RULES, House, PartOfHouse


class Element(models.TextChoices):
    FOUNDATION = "foundation", _("фундамент і підвал")
    WALLS = "walls", _("стіни і фасад")
    ROOF = "roof", _("покрівля")
    BALCONIES = "balconies", _("балкони і козирки")
    STAIRS = "stairs", _("сходи і підʼїзди")
    WINDOWS = "windows", _("вікна і двері")
    CHIMNEYS = "chimneys", _("димарі й вентканали")
    HEAT = "heat", _("опалення")
    WATER = "water", _("водопровід і каналізація")
    POWER = "power", _("електромережа")
    LIFTS = "lifts", _("ліфти")
    YARD = "yard", _("прибудинкова територія")


class HouseInspection(PartOfHouse):
    """A general inspection; once its act is signed, it is not edited."""

    class Season(models.TextChoices):
        SPRING = "spring", _("весняний")
        AUTUMN = "autumn", _("осінній")
        EXTRA = "extra", _("позачерговий")

    class State(models.TextChoices):
        DRAFT = "draft", _("акт готують")
        SIGNED = "signed", _("акт підписано")

    tones: ClassVar[dict[str, str]] = {"draft": "warn", "signed": "ok"}

    number = models.CharField(_("номер акта"), max_length=30, blank=True, editable=False)
    season = models.CharField(_("огляд"), max_length=6, choices=Season)
    inspected_on = models.DateField(_("день огляду"))
    commission = models.TextField(_("комісія"), max_length=1000, help_text=_("Посада й прізвище кожного, з рядка."))
    conclusion = models.TextField(_("висновок"), max_length=2000, blank=True)
    act = CardFileField(_("скан акта"), null=True, blank=True)
    state = models.CharField(_("стан акта"), max_length=6, choices=State, default=State.DRAFT, editable=False)
    signed_on = models.DateField(_("підписано"), null=True, blank=True, editable=False)
    sought = SearchText("number", "conclusion")

    personal_data: ClassVar[dict[str, str]] = {"commission": "text"}

    class Meta(PartOfHouse.Meta):
        verbose_name = _("огляд будинку")
        verbose_name_plural = _("огляди будинків")
        ordering = ("-inspected_on", "id")
        constraints = [
            models.UniqueConstraint(
                "house",
                "season",
                ExtractYear("inspected_on"),
                condition=LIVE & ~Q(season="extra"),
                name="house_inspected_once_a_season",
                violation_error_message=_(
                    "Такий огляд цього будинку цього року вже є. Відкрийте його або внесіть позачерговий."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state="draft", signed_on__isnull=True)
                | Q(state="signed", signed_on__isnull=False, signed_on__gte=F("inspected_on")),
                name="house_inspection_signed_after",
                violation_error_message=_("Акт підписують у день огляду або пізніше. Перевірте дату."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_season_display()} огляд {self.inspected_on:%d.%m.%Y}, {self.house}"


class Finding(PartOfHouse):
    """A defect written in the act of an inspection."""

    class Urgency(models.TextChoices):
        DANGER = "danger", _("аварійний")
        SEASON = "season", _("до опалювального сезону")
        PLANNED = "planned", _("плановий")

    tones: ClassVar[dict[str, str]] = {"danger": "bad", "season": "warn", "planned": "info"}

    # That of the inspection.
    house = models.ForeignKey(House, models.PROTECT, editable=False, related_name="+", verbose_name=_("будинок"))
    inspection = models.ForeignKey(HouseInspection, models.PROTECT, related_name="+", verbose_name=_("огляд"))
    element = models.CharField(_("що оглянуто"), max_length=12, choices=Element)
    defect = models.CharField(_("дефект"), max_length=400)
    remedy = models.CharField(_("що зробити"), max_length=400, blank=True)
    urgency = models.CharField(_("терміновість"), max_length=8, choices=Urgency, default=Urgency.PLANNED)
    due_on = models.DateField(_("усунути до"), null=True, blank=True)
    photo = CardFileField(_("фото"), null=True, blank=True)
    mended_on = models.DateField(_("усунуто"), null=True, blank=True, editable=False)
    outcome = models.CharField(_("як усунуто"), max_length=400, blank=True, editable=False)
    sought = SearchText("defect", "remedy")

    class Meta(PartOfHouse.Meta):
        verbose_name = _("дефект будинку")
        verbose_name_plural = _("дефекти будинків")
        ordering = ("mended_on", "due_on", "id")
        constraints = [
            models.CheckConstraint(condition=~Q(defect=""), name="house_finding_described"),
            models.CheckConstraint(
                condition=Q(mended_on__isnull=True, outcome="") | (Q(mended_on__isnull=False) & ~Q(outcome="")),
                name="house_finding_mended_how",
                violation_error_message=_("Дефект закривають днем і словами, що зроблено."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_element_display()}: {self.defect}"


class HouseRepair(PartOfHouse):
    class Kind(models.TextChoices):
        CURRENT = "current", _("поточний")
        CAPITAL = "capital", _("капітальний")
        URGENT = "urgent", _("аварійний")

    class State(models.TextChoices):
        PLANNED = "planned", _("заплановано")
        DONE = "done", _("виконано")
        DROPPED = "dropped", _("скасовано")

    tones: ClassVar[dict[str, str]] = {"planned": "info", "done": "ok", "dropped": "idle"}

    kind = models.CharField(_("вид ремонту"), max_length=8, choices=Kind, default=Kind.CURRENT)
    element = models.CharField(_("що ремонтують"), max_length=12, choices=Element)
    works = models.CharField(_("роботи"), max_length=400)
    state = models.CharField(_("стан"), max_length=8, choices=State, default=State.PLANNED, editable=False)
    planned_on = models.DateField(_("заплановано на"), null=True, blank=True)
    finished_on = models.DateField(_("виконано"), null=True, blank=True, editable=False)
    contractor = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("виконавець")
    )
    cost = models.DecimalField(_("вартість, грн"), max_digits=14, decimal_places=2, null=True, blank=True)
    warranty_until = models.DateField(_("гарантія до"), null=True, blank=True)
    document = CardFileField(_("акт виконаних робіт"), null=True, blank=True)
    sought = SearchText("works")

    class Meta(PartOfHouse.Meta):
        verbose_name = _("ремонт будинку")
        verbose_name_plural = _("ремонти будинків")
        ordering = ("-finished_on", "-planned_on", "id")
        constraints = [
            models.CheckConstraint(condition=~Q(works=""), name="house_repair_described"),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0),
                name="house_repair_cost_not_negative",
                violation_error_message=_("Вартість не буває відʼємною."),
            ),
            models.CheckConstraint(
                condition=Q(state="done", finished_on__isnull=False) | (~Q(state="done") & Q(finished_on__isnull=True)),
                name="house_repair_done_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(warranty_until__isnull=True)
                | Q(finished_on__isnull=True)
                | Q(warranty_until__gte=F("finished_on")),
                name="house_repair_warranty_ahead",
                violation_error_message=_("Гарантія закінчується після виконання робіт. Перевірте дати."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.works}, {self.house}"


class HouseEnergy(PartOfHouse):
    """What the house used in a year."""

    year = YearField(_("рік"), validators=YEAR_RULES)
    heat_gcal = models.DecimalField(_("тепло, Гкал"), max_digits=12, decimal_places=3, default=0)
    power_kwh = models.DecimalField(_("електроенергія МЗК, кВт·год"), max_digits=12, decimal_places=1, default=0)
    water_m3 = models.DecimalField(_("вода, м³"), max_digits=12, decimal_places=1, default=0)
    gas_m3 = models.DecimalField(_("газ, м³"), max_digits=12, decimal_places=1, default=0)
    source = models.CharField(_("звідки відомо"), max_length=160, blank=True)
    sought = SearchText("source")

    class Meta(PartOfHouse.Meta):
        verbose_name = _("споживання будинку за рік")
        verbose_name_plural = _("енергоспоживання будинків")
        ordering = ("-year", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["house", "year"],
                condition=LIVE,
                name="house_energy_once_a_year",
                violation_error_message=_("Споживання за цей рік уже внесено. Відкрийте його й виправте."),
            ),
            models.CheckConstraint(
                condition=Q(heat_gcal__gte=0, power_kwh__gte=0, water_m3__gte=0, gas_m3__gte=0),
                name="house_energy_not_negative",
                violation_error_message=_("Споживання не буває відʼємним. Перевірте показники."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.house}, {self.year}"
