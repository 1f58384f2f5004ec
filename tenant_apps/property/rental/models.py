"""Property of the community that may be let, its leases, invoices and payments (REG-006)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.amounts import MoneyField
from kernel.audit import Audited
from kernel.cards.models import Card
from kernel.files.fields import CardFileField
from kernel.months import month_of
from kernel.periods import ends_after_start, one_at_a_time
from kernel.search.text import SearchText
from tenant_apps.property.rental.calc import Terms

LIVE = Q(archived_at__isnull=True)


class RentObject(Card):
    class Kind(models.TextChoices):
        PREMISES = "premises", _("приміщення")
        BUILDING = "building", _("будівля")
        STRUCTURE = "structure", _("споруда")
        MOVABLE = "movable", _("рухоме майно")

    class Listing(models.TextChoices):
        NONE = "none", _("не пропонується")
        FIRST = "first", _("перелік першого типу — аукціон")
        SECOND = "second", _("перелік другого типу — без аукціону")

    class State(models.TextChoices):
        VACANT = "vacant", _("вільний")
        LEASED = "leased", _("в оренді")

    number = models.CharField(_("номер"), max_length=20, blank=True, editable=False)
    name = models.CharField(_("назва"), max_length=200, help_text=_("Напр. «нежитлове приміщення першого поверху»."))
    kind = models.CharField(_("вид"), max_length=9, choices=Kind, default=Kind.PREMISES)
    state = models.CharField(_("стан"), max_length=6, choices=State, default=State.VACANT, editable=False)
    listing = models.CharField(_("перелік"), max_length=6, choices=Listing, default=Listing.NONE)
    listed_on = models.DateField(_("у переліку з"), null=True, blank=True)
    listing_act = models.CharField(_("рішення про перелік"), max_length=200, blank=True)
    holder = models.ForeignKey(
        "organisations.Party",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("балансоутримувач"),
    )
    building = models.ForeignKey(
        "addresses.Building", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("будинок")
    )
    settlement = models.ForeignKey(
        "addresses.Settlement", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("населений пункт"),
    )  # fmt: skip
    address = models.CharField(_("адреса"), max_length=300, blank=True)
    floor = models.CharField(_("поверх"), max_length=20, blank=True)
    area = models.DecimalField(_("площа"), max_digits=10, decimal_places=2, null=True, blank=True)
    area.unit = "м²"  # type: ignore[attr-defined]
    location = models.PointField(_("на мапі"), null=True, blank=True)
    purpose = models.CharField(_("можливе використання"), max_length=300, blank=True)
    condition = models.TextField(_("опис для орендарів"), blank=True, help_text=_("Стан, комунікації, умови огляду."))
    start_price = MoneyField(_("стартова плата за місяць"), null=True, blank=True)
    value = MoneyField(_("вартість за оцінкою"), null=True, blank=True)
    valued_on = models.DateField(_("оцінено"), null=True, blank=True)
    photo = CardFileField(_("фото"), null=True, blank=True, help_text=_("Його побачать мешканці."))
    plan = CardFileField(
        _("план"), null=True, blank=True, help_text=_("План поверху або друге фото; теж для мешканців.")
    )
    auction_url = models.URLField(_("оголошення на торгах"), blank=True)
    note = models.TextField(_("службова примітка"), blank=True)
    sought = SearchText("number", "name", "address", "purpose")

    tones: ClassVar[dict[str, str]] = {"vacant": "warn", "leased": "ok"}
    not_personal: ClassVar[tuple[str, ...]] = ("address",)
    audited: ClassVar[Any] = Audited(exclude=("sought", "version", "updated_at", "state"))
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("об’єкт оренди")
        verbose_name_plural = _("об’єкти оренди")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="rent_object_named"),
            models.CheckConstraint(
                condition=(Q(area__isnull=True) | Q(area__gt=0)) & (Q(start_price__isnull=True) | Q(start_price__gt=0)),
                name="rent_object_sizes",
                violation_error_message=_(
                    "Площа і стартова плата мають бути більші за нуль. Виправте або лишіть порожніми."
                ),
            ),
            models.CheckConstraint(
                condition=Q(listing="none") | Q(listed_on__isnull=False),
                name="rent_object_listed_on",
                violation_error_message=_("Впишіть, з якого дня об’єкт у переліку."),
            ),
            models.CheckConstraint(
                condition=~Q(listing="first") | Q(start_price__isnull=False),
                name="rent_object_auction_has_price",
                violation_error_message=_("Для аукціону потрібна стартова плата. Впишіть її або змініть перелік."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.building is not None:
            self.settlement = self.settlement or self.building.settlement
            self.address = self.address or self.building.shown
            self.location = self.location or self.building.location


class RentLease(Card):
    class State(models.TextChoices):
        DRAFT = "draft", _("готується")
        ACTIVE = "active", _("діє")
        ENDED = "ended", _("припинено")

    number = models.CharField(_("договір №"), max_length=40)
    signed_on = models.DateField(_("дата договору"), null=True, blank=True)
    object = models.ForeignKey(RentObject, models.PROTECT, related_name="leases", verbose_name=_("об’єкт"))
    tenant = models.ForeignKey("organisations.Party", models.PROTECT, related_name="+", verbose_name=_("орендар"))
    state = models.CharField(_("стан"), max_length=6, choices=State, default=State.DRAFT, editable=False)
    purpose = models.CharField(_("цільове використання"), max_length=300, blank=True)
    starts_on = models.DateField(_("діє з"), help_text=_("День акта приймання-передавання."))
    ends_on = models.DateField(_("діє до"), help_text=_("Останній день за договором."))
    base_month = models.DateField(
        _("базовий місяць"),
        null=True,
        blank=True,
        help_text=_("Місяць, за який визначено плату; порожньо — перший місяць оренди."),
    )
    rent = MoneyField(_("плата за базовий місяць без ПДВ"), default=Decimal(0))
    indexed = models.BooleanField(_("індексується на інфляцію"), default=True)
    vat = models.BooleanField(_("з ПДВ"), default=False)
    yearly = MoneyField(
        _("пільгова плата на рік"),
        null=True,
        blank=True,
        help_text=_("Напр. 1,00 — для бюджетних установ; інакше порожньо."),
    )
    due_day = models.PositiveSmallIntegerField(
        _("сплатити до числа"), default=12, validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("Число наступного місяця."),
    )  # fmt: skip
    penalty = models.DecimalField(_("пеня, % за день"), max_digits=6, decimal_places=4, default=Decimal(0))
    counted_from = models.DateField(
        _("нараховувати з"), null=True, blank=True, help_text=_("Порожньо — від початку дії.")
    )
    opening_debt = MoneyField(_("борг на початок обліку"), default=Decimal(0))
    insured_until = models.DateField(_("застраховано до"), null=True, blank=True)
    charged = MoneyField(_("нараховано"), default=Decimal(0), editable=False)
    paid = MoneyField(_("сплачено"), default=Decimal(0), editable=False)
    debt = MoneyField(_("прострочений борг"), default=Decimal(0), editable=False)
    owed_since = models.DateField(_("борг із"), null=True, blank=True, editable=False)
    contract = CardFileField(_("договір"), null=True, blank=True)
    note = models.TextField(_("примітка"), blank=True)
    sought = SearchText("number", "purpose", "note")

    tones: ClassVar[dict[str, str]] = {"draft": "info", "active": "ok", "ended": "idle"}
    audited: ClassVar[Any] = Audited(
        exclude=("sought", "version", "updated_at", "charged", "paid", "debt", "owed_since")
    )
    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "object__settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("договір оренди майна")
        verbose_name_plural = _("договори оренди майна")
        constraints = [
            ends_after_start("rent_lease_ends_after_start", _("Строк закінчується раніше, ніж починається. Перевірте дати.")),
            one_at_a_time(
                "rent_lease_one_tenant_a_day",
                "object",
                condition=LIVE & Q(state="active"),
                message=_("У ці дні об’єкт уже орендують. Припиніть той договір, змініть строк або поділіть об’єкт."),
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=LIVE,
                name="rent_lease_number_once",
                violation_error_message=_("Договір із таким номером уже є. Відкрийте його або виправте номер."),
            ),
            models.CheckConstraint(
                condition=Q(rent__gte=0) & Q(opening_debt__gte=0) & Q(penalty__gte=0)
                & (Q(yearly__isnull=True) | Q(yearly__gte=0)),
                name="rent_lease_sums",
                violation_error_message=_("Плата, пеня і борг не бувають від’ємні. Виправте число."),
            ),
            models.CheckConstraint(
                condition=Q(yearly__isnull=True) | Q(rent=0),
                name="rent_lease_month_or_year",
                violation_error_message=_("Вкажіть або плату за місяць, або пільгову на рік, не обидві."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        self.base_month = month_of(self.base_month) if self.base_month else None
        if self.base_month and self.starts_on and self.base_month > self.starts_on:
            raise ValidationError({"base_month": _("Базовий місяць не пізніший за початок оренди. Виправте його.")})

    @property
    def first_counted(self) -> date:
        return max(self.starts_on, self.counted_from or self.starts_on)

    @property
    def is_paid_for(self) -> bool:
        return self.rent > 0 or self.yearly is not None

    @property
    def terms(self) -> Terms:
        base = self.base_month or month_of(self.starts_on)
        return Terms(self.first_counted, self.ends_on, self.rent, base, self.indexed, self.yearly)


class RentInvoice(Card):
    """A bill for a month; a correction of a month that is over stands in a later one and names it."""

    number = models.CharField(_("рахунок №"), max_length=20)
    lease = models.ForeignKey(RentLease, models.PROTECT, related_name="invoices", verbose_name=_("договір"))
    origin = models.DateField(_("за який місяць"))
    month = models.DateField(_("місяць"))
    days = models.PositiveSmallIntegerField(_("днів"))
    whole = MoneyField(_("плата за повний місяць"))
    amount = MoneyField(_("без ПДВ"))
    vat = MoneyField(_("ПДВ"))
    total = MoneyField(_("до сплати"))
    due_on = models.DateField(_("сплатити до"))
    sought = SearchText("number")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "lease__object__settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("рахунок за оренду")
        verbose_name_plural = _("рахунки за оренду")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="rent_invoice_number_once"),
            models.UniqueConstraint(fields=["lease", "month", "origin"], name="rent_invoice_once_a_month"),
            models.CheckConstraint(condition=Q(origin__lte=F("month")), name="rent_invoice_months"),
        ]

    def __str__(self) -> str:
        return self.number


class RentPayment(Card):
    lease = models.ForeignKey(RentLease, models.PROTECT, related_name="payments", verbose_name=_("договір"))
    paid_on = models.DateField(_("дата"))
    amount = MoneyField(_("сума"))
    month = models.DateField(
        _("за місяць"), null=True, blank=True, help_text=_("Будь-який день місяця, якщо платник його назвав.")
    )
    document = models.CharField(_("документ"), max_length=60, blank=True, help_text=_("Номер платіжної інструкції."))
    sought = SearchText("document")

    record_rules: ClassVar[dict[str, str]] = {**Card.record_rules, "settlement": "lease__object__settlement__katottg"}

    class Meta(Card.Meta):
        verbose_name = _("оплата оренди")
        verbose_name_plural = _("оплати оренди")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="rent_payment_above_zero",
                violation_error_message=_("Сума оплати має бути більша за нуль."),
            ),
            models.UniqueConstraint(
                fields=["lease", "paid_on", "document", "amount"],
                condition=LIVE & ~Q(document=""),
                name="rent_payment_once",
                violation_error_message=_("Таку оплату за цим документом уже записано."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paid_on:%d.%m.%Y}"

    def clean(self) -> None:
        self.month = month_of(self.month) if self.month else None
