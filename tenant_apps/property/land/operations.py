"""Rights begin, are prolonged and end; months are charged; payments settle debts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.access.models import User
from kernel.money import format_money
from kernel.months import ZERO, Account, Due, Paid, days_in, last_of, month_of, months_of, settled, term_after
from kernel.operations import Denied, Who, operation
from kernel.periods import overlapping
from shared_apps.reference.errors import MissingReference
from shared_apps.reference.lookup import value
from tenant_apps.property.land.calc import Fee, month_fee, value_in
from tenant_apps.property.land.models import LIVE, LandCharge, LandPayment, LandRight, Parcel, Valuation

INDEX = "NGO_INDEX"
PORTION = 500


class NoValuation(LookupError):
    """The fee is a share of a value that nobody has written down."""

    def __init__(self, right: LandRight, year: int) -> None:
        super().__init__(
            _("Ділянка %(parcel)s: немає нормативної оцінки, чинної у %(year)d році. Додайте оцінку до ділянки.")
            % {"parcel": right.parcel.cadastral, "year": year}
        )


# -- values ---------------------------------------------------------------------------------------


class Values:
    """Normative values of parcels by years; an index is asked of the reference data once."""

    def __init__(self, parcels: Iterable[int]) -> None:
        self._indices: dict[int, Decimal] = {}
        self._known: dict[int, list[tuple[int, Decimal]]] = {}
        rows = Valuation.objects.filter(LIVE, parcel__in=set(parcels)).order_by("parcel", "-valued_on")
        for parcel, valued_on, sum_ in rows.values_list("parcel", "valued_on", "value"):
            self._known.setdefault(parcel, []).append((valued_on.year, sum_))

    def index(self, year: int) -> Decimal:
        if year not in self._indices:
            self._indices[year] = value(INDEX, date(year, 12, 31))
        return self._indices[year]

    def of(self, parcel: int, year: int) -> Decimal | None:
        """Raises MissingReference when the index of a year between is not known."""
        for valued_in, sum_ in self._known.get(parcel, []):
            if valued_in < year:
                return value_in(sum_, valued_in, year, self.index)
        return None

    def fee(self, right: LandRight, month: date) -> Fee:
        base = None
        if right.rate is not None and (base := self.of(right.parcel_id, month.year)) is None:
            raise NoValuation(right, month.year)
        return month_fee(right.terms, month, base)


# -- charging -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Outcome:
    """How many months were charged, and why others were not: a line for each contract."""

    made: int = 0
    faults: list[str] = field(default_factory=list)


@operation("land", Level.EDIT)
def charge_month(month: date, *, by: Who, rights: Sequence[int] | None = None, reason: str = "") -> Outcome:
    """Every paid right in force that has no charge of the month; asked again, it adds nothing."""
    month = month_of(month)
    last = last_of(month)
    due = LandRight.objects.filter(
        LIVE,
        overlapping(month, last),
        Q(rate__isnull=False) | Q(yearly__isnull=False),
        Q(counted_from__isnull=True) | Q(counted_from__lte=last),
    ).exclude(state="draft")
    if rights is not None:
        due = due.filter(pk__in=rights)
    due = due.exclude(charges__origin=month).select_related("parcel").order_by("pk")
    outcome = Outcome()
    while portion := list(due[:PORTION]):
        _charge(portion, lambda _right: [month], outcome, by)
        due = due.filter(pk__gt=portion[-1].pk)
    return outcome


@operation("land", Level.EDIT, on="right")
def charge_right(right: LandRight, *, by: Who, until: date | None = None, reason: str = "") -> Outcome:
    """All months of the right up to this one that were not charged yet."""
    outcome = Outcome()
    until = until or local_today()
    if right.is_paid_for and right.state != LandRight.State.DRAFT:
        known = set(right.charges.values_list("origin", flat=True))
        last = min(until, right.ends_on) if right.ends_on else until
        _charge(
            [right], lambda one: [m for m in months_of(one.first_counted, last) if m not in known], outcome, by
        )  # fmt: skip
    return outcome


def _charge(rights: list[LandRight], months: Any, outcome: Outcome, by: Who) -> None:
    values = Values(right.parcel_id for right in rights)
    rows: list[LandCharge] = []
    for right in rights:
        try:
            made = [(month, values.fee(right, month)) for month in months(right)]
        except (NoValuation, MissingReference) as missing:
            outcome.faults.append(f"№ {right.number}: {missing}")
            continue
        rows += [_row(right, month, month, fee, fee.amount, by) for month, fee in made if fee.days]
    LandCharge.objects.bulk_create(rows, ignore_conflicts=True, batch_size=PORTION)
    outcome.made += len(rows)
    settle([right.pk for right in rights])


def explained(right: LandRight, month: date, fee: Fee) -> str:
    """«1 028 160,00 × 3 % : 12; 15 з 30 днів»"""
    whole = f"{format_money(fee.base)} × {right.rate.normalize():f} %" if fee.base and right.rate else ""
    share = f" × {right.share.normalize():f}" if right.share != 1 else ""
    text = f"{whole or format_money(right.yearly or ZERO)}{share} : 12"
    if fee.days == days_in(month):
        return text
    return _("%(text)s; днів %(days)d з %(of)d") % {"text": text, "days": fee.days, "of": days_in(month)}


def _row(right: LandRight, month: date, origin: date, fee: Fee, amount: Decimal, by: Who) -> LandCharge:
    return LandCharge(
        right=right, month=month, origin=origin, base=fee.base, rate=right.rate, days=fee.days, amount=amount,
        due_on=term_after(month, right.due_days), created_by=by if isinstance(by, User) else None,
        explained=explained(right, origin, fee),
    )  # fmt: skip


@operation("land", Level.EDIT, on="right")
def recalculate(right: LandRight, *, by: Who, month: date | None = None, reason: str = "") -> int:
    """Months that are charged stay as they were; what they should be now is corrected in this month."""
    month = month_of(month or local_today())
    right = LandRight.objects.select_for_update(of=("self",)).select_related("parcel").get(pk=right.pk)
    values = Values([right.parcel_id])
    known = dict(right.charges.values_list("origin").annotate(total=Sum("amount")))
    made = 0
    for origin, total in sorted(known.items()):
        fee = _fee_or_denied(values, right, origin)
        difference = fee.amount - total
        if not difference or origin > month:
            continue
        row = LandCharge.objects.filter(right=right, month=month, origin=origin).first()
        if row is None:
            _row(right, month, origin, fee, difference, by).save()
        else:
            row.amount, row.base, row.rate, row.days = row.amount + difference, fee.base, right.rate, fee.days
            row.explained = explained(right, origin, fee)
            row.version, row.updated_at = F("version") + 1, timezone.now()
            row.save()
        made += 1
    settle([right.pk])
    return made


def _fee_or_denied(values: Values, right: LandRight, month: date) -> Fee:
    if not right.is_paid_for:
        return Fee(ZERO, ZERO, None, 0)
    try:
        return values.fee(right, month)
    except (NoValuation, MissingReference) as missing:
        raise Denied(str(missing)) from missing


# -- debts ----------------------------------------------------------------------------------------


def accounts(rights: Iterable[LandRight]) -> dict[int, Account]:
    """Charges and payments of these rights, settled: two queries for any number of them."""
    by_key = {right.pk: right for right in rights}
    dues: dict[int, list[Due]] = {key: [] for key in by_key}
    money: dict[int, list[Paid]] = {key: [] for key in by_key}
    for key, right in by_key.items():
        if right.opening_debt:
            day_before = right.first_counted - timedelta(days=1)
            dues[key].append(Due(month_of(day_before), day_before, right.opening_debt))
    for key, month, due_on, amount in LandCharge.objects.filter(right__in=by_key).values_list(
        "right", "month", "due_on", "amount"
    ):
        dues[key].append(Due(month, due_on, amount))
    for key, paid_on, amount, month in LandPayment.objects.filter(LIVE, right__in=by_key).values_list(
        "right", "paid_on", "amount", "month"
    ):
        money[key].append(Paid(paid_on, amount, month))
    return {key: settled(dues[key], money[key]) for key in by_key}


def settle(keys: Sequence[int], on: date | None = None) -> None:
    """What the cards say of debts agrees with the charges and payments of the day."""
    day = on or local_today()
    for start in range(0, len(keys), PORTION):
        rights = list(LandRight.objects.filter(pk__in=keys[start : start + PORTION]))
        found = accounts(rights)
        charged = dict(LandCharge.objects.filter(right__in=rights).values_list("right").annotate(total=Sum("amount")))
        paid = dict(
            LandPayment.objects.filter(LIVE, right__in=rights).values_list("right").annotate(total=Sum("amount"))
        )
        for right in rights:
            account = found[right.pk]
            right.charged, right.paid = charged.get(right.pk, ZERO), paid.get(right.pk, ZERO)
            right.debt, right.owed_since = account.overdue(day), account.since(day)
        LandRight.objects.bulk_update(rights, ["charged", "paid", "debt", "owed_since"])


# -- rights ---------------------------------------------------------------------------------------


@operation("land", Level.EDIT, on="right")
def save_right(right: LandRight, *, by: Who, reason: str = "") -> LandRight:
    """Two who write about one parcel wait for each other; what is charged already is corrected by a recalculation."""
    Parcel.objects.select_for_update(of=("self",)).filter(pk=right.parcel_id).first()
    right.full_clean()
    saved: LandRight = _saved(right)
    follow_rights([saved.pk])
    saved.refresh_from_db()
    return saved


def follow_rights(keys: Sequence[int]) -> None:
    """After rights were written, one by one or by an import."""
    settle(keys)
    refresh_parcels(LandRight.objects.filter(pk__in=keys).values_list("parcel", flat=True))


@operation("land", Level.EDIT, on="right")
def activate(right: LandRight, *, by: Who, registration: str = "", reason: str = "") -> Outcome:
    right = _locked(right)
    if right.state != LandRight.State.DRAFT:
        raise Denied(_("Договір уже введено в дію. Відкрийте його картку ще раз."))
    if right.kind in (LandRight.Kind.LEASE, LandRight.Kind.SUBLEASE) and not right.is_paid_for:
        raise Denied(_("Спершу впишіть ставку або річну плату: без неї нараховувати нічого."))
    right.state = LandRight.State.ACTIVE
    right.registration = registration or right.registration
    save_right(right, by=by, reason=reason)
    return charge_right(right, by=by)


@operation("land", Level.EDIT, on="right")
def prolong(right: LandRight, *, by: Who, until: date, reason: str = "") -> Outcome:
    right = _locked(right)
    if right.ends_on is None or until <= right.ends_on:
        raise Denied(_("Новий строк має бути пізніший за теперішній. Впишіть пізнішу дату."))
    right.ends_on = until
    save_right(right, by=by, reason=reason)
    return charge_right(right, by=by)


@operation("land", Level.MANAGE, on="right")
def end(right: LandRight, *, by: Who, on: date, reason: str = "") -> int:
    """The last day of use; what was charged for later days is taken back by a correction."""
    right = _locked(right)
    if on < right.starts_on or (right.ends_on and on > right.ends_on):
        raise Denied(_("Останній день має бути в межах строку договору. Впишіть іншу дату."))
    right.ends_on, right.state = on, LandRight.State.ENDED
    save_right(right, by=by, reason=reason)
    charge_right(right, by=by)
    return recalculate(right, by=by, reason=reason)


def refresh_parcels(keys: Iterable[int]) -> None:
    """A parcel somebody holds today is in use."""
    keys = set(keys)
    today = local_today()
    held = LandRight.objects.filter(
        LIVE, Q(ends_on__isnull=True) | Q(ends_on__gte=today), parcel__in=keys, state="active",
        kind__in=LandRight.HOLDING, starts_on__lte=today,
    ).values("parcel")  # fmt: skip
    parcels = Parcel.objects.filter(pk__in=keys)
    parcels.filter(pk__in=held).exclude(state="used").update(state="used")
    parcels.exclude(pk__in=held).exclude(state="vacant").update(state="vacant")


def refresh_worth(keys: Iterable[int]) -> None:
    """The value of this year stands on the card; nothing stands where an index of a year between is missing."""
    parcels = list(Parcel.objects.filter(pk__in=set(keys)).only("pk", "worth"))
    values, year = Values(parcel.pk for parcel in parcels), local_today().year
    changed = []
    for parcel in parcels:
        try:
            worth = values.of(parcel.pk, year)
        except MissingReference:
            worth = None
        if worth != parcel.worth:
            parcel.worth = worth
            changed.append(parcel)
    Parcel.objects.bulk_update(changed, ["worth"], batch_size=PORTION)


@operation("land", Level.EDIT)
def settle_day(*, by: Who) -> Outcome:
    """The month that has begun is charged; terms that passed become debts; parcels whose term is over are vacant."""
    outcome = charge_month(local_today(), by=by)
    settle(list(LandRight.objects.filter(LIVE).exclude(state="draft").values_list("pk", flat=True)))
    living = list(Parcel.objects.filter(LIVE).values_list("pk", flat=True))
    refresh_parcels(living)
    refresh_worth(living)
    return outcome


def _locked(right: LandRight) -> LandRight:
    return LandRight.objects.select_for_update(of=("self",)).select_related("parcel").get(pk=right.pk)


def _saved(card: Any) -> Any:
    if not card._state.adding:
        card.version, card.updated_at = F("version") + 1, timezone.now()
    card.save()
    card.refresh_from_db()
    return card
