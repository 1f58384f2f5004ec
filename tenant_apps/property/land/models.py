"""Parcels with their contours, what they are worth, who uses them by what right, what is due and what was paid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.amounts import MoneyField
from kernel.audit import Audited
from kernel.cards.models import Card
from kernel.files.fields import CardFileField
from kernel.months import month_of
from kernel.periods import ends_after_start, one_at_a_time, overlapping
from kernel.search.text import SearchText
from tenant_apps.property.land.calc import Terms
from tenant_apps.property.land.fields import CADASTRAL_FORM, CadastralField
from tenant_apps.property.land.purposes import is_unknown

LIVE = Q(archived_at__isnull=True)
PURPOSE_FORM = r"^[0-9]{2}\.[0-9]{2}$"


class Parcel(Card):
    """A parcel of the State Land Cadastre (REG-003)."""

    class Category(models.TextChoices):
        # Codes of the exchange file of the cadastre.
        FARMING = "100", _("сільськогосподарського призначення")
        BUILT = "200", _("житлової та громадської забудови")
        RESERVE = "300", _("природно-заповідного фонду")
        HEALTH = "400", _("оздоровчого призначення")
        RECREATION = "500", _("рекреаційного призначення")
        HERITAGE = "600", _("історико-культурного призначення")
        FOREST = "700", _("лісогосподарського призначення")
        WATER = "800", _("водного фонду")
        INDUSTRY = "900", _("промисловості, транспорту, енергетики, оборони")

    class Ownership(models.TextChoices):
        COMMUNAL = "communal", _("комунальна")
        STATE = "state", _("державна")
        PRIVATE = "private", _("приватна")
        UNKNOWN = "unknown", _("не визначено")

    class State(models.TextChoices):
        VACANT = "vacant", _("вільна")
        USED = "used", _("у користуванні")

    cadastral = CadastralField(_("кадастровий номер"), help_text=_("Напр. 5310436100:05:002:0014, як у витязі з ДЗК."))
    area = models.DecimalField(_("площа"), max_digits=12, decimal_places=4)
    area.unit = "га"  # type: ignore[attr-defined]
    category = models.CharField(_("категорія земель"), max_length=3, choices=Category, blank=True)
    purpose = models.CharField(
        _("цільове призначення"),
        max_length=5,
        blank=True,
        help_text=_("Код КВЦПЗ, напр. 03.07 — для будівель торгівлі."),
    )
    use = models.CharField(_("вид використання"), max_length=400, blank=True)
    ownership = models.CharField(_("форма власності"), max_length=8, choices=Ownership, default=Ownership.COMMUNAL)
    state = models.CharField(_("стан"), max_length=6, choices=State, default=State.VACANT, editable=False)
    worth = MoneyField(_("НГО цього року"), null=True, blank=True, editable=False)
    settlement = models.ForeignKey(
        "addresses.Settlement", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("населений пункт"),
    )  # fmt: skip
    building = models.ForeignKey(
        "addresses.Building", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("будинок"),
        help_text=_("Якщо на ділянці є будинок з адресою."),
    )  # fmt: skip
    address = models.CharField(_("розташування"), max_length=300, blank=True)
    boundary = models.MultiPolygonField(_("межа"), null=True, blank=True)
    registered_on = models.DateField(_("зареєстровано в ДЗК"), null=True, blank=True)
    extract = CardFileField(_("витяг із ДЗК"), null=True, blank=True)
    note = models.TextField(_("примітка"), blank=True)
    sought = SearchText("cadastral", "address", "use", "note")

    tones: ClassVar[dict[str, str]] = {"vacant": "warn", "used": "ok"}
    not_personal: ClassVar[tuple[str, ...]] = ("address",)
    audited: ClassVar[Any] = Audited(exclude=("sought", "version", "updated_at", "state", "worth"))
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("земельна ділянка")
        verbose_name_plural = _("земельні ділянки")
        constraints = [
            models.UniqueConstraint(
                fields=["cadastral"],
                condition=LIVE,
                name="parcel_cadastral_once",
                violation_error_message=_("Ділянка з таким кадастровим номером уже є. Знайдіть її в реєстрі."),
            ),
            models.CheckConstraint(condition=Q(cadastral__regex=CADASTRAL_FORM), name="parcel_cadastral_form"),
            models.CheckConstraint(
                condition=Q(area__gt=0),
                name="parcel_has_area",
                violation_error_message=_("Площа ділянки має бути більша за нуль. Впишіть її в гектарах."),
            ),
            models.CheckConstraint(
                condition=Q(purpose="") | Q(purpose__regex=PURPOSE_FORM),
                name="parcel_purpose_form",
                violation_error_message=_("Код КВЦПЗ — це чотири цифри з крапкою, напр. 03.07."),
            ),
        ]

    def __str__(self) -> str:
        return self.cadastral

    def clean(self) -> None:
        self.purpose = self.purpose.strip().replace(",", ".")
        if self.purpose and is_unknown(self.purpose):
            raise ValidationError(
                {"purpose": _("Коду %(code)s немає в КВЦПЗ. Перевірте його у витязі з ДЗК.") % {"code": self.purpose}}
            )


class Valuation(Card):
    """A normative valuation: the sum of a day; later years follow by the indices."""

    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="valuations", verbose_name=_("ділянка"))
    value = MoneyField(_("нормативна грошова оцінка"))
    valued_on = models.DateField(_("станом на"), help_text=_("Діє від 1 січня наступного року; далі — за індексами."))
    number = models.CharField(_("витяг про оцінку №"), max_length=60, blank=True)
    document = CardFileField(_("витяг"), null=True, blank=True)
    sought = SearchText("number")

    class Meta(Card.Meta):
        verbose_name = _("нормативна оцінка")
        verbose_name_plural = _("нормативні оцінки")
        constraints = [
            models.UniqueConstraint(
                fields=["parcel", "valued_on"],
                condition=LIVE,
                name="valuation_once_a_day",
                violation_error_message=_("Оцінку цієї ділянки на цей день уже записано. Виправте її."),
            ),
            models.CheckConstraint(
                condition=Q(value__gt=0),
                name="valuation_above_zero",
                violation_error_message=_("Оцінка має бути більша за нуль. Впишіть суму з витягу."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valued_on:%d.%m.%Y}"


class LandRight(Card):
    """Who uses a parcel, by what right, until when and for how much."""

    class Kind(models.TextChoices):
        LEASE = "lease", _("оренда")
        SUBLEASE = "sublease", _("суборенда")
        PERMANENT = "permanent", _("постійне користування")
        OWNERSHIP = "ownership", _("власність")
        SUPERFICIES = "superficies", _("суперфіцій")
        EMPHYTEUSIS = "emphyteusis", _("емфітевзис")
        SERVITUDE = "servitude", _("сервітут")

    class State(models.TextChoices):
        DRAFT = "draft", _("готується")
        ACTIVE = "active", _("діє")
        ENDED = "ended", _("припинено")

    # Only one of these holds a parcel at a time, but for shares of one parcel.
    HOLDING = (Kind.LEASE, Kind.PERMANENT, Kind.OWNERSHIP, Kind.SUPERFICIES, Kind.EMPHYTEUSIS)

    number = models.CharField(_("договір №"), max_length=40)
    signed_on = models.DateField(_("дата договору"), null=True, blank=True)
    parcel = models.ForeignKey(Parcel, models.PROTECT, related_name="rights", verbose_name=_("ділянка"))
    holder = models.ForeignKey(
        "organisations.Party", models.PROTECT, related_name="+", verbose_name=_("землекористувач")
    )
    kind = models.CharField(_("право"), max_length=11, choices=Kind, default=Kind.LEASE)
    state = models.CharField(_("стан"), max_length=6, choices=State, default=State.DRAFT, editable=False)
    starts_on = models.DateField(_("діє з"))
    ends_on = models.DateField(
        _("діє до"), null=True, blank=True, help_text=_("Останній день; порожньо — безстроково.")
    )
    registration = models.CharField(
        _("запис про право №"), max_length=40, blank=True, help_text=_("З реєстру речових прав.")
    )
    share = models.DecimalField(
        _("частка"), max_digits=7, decimal_places=6, default=Decimal(1), help_text=_("1 — уся ділянка, 0,5 — половина.")
    )
    rate = models.DecimalField(
        _("ставка, % НГО на рік"), max_digits=6, decimal_places=3, null=True, blank=True,
        help_text=_("Річна плата — відсоток нормативної оцінки."),
    )  # fmt: skip
    yearly = MoneyField(
        _("річна плата за договором"), null=True, blank=True, help_text=_("Якщо плату названо сумою, а не відсотком.")
    )
    by_auction = models.BooleanField(_("за результатами торгів"), default=False)
    due_days = models.PositiveSmallIntegerField(
        _("строк сплати, днів"), default=30, help_text=_("Скільки днів після кінця місяця має платник.")
    )
    penalty = models.DecimalField(
        _("пеня, % за день"),
        max_digits=6,
        decimal_places=4,
        default=Decimal(0),
        help_text=_("За договором; 0 — без пені."),
    )
    counted_from = models.DateField(
        _("нараховувати з"),
        null=True,
        blank=True,
        help_text=_("Порожньо — від початку дії; інакше борг до цього дня — нижче."),
    )
    opening_debt = MoneyField(_("борг на початок обліку"), default=Decimal(0))
    charged = MoneyField(_("нараховано"), default=Decimal(0), editable=False)
    paid = MoneyField(_("сплачено"), default=Decimal(0), editable=False)
    debt = MoneyField(_("прострочений борг"), default=Decimal(0), editable=False)
    owed_since = models.DateField(_("борг із"), null=True, blank=True, editable=False)
    contract = CardFileField(_("договір"), null=True, blank=True)
    note = models.TextField(_("примітка"), blank=True)
    sought = SearchText("number", "registration", "note")

    tones: ClassVar[dict[str, str]] = {"draft": "info", "active": "ok", "ended": "idle"}
    audited: ClassVar[Any] = Audited(
        exclude=("sought", "version", "updated_at", "charged", "paid", "debt", "owed_since")
    )
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "parcel__settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("право на землю")
        verbose_name_plural = _("права на землю")
        constraints = [
            ends_after_start("land_right_ends_after_start", _("Строк закінчується раніше, ніж починається. Перевірте дати.")),
            one_at_a_time(
                "land_right_one_holder_a_day",
                "parcel",
                condition=LIVE & Q(state="active", share=1, kind__in=["lease", "permanent", "ownership", "superficies", "emphyteusis"]),
                message=_("У ці дні ділянку вже має інший користувач. Припиніть його право або змініть строк."),
            ),
            models.UniqueConstraint(
                fields=["number", "parcel"],
                condition=LIVE,
                name="land_right_number_once",
                violation_error_message=_("Договір із таким номером на цю ділянку вже записано. Відкрийте його."),
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0) & Q(share__lte=1),
                name="land_right_share",
                violation_error_message=_("Частка — число від 0 до 1, напр. 0,5. Уся ділянка — 1."),
            ),
            models.CheckConstraint(
                condition=Q(rate__isnull=True) | Q(yearly__isnull=True),
                name="land_right_rate_or_sum",
                violation_error_message=_("Вкажіть або ставку, або річну суму, не обидві."),
            ),
            models.CheckConstraint(
                condition=(Q(rate__isnull=True) | Q(rate__gte=0, rate__lte=100))
                & (Q(yearly__isnull=True) | Q(yearly__gte=0)) & Q(opening_debt__gte=0) & Q(penalty__gte=0),
                name="land_right_sums_not_negative",
                violation_error_message=_("Ставка, плата, пеня і борг на початок не бувають відʼємні. Виправте число."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def first_counted(self) -> date:
        return max(self.starts_on, self.counted_from or self.starts_on)

    @property
    def is_paid_for(self) -> bool:
        return self.rate is not None or self.yearly is not None

    @property
    def terms(self) -> Terms:
        return Terms(self.first_counted, self.ends_on, self.rate, self.yearly, self.share)

    def clean(self) -> None:
        if self.ends_on is None and self.kind in (self.Kind.LEASE, self.Kind.SUBLEASE):
            raise ValidationError({"ends_on": _("Оренда має строк. Впишіть останній день за договором.")})
        if self.state == self.State.ACTIVE and self.kind in self.HOLDING:
            self.refuse_crowd()

    def refuse_crowd(self) -> None:
        """Shares of those who hold the parcel in the same days are a whole at most."""
        others = LandRight.objects.filter(
            LIVE, overlapping(self.starts_on, self.ends_on), parcel=self.parcel_id, state=self.State.ACTIVE,
            kind__in=self.HOLDING,
        ).exclude(pk=self.pk)  # fmt: skip
        rows = list(others.values_list("starts_on", "ends_on", "share", "number"))
        days = [self.starts_on, *(start for start, _end, _share, _number in rows if start >= self.starts_on)]
        for day in days:
            there = [row for row in rows if row[0] <= day and (row[1] is None or row[1] >= day)]
            if sum((row[2] for row in there), self.share) > 1:
                raise ValidationError(
                    _("%(day)s ділянку вже мають за договорами %(numbers)s. Припиніть їх, змініть строк або частку.")
                    % {"day": f"{day:%d.%m.%Y}", "numbers": ", ".join(f"№ {row[3]}" for row in there)}
                )


class LandCharge(Card):
    """What is due for a month; a correction of a month that is over stands in a later one and names it."""

    right = models.ForeignKey(LandRight, models.PROTECT, related_name="charges", verbose_name=_("договір"))
    origin = models.DateField(_("за який місяць"))
    month = models.DateField(_("місяць"))
    base = MoneyField(_("НГО року"), null=True, blank=True)
    rate = models.DecimalField(_("ставка, %"), max_digits=6, decimal_places=3, null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("днів"))
    amount = MoneyField(_("сума"))
    due_on = models.DateField(_("сплатити до"))
    explained = models.CharField(_("як обчислено"), max_length=200, blank=True)
    sought = SearchText("explained")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "right__parcel__settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("нарахування за землю")
        verbose_name_plural = _("нарахування за землю")
        constraints = [
            models.UniqueConstraint(fields=["right", "month", "origin"], name="land_charge_once_a_month"),
            models.CheckConstraint(condition=Q(origin__lte=F("month")), name="land_charge_months"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m.%Y}"


class LandPayment(Card):
    right = models.ForeignKey(LandRight, models.PROTECT, related_name="payments", verbose_name=_("договір"))
    paid_on = models.DateField(_("дата"))
    amount = MoneyField(_("сума"))
    month = models.DateField(
        _("за місяць"), null=True, blank=True, help_text=_("Будь-який день місяця, якщо платник його назвав.")
    )
    document = models.CharField(_("документ"), max_length=60, blank=True, help_text=_("Номер платіжної інструкції."))
    purpose = models.CharField(_("призначення платежу"), max_length=300, blank=True)
    sought = SearchText("document", "purpose")

    personal_data: ClassVar[dict[str, str]] = {"purpose": "text"}
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "right__parcel__settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("оплата за землю")
        verbose_name_plural = _("оплати за землю")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="land_payment_above_zero",
                violation_error_message=_("Сума оплати має бути більша за нуль."),
            ),
            models.UniqueConstraint(
                fields=["right", "paid_on", "document", "amount"],
                condition=LIVE & ~Q(document=""),
                name="land_payment_once",
                violation_error_message=_("Таку оплату за цим документом уже записано."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paid_on:%d.%m.%Y}"

    def clean(self) -> None:
        self.month = month_of(self.month) if self.month else None
