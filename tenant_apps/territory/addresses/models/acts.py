"""Papers: acts that give, change and cancel addresses of buildings and of single premises (resolution 690/2021)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.search.text import SearchText
from tenant_apps.territory.addresses.fields import (
    CORPUS_FORM,
    NUMBER_FORM,
    PREMISES_FORM,
    CorpusNumber,
    HouseNumber,
    PremisesNumber,
)
from tenant_apps.territory.addresses.models.buildings import Building, Premises
from tenant_apps.territory.addresses.models.places import Settlement, Street, derived


class AssignmentAct(Card):
    """An application first; with a number and a date it is an act, and the address has changed by it."""

    class Kind(models.TextChoices):
        ASSIGN = "assign", _("присвоїти адресу")
        CHANGE = "change", _("змінити адресу")
        CORRECT = "correct", _("виправити адресу")
        CANCEL = "cancel", _("скасувати адресу")

    kind = models.CharField(_("що зробити"), max_length=10, choices=Kind, default=Kind.ASSIGN)
    received_on = models.DateField(_("заяву отримано"), default=timezone.localdate)
    due_on = models.DateField(_("строк"), null=True, blank=True, editable=False)
    applicant = models.CharField(_("заявник"), max_length=300, blank=True)
    reason = models.CharField(
        _("підстава"), max_length=500, help_text=_("Напр. «введення в експлуатацію, декларація №…».")
    )
    building = models.ForeignKey(
        Building,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("теперішня адреса"),
        help_text=_("Порожньо, коли адресу присвоюють уперше."),
    )
    premises = models.ForeignKey(
        Premises,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("теперішнє приміщення"),
        help_text=_("Порожньо, коли акт про весь будинок або приміщення ще без адреси."),
    )
    settlement = models.ForeignKey(
        Settlement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("нова адреса: населений пункт"),
    )
    street = models.ForeignKey(
        Street, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("нова адреса: вулиця")
    )
    house = HouseNumber(_("нова адреса: номер"), max_length=20, blank=True)
    corpus = CorpusNumber(_("нова адреса: корпус"), max_length=10, blank=True)
    flat_kind = models.CharField(_("нова адреса: вид приміщення"), max_length=10, choices=Premises.Kind, blank=True)
    flat = PremisesNumber(
        _("нова адреса: номер приміщення"),
        max_length=12,
        blank=True,
        help_text=_("Лише для акта про приміщення: будинок вкажіть теперішньою адресою."),
    )
    number = models.CharField(_("номер акта"), max_length=40, blank=True, editable=False)
    signed_on = models.DateField(_("дата акта"), null=True, blank=True, editable=False)
    shown_before = models.CharField(_("адреса до акта"), max_length=600, blank=True, editable=False)
    shown_after = models.CharField(_("адреса за актом"), max_length=600, blank=True, editable=False)
    sought = SearchText("number", "applicant", "reason", "shown_before", "shown_after")

    audited: ClassVar[Any] = derived()
    personal_data: ClassVar[dict[str, str]] = {"applicant": "text"}
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("акт про адресу")
        verbose_name_plural = _("акти про адреси")
        ordering = ("-received_on", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["number", "signed_on"],
                condition=~Q(number=""),
                name="act_number_once_a_day",
                violation_error_message=_("Акт із таким номером і датою вже є. Перевірте номер."),
            ),
            models.CheckConstraint(
                condition=Q(number="", signed_on__isnull=True) | (~Q(number="") & Q(signed_on__isnull=False)),
                name="act_is_signed_with_number",
            ),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True) | Q(signed_on__gte=F("received_on")),
                name="act_signed_after_application",
                violation_error_message=_("Акт не може бути раніше за заяву. Перевірте обидві дати."),
            ),
            models.CheckConstraint(
                condition=Q(kind="assign") | Q(building__isnull=False),
                name="act_names_present_building",
                violation_error_message=_("Вкажіть, чию адресу змінити, виправити чи скасувати."),
            ),
            models.CheckConstraint(
                condition=Q(kind="cancel")
                | Q(settlement__isnull=False)
                | Q(number="")
                | (Q(building__isnull=False) & ~Q(flat="")),
                name="act_names_new_place",
                violation_error_message=_("Вкажіть нову адресу: щонайменше населений пункт."),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="act_has_reason"),
            models.CheckConstraint(
                condition=Q(house__regex=NUMBER_FORM) & Q(corpus__regex=CORPUS_FORM), name="act_number_form"
            ),
            models.CheckConstraint(
                condition=Q(flat="") | (Q(flat__regex=PREMISES_FORM) & Q(building__isnull=False)), name="act_flat_form"
            ),
            models.CheckConstraint(
                condition=Q(premises__isnull=True) | (Q(building__isnull=False) & (~Q(kind="assign") | ~Q(number=""))),
                name="act_premises_have_building",
                violation_error_message=_(
                    "Приміщення вже має адресу. Щоб дати нову, лишіть «теперішнє приміщення» порожнім або виберіть «змінити»."
                ),
            ),
        ]

    def __str__(self) -> str:
        if self.signed_on:
            return _("акт № %(number)s від %(day)s") % {"number": self.number, "day": f"{self.signed_on:%d.%m.%Y}"}
        return _("заява від %(day)s: %(what)s") % {
            "day": f"{self.received_on:%d.%m.%Y}",
            "what": self.get_kind_display(),
        }

    @property
    def of_premises(self) -> bool:
        """Of a flat or a room, not of the whole building."""
        return bool(self.flat or self.premises_id)

    @property
    def is_issued(self) -> bool:
        return self.signed_on is not None
