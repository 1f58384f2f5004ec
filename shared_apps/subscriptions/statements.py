"""A statement finds its invoices. What is partial, double, too much or nobody's waits for a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.operations import Denied
from shared_apps.subscriptions.bank.line import Line
from shared_apps.subscriptions.bank.reading import read_statement
from shared_apps.subscriptions.invoices import open_paid, record_payment
from shared_apps.subscriptions.models import Invoice, StatementLine

State = StatementLine.State
# Latin look-alikes are typed for the two letters, spaces and a lost hyphen as well.
NUMBER = re.compile(r"[ХXхx][ГгGg]\s*-?\s*(\d{4})\s*-?\s*(\d{5})")


@dataclass(slots=True)
class Report:
    matched: int = 0
    waiting: int = 0
    known: int = 0


def import_statement(content: bytes, name: str, *, by: str) -> Report:
    """Whole or not at all: a statement with one unreadable line is refused with the line's number."""
    lines = read_statement(content, name)
    report = Report()
    with transaction.atomic():
        for line in lines:
            row = _store(line, name, by)
            if row is None:
                report.known += 1
            elif row.state == State.MATCHED:
                report.matched += 1
            else:
                report.waiting += 1
    return report


def _store(line: Line, name: str, by: str) -> StatementLine | None:
    """None: this payment is known from another statement."""
    row = StatementLine(
        digest=line.digest,
        booked_on=line.booked_on,
        amount=line.amount,
        payer_edrpou=line.payer_edrpou[:10],
        payer_name=line.payer_name[:300],
        purpose=line.purpose[:1000],
        source=name[:255],
        state=State.FOREIGN,
        told=_("У призначенні немає номера рахунку."),
    )
    if StatementLine.objects.filter(digest=row.digest).exists():
        return None
    if found := NUMBER.search(line.purpose):
        number = f"ХГ-{found[1]}-{found[2]}"
        invoice = Invoice.objects.select_for_update(of=("self",)).select_related("payer").filter(number=number).first()
        if invoice is None:
            row.told = _("Рахунку %(number)s немає.") % {"number": number}
        else:
            _match(row, invoice, by)
    row.save(force_insert=True)
    return row


def _match(row: StatementLine, invoice: Invoice, by: str) -> None:
    """Another's money is never taken by the number alone: a slip of one digit pays a stranger's bill."""
    row.invoice = invoice
    if row.payer_edrpou and invoice.payer.edrpou and row.payer_edrpou != invoice.payer.edrpou:
        row.state = State.FOREIGN
        row.told = _("Рахунок %(number)s виставлено іншому платнику: %(payer)s.") % {
            "number": invoice.number,
            "payer": invoice.payer.name,
        }
    elif invoice.state in (Invoice.State.PAID, Invoice.State.VOID):
        row.state = State.DOUBLE
        row.told = _("Рахунок %(number)s уже закрито: поверніть або зарахуйте на наступний.") % {
            "number": invoice.number
        }
    elif row.amount > invoice.left:
        row.state = State.OVER
        row.told = _("Більше, ніж лишилося за рахунком %(number)s: %(left)s.") % {
            "number": invoice.number,
            "left": invoice.left,
        }
    else:
        whole = row.amount == invoice.left
        row.state = State.MATCHED if whole else State.PARTIAL
        _take(row, invoice, by)
        row.told = "" if whole else _("Лишилося сплатити %(left)s.") % {"left": invoice.left}


def _take(row: StatementLine, invoice: Invoice, by: str) -> None:
    at = datetime.combine(row.booked_on, time(12), UTC)
    record_payment(invoice, row.amount, reference=f"bank:{row.digest}", by=by, at=at)
    if invoice.state == Invoice.State.PAID:
        open_paid(invoice, by=by)


def settle(row: StatementLine, *, by: str, invoice: Invoice | None = None, told: str) -> StatementLine:
    """A person decides: it pays this invoice, or it is sent back or put aside with a word why."""
    if not told.strip():
        raise Denied(_("Напишіть, що з платежем зроблено."))
    with transaction.atomic():
        locked = StatementLine.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if locked.state not in StatementLine.NEEDS_PERSON:
            raise Denied(_("Платіж уже розібрано."))
        # A part was counted when it came.
        if invoice is not None and locked.state != State.PARTIAL:
            _take(locked, Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk), by)
            locked.invoice = invoice
        locked.state, locked.settled_by, locked.told = State.SETTLED, by, told[:500]
        locked.save()
    return locked
