"""What inspectors look for: each community arranges its own kinds, with their checklists, laws and terms."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.answering import Answering
from kernel.cards.models import Card
from kernel.search.text import SearchText

LONGEST_TERM = 365


class ViolationKind(Card):
    class Subject(models.TextChoices):
        CLEANING = "cleaning", _("прибирання і відходи")
        GREENERY = "greenery", _("зелені насадження")
        ROADS = "roads", _("дороги і тротуари")
        BUILDINGS = "buildings", _("фасади і споруди")
        TRADE = "trade", _("торгівля і реклама")
        WORKS = "works", _("земляні роботи")
        WATER = "water", _("вода і каналізація")
        ANIMALS = "animals", _("тварини")
        OTHER = "other", _("інше")

    code = models.CharField(_("код"), max_length=20, help_text=_("Коротко, напр. «СМ-1»: так вид називають у звітах."))
    title = models.CharField(_("назва"), max_length=160)
    subject = models.CharField(_("напрям"), max_length=12, choices=Subject, default=Subject.OTHER)
    law = models.CharField(
        _("норма"), max_length=400, help_text=_("Стаття закону чи пункт правил: її впишуть у припис.")
    )
    demand = models.CharField(
        _("вимога"), max_length=400, blank=True, help_text=_("Що зробити, щоб усунути: цими словами почнеться припис.")
    )
    deadline_days = models.PositiveSmallIntegerField(
        _("строк усунення"), default=10, help_text=_("Календарних днів від припису, якщо інспектор не назве іншого.")
    )
    repeat_days = models.PositiveSmallIntegerField(
        _("повторність"), default=365, help_text=_("Скільки днів таке саме порушення вважають повторним.")
    )
    answers = models.CharField(
        _("хто відповідає"), max_length=12, choices=Answering, default=Answering.ADJACENT,
        help_text=_("Кого шукати на мапі насамперед."),
    )  # fmt: skip
    public = models.BooleanField(
        _("показувати мешканцям"), default=False, help_text=_("Місце і стан — на публічній мапі; без осіб і знімків.")
    )
    sought = SearchText("code", "title", "law")

    deadline_days.unit = _("дн.")  # type: ignore[attr-defined]
    repeat_days.unit = _("дн.")  # type: ignore[attr-defined]

    class Meta(Card.Meta):
        verbose_name = _("вид порушення")
        verbose_name_plural = _("види порушень")
        ordering = ("code", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(archived_at__isnull=True),
                name="violation_kind_code_once",
                violation_error_message=_("Вид із таким кодом уже є. Відкрийте його або дайте інший код."),
            ),
            models.CheckConstraint(
                condition=Q(deadline_days__gte=1, deadline_days__lte=LONGEST_TERM),
                name="violation_kind_term",
                violation_error_message=_("Строк усунення — від 1 до 365 днів."),
            ),
            models.CheckConstraint(condition=~Q(code="") & ~Q(title="") & ~Q(law=""), name="violation_kind_named"),
        ]

    def __str__(self) -> str:
        return self.title


class CheckItem(Card):
    kind = models.ForeignKey(ViolationKind, models.PROTECT, related_name="items", verbose_name=_("вид порушення"))
    position = models.PositiveSmallIntegerField(_("порядок"), default=1)
    text = models.CharField(_("що перевірити"), max_length=240)
    sought = SearchText("text")

    class Meta(Card.Meta):
        verbose_name = _("пункт перевірки")
        verbose_name_plural = _("чек-листи")
        ordering = ("kind", "position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "text"],
                condition=Q(archived_at__isnull=True),
                name="check_item_once",
                violation_error_message=_("Такий пункт у цьому чек-листі вже є."),
            ),
            models.CheckConstraint(condition=~Q(text=""), name="check_item_said"),
        ]

    def __str__(self) -> str:
        return self.text
