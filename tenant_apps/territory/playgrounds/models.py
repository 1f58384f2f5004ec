from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.gis.db.models import PointField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.files.fields import CardFileField
from kernel.search.text import SearchText

LIVE = Q(archived_at__isnull=True)


class Ground(Card):
    """A playground or a sports ground (REG-008). Its state follows from defects; nobody sets it by hand."""

    class Kind(models.TextChoices):
        CHILDREN = "children", _("дитячий")
        SPORTS = "sports", _("спортивний")
        MIXED = "mixed", _("дитячо-спортивний")
        WORKOUT = "workout", _("воркаут")
        FOOTBALL = "football", _("футбольне поле")
        SKATE = "skate", _("скейт-парк")

    class Age(models.TextChoices):
        TODDLERS = "toddlers", _("до 3 років")
        PRESCHOOL = "preschool", _("3–6 років")
        SCHOOL = "school", _("7–13 років")
        TEENS = "teens", _("від 14 років")
        ALL = "all", _("для всіх")

    class Surface(models.TextChoices):
        RUBBER = "rubber", _("гумове")
        SAND = "sand", _("пісок")
        GRASS = "grass", _("трава")
        TURF = "turf", _("штучна трава")
        ASPHALT = "asphalt", _("асфальт")
        TILES = "tiles", _("плитка")
        SOIL = "soil", _("ґрунт")

    class State(models.TextChoices):
        OPEN = "open", _("відкрито")
        CLOSED = "closed", _("закрито")

    tones: ClassVar[dict[str, str]] = {"open": "ok", "closed": "bad"}

    number = models.CharField(_("номер"), max_length=20, blank=True, editable=False)
    name = models.CharField(_("назва"), max_length=160, help_text=_("Напр. «Майданчик у дворі Соборної, 12»."))
    kind = models.CharField(_("вид"), max_length=10, choices=Kind, default=Kind.CHILDREN)
    age = models.CharField(_("для кого"), max_length=10, choices=Age, default=Age.ALL)
    state = models.CharField(_("стан"), max_length=6, choices=State, default=State.OPEN, editable=False)
    closed_on = models.DateField(_("закрито з"), null=True, blank=True, editable=False)
    settlement = models.ForeignKey(
        "addresses.Settlement", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("населений пункт"),
    )  # fmt: skip
    building = models.ForeignKey(
        "addresses.Building",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("найближча адреса"),
    )
    location = PointField(_("на мапі"), srid=4326, null=True, blank=True)
    area = models.DecimalField(_("площа, м²"), max_digits=9, decimal_places=2, null=True, blank=True)
    surface = models.CharField(_("покриття"), max_length=8, choices=Surface, blank=True)
    fenced = models.BooleanField(_("огороджено"), default=False)
    lit = models.BooleanField(_("освітлено"), default=False)
    accessible = models.BooleanField(_("безбарʼєрний"), default=False)
    holder = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("балансоутримувач"),
    )  # fmt: skip
    responsible = models.ForeignKey(
        "access.User", models.PROTECT, null=True, blank=True, related_name="+",
        limit_choices_to={"kind": "person"}, verbose_name=_("відповідальний"),
        help_text=_("Кому нагадувати про огляди."),
    )  # fmt: skip
    installed_on = models.DateField(_("влаштовано"), null=True, blank=True)
    photo = CardFileField(_("фото"), null=True, blank=True)
    note = models.TextField(_("примітка"), max_length=2000, blank=True)
    next_visual_on = models.DateField(_("візуальний огляд до"), null=True, blank=True, editable=False)
    next_functional_on = models.DateField(_("функціональний огляд до"), null=True, blank=True, editable=False)
    next_annual_on = models.DateField(_("щорічний огляд до"), null=True, blank=True, editable=False)
    sought = SearchText("number", "name")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("майданчик")
        verbose_name_plural = _("майданчики")
        ordering = ("name", "id")
        indexes = [*Card.Meta.indexes, models.Index(fields=["name", "id"], name="ground_in_order", condition=LIVE)]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=LIVE & ~Q(number=""), name="ground_number_once",
                violation_error_message=_("Майданчик із цим номером уже є. Знайдіть його в реєстрі."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="ground_named"),
            models.CheckConstraint(
                condition=Q(area__isnull=True) | Q(area__gt=0), name="ground_area_positive",
                violation_error_message=_("Площа більша за нуль; якщо вона невідома, лишіть порожньо."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True) | Q(state="closed", closed_on__isnull=False),
                name="ground_closed_since_a_day",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class PartOfGround(Card):
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "ground__settlement__katottg"}

    ground = models.ForeignKey(Ground, models.PROTECT, related_name="+", verbose_name=_("майданчик"))

    class Meta(Card.Meta):
        abstract = True


