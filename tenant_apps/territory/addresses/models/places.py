"""Settlements and streets: what they are called, and what they were called before."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited
from kernel.cards.models import Card
from kernel.search.text import SearchText
from tenant_apps.territory.addresses.calc import KINDS, SETTLEMENT_SHORT, street_title, tidy

LIVE = Q(archived_at__isnull=True)
STREET_KINDS = [(kind.code, kind.full) for kind in KINDS]


def derived(*names: str) -> Audited:
    """What follows from other columns; a history of it would only repeat theirs."""
    return Audited(exclude=("sought", "version", "updated_at", *names))


class ShownName(models.GeneratedField):  # type: ignore[misc]
    """`shown = ShownName("street")`: «вул. Соборна» out of a kind and a name, by the database itself."""

    register_kind = "text"
    SHORT = {"street": {kind.code: kind.short for kind in KINDS}, "settlement": SETTLEMENT_SHORT}

    def __init__(self, of: str, **options: Any) -> None:
        self.of = of
        cases = [When(kind=code, then=Value(f"{short} ")) for code, short in self.SHORT[of].items()]
        text = models.CharField(max_length=240)
        options["expression"] = Concat(Case(*cases, default=Value("")), F("name"), output_field=text)
        options["output_field"] = text
        options["db_persist"] = True
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, _args, options = super().deconstruct()
        for given in ("expression", "output_field", "db_persist"):
            options.pop(given, None)
        return name, path, [self.of], options


class Settlement(Card):
    """A place of this community, taken from КАТОТТГ; its code is its name for all other systems."""

    class Kind(models.TextChoices):
        CITY = "M", _("місто")
        SPECIAL_CITY = "K", _("місто зі спеціальним статусом")
        TOWN = "T", _("селище міського типу")
        SETTLEMENT = "X", _("селище")
        VILLAGE = "C", _("село")

    katottg = models.CharField(
        _("код КАТОТТГ"),
        max_length=19,
        unique=True,
        validators=[RegexValidator(r"^UA\d{17}$", _("Код КАТОТТГ — це UA і 17 цифр. Знайдіть його в довіднику."))],
    )
    kind = models.CharField(_("категорія"), max_length=1, choices=Kind)
    name = models.CharField(_("назва"), max_length=200)
    shown = ShownName("settlement", verbose_name=_("назва з категорією"))
    also = models.TextField(_("колишні назви"), blank=True, editable=False)
    sought = SearchText("name", "also", "katottg")

    audited: ClassVar[Any] = derived("shown", "also")
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "katottg"}

    class Meta(Card.Meta):
        verbose_name = _("населений пункт")
        verbose_name_plural = _("населені пункти")
        ordering = ("name", "id")
        constraints = [
            models.CheckConstraint(condition=Q(katottg__regex=r"^UA\d{17}$"), name="settlement_katottg_form"),
            models.CheckConstraint(condition=~Q(name=""), name="settlement_has_name"),
        ]

    def __str__(self) -> str:
        return f"{SETTLEMENT_SHORT.get(self.kind, '')} {self.name}".strip()


class Street(Card):
    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="+", verbose_name=_("населений пункт"))
    kind = models.CharField(_("вид"), max_length=20, choices=STREET_KINDS, default="street")
    name = models.CharField(_("назва"), max_length=200)
    named_on = models.DateField(
        _("називається так із"), null=True, blank=True, help_text=_("Якщо день невідомий, лишіть порожнім.")
    )
    act = models.CharField(_("підстава назви"), max_length=300, blank=True, help_text=_("Рішення, його дата й номер."))
    shown = ShownName("street", verbose_name=_("вулиця"))
    also = models.TextField(_("колишні назви й написання"), blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("обʼєднано з")
    )
    sought = SearchText("name", "also")

    audited: ClassVar[Any] = derived("shown", "also")
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("вулиця")
        verbose_name_plural = _("вулиці")
        ordering = ("name", "kind", "id")
        constraints = [
            models.UniqueConstraint(
                "settlement",
                "kind",
                Lower("name"),
                condition=LIVE,
                name="street_once_in_settlement",
                violation_error_message=_("Така вулиця тут уже є. Відкрийте її або вкажіть інший вид чи назву."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="street_has_name"),
            # A building names both, and a foreign key of the two columns keeps them in agreement.
            models.UniqueConstraint(fields=["id", "settlement"], name="street_in_one_settlement"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(archived_at__isnull=False), name="street_merged_is_archived"
            ),
        ]

    def __str__(self) -> str:
        return street_title(self.kind, self.name)

    def clean(self) -> None:
        self.name, self.act = tidy(self.name), tidy(self.act)

    def validate_constraints(self, exclude: Any = None) -> None:
        super().validate_constraints(exclude)
        moved = self.pk and Street.objects.filter(pk=self.pk).exclude(settlement=self.settlement_id).exists()
        if moved and self.buildings.exists():
            raise ValidationError(
                {"settlement": _("На вулиці вже є адреси. Перенесіть їх або заведіть таку вулицю в іншому пункті.")}
            )


class NamedDuring(Func):
    function = "daterange"
    output_field = DateRangeField()


class StreetName(Card):
    """A name the street had, and the act that ended it."""

    street = models.ForeignKey(Street, models.PROTECT, related_name="old_names", verbose_name=_("вулиця"))
    kind = models.CharField(_("вид"), max_length=20, choices=STREET_KINDS, default="street")
    name = models.CharField(_("назва"), max_length=200)
    valid_from = models.DateField(_("діяла з"), null=True, blank=True)
    valid_to = models.DateField(_("діяла до"), help_text=_("День, від якого вулиця має наступну назву."))
    act = models.CharField(_("підстава перейменування"), max_length=300)
    shown = ShownName("street", verbose_name=_("колишня назва"))
    sought = SearchText("name", "act")

    audited: ClassVar[Any] = derived("shown")
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "street__settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("колишня назва вулиці")
        verbose_name_plural = _("колишні назви вулиць")
        ordering = ("-valid_to", "id")
        constraints = [
            ExclusionConstraint(
                name="street_has_one_name_a_day",
                expressions=[
                    ("street", RangeOperators.EQUAL),
                    (NamedDuring("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                condition=LIVE,
                violation_error_message=_(
                    "У ці дні вулиця вже мала іншу назву. Перевірте «діяла з» і «діяла до» сусідніх назв."
                ),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="street_name_ends_after_start",
                violation_error_message=_("«Діяла до» має бути пізніше за «діяла з»."),
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(act=""), name="street_name_has_act"),
        ]

    def __str__(self) -> str:
        return street_title(self.kind, self.name)

    def clean(self) -> None:
        self.name, self.act = tidy(self.name), tidy(self.act)
