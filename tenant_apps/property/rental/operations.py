"""Leases begin, are prolonged and end; months are billed; payments settle debts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.access.models import User
from kernel.cards.numbering import take_numbers
from kernel.months import ZERO, Account, Due, Paid, day_in, last_of, month_after, month_of, months_of, settled
from kernel.operations import Denied, Who, operation
from kernel.periods import overlapping
from shared_apps.reference.errors import MissingReference
from shared_apps.reference.lookup import value
from tenant_apps.property.rental.calc import Rent, month_rent
from tenant_apps.property.rental.models import LIVE, RentInvoice, RentLease, RentObject, RentPayment

INDEX, VAT = "INFLATION_INDEX", "VAT"
SERIES = "rental.invoices"
PORTION = 500


class Rates:
    """Indices of months and the rate of VAT, each asked of the reference data once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, date], Decimal] = {}

    def _of(self, code: str, on: date) -> Decimal:
        if (code, on) not in self._known:
            self._known[code, on] = value(code, on)
        return self._known[code, on]

    def index(self, month: date) -> Decimal:
        return self._of(INDEX, month) / 100

    def rent(self, lease: RentLease, month: date) -> Rent:
        """Raises MissingReference: a month is billed when its index is published."""
        vat = self._of(VAT, month) if lease.vat else ZERO
        return month_rent(lease.terms, month, self.index, vat)


# -- invoices -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Outcome:
    """How many invoices were made, and why others were not: a line for each lease."""

    made: int = 0
    faults: list[str] = field(default_factory=list)


@operation("rental", Level.EDIT)
def bill_month(month: date, *, by: Who, reason: str = "") -> Outcome:
    """Every lease in force that has no invoice of the month; asked again, it adds nothing."""
    month = month_of(month)
    last = last_of(month)
    due = LIVE & overlapping(month, last) & (Q(rent__gt=0) | Q(yearly__isnull=False))
    due &= Q(counted_from__isnull=True) | Q(counted_from__lte=last)
    rows = RentLease.objects.select_for_update(of=("self",)).filter(due).exclude(state="draft").order_by("pk")
    outcome, after = Outcome(), 0
    while portion := list(rows.filter(pk__gt=after)[:PORTION]):
        after = portion[-1].pk
        billed = set(RentInvoice.objects.filter(lease__in=portion, origin=month).values_list("lease", flat=True))
        _bill([one for one in portion if one.pk not in billed], lambda _lease: [month], outcome, by)
    return outcome


@operation("rental", Level.EDIT, on="lease")
def bill_lease(lease: RentLease, *, by: Who, until: date | None = None, reason: str = "") -> Outcome:
    """All months of the lease that are over by this day and were not billed yet."""
    outcome = Outcome()
    lease = _locked(lease)
    if lease.is_paid_for and lease.state != RentLease.State.DRAFT:
        known = set(lease.invoices.values_list("origin", flat=True))
        over = month_of(until or local_today()) - timedelta(days=1)
        months = [month for month in months_of(lease.first_counted, min(over, lease.ends_on)) if month not in known]
        _bill([lease], lambda _lease: months, outcome, by)
    return outcome


def _bill(leases: list[RentLease], months: Callable[[RentLease], list[date]], outcome: Outcome, by: Who) -> None:
    rates, rows = Rates(), []
    for lease in leases:
        for month in months(lease):
            try:
                rent = rates.rent(lease, month)
            except MissingReference as missing:
                # Later months lean on the same index.
                outcome.faults.append(f"№ {lease.number}: {missing}")
                break
            if rent.amount:
                rows.append(_row(lease, month, month, rent, rent, by))
    if rows:
        first = take_numbers(SERIES, len(rows))
        for number, row in enumerate(rows, first):
            row.number = _shown(number)
        RentInvoice.objects.bulk_create(rows, batch_size=PORTION)
    outcome.made += len(rows)
    settle([lease.pk for lease in leases])


def _shown(number: int) -> str:
    return f"ОР-{number:05}"


def _row(lease: RentLease, month: date, origin: date, whole: Rent, due: Rent, by: Who) -> RentInvoice:
    return RentInvoice(
        lease=lease, month=month, origin=origin, days=whole.days, whole=whole.whole, amount=due.amount, vat=due.vat,
        total=due.total, due_on=day_in(month_after(month), lease.due_day),
        created_by=by if isinstance(by, User) else None,
    )  # fmt: skip


@operation("rental", Level.EDIT, on="lease")
def recalculate(lease: RentLease, *, by: Who, month: date | None = None, reason: str = "") -> int:
    """Invoices stay as they were sent; the difference to what they should be is one more in this month."""
    month = month_of(month or local_today())
    lease, rates, made = _locked(lease), Rates(), 0
    known = lease.invoices.values_list("origin").annotate(amount=Sum("amount"), vat=Sum("vat")).order_by("origin")
    for origin, amount, vat in list(known):
        try:
            rent = rates.rent(lease, origin)
        except MissingReference as missing:
            raise Denied(str(missing)) from missing
        difference = Rent(rent.whole, rent.days, rent.amount - amount, rent.vat - vat)
        if origin > month or not (difference.amount or difference.vat):
            continue
        row = lease.invoices.filter(month=month, origin=origin).first()
        if row is None:
            row = _row(lease, month, origin, rent, difference, by)
            row.number = _shown(take_numbers(SERIES, 1))
        else:
            row.amount, row.vat = row.amount + difference.amount, row.vat + difference.vat
            row.total, row.days, row.whole = row.amount + row.vat, rent.days, rent.whole
            row.version, row.updated_at = F("version") + 1, timezone.now()
        row.save()
        made += 1
    settle([lease.pk])
    return made


