"""Reference data common to all tenants. Every row is dated and names the act it comes from.

`valid_to` is the first day the row no longer holds (NULL: it still does), so a value valid up to and
including 30.11.2024 has valid_to 01.12.2024. Two rows of one code never cover the same day: the database
itself refuses them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Expression, F, Func, Q
from django.db.models.functions import Cast, Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.calendar import DayKind

# For lists whose publisher does not say since when a code is valid.
SINCE_EVER = date(1991, 8, 24)


class DateRange(Func):
    function = "daterange"
    output_field = DateRangeField()


def never_twice(name: str, *columns: str | Expression) -> ExclusionConstraint:
    """Rows of one key cover each day once."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((column, RangeOperators.EQUAL) for column in columns),
            (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
        ],
    )


class DatedQuerySet(models.QuerySet):
    def on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def current(self) -> Self:
        return self.filter(valid_to=None)


class Dated(models.Model):
    valid_from = models.DateField(_("діє з"))
    valid_to = models.DateField(_("не діє з"), null=True, blank=True)
    source_act = models.CharField(_("підстава"), max_length=500)

    objects: ClassVar[models.Manager] = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="%(class)s_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(source_act=""), name="%(class)s_names_its_act"),
        ]

    @property
    def last_day(self) -> date | None:
        return self.valid_to - timedelta(days=1) if self.valid_to else None


class Rule(models.Model):
    """What a value is of: a rate, a norm, a deadline. `overridable`: a community may set its own."""

    audited = True

    code = models.CharField(_("код"), max_length=60, primary_key=True)
    title = models.CharField(_("назва"), max_length=300)
    unit = models.CharField(_("одиниця"), max_length=40)
    overridable = models.BooleanField(_("громада може встановити своє"), default=False)

    class Meta:
        verbose_name = _("правило")
        verbose_name_plural = _("правила")
        ordering = ("code",)

    def __str__(self) -> str:
        return f"«{self.title}» ({self.code})"


class ReferenceValue(Dated):
    """A value of a rule for the country (`region` is empty) or for a region («UA53»)."""

    audited = True

    code = models.ForeignKey(Rule, models.PROTECT, db_column="code", related_name="values")
    region = models.CharField(_("область"), max_length=4, blank=True)
    value = models.DecimalField(_("значення"), max_digits=18, decimal_places=6)
    uncertain = models.BooleanField(_("перевірте"), default=False)

    class Meta(Dated.Meta):
        verbose_name = _("значення правила")
        verbose_name_plural = _("значення правил")
        ordering = ("code", "region", "valid_from")
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(region="") | Q(region__regex=r"^UA\d\d$"), name="value_region_form"),
            never_twice("value_covers_a_day_once", "code", "region"),
        ]

    def __str__(self) -> str:
        return f"{self.code_id} {self.region} {self.valid_from:%d.%m.%Y}: {self.value}"

    @property
    def unit(self) -> str:
        return self.code.unit

    @property
    def overridable(self) -> bool:
        return self.code.overridable


class Classifier(models.Model):
    """A list of codes: КЕКВ, ТПКВКМБ, ДК 021, КВЕД, банки…"""

    code = models.CharField(_("код"), max_length=20, primary_key=True)
    title = models.CharField(_("назва"), max_length=300)

    class Meta:
        verbose_name = _("класифікатор")
        verbose_name_plural = _("класифікатори")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title


