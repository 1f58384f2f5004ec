"""A permit says by its own fields how it stands; a closed one keeps the day and the reason."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.files.fields import CardFileField

LIVE = Q(archived_at__isnull=True)


class State(models.TextChoices):
    UNPERMITTED = "unpermitted", _("без дозволу")
    APPLIED = "applied", _("на розгляді")
    AGREED = "agreed", _("місце погоджено")
    VALID = "valid", _("діє")
    EXPIRED = "expired", _("строк минув")
    REFUSED = "refused", _("відмовлено")
    CANCELLED = "cancelled", _("скасовано")
    DISMANTLED = "dismantled", _("демонтовано")


# What no field brings back: somebody decided so, on a day and for a reason.
CLOSED = (State.REFUSED, State.CANCELLED, State.DISMANTLED)
STANDING = (State.VALID, State.EXPIRED, State.UNPERMITTED)


class Permit(Card):
    number = models.CharField(
        _("номер у реєстрі"), max_length=20, blank=True, help_text=_("Порожній номер реєстр надасть сам, наступний.")
    )
    applied_on = models.DateField(_("заява від"), null=True, blank=True)
    agreed_on = models.DateField(_("місце погоджено"), null=True, blank=True, editable=False)
    permit_number = models.CharField(_("номер дозволу"), max_length=60, blank=True)
    issued_on = models.DateField(_("видано"), null=True, blank=True)
    valid_from = models.DateField(_("діє з"), null=True, blank=True)
    valid_to = models.DateField(_("діє до включно"), null=True, blank=True)
    ended_on = models.DateField(_("припинено"), null=True, blank=True, editable=False)
    ended_why = models.CharField(_("підстава припинення"), max_length=500, blank=True, editable=False)
    state = models.CharField(_("стан"), max_length=12, choices=State, default=State.UNPERMITTED, editable=False)
    scan = CardFileField(_("копія дозволу"), null=True, blank=True)
    photo = CardFileField(_("фото"), null=True, blank=True)
    note = models.TextField(_("примітка"), max_length=2000, blank=True)

    tones: ClassVar[dict[str, str]] = {
        "unpermitted": "bad",
        "applied": "info",
        "agreed": "info",
        "valid": "ok",
        "expired": "warn",
        "refused": "idle",
        "cancelled": "bad",
        "dismantled": "idle",
    }

    class Meta(Card.Meta):
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=LIVE & ~Q(number=""),
                name="%(class)s_number_once",
                violation_error_message=_("Такий номер у реєстрі вже є. Знайдіть ту картку або очистьте номер."),
            ),
            models.CheckConstraint(
                condition=Q(permit_number="", valid_from__isnull=True, valid_to__isnull=True)
                | (~Q(permit_number="") & Q(valid_from__isnull=False)),
                name="%(class)s_permit_whole",
                violation_error_message=_("Номер документа і день, з якого він діє, вказують разом. Впишіть обидва."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="%(class)s_term_in_order",
                violation_error_message=_("«Діє до» раніше за «діє з». Перевірте обидві дати."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_why="", state__in=[*STANDING, State.APPLIED, State.AGREED])
                | (Q(ended_on__isnull=False, state__in=list(CLOSED)) & ~Q(ended_why="")),
                name="%(class)s_end_told",
                violation_error_message=_("Припинений дозвіл має день і підставу. Припиніть його дією в картці."),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        self.permit_number = " ".join(self.permit_number.split())
        if self.applied_on and self.issued_on and self.issued_on < self.applied_on:
            raise ValidationError({"issued_on": _("Документ видано раніше, ніж подано заяву. Перевірте обидві дати.")})
        self.state = self.standing(timezone.localdate())

    def standing(self, today: date) -> str:
        if self.state in CLOSED:
            return self.state
        if self.permit_number and self.valid_from:
            return State.EXPIRED if self.valid_to and self.valid_to < today else State.VALID
        if self.applied_on:
            return State.AGREED if self.agreed_on else State.APPLIED
        return State.UNPERMITTED


def standing_words(today: date) -> Case:
    """`Permit.standing` for many rows at once."""
    given = ~Q(permit_number="") & Q(valid_from__isnull=False)
    return Case(
        When(state__in=[str(one) for one in CLOSED], then=F("state")),
        When(given & Q(valid_to__lt=today), then=Value(str(State.EXPIRED))),
        When(given, then=Value(str(State.VALID))),
        When(applied_on__isnull=False, agreed_on__isnull=False, then=Value(str(State.AGREED))),
        When(applied_on__isnull=False, then=Value(str(State.APPLIED))),
        default=Value(str(State.UNPERMITTED)),
        output_field=models.CharField(max_length=12),
    )


class PaidPermit(Permit):
    """A permit with a monthly fee: area × rate of the zone × factor; the module adds `zone`."""

    area = models.DecimalField(_("площа"), max_digits=8, decimal_places=2)
    area.unit = "м²"  # type: ignore[attr-defined]
    factor = models.DecimalField(
        _("коефіцієнт"),
        max_digits=5,
        decimal_places=3,
        default=1,
        help_text=_("1, якщо рішенням не встановлено іншого."),
    )

    class Meta(Permit.Meta):
        abstract = True
        constraints = [
            *Permit.Meta.constraints,
            models.CheckConstraint(
                condition=Q(area__gt=0),
                name="%(class)s_has_area",
                violation_error_message=_("Площа має бути більшою за нуль. Впишіть її з паспорта."),
            ),
            models.CheckConstraint(
                condition=Q(factor__gte=0),
                name="%(class)s_factor_sound",
                violation_error_message=_("Коефіцієнт не буває відʼємним. Впишіть його з рішення."),
            ),
        ]


class DismantlingOrder(Card):
    """What stands without a right to is taken away by an order; the module's `permit` says what."""

    class State(models.TextChoices):
        ORDERED = "ordered", _("треба демонтувати")
        DONE = "done", _("демонтовано")
        WITHDRAWN = "withdrawn", _("відкликано")

    number = models.CharField(
        _("номер"), max_length=20, blank=True, help_text=_("Порожній номер реєстр надасть сам, наступний.")
    )
    ordered_on = models.DateField(_("дата"), default=timezone.localdate)
    act = models.CharField(_("рішення або припис"), max_length=300, help_text=_("Ким ухвалено, дата й номер."))
    grounds = models.TextField(_("підстава"), max_length=1000)
    due_on = models.DateField(_("демонтувати до"))
    contractor = models.CharField(_("виконавець"), max_length=200, blank=True)
    photo_before = CardFileField(_("фото до демонтажу"), null=True, blank=True)
    photo_after = CardFileField(_("фото після демонтажу"), null=True, blank=True)
    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.ORDERED, editable=False)
    done_on = models.DateField(_("виконано"), null=True, blank=True, editable=False)
    kept_at = models.CharField(_("де зберігають"), max_length=300, blank=True, editable=False)
    cost = models.DecimalField(
        _("витрати"), max_digits=12, decimal_places=2, null=True, blank=True, editable=False
    )  # fmt: skip
    cost.register_kind = "money"  # type: ignore[attr-defined]

    tones: ClassVar[dict[str, str]] = {"ordered": "warn", "done": "ok", "withdrawn": "idle"}

    class Meta(Card.Meta):
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=LIVE & ~Q(number=""),
                name="%(class)s_number_once",
                violation_error_message=_(
                    "Розпорядження з таким номером уже є. Очистьте номер або знайдіть ту картку."
                ),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("ordered_on")),
                name="%(class)s_term_in_order",
                violation_error_message=_("Строк демонтажу раніше за дату розпорядження. Перевірте обидві дати."),
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False) | (~Q(state="done") & Q(done_on__isnull=True)),
                name="%(class)s_done_dated",
            ),
            models.CheckConstraint(condition=Q(cost__isnull=True) | Q(cost__gte=0), name="%(class)s_cost_sound"),
        ]

    def __str__(self) -> str:
        return str(_("Демонтаж %(number)s") % {"number": self.number})
