"""Small metal structures that people put up: garages, kiosks, containers; permits with copies, owners, terms."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.files.fields import CardFileField
from kernel.permits.models import LIVE, DismantlingOrder, Permit
from kernel.search.text import SearchText


class MetalStructure(Permit):
    class Kind(models.TextChoices):
        GARAGE = "garage", _("гараж")
        KIOSK = "kiosk", _("кіоск, ятка")
        CONTAINER = "container", _("контейнер")
        SHED = "shed", _("сарай, навіс")
        OTHER = "other", _("інша")

    kind = models.CharField(_("вид"), max_length=10, choices=Kind, default=Kind.GARAGE)
    holder = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("власник"),
        help_text=_("Порожньо, якщо власника не встановлено."),
    )  # fmt: skip
    settlement = models.ForeignKey(
        "addresses.Settlement", models.PROTECT, related_name="+", verbose_name=_("населений пункт")
    )
    place = models.CharField(_("місце"), max_length=300, help_text=_("Напр. «двір будинку вул. Садова, 7, ряд 2»."))
    location = models.PointField(_("на мапі"), srid=4326, null=True, blank=True)
    mark = models.CharField(_("номер на конструкції"), max_length=40, blank=True)
    area = models.DecimalField(_("площа"), max_digits=7, decimal_places=2, null=True, blank=True)
    area.unit = "м²"  # type: ignore[attr-defined]
    for_disabled = models.BooleanField(
        _("для особи з інвалідністю"), default=False, help_text=_("Місце надано за законом поряд із житлом.")
    )
    owner_papers = CardFileField(_("копія документа власника"), null=True, blank=True)
    sought = SearchText("number", "place", "mark", "permit_number")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}
    personal_data: ClassVar[dict[str, str]] = {"note": "text"}

    class Meta(Permit.Meta):
        verbose_name = _("металева конструкція")
        verbose_name_plural = _("металеві конструкції")
        indexes = [*Card.Meta.indexes, models.Index(fields=["number", "id"], name="metal_structure_by_number")]
        constraints = [
            *Permit.Meta.constraints,
            models.UniqueConstraint(
                fields=["permit_number"],
                condition=LIVE & ~Q(permit_number=""),
                name="metal_structure_permit_once",
                violation_error_message=_("Дозвіл із таким номером уже внесено. Знайдіть ту конструкцію."),
            ),
            models.CheckConstraint(
                condition=Q(permit_number="") | Q(holder__isnull=False),
                name="metal_structure_has_owner",
                violation_error_message=_("Дозвіл дають власникові. Оберіть його серед субʼєктів або додайте нового."),
            ),
            models.CheckConstraint(
                condition=Q(permit_number="") | Q(valid_to__isnull=False),
                name="metal_structure_term_ends",
                violation_error_message=_("Дозвіл на металеву конструкцію строковий: вкажіть, до якого дня він діє."),
            ),
            models.CheckConstraint(
                condition=Q(area__isnull=True) | Q(area__gt=0),
                name="metal_structure_area_sound",
                violation_error_message=_("Площа має бути більшою за нуль. Впишіть її або лишіть порожньою."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.place}"


class MetalDismantling(DismantlingOrder):
    permit = models.ForeignKey(MetalStructure, models.PROTECT, related_name="+", verbose_name=_("конструкція"))
    sought = SearchText("number", "act", "grounds", "contractor")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "permit__settlement__katottg"}

    class Meta(DismantlingOrder.Meta):
        verbose_name = _("розпорядження про демонтаж")
        verbose_name_plural = _("демонтаж конструкцій")
