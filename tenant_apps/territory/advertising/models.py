"""Outdoor advertising: places on the map, permits of at most five years, the fee by zone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.files.fields import CardFileField
from kernel.periods import Days
from kernel.permits.models import LIVE, DismantlingOrder, PaidPermit, State
from kernel.permits.paying import DatedRate, FeeCharge, FeePayment, Fees, FeeZone
from kernel.search.text import SearchText

# Law on advertising, art. 16, and resolution 2067/2003: a permit is given for five years.
MOST_YEARS = 5


class AdZone(FeeZone):
    sought = SearchText("code", "name")

    class Meta(FeeZone.Meta):
        pass


class AdRate(DatedRate):
    zone = models.ForeignKey(AdZone, models.PROTECT, related_name="+", verbose_name=_("зона"))
    sought = SearchText("act")

    class Meta(DatedRate.Meta):
        pass


class AdPlace(Card):
    """Where something may hang or stand; free while no permit covers the day."""

    class Kind(models.TextChoices):
        BILLBOARD = "billboard", _("білборд")
        CITYLIGHT = "citylight", _("сітілайт")
        FACADE = "facade", _("на фасаді")
        ROOF = "roof", _("на даху")
        BANNER = "banner", _("розтяжка")
        SCREEN = "screen", _("екран")
        POLE = "pole", _("на опорі")
        OTHER = "other", _("інше")

    number = models.CharField(
        _("номер"), max_length=20, blank=True, help_text=_("Порожній номер реєстр надасть сам, наступний.")
    )
    kind = models.CharField(_("тип конструкції"), max_length=10, choices=Kind, default=Kind.BILLBOARD)
    settlement = models.ForeignKey(
        "addresses.Settlement", models.PROTECT, related_name="+", verbose_name=_("населений пункт")
    )
    place = models.CharField(_("місце"), max_length=300, help_text=_("Напр. «вул. Соборна, навпроти ринку»."))
    location = models.PointField(_("на мапі"), srid=4326, null=True, blank=True)
    zone = models.ForeignKey(
        AdZone, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("зона плати"),
        help_text=_("Порожню зону реєстр визначить за точкою на мапі."),
    )  # fmt: skip
    communal = models.BooleanField(_("комунальна власність"), default=True)
    note = models.TextField(_("примітка"), max_length=2000, blank=True)
    sought = SearchText("number", "place")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("рекламне місце")
        verbose_name_plural = _("рекламні місця")
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=LIVE & ~Q(number=""),
                name="adplace_number_once",
                violation_error_message=_("Місце з таким номером уже є. Очистьте номер або знайдіть ту картку."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.place}"

    def clean(self) -> None:
        super().clean()
        if self.zone_id is None and self.location is not None:
            # The smallest of the zones that hold the place: the square lies within the centre.
            found = AdZone.objects.filter(archived_at__isnull=True, shape__covers=self.location)
            self.zone = min(found, key=lambda one: one.shape.area, default=None)


class Advertisement(PaidPermit):
    ad_place = models.ForeignKey(AdPlace, models.PROTECT, related_name="+", verbose_name=_("рекламне місце"))
    holder = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("розповсюджувач")
    )
    zone = models.ForeignKey(
        AdZone, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("зона плати"),
        help_text=_("Порожню зону взято з рекламного місця."),
    )  # fmt: skip
    area = models.DecimalField(_("площа рекламної поверхні"), max_digits=8, decimal_places=2)
    area.unit = "м²"  # type: ignore[attr-defined]
    sides = models.PositiveSmallIntegerField(_("сторін"), default=1)
    lit = models.BooleanField(_("з підсвіткою"), default=False)
    contract = models.CharField(_("договір про плату"), max_length=120, blank=True, help_text=_("Номер і дата."))
    sketch = CardFileField(_("ескіз"), null=True, blank=True)
    sought = SearchText("number", "permit_number", "contract")

    personal_data: ClassVar[dict[str, str]] = {"note": "text"}
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "ad_place__settlement__katottg"}

    class Meta(PaidPermit.Meta):
        verbose_name = _("дозвіл на рекламу")
        verbose_name_plural = _("дозволи на рекламу")
        indexes = [*Card.Meta.indexes, models.Index(fields=["number", "id"], name="advertisement_by_number")]
        constraints = [
            *PaidPermit.Meta.constraints,
            ExclusionConstraint(
                name="ad_place_one_permit_a_day",
                expressions=[
                    ("ad_place", RangeOperators.EQUAL),
                    (Days(F("valid_from"), Least("valid_to", "ended_on")), RangeOperators.OVERLAPS),
                ],
                condition=LIVE & Q(valid_from__isnull=False) & ~Q(state=State.REFUSED),
                violation_error_message=_(
                    "На це місце в ці дні вже є дозвіл. Скасуйте попередній або оберіть інші дати чи місце."
                ),
            ),
            models.CheckConstraint(
                condition=Q(sides__gte=1),
                name="advertisement_has_side",
                violation_error_message=_("Рекламний засіб має щонайменше одну сторону. Впишіть їх кількість."),
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=False),
                name="advertisement_term_ends",
                violation_error_message=_("Дозвіл на рекламу строковий: вкажіть, до якого дня він діє."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.ad_place.place}"

    def clean(self) -> None:
        super().clean()
        if self.zone_id is None and self.ad_place_id is not None:
            self.zone = self.ad_place.zone
        if self.valid_from and self.valid_to and self.valid_to > _years_on(self.valid_from):
            raise ValidationError(
                {
                    "valid_to": _("Дозвіл дають щонайбільше на пʼять років: до %(day)s.")
                    % {"day": f"{_years_on(self.valid_from):%d.%m.%Y}"}
                }
            )


class AdCharge(FeeCharge):
    permit = models.ForeignKey(Advertisement, models.PROTECT, related_name="+", verbose_name=_("дозвіл"))
    sought = SearchText("number")

    class Meta(FeeCharge.Meta):
        pass


class AdPayment(FeePayment):
    permit = models.ForeignKey(Advertisement, models.PROTECT, related_name="+", verbose_name=_("дозвіл"))
    sought = SearchText("document")

    class Meta(FeePayment.Meta):
        pass


class AdDismantling(DismantlingOrder):
    permit = models.ForeignKey(Advertisement, models.PROTECT, related_name="+", verbose_name=_("рекламний засіб"))
    sought = SearchText("number", "act", "grounds", "contractor")

    record_rules: ClassVar[dict[str, str]] = {
        **Card.record_rules,
        "settlement": "permit__ad_place__settlement__katottg",
    }

    class Meta(DismantlingOrder.Meta):
        verbose_name = _("розпорядження про демонтаж")
        verbose_name_plural = _("демонтаж реклами")


def _years_on(day: date) -> date:
    """The last day of five years that begin on `day`."""
    whole = day.year + MOST_YEARS
    later = day.replace(year=whole) if (day.month, day.day) != (2, 29) else date(whole, 3, 1)
    return later - timedelta(days=1)


FEES = Fees(Advertisement, AdRate, AdCharge, AdPayment)
