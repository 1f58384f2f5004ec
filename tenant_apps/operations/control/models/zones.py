"""Zones a contractor or another party answers for by a paper, while no other module knows it better."""

from __future__ import annotations

from django.contrib.gis.db.models import PolygonField
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from kernel.answering import Answering
from kernel.cards.models import Card
from kernel.search.text import SearchText


class CareZone(Card):
    title = models.CharField(_("зона"), max_length=160)
    party = models.ForeignKey("organisations.Party", models.PROTECT, related_name="+", verbose_name=_("хто відповідає"))
    kind = models.CharField(_("чому"), max_length=12, choices=Answering, default=Answering.CONTRACTOR)
    ground = models.CharField(_("підстава"), max_length=240, help_text=_("Договір або рішення: номер і дата."))
    valid_from = models.DateField(_("діє з"))
    valid_to = models.DateField(_("діє до"), null=True, blank=True)
    shape = PolygonField(_("межі"))
    sought = SearchText("title", "ground")

    class Meta(Card.Meta):
        verbose_name = _("зона відповідальності")
        verbose_name_plural = _("зони відповідальності")
        ordering = ("title", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="zone_ends_after_start",
                violation_error_message=_("«Діє до» має бути не раніше за «діє з». Перевірте обидві дати."),
            ),
            ExclusionConstraint(
                name="zone_party_has_it_once_a_day",
                expressions=[
                    ("party", RangeOperators.EQUAL),
                    ("title", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"), F("valid_to"), Value("[]"),
                            function="daterange", output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(archived_at__isnull=True),
                violation_error_message=_("У ці дні зона вже закріплена за цим субʼєктом. Закрийте попередній запис."),
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(ground=""), name="care_zone_named"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title