# -- debts ----------------------------------------------------------------------------------------


def accounts(leases: Iterable[RentLease]) -> dict[int, Account]:
    """Invoices and payments of these leases, settled: two queries for any number of them."""
    dues: dict[int, list[Due]] = {}
    money: dict[int, list[Paid]] = {}
    for lease in leases:
        before = lease.first_counted - timedelta(days=1)
        dues[lease.pk] = [Due(month_of(before), before, lease.opening_debt)] if lease.opening_debt else []
        money[lease.pk] = []
    invoices = RentInvoice.objects.filter(lease__in=dues).values_list("lease", "month", "due_on", "total")
    for key, month, due_on, total in invoices:
        dues[key].append(Due(month, due_on, total))
    payments = RentPayment.objects.filter(LIVE, lease__in=dues).values_list("lease", "paid_on", "amount", "month")
    for key, paid_on, amount, named in payments:
        money[key].append(Paid(paid_on, amount, named))
    return {key: settled(dues[key], money[key]) for key in dues}


def settle(keys: Sequence[int], on: date | None = None) -> None:
    """What the cards say of debts agrees with the invoices and payments of the day."""
    day = on or local_today()
    for start in range(0, len(keys), PORTION):
        leases = list(RentLease.objects.filter(pk__in=keys[start : start + PORTION]))
        found = accounts(leases)
        billed = dict(RentInvoice.objects.filter(lease__in=leases).values_list("lease").annotate(total=Sum("total")))
        paid = dict(
            RentPayment.objects.filter(LIVE, lease__in=leases).values_list("lease").annotate(total=Sum("amount"))
        )
        for lease in leases:
            account = found[lease.pk]
            lease.charged, lease.paid = billed.get(lease.pk, ZERO), paid.get(lease.pk, ZERO)
            lease.debt, lease.owed_since = account.overdue(day), account.since(day)
        RentLease.objects.bulk_update(leases, ["charged", "paid", "debt", "owed_since"])


# -- leases ---------------------------------------------------------------------------------------


@operation("rental", Level.EDIT, on="lease")
def save_lease(lease: RentLease, *, by: Who, reason: str = "") -> RentLease:
    lease.full_clean()
    if not lease._state.adding:
        lease.version, lease.updated_at = F("version") + 1, timezone.now()
    lease.save()
    follow_leases([lease.pk])
    lease.refresh_from_db()
    return lease


def follow_leases(keys: Sequence[int]) -> None:
    """After leases were written, one by one or by an import."""
    settle(keys)
    refresh_objects(RentLease.objects.filter(pk__in=keys).values_list("object", flat=True))


def refresh_objects(keys: Iterable[int]) -> None:
    keys, today = set(keys), local_today()
    let = RentLease.objects.filter(
        LIVE, object__in=keys, state="active", starts_on__lte=today, ends_on__gte=today
    ).values("object")  # fmt: skip
    objects = RentObject.objects.filter(pk__in=keys)
    objects.filter(pk__in=let).exclude(state="leased").update(state="leased")
    objects.exclude(pk__in=let).exclude(state="vacant").update(state="vacant")


@operation("rental", Level.EDIT, on="lease")
def activate(lease: RentLease, *, by: Who, reason: str = "") -> Outcome:
    lease = _locked(lease)
    if lease.state != RentLease.State.DRAFT:
        raise Denied(_("Договір уже введено в дію. Відкрийте його картку ще раз."))
    if not lease.is_paid_for:
        raise Denied(_("Спершу впишіть плату за базовий місяць або пільгову на рік."))
    lease.state = RentLease.State.ACTIVE
    save_lease(lease, by=by, reason=reason)
    return bill_lease(lease, by=by)


@operation("rental", Level.EDIT, on="lease")
def prolong(lease: RentLease, *, by: Who, until: date, reason: str = "") -> Outcome:
    lease = _locked(lease)
    if until <= lease.ends_on:
        raise Denied(_("Новий строк має бути пізніший за теперішній. Впишіть пізнішу дату."))
    lease.ends_on = until
    save_lease(lease, by=by, reason=reason)
    return bill_lease(lease, by=by)


@operation("rental", Level.MANAGE, on="lease")
def end(lease: RentLease, *, by: Who, on: date, reason: str = "") -> int:
    """The day of the act of return; what was billed for later days is taken back by a correction."""
    lease = _locked(lease)
    if not lease.starts_on <= on <= lease.ends_on:
        raise Denied(_("День повернення має бути в межах строку договору. Впишіть іншу дату."))
    lease.ends_on, lease.state = on, RentLease.State.ENDED
    save_lease(lease, by=by, reason=reason)
    bill_lease(lease, by=by, until=month_after(month_of(on)))
    return recalculate(lease, by=by, reason=reason)


@operation("rental", Level.EDIT)
def settle_day(*, by: Who) -> Outcome:
    """The month that is over is billed, as soon as its index is known; terms that passed become debts."""
    outcome = bill_month(month_after(month_of(local_today()), -1), by=by)
    settle(list(RentLease.objects.filter(LIVE).exclude(state="draft").values_list("pk", flat=True)))
    refresh_objects(RentObject.objects.filter(LIVE).values_list("pk", flat=True))
    return outcome


def _locked(lease: RentLease) -> RentLease:
    return RentLease.objects.select_for_update(of=("self",)).get(pk=lease.pk)
