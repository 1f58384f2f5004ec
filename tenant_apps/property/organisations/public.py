"""What other modules may know of the parties: a reference to keep, a search to choose by, an account to pay to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from kernel.access.models import User
from kernel.access.rights import visible
from kernel.audit.viewing import log_view
from kernel.identifiers import digits, iban_mfo
from kernel.search.query import find
from tenant_apps.property.organisations.banks import bank_name
from tenant_apps.property.organisations.models import BankAccount, Party

PERSONAL = ("rnokpp", "document_number")


@dataclass(frozen=True, slots=True)
class PartyRef:
    """`code` is the ЄДРПОУ of an organisation; a person's number is opened by `personal_code` with a purpose."""

    id: int
    kind: str
    name: str
    short: str
    code: str
    address: str
    building_id: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class AccountRef:
    iban: str
    mfo: str
    bank: str
    currency: str


def party(party_id: int) -> PartyRef | None:
    found = Party.objects.filter(pk=party_id).first()
    return _ref(found) if found else None


def parties(ids: Iterable[int]) -> dict[int, PartyRef]:
    return {found.pk: _ref(found) for found in Party.objects.filter(pk__in=set(ids))}


def find_parties(text: str, *, by: User, limit: int = 20) -> list[PartyRef]:
    """By words of the name, or by the whole code; only those the person may see."""
    rows = visible(_living(), by)
    code = digits(text)
    if len(code) in (8, 10) and code.isdecimal() and (exact := [_ref(one) for one in rows.filter(_coded(code))]):
        return exact
    return [_ref(one) for one in find(rows, text).order_by("name", "id")[:limit]]


def party_of(code: str) -> PartyRef | None:
    """The living party with this ЄДРПОУ or РНОКПП."""
    found = _living().filter(_coded(digits(code))).first() if code.strip() else None
    return _ref(found) if found else None


def personal_code(party_id: int, *, purpose: str, note: str = "") -> str:
    """РНОКПП, or the document of whoever refused one; the look is written down first."""
    found = Party.objects.get(pk=party_id)
    log_view(found, purpose=purpose, note=note, fields=PERSONAL)
    return found.rnokpp or found.document_number


def main_account(party_id: int, on: date) -> AccountRef | None:
    """The main account if it was open on that day, else any open one."""
    open_then = Q(opened_on__isnull=True) | Q(opened_on__lte=on)
    open_then &= Q(closed_on__isnull=True) | Q(closed_on__gte=on)
    rows = BankAccount.objects.filter(open_then, party=party_id, archived_at__isnull=True)
    found = rows.order_by("-main", "id").first()
    if found is None:
        return None
    mfo = iban_mfo(found.iban)
    return AccountRef(found.iban, mfo, bank_name(mfo), found.currency)


def _living() -> QuerySet[Party]:
    return Party.objects.filter(archived_at__isnull=True)


def _coded(code: str) -> Q:
    return Q(edrpou=code) if len(code) < 9 else Q(rnokpp=code)


def _ref(one: Party) -> PartyRef:
    return PartyRef(
        one.pk,
        one.kind,
        one.name,
        str(one),
        one.edrpou,
        one.address,
        one.building_id,
        one.status != Party.Status.CEASED,
    )