class ClassifierCode(Dated):
    classifier = models.ForeignKey(Classifier, models.PROTECT, related_name="codes")
    code = models.CharField(_("код"), max_length=20)
    title = models.CharField(_("назва"), max_length=2000)
    parent = models.CharField(_("вищий код"), max_length=20, blank=True)
    level = models.PositiveSmallIntegerField(_("рівень"), default=1)
    attributes = models.JSONField(_("ознаки"), default=dict)
    folded = models.CharField(max_length=2000)

    class Meta(Dated.Meta):
        verbose_name = _("код класифікатора")
        verbose_name_plural = _("коди класифікаторів")
        ordering = ("classifier", "code", "valid_from")
        indexes = [
            models.Index(fields=["classifier", "parent"], name="classifier_children"),
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="classifier_search"),
        ]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["classifier", "code", "valid_from"], name="classifier_code_once"),
            never_twice("classifier_covers_a_day_once", "classifier", "code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class TerritorialUnit(Dated):
    """A row of КАТОТТГ. A change of name, category or place begins a new row of the same code."""

    class Category(models.TextChoices):
        OBLAST = "O", _("область")
        SPECIAL_CITY = "K", _("місто зі спеціальним статусом")
        DISTRICT = "P", _("район")
        HROMADA = "H", _("територіальна громада")
        CITY = "M", _("місто")
        TOWN = "T", _("селище міського типу")
        SETTLEMENT = "X", _("селище")
        VILLAGE = "C", _("село")
        CITY_DISTRICT = "B", _("район у місті")

    code = models.CharField(_("код"), max_length=19)
    category = models.CharField(_("категорія"), max_length=1, choices=Category)
    name = models.CharField(_("назва"), max_length=200)
    parent = models.CharField(_("вищий код"), max_length=19, blank=True)
    region = models.CharField(_("область"), max_length=19)
    district = models.CharField(_("район"), max_length=19, blank=True)
    hromada = models.CharField(_("громада"), max_length=19, blank=True)
    folded = models.CharField(max_length=200)
    demo = models.BooleanField(_("вигадане, для показу"), default=False)

    class Meta(Dated.Meta):
        verbose_name = _("територіальна одиниця")
        verbose_name_plural = _("територіальні одиниці")
        ordering = ("code", "valid_from")
        indexes = [
            # Serves equality and «begins with» alike.
            models.Index(fields=["code"], opclasses=["varchar_pattern_ops"], name="territory_code"),
            models.Index(fields=["parent"], name="territory_children"),
            models.Index(fields=["hromada"], name="territory_hromada"),
            GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="territory_search"),
        ]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(condition=Q(code__regex=r"^UA\d{17}$"), name="territory_code_form"),
            models.CheckConstraint(
                condition=Q(category__in=["O", "K", "P", "H", "M", "T", "X", "C", "B"]), name="territory_category"
            ),
            # The number alone is unique in the country; its index is built five times faster than the code's.
            never_twice("territory_covers_a_day_once", Cast(Substr("code", 15), models.IntegerField())),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name as people write it: «Полтавська область», «м. Кременчук»."""
        if self.category == self.Category.OBLAST and not self.name.endswith(("ська", "цька", "зька")):
            return self.name
        return _LABELS[self.category] % {"name": self.name}

    @property
    def number(self) -> str:
        """The five last digits: unique in the whole country."""
        return self.code[-5:]


_LABELS = {
    "O": _("%(name)s область"),
    "K": _("м. %(name)s"),
    "P": _("%(name)s район"),
    "H": _("%(name)s громада"),
    "M": _("м. %(name)s"),
    "T": _("смт %(name)s"),
    "X": _("селище %(name)s"),
    "C": _("с. %(name)s"),
    "B": _("%(name)s район"),
}


class KoatuuAlias(models.Model):
    """The old code of a place; several old codes may lead to one new one."""

    legacy_code = models.CharField(_("КОАТУУ"), max_length=10, primary_key=True)
    katottg = models.CharField(_("КАТОТТГ"), max_length=19, db_index=True)

    class Meta:
        verbose_name = _("код КОАТУУ")
        verbose_name_plural = _("коди КОАТУУ")
        constraints = [
            models.CheckConstraint(condition=Q(legacy_code__regex=r"^\d{10}$"), name="koatuu_form"),
        ]

    def __str__(self) -> str:
        return f"{self.legacy_code} → {self.katottg}"


class CalendarDay(models.Model):
    """A date that is not what its day of the week says; `region` is empty for the whole country."""

    audited = True

    class Kind(models.TextChoices):
        HOLIDAY = DayKind.HOLIDAY.value, _("свято")
        DAY_OFF = DayKind.DAY_OFF.value, _("перенесений вихідний")
        WORKDAY = DayKind.WORKDAY.value, _("перенесений робочий")
        SHORTENED = DayKind.SHORTENED.value, _("скорочений")

    day = models.DateField(_("день"))
    kind = models.CharField(_("який"), max_length=10, choices=Kind)
    note = models.CharField(_("що це"), max_length=200, blank=True)
    region = models.CharField(_("область"), max_length=4, blank=True)
    source_act = models.CharField(_("підстава"), max_length=500)

    class Meta:
        verbose_name = _("день календаря")
        verbose_name_plural = _("дні календаря")
        ordering = ("day", "region")
        constraints = [
            models.UniqueConstraint(fields=["day", "region"], name="calendar_day_once"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in DayKind]), name="calendar_day_kind"),
            models.CheckConstraint(condition=Q(region="") | Q(region__regex=r"^UA\d\d$"), name="day_region_form"),
            models.CheckConstraint(condition=~Q(source_act=""), name="calendar_day_names_its_act"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y} {self.note}"


class MartialLaw(Dated):
    """A time of martial law, and the day in it since which public holidays are ordinary working days."""

    audited = True

    holidays_suspended_from = models.DateField(_("свята — робочі дні з"))

    class Meta(Dated.Meta):
        verbose_name = _("воєнний стан")
        verbose_name_plural = _("воєнний стан")
        ordering = ("valid_from",)
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(holidays_suspended_from__gte=F("valid_from")), name="holidays_suspended_within"
            ),
            never_twice("martial_law_covers_a_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%d.%m.%Y} – {self.valid_to or '…'}"


class Edition(models.Model):
    """A file that was loaded: which, when, by whom, on what ground, and what it changed."""

    append_only = True

    kind = models.CharField(_("довідник"), max_length=20)
    file_name = models.CharField(_("файл"), max_length=255)
    sha256 = models.CharField(max_length=64)
    effective_on = models.DateField(_("діє з"), null=True, blank=True)
    saved_on = models.DateField(_("файл збережено"), null=True, blank=True)
    source_act = models.CharField(_("підстава"), max_length=500)
    counts = models.JSONField(_("скільки чого"), default=dict)
    diff = models.JSONField(_("зміни"), default=list)
    loaded_at = models.DateTimeField(_("коли"), default=timezone.now, editable=False)
    loaded_by = models.CharField(_("хто"), max_length=200)

    class Meta:
        verbose_name = _("редакція довідника")
        verbose_name_plural = _("редакції довідників")
        ordering = ("-id",)
        indexes = [models.Index(fields=["kind", "-id"], name="edition_latest")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.file_name}"
