"""Who works here: departments, positions, people on them by dates, who stands in for whom."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.cards.models import Card
from kernel.codes import PhoneField, RnokppField
from kernel.periods import ends_after_start, one_at_a_time
from kernel.search.text import SearchText

LIVE = Q(archived_at__isnull=True)
BACKWARDS = _("Останній день раніше за перший. Перевірте дати.")


class Department(Card):
    """A name is what record rules know a department by, so it is no longer than there."""

    name = models.CharField(_("назва"), max_length=120)
    code = models.CharField(_("шифр"), max_length=20, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("у складі")
    )
    head = models.ForeignKey(
        "staff.Employee", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("керівник")
    )
    phone = PhoneField(_("телефон"), blank=True)
    email = models.EmailField(_("електронна пошта"), blank=True)
    room = models.CharField(_("кабінет"), max_length=40, blank=True)

    sought = SearchText("name", "code")

    # Mail and phone of an office tell of no person.
    not_personal: ClassVar[tuple[str, ...]] = ("phone", "email")
    record_rules: ClassVar[dict[str, str]] = {"own": "created_by_id", "department": "name"}

    class Meta(Card.Meta):
        verbose_name = _("підрозділ")
        verbose_name_plural = _("підрозділи")
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=LIVE,
                nulls_distinct=False,
                name="department_name_once",
                violation_error_message=_("Підрозділ із такою назвою тут уже є. Назвіть інакше або відкрийте наявний."),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=LIVE & ~Q(code=""),
                name="department_code_once",
                violation_error_message=_("Такий шифр уже має інший підрозділ. Виберіть інший."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="department_not_in_itself",
                violation_error_message=_("Підрозділ не входить сам у себе. Виберіть вищий підрозділ."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="department_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def chain(self) -> list[Department]:
        """From the top of the tree down to this department."""
        found: list[Department] = []
        step: Department | None = self
        while step is not None and step not in found:
            found.insert(0, step)
            step = step.parent
        return found

    def clean(self) -> None:
        above = self.parent
        seen: set[int] = set()
        while above is not None and above.pk not in seen:
            if above.pk == self.pk:
                raise ValidationError(
                    {"parent": _("Так вийде коло: цей підрозділ уже є серед вищих. Виберіть інший вищий підрозділ.")}
                )
            seen.add(above.pk)
            above = above.parent


class Position(Card):
    department = models.ForeignKey(Department, models.PROTECT, related_name="positions", verbose_name=_("підрозділ"))
    title = models.CharField(_("посада"), max_length=120)
    kp_code = models.CharField(
        _("код КП"),
        max_length=6,
        blank=True,
        help_text=_("За ДК 003:2010, напр. 2419.3."),
        validators=[
            RegexValidator(
                r"^[0-9]{4}(\.[0-9])?$", _("Код КП — це чотири цифри, напр. 4115 або 2419.3. Знайдіть його в ДК 003.")
            )
        ],
    )
    rate = models.DecimalField(
        _("штатних одиниць"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.01"), _("Штатних одиниць має бути більше нуля."))],
    )

    sought = SearchText("title", "kp_code")

    record_rules: ClassVar[dict[str, str]] = {"own": "created_by_id", "department": "department__name"}

    class Meta(Card.Meta):
        verbose_name = _("посада")
        verbose_name_plural = _("посади")
        ordering = ("department", "title", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["department", "title"],
                condition=LIVE,
                name="position_once",
                violation_error_message=_("Така посада в підрозділі вже є: збільште в ній кількість штатних одиниць."),
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="position_rate_positive"),
            models.CheckConstraint(
                condition=Q(kp_code="") | Q(kp_code__regex=r"^[0-9]{4}(\.[0-9])?$"), name="position_kp_form"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Employee(Card):
    """`department` and `position` are those of the main appointment in force; operations keep them so."""

    personnel_number = models.CharField(_("табельний номер"), max_length=20, blank=True)
    last_name = models.CharField(_("прізвище"), max_length=80)
    first_name = models.CharField(_("ім’я"), max_length=80)
    patronymic = models.CharField(_("по батькові"), max_length=80, blank=True)
    account = models.ForeignKey(
        "access.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "person"},
        verbose_name=_("обліковий запис"),
    )
    rnokpp = RnokppField(_("РНОКПП"), blank=True)
    phone = PhoneField(_("службовий телефон"), blank=True)
    mobile_phone = PhoneField(_("мобільний"), blank=True)
    email = models.EmailField(_("електронна пошта"), blank=True)
    room = models.CharField(_("кабінет"), max_length=40, blank=True)
    hired_on = models.DateField(_("працює з"), null=True, blank=True)
    left_on = models.DateField(_("звільнено"), null=True, blank=True, editable=False)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("підрозділ")
    )
    position = models.ForeignKey(
        Position, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("посада")
    )

    sought = SearchText("last_name", "first_name", "patronymic", "phone", "email")

    personal_data: ClassVar[dict[str, str]] = {
        "last_name": "last_name",
        "first_name": "first_name",
        "patronymic": "patronymic",
        "rnokpp": "digits",
        "phone": "phone",
        "mobile_phone": "phone",
        "email": "email",
    }
    record_rules: ClassVar[dict[str, str]] = {"own": "account_id", "department": "department__name"}

    class Meta(Card.Meta):
        verbose_name = _("працівник")
        verbose_name_plural = _("працівники")
        ordering = ("last_name", "first_name", "patronymic", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                name="employee_account_once",
                violation_error_message=_("Цей обліковий запис уже має інший працівник. Знайдіть його картку."),
            ),
            models.UniqueConstraint(
                fields=["rnokpp"],
                condition=LIVE & ~Q(rnokpp=""),
                name="employee_rnokpp_once",
                violation_error_message=_("Працівник із таким РНОКПП уже є. Знайдіть його картку."),
            ),
            models.UniqueConstraint(
                fields=["personnel_number"],
                condition=LIVE & ~Q(personnel_number=""),
                name="employee_number_once",
                violation_error_message=_("Такий табельний номер уже має інший працівник. Виберіть інший."),
            ),
            models.CheckConstraint(
                condition=Q(rnokpp="") | Q(rnokpp__regex=r"^[0-9]{10}$"), name="employee_rnokpp_form"
            ),
            ends_after_start("employee_dates", BACKWARDS, "hired_on", "left_on"),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)

    @property
    def initials(self) -> str:
        """«Коваленко О. П.», as it stands in documents."""
        given = " ".join(f"{part[0]}." for part in (self.first_name, self.patronymic) if part)
        return f"{self.last_name} {given}".strip()


class Appointment(Card):
    """A person on a position for days; the last day is a day of work."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="appointments", verbose_name=_("працівник"))
    position = models.ForeignKey(Position, models.PROTECT, related_name="appointments", verbose_name=_("посада"))
    starts_on = models.DateField(_("з"))
    ends_on = models.DateField(_("до включно"), null=True, blank=True)
    main = models.BooleanField(_("основне місце"), default=True)
    share = models.DecimalField(_("частка ставки"), max_digits=4, decimal_places=2, default=Decimal(1))
    basis = models.CharField(_("підстава"), max_length=300, blank=True)

    sought = SearchText("basis")

    record_rules: ClassVar[dict[str, str]] = {
        "own": "employee__account_id",
        "department": "position__department__name",
    }

    class Meta(Card.Meta):
        verbose_name = _("призначення")
        verbose_name_plural = _("призначення")
        ordering = ("-starts_on", "-id")
        constraints = [
            ends_after_start("appointment_dates", BACKWARDS),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=Decimal("1.5")), name="appointment_share"),
            one_at_a_time(
                "appointment_main_once",
                "employee",
                condition=Q(main=True) & LIVE,
                message=_("На ці дні людина вже має основне місце. Переведіть її або призначте за сумісництвом."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} з {self.starts_on:%d.%m.%Y}"


class Deputy(Card):
    """Who stands in for an absent colleague; `delegation` is set where rights were lent for the same days."""

    absent = models.ForeignKey(Employee, models.PROTECT, related_name="replaced_by", verbose_name=_("кого заміщує"))
    substitute = models.ForeignKey(Employee, models.PROTECT, related_name="replaces", verbose_name=_("хто заміщує"))
    starts_on = models.DateField(_("з"))
    ends_on = models.DateField(_("до включно"))
    basis = models.CharField(_("підстава"), max_length=300)
    delegation = models.ForeignKey(
        "access.Delegation",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("передання прав"),
    )

    sought = SearchText("basis")

    record_rules: ClassVar[dict[str, str]] = {
        "own": "absent__account_id",
        "department": "absent__department__name",
    }

    class Meta(Card.Meta):
        verbose_name = _("заміщення")
        verbose_name_plural = _("заміщення")
        ordering = ("-starts_on", "-id")
        constraints = [
            ends_after_start("deputy_dates", BACKWARDS),
            models.CheckConstraint(
                condition=~Q(absent=F("substitute")),
                name="deputy_is_another",
                violation_error_message=_("Людина не заміщує сама себе. Виберіть іншого працівника."),
            ),
            one_at_a_time(
                "deputy_once",
                "absent",
                condition=LIVE,
                message=_("На ці дні заміщення вже оформлено. Змініть дати або спершу припиніть те заміщення."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.substitute} за {self.absent}, {self.starts_on:%d.%m.%Y}–{self.ends_on:%d.%m.%Y}"


class Absence(Card):
    class Kind(models.TextChoices):
        VACATION = "vacation", _("відпустка")
        SICK = "sick", _("тимчасова непрацездатність")
        TRIP = "trip", _("відрядження")
        STUDY = "study", _("навчання")
        OTHER = "other", _("інше")

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="absences", verbose_name=_("працівник"))
    kind = models.CharField(_("причина"), max_length=10, choices=Kind)
    starts_on = models.DateField(_("з"))
    ends_on = models.DateField(_("до включно"))
    basis = models.CharField(_("підстава"), max_length=300, blank=True)

    sought = SearchText("basis")

    personal_data: ClassVar[dict[str, str]] = {"basis": "text"}
    record_rules: ClassVar[dict[str, str]] = {
        "own": "employee__account_id",
        "department": "employee__department__name",
    }

    class Meta(Card.Meta):
        verbose_name = _("відсутність")
        verbose_name_plural = _("відсутності")
        ordering = ("-starts_on", "-id")
        constraints = [
            ends_after_start("absence_dates", BACKWARDS),
            one_at_a_time(
                "absence_once",
                "employee",
                condition=LIVE,
                message=_("На ці дні відсутність уже записано. Змініть дати."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_on:%d.%m.%Y}–{self.ends_on:%d.%m.%Y}"
