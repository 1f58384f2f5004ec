"""What is owed and what has come. A payment is counted once, whoever tells of it and however often."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kernel.tenancy.locks import hold_lock
from shared_apps.subscriptions.models import Invoice, InvoiceLine, Payer, Payment, Subscription
from shared_apps.subscriptions.pricing import SEAT

DUE_IN = timedelta(days=10)
ADVANCE = timedelta(days=31)


def next_number(model: type[Invoice], prefix: str, year: int) -> str:
    """Gapless within a year; in the caller's transaction."""
    hold_lock(f"subscriptions.{prefix}")
    stem = f"{prefix}-{year}-"
    last = model.objects.filter(number__startswith=stem).order_by("-number").values_list("number", flat=True).first()
    return f"{stem}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:05d}"


def bill(payer: Payer, period_from: date, period_to: date, *, on: date | None = None) -> Invoice | None:
    """One invoice for all the communities of the payer; None when there is nobody to bill or it is billed already."""
    on = on or timezone.localdate()
    with transaction.atomic():
        hold_lock(f"subscriptions.bill.{payer.pk}")
        rows = payer.subscriptions.exclude(state=Subscription.State.ENDED).filter(community__isnull=False)
        start = timezone.make_aware(datetime.combine(period_from, datetime.max.time()))
        rows = rows.exclude(ends_at__lte=start)
        billed = InvoiceLine.objects.filter(invoice__period_from=period_from, invoice__period_to=period_to).exclude(
            invoice__state=Invoice.State.VOID
        )
        owing = list(
            rows.exclude(pk__in=billed.values("subscription"))
            .select_related("community", "plan")
            .order_by("created_at")
        )
        if not owing:
            return None
        lines = [_line(one) for one in owing]
        invoice = Invoice.objects.create(
            payer=payer,
            number=next_number(Invoice, "ХГ", on.year),
            period_from=period_from,
            period_to=period_to,
            amount=sum((line.amount for line in lines), Decimal(0)),
            due_on=on + DUE_IN,
        )
        for line in lines:
            line.invoice = invoice
        InvoiceLine.objects.bulk_create(lines)
        for line in lines:
            if line.carried:
                payer.subscriptions.filter(pk=line.subscription_id).update(carried=F("carried") - line.carried)
    return invoice


def _line(one: Subscription) -> InvoiceLine:
    """What was overpaid is taken off as far as the month goes; the rest waits for the next."""
    title = f"{one.community}: тариф «{one.plan.title}»"
    if one.seats:
        title += f", додаткових місць {one.seats}"
    carried = max(one.carried, -monthly_of(one))
    if carried:
        title += f", із перерахунком {carried:+.2f} грн"
    return InvoiceLine(subscription=one, title=title, amount=monthly_of(one) + carried, carried=carried)


def unpaid_of(subscription: Subscription) -> list[Invoice]:
    """Ours that nobody has begun to pay."""
    rows = Invoice.objects.filter(lines__subscription=subscription, stripe_invoice="", paid=0)
    return list(rows.filter(state=Invoice.State.OPEN).select_for_update(of=("self",)).select_related("payer"))


def void(invoice: Invoice) -> None:
    """Money that comes for it later waits for a person."""
    with transaction.atomic():
        invoice.state = Invoice.State.VOID
        invoice.save(update_fields=["state"])
        for line in invoice.lines.exclude(carried=0):
            Subscription.objects.filter(pk=line.subscription_id).update(carried=F("carried") + line.carried)


def monthly_of(subscription: Subscription) -> Decimal:
    return subscription.monthly + SEAT * subscription.seats


def record_payment(invoice: Invoice, amount: Decimal, *, reference: str, by: str, at: datetime | None = None) -> bool:
    """Whether it was new. The invoice is paid when all of it has come."""
    with transaction.atomic():
        locked = Invoice.objects.select_for_update().get(pk=invoice.pk)
        if Payment.objects.filter(reference=reference).exists():
            return False
        Payment.objects.create(invoice=locked, amount=amount, reference=reference, by=by, at=at or timezone.now())
        locked.paid += amount
        locked.state = Invoice.State.PAID if locked.paid >= locked.amount else Invoice.State.PARTLY
        locked.save(update_fields=["paid", "state"])
        invoice.paid, invoice.state = locked.paid, locked.state
    return True


def open_paid(invoice: Invoice, *, by: str) -> None:
    """Whatever the paid invoice was for works until its period is over."""
    from shared_apps.subscriptions import flow

    until = timezone.make_aware(datetime.combine(invoice.period_to, datetime.min.time())) + timedelta(days=1)
    for line in invoice.lines.select_related("subscription"):
        flow.paid(line.subscription, until, by=by, why=f"Сплачено рахунок {invoice.number}")
