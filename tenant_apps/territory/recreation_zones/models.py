from __future__ import annotations

from typing import ClassVar

from django.contrib.gis.db.models import MultiPolygonField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.cards.fields import YearField
from kernel.cards.models import Card
from kernel.files.fields import CardFileField
from kernel.search.text import SearchText

LIVE = Q(archived_at__isnull=True)
MONTHS = [
    (1, _("січень")), (2, _("лютий")), (3, _("березень")), (4, _("квітень")), (5, _("травень")), (6, _("червень")),
    (7, _("липень")), (8, _("серпень")), (9, _("вересень")), (10, _("жовтень")), (11, _("листопад")),
    (12, _("грудень")),
]  # fmt: skip


class Zone(Card):
    """A place of rest of the community (REG-009). Closing it is a verb with a reason."""

    class Kind(models.TextChoices):
        PARK = "park", _("парк")
        SQUARE = "square", _("сквер")
        BOULEVARD = "boulevard", _("бульвар")
        BEACH = "beach", _("пляж")
        EMBANKMENT = "embankment", _("набережна")
        FOREST = "forest", _("лісопарк")
        PICNIC = "picnic", _("місце для пікніка")
        RINK = "rink", _("ковзанка чи лижна траса")

    class State(models.TextChoices):
        OPEN = "open", _("відкрито")
        LIMITED = "limited", _("обмежено")
        CLOSED = "closed", _("закрито")

    tones: ClassVar[dict[str, str]] = {"open": "ok", "limited": "warn", "closed": "bad"}

    number = models.CharField(_("номер"), max_length=20, blank=True, editable=False)
    name = models.CharField(_("назва"), max_length=160)
    kind = models.CharField(_("вид"), max_length=10, choices=Kind, default=Kind.PARK)
    state = models.CharField(_("стан"), max_length=8, choices=State, default=State.OPEN, editable=False)
    state_reason = models.CharField(_("чому обмежено"), max_length=300, blank=True, editable=False)
    state_until = models.DateField(_("обмежено до"), null=True, blank=True, editable=False)
    settlement = models.ForeignKey(
        "addresses.Settlement", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("населений пункт"),
    )  # fmt: skip
    place = models.CharField(_("орієнтир"), max_length=200, blank=True)
    shape = MultiPolygonField(_("межі"), srid=4326, null=True, blank=True)
    area = models.DecimalField(_("площа, га"), max_digits=9, decimal_places=4, null=True, blank=True)
    season_from = models.PositiveSmallIntegerField(
        _("сезон з"), choices=MONTHS, null=True, blank=True, help_text=_("Порожньо — працює цілий рік.")
    )
    season_to = models.PositiveSmallIntegerField(_("сезон до"), choices=MONTHS, null=True, blank=True)
    hours = models.CharField(_("години роботи"), max_length=60, blank=True, help_text=_("Напр. 06:00–22:00."))
    lit = models.BooleanField(_("освітлено"), default=False)
    accessible = models.BooleanField(_("безбарʼєрна"), default=False)
    toilet = models.BooleanField(_("туалет"), default=False)
    water = models.BooleanField(_("питна вода"), default=False)
    parking = models.BooleanField(_("стоянка"), default=False)
    rescue = models.BooleanField(_("рятувальний пост"), default=False)
    shelter = models.BooleanField(_("укриття поруч"), default=False)
    capacity = models.PositiveIntegerField(
        _("розрахована на, осіб"), null=True, blank=True,
        validators=[MinValueValidator(1, _("Місткість — щонайменше одна людина; невідому лишіть порожньою."))],
    )  # fmt: skip
    holder = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("балансоутримувач"),
    )  # fmt: skip
    responsible = models.ForeignKey(
        "access.User", models.PROTECT, null=True, blank=True, related_name="+",
        limit_choices_to={"kind": "person"}, verbose_name=_("відповідальний"),
    )  # fmt: skip
    document = models.CharField(_("рішення про створення"), max_length=200, blank=True)
    photo = CardFileField(_("фото"), null=True, blank=True)
    note = models.TextField(_("примітка"), max_length=2000, blank=True)
    sought = SearchText("number", "name", "place")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("рекреаційна зона")
        verbose_name_plural = _("рекреаційні зони")
        ordering = ("name", "id")
        indexes = [*Card.Meta.indexes, models.Index(fields=["name", "id"], name="zone_in_order", condition=LIVE)]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "settlement"], condition=LIVE, nulls_distinct=False, name="zone_name_once",
                violation_error_message=_("Зона з такою назвою тут уже є. Знайдіть її або уточніть назву."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="zone_named"),
            models.CheckConstraint(
                condition=Q(area__isnull=True) | Q(area__gt=0), name="zone_area_positive",
                violation_error_message=_("Площа більша за нуль; якщо вона невідома, лишіть порожньо."),
            ),
            models.CheckConstraint(
                condition=Q(season_from__isnull=True, season_to__isnull=True)
                | Q(
                    season_from__isnull=False, season_from__gte=1, season_from__lte=12,
                    season_to__isnull=False, season_to__gte=1, season_to__lte=12,
                ),
                name="zone_season_whole",
                violation_error_message=_("Сезон має і перший, і останній місяць. Вкажіть обидва або жодного."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", state_reason="", state_until__isnull=True)
                | (~Q(state="open") & ~Q(state_reason="")),
                name="zone_limited_for_a_reason",
                violation_error_message=_("Обмеження має причину. Опишіть її: її побачать мешканці."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class PartOfZone(Card):
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "zone__settlement__katottg"}

    zone = models.ForeignKey(Zone, models.PROTECT, related_name="+", verbose_name=_("зона"))

    class Meta(Card.Meta):
        abstract = True


class Facility(PartOfZone):
    class Kind(models.TextChoices):
        BENCH = "bench", _("лави")
        BIN = "bin", _("урни")
        LAMP = "lamp", _("світильники")
        GAZEBO = "gazebo", _("альтанки")
        FOUNTAIN = "fountain", _("фонтан")
        BOOTH = "booth", _("кабіни для переодягання")
        STAGE = "stage", _("сцена")
        PATH = "path", _("доріжки, м²")
        OTHER = "other", _("інше")

    class State(models.TextChoices):
        GOOD = "good", _("добрий")
        WORN = "worn", _("потребує ремонту")
        BROKEN = "broken", _("непридатний")

    tones: ClassVar[dict[str, str]] = {"good": "ok", "worn": "warn", "broken": "bad"}

    kind = models.CharField(_("що"), max_length=10, choices=Kind)
    name = models.CharField(_("назва або модель"), max_length=160, blank=True)
    quantity = models.PositiveIntegerField(
        _("кількість"), default=1, validators=[MinValueValidator(1, _("Кількість — щонайменше один."))]
    )
    state = models.CharField(_("стан"), max_length=8, choices=State, default=State.GOOD)
    installed_in = YearField(
        _("рік встановлення"), null=True, blank=True,
        validators=[
            MinValueValidator(1900, _("Рік — чотири цифри. Перевірте його.")),
            MaxValueValidator(2100, _("Рік — чотири цифри. Перевірте його.")),
        ],
    )  # fmt: skip
    cost = models.DecimalField(_("балансова вартість, грн"), max_digits=12, decimal_places=2, null=True, blank=True)
    photo = CardFileField(_("фото"), null=True, blank=True)
    sought = SearchText("name")

    class Meta(PartOfZone.Meta):
        verbose_name = _("облаштування зони")
        verbose_name_plural = _("облаштування зон")
        ordering = ("zone", "kind", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "kind", "name"], condition=LIVE, name="facility_once",
                violation_error_message=_("Таке облаштування в зоні вже є. Змініть кількість у його картці."),
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="facility_counted"),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0), name="facility_cost_not_negative",
                violation_error_message=_("Вартість не буває відʼємною."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


class ZoneCheck(PartOfZone):
    """An inspection or a laboratory sample; a bad one of water, sand or safety limits the zone by a separate decision."""

    class Kind(models.TextChoices):
        STATE = "state", _("огляд стану")
        WATER = "water", _("проба води")
        SAND = "sand", _("проба піску")
        DIVERS = "divers", _("обстеження дна")

    class Result(models.TextChoices):
        GOOD = "good", _("відповідає")
        BAD = "bad", _("не відповідає")

    tones: ClassVar[dict[str, str]] = {"good": "ok", "bad": "bad"}

    kind = models.CharField(_("перевірка"), max_length=6, choices=Kind, default=Kind.STATE)
    checked_on = models.DateField(_("проведено"))
    result = models.CharField(_("результат"), max_length=4, choices=Result, default=Result.GOOD)
    done_by = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("лабораторія чи виконавець"),
    )  # fmt: skip
    number = models.CharField(_("номер протоколу"), max_length=60, blank=True)
    note = models.TextField(_("що встановлено"), max_length=2000, blank=True)
    valid_until = models.DateField(_("наступна до"), null=True, blank=True)
    document = CardFileField(_("протокол"), null=True, blank=True)
    sought = SearchText("number", "note")

    class Meta(PartOfZone.Meta):
        verbose_name = _("перевірка зони")
        verbose_name_plural = _("перевірки зон")
        ordering = ("-checked_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(result="good") | ~Q(note=""), name="zone_check_bad_told",
                violation_error_message=_("Опишіть, що не відповідає, у полі «що встановлено»."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("checked_on")),
                name="zone_check_next_ahead",
                violation_error_message=_("Наступна перевірка пізніше за проведену. Перевірте дати."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.checked_on:%d.%m.%Y}"
