"""Small architectural forms: fountains, monuments, pergolas, signs; whose they are and by what permit they stand."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.permits.models import LIVE, DismantlingOrder, Permit
from kernel.search.text import SearchText


class SmallForm(Permit):
    class Kind(models.TextChoices):
        FOUNTAIN = "fountain", _("фонтан, бювет")
        MONUMENT = "monument", _("памʼятний знак")
        SCULPTURE = "sculpture", _("скульптура")
        PERGOLA = "pergola", _("альтанка, пергола")
        STAIRS = "stairs", _("сходи, підпірна стінка")
        FENCE = "fence", _("огорожа, брама")
        BENCH = "bench", _("лави, урни")
        STELE = "stele", _("стела, вказівник")
        LIGHT = "light", _("декоративне освітлення")
        OTHER = "other", _("інше")

    class Condition(models.TextChoices):
        GOOD = "good", _("справна")
        WORN = "worn", _("потребує ремонту")
        DANGEROUS = "dangerous", _("аварійна")

    kind = models.CharField(_("вид"), max_length=10, choices=Kind, default=Kind.BENCH)
    name = models.CharField(_("назва"), max_length=200, help_text=_("Напр. «фонтан у парку Перемоги»."))
    communal = models.BooleanField(
        _("комунальна"), default=False, help_text=_("Власність громади. Інакше вкажіть власника.")
    )
    holder = models.ForeignKey(
        "organisations.Party", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("власник або балансоутримувач"),
    )  # fmt: skip
    settlement = models.ForeignKey(
        "addresses.Settlement", models.PROTECT, related_name="+", verbose_name=_("населений пункт")
    )
    place = models.CharField(_("місце"), max_length=300, help_text=_("Напр. «сквер біля лікарні»."))
    location = models.PointField(_("на мапі"), srid=4326, null=True, blank=True)
    installed_on = models.DateField(_("встановлено"), null=True, blank=True)
    condition = models.CharField(_("технічний стан"), max_length=10, choices=Condition, default=Condition.GOOD)
    material = models.CharField(_("матеріал"), max_length=160, blank=True)
    author = models.CharField(_("автор проєкту"), max_length=200, blank=True)
    sought = SearchText("number", "name", "place", "permit_number")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}
    personal_data: ClassVar[dict[str, str]] = {"note": "text", "author": "text"}

    class Meta(Permit.Meta):
        verbose_name = _("мала архітектурна форма")
        verbose_name_plural = _("малі архітектурні форми")
        indexes = [*Card.Meta.indexes, models.Index(fields=["number", "id"], name="small_form_by_number")]
        constraints = [
            *Permit.Meta.constraints,
            models.UniqueConstraint(
                fields=["permit_number"],
                condition=LIVE & ~Q(permit_number=""),
                name="small_form_permit_once",
                violation_error_message=_("Дозвіл із таким номером уже внесено. Знайдіть ту форму."),
            ),
            models.CheckConstraint(
                condition=Q(communal=True) | Q(holder__isnull=False) | Q(permit_number=""),
                name="small_form_has_owner",
                violation_error_message=_("Дозвіл дають власникові. Оберіть його або позначте форму комунальною."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.name}"

    def clean(self) -> None:
        super().clean()
        if self.installed_on and self.installed_on > timezone.localdate():
            raise ValidationError({"installed_on": _("Цей день ще не настав. Впишіть день, коли форму встановлено.")})


class FormDismantling(DismantlingOrder):
    permit = models.ForeignKey(SmallForm, models.PROTECT, related_name="+", verbose_name=_("форма"))
    sought = SearchText("number", "act", "grounds", "contractor")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "permit__settlement__katottg"}

    class Meta(DismantlingOrder.Meta):
        verbose_name = _("розпорядження про демонтаж")
        verbose_name_plural = _("демонтаж форм")