class Equipment(PartOfGround):
    class Kind(models.TextChoices):
        SWING = "swing", _("гойдалка")
        SEESAW = "seesaw", _("балансир")
        SLIDE = "slide", _("гірка")
        CAROUSEL = "carousel", _("карусель")
        SANDBOX = "sandbox", _("пісочниця")
        COMPLEX = "complex", _("ігровий комплекс")
        CLIMBING = "climbing", _("драбина чи лаз")
        TRAINER = "trainer", _("тренажер")
        BARS = "bars", _("турнік чи бруси")
        GOAL = "goal", _("ворота чи щит")
        BENCH = "bench", _("лава")
        OTHER = "other", _("інше")

    kind = models.CharField(_("вид"), max_length=10, choices=Kind)
    name = models.CharField(_("назва або модель"), max_length=160)
    inventory_number = models.CharField(_("інвентарний номер"), max_length=40, blank=True)
    maker = models.CharField(_("виробник"), max_length=160, blank=True)
    installed_on = models.DateField(_("встановлено"), null=True, blank=True)
    serves_until = models.DateField(_("строк служби до"), null=True, blank=True)
    certificate_number = models.CharField(_("номер сертифіката"), max_length=60, blank=True)
    certificate_until = models.DateField(_("сертифікат діє до"), null=True, blank=True)
    certificate = CardFileField(_("сертифікат"), null=True, blank=True)
    cost = models.DecimalField(_("балансова вартість, грн"), max_digits=12, decimal_places=2, null=True, blank=True)
    photo = CardFileField(_("фото"), null=True, blank=True)
    sought = SearchText("name", "inventory_number", "maker", "certificate_number")

    class Meta(PartOfGround.Meta):
        verbose_name = _("обладнання майданчика")
        verbose_name_plural = _("обладнання майданчиків")
        ordering = ("ground", "kind", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["inventory_number"], condition=LIVE & ~Q(inventory_number=""), name="equipment_inventory_once",
                violation_error_message=_("Обладнання з цим інвентарним номером уже є. Знайдіть його в реєстрі."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="equipment_named"),
            models.CheckConstraint(
                condition=Q(certificate_until__isnull=True) | ~Q(certificate_number=""),
                name="equipment_certificate_numbered",
                violation_error_message=_("Строк сертифіката вказують разом з його номером."),
            ),
            models.CheckConstraint(
                condition=Q(installed_on__isnull=True)
                | Q(serves_until__isnull=True)
                | Q(serves_until__gt=F("installed_on")),
                name="equipment_serves_after_installed",
                violation_error_message=_("Строк служби закінчується після встановлення. Перевірте дати."),
            ),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0), name="equipment_cost_not_negative",
                violation_error_message=_("Вартість не буває відʼємною."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class GroundInspection(PartOfGround):
    class Kind(models.TextChoices):
        VISUAL = "visual", _("візуальний")
        FUNCTIONAL = "functional", _("функціональний")
        ANNUAL = "annual", _("щорічний")

    class Result(models.TextChoices):
        SOUND = "sound", _("справний")
        REMARKS = "remarks", _("є зауваження")

    tones: ClassVar[dict[str, str]] = {"sound": "ok", "remarks": "warn"}

    kind = models.CharField(_("огляд"), max_length=10, choices=Kind)
    inspected_on = models.DateField(_("день огляду"))
    result = models.CharField(_("результат"), max_length=8, choices=Result, default=Result.SOUND)
    inspector = models.ForeignKey(
        "staff.Employee", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("хто оглянув")
    )
    note = models.TextField(_("що побачено"), max_length=2000, blank=True)
    photo = CardFileField(_("фото"), null=True, blank=True)
    act = CardFileField(_("акт"), null=True, blank=True)
    sought = SearchText("note")

    class Meta(PartOfGround.Meta):
        verbose_name = _("огляд майданчика")
        verbose_name_plural = _("огляди майданчиків")
        ordering = ("-inspected_on", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["ground", "kind", "inspected_on"], condition=LIVE, name="ground_inspected_once_a_day",
                violation_error_message=_("Такий огляд цього дня вже внесено. Відкрийте його картку."),
            ),
            models.CheckConstraint(
                condition=Q(result="sound") | ~Q(note=""), name="ground_remarks_told",
                violation_error_message=_("Опишіть зауваження у полі «що побачено»."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} огляд {self.inspected_on:%d.%m.%Y}"


class GroundDefect(PartOfGround):
    """A dangerous one closes the ground until it is mended."""

    class Danger(models.TextChoices):
        DANGEROUS = "dangerous", _("небезпечний, закриває майданчик")
        MINOR = "minor", _("незначний")

    tones: ClassVar[dict[str, str]] = {"dangerous": "bad", "minor": "warn"}

    equipment = models.ForeignKey(
        Equipment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("обладнання")
    )
    inspection = models.ForeignKey(
        GroundInspection, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("виявлено оглядом")
    )
    found_on = models.DateField(_("виявлено"))
    danger = models.CharField(_("небезпека"), max_length=10, choices=Danger, default=Danger.DANGEROUS)
    defect = models.CharField(_("дефект"), max_length=400)
    due_on = models.DateField(_("усунути до"), null=True, blank=True)
    photo = CardFileField(_("фото до"), null=True, blank=True)
    mended_on = models.DateField(_("усунуто"), null=True, blank=True, editable=False)
    outcome = models.CharField(_("що зроблено"), max_length=400, blank=True, editable=False)
    photo_after = CardFileField(_("фото після"), null=True, blank=True)
    sought = SearchText("defect", "outcome")

    class Meta(PartOfGround.Meta):
        verbose_name = _("дефект майданчика")
        verbose_name_plural = _("дефекти майданчиків")
        ordering = ("-found_on", "id")
        constraints = [
            models.CheckConstraint(condition=~Q(defect=""), name="ground_defect_described"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("found_on")), name="ground_defect_due_ahead",
                violation_error_message=_("Строк раніше за день, коли дефект виявлено. Вкажіть пізніший."),
            ),
            models.CheckConstraint(
                condition=Q(mended_on__isnull=True, outcome="") | (Q(mended_on__isnull=False, mended_on__gte=F("found_on")) & ~Q(outcome="")),
                name="ground_defect_mended_how",
                violation_error_message=_("Дефект закривають днем, не раніше виявлення, і словами, що зроблено."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.defect

    def validate_constraints(self, exclude: Any = None) -> None:
        super().validate_constraints(exclude)
        for name, words in (("equipment", _("обладнання")), ("inspection", _("огляд"))):
            part = getattr(self, name)
            if part is not None and part.ground_id != self.ground_id:
                raise ValidationError(
                    {name: _("Це %(what)s іншого майданчика. Оберіть зі свого або лишіть порожньо.") % {"what": words}}
                )
