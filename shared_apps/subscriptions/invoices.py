"""What is owed and what has come. A payment is counted once, whoever tells of it and however often."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from kernel.money import round_half_up
from kernel.tenancy.locks import hold_lock
from shared_apps.subscriptions.models import Invoice, InvoiceLine, Payer, Payment, Subscription
from shared_apps.subscriptions.pricing import SEAT

DAY = timedelta(days=1)
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
        owing = _owing(list(rows.select_related("community", "plan").order_by("created_at")), period_from, period_to)
        if not owing:
            return None
        lines = [_line(one, since, period_from, period_to) for one, since in owing]
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


def _owing(rows: list[Subscription], period_from: date, period_to: date) -> list[tuple[Subscription, date]]:
    """Each with the first day it is billed for: what is paid for, billed or given already is nobody's debt.

    So communities that came to one payer on different days are all on one invoice from the next one on.
    """
    billed = dict(
        InvoiceLine.objects.filter(subscription__in=[one.pk for one in rows])
        .exclude(invoice__state=Invoice.State.VOID)
        .values_list("subscription")
        .annotate(last=Max("invoice__period_to"))
    )
    # A trial may be billed ahead by itself, but a neighbour's month must not eat the days that were given.
    all_tried = all(one.state == Subscription.State.TRIAL for one in rows)
    found = []
    for one in rows:
        served = [billed[one.pk]] if one.pk in billed else []
        if one.paid_until:
            served.append(timezone.localdate(one.paid_until) - DAY)
        if one.state == Subscription.State.TRIAL and one.trial_until and not all_tried:
            served.append(timezone.localdate(one.trial_until) - DAY)
        since = max([period_from, *(last + DAY for last in served)])
        if since <= period_to:
            found.append((one, since))
    return found


def _line(one: Subscription, since: date, period_from: date, period_to: date) -> InvoiceLine:
    """What was overpaid is taken off as far as the month goes; the rest waits for the next."""
    title = f"{one.community}: тариф «{one.plan.title}»"
    if one.seats:
        title += f", додаткових місць {one.seats}"
    amount = monthly_of(one)
    if since > period_from:
        whole, part = (period_to - period_from).days + 1, (period_to - since).days + 1
        amount = round_half_up(amount * part / whole)
        title += f", з {since:%d.%m.%Y} ({part} з {whole} днів)"
    carried = max(one.carried, -amount)
    if carried:
        title += f", із перерахунком {carried:+.2f} грн"
    return InvoiceLine(subscription=one, title=title, amount=amount + carried, carried=carried)


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
