"""Zones, their dated rates, what was charged and paid: the tables of a module that takes a fee.

The module adds the references: `zone` of a rate and of a permit, `permit` of a charge and of a payment.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.periods import ends_after_start, one_at_a_time
from kernel.permits.models import LIVE

MONEY: DecimalField[Any, Any] = DecimalField(max_digits=14, decimal_places=2)


class FeeZone(Card):
    code = models.CharField(_("код"), max_length=20)
    name = models.CharField(_("назва"), max_length=160)
    shape = models.MultiPolygonField(_("межа"), srid=4326, null=True, blank=True)
    note = models.TextField(_("опис межі"), max_length=2000, blank=True)

    class Meta(Card.Meta):
        abstract = True
        verbose_name = _("зона плати")
        verbose_name_plural = _("зони плати")
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=LIVE,
                name="%(class)s_code_once",
                violation_error_message=_("Зона з таким кодом уже є. Знайдіть її або дайте цій інший код."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.name}"


class DatedRate(Card):
    """Hryvnias for a square metre a month. Days are never covered twice; a gap is an error when it is charged for."""

    rate = models.DecimalField(_("ставка"), max_digits=12, decimal_places=4)
    rate.unit = "₴/м² на місяць"  # type: ignore[attr-defined]
    starts_on = models.DateField(_("діє з"))
    ends_on = models.DateField(_("діє до включно"), null=True, blank=True)
    act = models.CharField(_("рішення"), max_length=300, help_text=_("Ким ухвалено, дата й номер."))

    class Meta(Card.Meta):
        abstract = True
        verbose_name = _("ставка плати")
        verbose_name_plural = _("ставки плати")
        constraints = [
            one_at_a_time(
                "%(class)s_one_a_day",
                "zone",
                message=_("У ці дні в зоні вже є ставка. Закрийте попередню днем раніше або змініть дати."),
                condition=LIVE,
            ),
            ends_after_start("%(class)s_in_order", _("Ставка закінчується раніше, ніж починається. Перевірте дати.")),
            models.CheckConstraint(
                condition=Q(rate__gte=0),
                name="%(class)s_sound",
                violation_error_message=_("Ставка не буває відʼємною. Впишіть її з рішення."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("%(zone)s з %(day)s") % {"zone": self.zone, "day": f"{self.starts_on:%d.%m.%Y}"})  # type: ignore[attr-defined]  # children name their zone


class FeeCharge(Card):
    """One month of one permit. A correction takes it out of the register and charges anew: both stay."""

    number = models.CharField(_("номер"), max_length=20)
    month = models.DateField(_("місяць"))
    days = models.PositiveSmallIntegerField(_("днів"))
    area = models.DecimalField(_("площа"), max_digits=8, decimal_places=2)
    factor = models.DecimalField(_("коефіцієнт"), max_digits=5, decimal_places=3)
    amount = models.DecimalField(_("нараховано"), max_digits=14, decimal_places=2)
    amount.register_kind = "money"  # type: ignore[attr-defined]

    class Meta(Card.Meta):
        abstract = True
        verbose_name = _("нарахування плати")
        verbose_name_plural = _("нарахування плати")
        constraints = [
            models.UniqueConstraint(fields=["permit", "month"], condition=LIVE, name="%(class)s_month_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="%(class)s_first_day"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="%(class)s_sound"),
        ]

    def __str__(self) -> str:
        return f"{self.permit}: {self.month:%m.%Y}"  # type: ignore[attr-defined]


class FeePayment(Card):
    paid_on = models.DateField(_("дата"), default=timezone.localdate)
    amount = models.DecimalField(_("сплачено"), max_digits=14, decimal_places=2)
    amount.register_kind = "money"  # type: ignore[attr-defined]
    document = models.CharField(_("документ"), max_length=120, help_text=_("Номер платіжної інструкції або виписки."))

    class Meta(Card.Meta):
        abstract = True
        verbose_name = _("оплата")
        verbose_name_plural = _("оплати")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="%(class)s_sound",
                violation_error_message=_("Сума оплати має бути більшою за нуль. Перевірте її за випискою."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.permit}: {self.paid_on:%d.%m.%Y}"  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        if self.paid_on and self.paid_on > timezone.localdate():
            raise ValidationError({"paid_on": _("Цей день ще не настав. Впишіть дату з виписки.")})


class Fees:
    """The tables of one module: `FEES = Fees(Structure, PlacementRate, PlacementCharge, PlacementPayment)`."""

    def __init__(
        self, permits: type[Any], rates: type[DatedRate], charges: type[FeeCharge], payments: type[FeePayment]
    ) -> None:
        self.permits, self.rates, self.charges, self.payments = permits, rates, charges, payments

    @property
    def module(self) -> str:
        return str(self.permits._meta.app_label)

    def with_debt(self, permits: QuerySet[Any]) -> QuerySet[Any]:
        """Each with `owed`: charged less paid."""
        return permits.annotate(owed=_sum_of(self.charges) - _sum_of(self.payments))

    def debt_of(self, card: Any) -> Decimal:
        known = getattr(card, "owed", None)
        if known is None:
            known = self.with_debt(self.permits._default_manager.filter(pk=card.pk)).get().owed
        return Decimal(known)


def _sum_of(model: type[Any]) -> Coalesce:
    rows = model._default_manager.filter(permit=OuterRef("pk"), archived_at__isnull=True).order_by()
    total = rows.values("permit").annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total, output_field=MONEY), Decimal(0), output_field=MONEY)
