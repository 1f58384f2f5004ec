"""Who pays for a community, how much, and what has been paid. Money is hryvnias, Decimal."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shared_apps.communities.models import Community, Plan
from shared_apps.communities.names import validate_edrpou

MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}


class PlanPrice(models.Model):
    """What a plan costs a month for a community of so many people and more."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="prices", verbose_name=_("тариф"))
    population_from = models.PositiveIntegerField(_("від скількох мешканців"), default=0)
    monthly = models.DecimalField(_("на місяць, грн"), **MONEY)

    audited = True

    class Meta:
        verbose_name = _("ціна тарифу")
        verbose_name_plural = _("ціни тарифів")
        ordering = ("plan", "population_from")
        constraints = [
            models.UniqueConstraint(fields=["plan", "population_from"], name="plan_price_once"),
            models.CheckConstraint(condition=Q(monthly__gte=0), name="plan_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} ≥ {self.population_from}: {self.monthly}"


class Discount(models.Model):
    """A region's contract makes its communities cheaper while it holds."""

    region = models.CharField(_("область"), max_length=4)
    percent = models.DecimalField(_("знижка, %"), max_digits=5, decimal_places=2)
    contract = models.CharField(_("договір"), max_length=200)
    valid_from = models.DateField(_("діє з"))
    valid_to = models.DateField(_("не діє з"), null=True, blank=True)

    audited = True

    class Meta:
        verbose_name = _("знижка області")
        verbose_name_plural = _("знижки областей")
        constraints = [
            models.CheckConstraint(condition=Q(region__regex=r"^UA\d\d$"), name="discount_region_form"),
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="discount_percent"),
            models.CheckConstraint(condition=~Q(contract=""), name="discount_names_its_contract"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="discount_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region}: −{self.percent} %"


class Payer(models.Model):
    """Whoever pays: a council for itself, a region or a founder for many."""

    class Way(models.TextChoices):
        CARD = "card", _("карткою")
        TREASURY = "treasury", _("через казначейство")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("назва"), max_length=300)
    edrpou = models.CharField(_("код ЄДРПОУ"), max_length=8, blank=True, validators=[validate_edrpou])
    email = models.EmailField(_("пошта для рахунків"))
    way = models.CharField(_("як платить"), max_length=10, choices=Way)
    stripe_customer = models.CharField(max_length=60, blank=True)
    # Named by operators to pay for others: people of the communities touch neither its card nor its papers.
    apart = models.BooleanField(_("платить за інших"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    audited = True

    class Meta:
        verbose_name = _("платник")
        verbose_name_plural = _("платники")
        constraints = [
            models.UniqueConstraint(
                fields=["stripe_customer"], condition=~Q(stripe_customer=""), name="payer_stripe_once"
            ),
            models.CheckConstraint(condition=Q(edrpou="") | Q(edrpou__regex=r"^\d{8}$"), name="payer_edrpou_form"),
        ]

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """A community's place in a plan. `community` is empty until its cloud has been made."""

    class State(models.TextChoices):
        TRIAL = "trial", _("пробний строк")
        ACTIVE = "active", _("сплачено")
        DUE = "due", _("чекає оплати")
        READ_ONLY = "read_only", _("лише читання")
        ENDED = "ended", _("припинено")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payer = models.ForeignKey(Payer, models.PROTECT, related_name="subscriptions", verbose_name=_("платник"))
    community = models.ForeignKey(
        Community, models.PROTECT, null=True, blank=True, related_name="subscriptions", verbose_name=_("громада")
    )
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", verbose_name=_("тариф"))
    monthly = models.DecimalField(_("на місяць, грн"), **MONEY)
    # Before discounts, as it was agreed; contracts of the region begin and end over it. Empty: by the list of today.
    listed = models.DecimalField(_("без знижки, грн"), null=True, blank=True, **MONEY)
    seats = models.PositiveIntegerField(_("додаткові місця"), default=0)
    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.TRIAL)
    paid_until = models.DateTimeField(_("сплачено до"), null=True, blank=True)
    trial_until = models.DateTimeField(_("пробний строк до"), null=True, blank=True)
    grace_until = models.DateTimeField(_("пільговий строк до"), null=True, blank=True)
    # Asked to end then; empty is «goes on».
    ends_at = models.DateTimeField(_("закінчується"), null=True, blank=True)
    # What a change in the middle of a paid month adds to the next invoice or takes off it.
    carried = models.DecimalField(_("перерахунок, грн"), default=Decimal(0), **MONEY)
    stripe_subscription = models.CharField(max_length=60, blank=True)
    # The moment of the newest message that was applied: an older one arriving later changes nothing.
    stripe_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    audited = True

    class Meta:
        verbose_name = _("підписка")
        verbose_name_plural = _("підписки")
        constraints = [
            models.UniqueConstraint(
                fields=["community"],
                condition=~Q(state="ended") & Q(community__isnull=False),
                name="subscription_one_living",
            ),
            models.UniqueConstraint(
                fields=["stripe_subscription"],
                condition=~Q(stripe_subscription=""),
                name="subscription_stripe_once",
            ),
            models.CheckConstraint(condition=Q(monthly__gte=0), name="subscription_not_negative"),
            models.CheckConstraint(
                condition=~Q(state="due") | Q(grace_until__isnull=False), name="subscription_due_has_grace"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer} · {self.plan}"


class SubscriptionMove(models.Model):
    """Every move of a subscription: who, when, why. Written with the move, never changed."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="moves")
    was = models.CharField(max_length=10, blank=True)
    became = models.CharField(max_length=10, choices=Subscription.State)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(_("хто"), max_length=200)
    why = models.CharField(_("чому"), max_length=500)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.was} → {self.became}"


class Reminder(models.Model):
    """A letter that was sent; the same one never goes twice."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=40)
    about = models.DateField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "kind", "about"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"


class Invoice(models.Model):
    """What a payer owes for a time: one for all the communities it pays for."""

    class State(models.TextChoices):
        OPEN = "open", _("чекає оплати")
        PARTLY = "partly", _("сплачено частину")
        PAID = "paid", _("сплачено")
        VOID = "void", _("скасовано")

    payer = models.ForeignKey(Payer, models.PROTECT, related_name="invoices", verbose_name=_("платник"))
    number = models.CharField(_("номер"), max_length=40, unique=True)
    period_from = models.DateField(_("за час з"))
    period_to = models.DateField(_("за час до"))
    amount = models.DecimalField(_("сума"), **MONEY)
    paid = models.DecimalField(_("сплачено"), default=Decimal(0), **MONEY)
    due_on = models.DateField(_("сплатити до"))
    state = models.CharField(_("стан"), max_length=8, choices=State, default=State.OPEN)
    stripe_invoice = models.CharField(max_length=60, blank=True)
    issued_at = models.DateTimeField(default=timezone.now, editable=False)

    audited = True

    class Meta:
        verbose_name = _("рахунок")
        verbose_name_plural = _("рахунки")
        ordering = ("-issued_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["stripe_invoice"], condition=~Q(stripe_invoice=""), name="invoice_stripe_once"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0, paid__gte=0), name="invoice_not_negative"),
            models.CheckConstraint(condition=~Q(state="paid") | Q(paid__gte=F("amount")), name="invoice_paid_in_full"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def left(self) -> Decimal:
        return max(self.amount - self.paid, Decimal(0))


class InvoiceLine(models.Model):
    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="lines")
    title = models.CharField(max_length=400)
    amount = models.DecimalField(**MONEY)
    # The part of the amount that is a recount of an earlier month.
    carried = models.DecimalField(default=Decimal(0), **MONEY)

    def __str__(self) -> str:
        return f"{self.title}: {self.amount}"


class Payment(models.Model):
    """Money that came. Never changed: a mistake is another payment with the opposite sign."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payments")
    amount = models.DecimalField(**MONEY)
    at = models.DateTimeField(default=timezone.now)
    # «stripe:in_…» or «bank:…»: what came once is counted once.
    reference = models.CharField(max_length=120, unique=True)
    by = models.CharField(max_length=200)

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="payment_is_something")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.amount}"


class StripeEvent(models.Model):
    """A verified message of Stripe. Its own id is the key: told twice, it is known once."""

    id = models.CharField(max_length=80, primary_key=True)
    kind = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=300)
    payload = models.JSONField()

    class Meta:
        ordering = ("-received_at",)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Paper(models.Model):
    """A contract, an invoice or an act on paper, and the payer's signature under it."""

    class Kind(models.TextChoices):
        CONTRACT = "contract", _("договір")
        INVOICE = "invoice", _("рахунок")
        ACT = "act", _("акт")

    payer = models.ForeignKey(Payer, models.PROTECT, related_name="papers")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, blank=True, related_name="papers")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.CharField(_("номер"), max_length=40, unique=True)
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)
    signed_by = models.CharField(_("підписав"), max_length=300, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signature = models.CharField(max_length=200, blank=True)

    audited = True

    class Meta:
        verbose_name = _("документ")
        verbose_name_plural = _("документи")
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class StatementLine(models.Model):
    """A credit of our account, as the bank told it. What did not find its invoice waits for a person."""

    class State(models.TextChoices):
        MATCHED = "matched", _("зараховано")
        PARTIAL = "partial", _("зараховано частину рахунку")
        DOUBLE = "double", _("рахунок уже сплачено")
        OVER = "over", _("більше, ніж у рахунку")
        FOREIGN = "foreign", _("рахунку не знайдено")
        SETTLED = "settled", _("розібрано людиною")

    NEEDS_PERSON: ClassVar[tuple[str, ...]] = ("partial", "double", "over", "foreign")

    # Of what the bank says: the same line of two overlapping statements is one.
    digest = models.CharField(max_length=64, unique=True)
    booked_on = models.DateField(_("дата"))
    amount = models.DecimalField(_("сума"), **MONEY)
    payer_edrpou = models.CharField(_("код платника"), max_length=10, blank=True)
    payer_name = models.CharField(_("платник"), max_length=300, blank=True)
    purpose = models.CharField(_("призначення"), max_length=1000, blank=True)
    source = models.CharField(_("файл"), max_length=255)
    state = models.CharField(_("стан"), max_length=8, choices=State)
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, blank=True, related_name="statement_lines")
    told = models.CharField(_("пояснення"), max_length=500, blank=True)
    imported_at = models.DateTimeField(default=timezone.now)
    settled_by = models.CharField(max_length=200, blank=True)

    audited = True

    class Meta:
        verbose_name = _("рядок виписки")
        verbose_name_plural = _("рядки виписок")
        ordering = ("-booked_on", "-id")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="statement_line_is_credit")]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount}"


class DayOfUse(models.Model):
    """How much of everything a community used that day."""

    community = models.ForeignKey(Community, models.CASCADE, related_name="days_of_use")
    key = models.CharField(max_length=40)
    day = models.DateField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "key", "day"], name="day_of_use_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="day_of_use_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.key}: {self.amount}"
