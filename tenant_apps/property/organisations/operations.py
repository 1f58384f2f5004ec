from __future__ import annotations

from datetime import date

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.operations import Denied, Who, operation
from tenant_apps.property.organisations.models import BankAccount, Party


@operation("organisations", Level.EDIT, on="account")
def save_account(account: BankAccount, *, by: Who, reason: str = "") -> BankAccount:
    """The first open account is the main one; a new main one takes the mark from the old."""
    # Two people adding accounts of one party wait for each other, or both would be the first.
    Party.objects.select_for_update(of=("self",)).filter(pk=account.party_id).first()
    others = BankAccount.objects.filter(
        party=account.party_id, archived_at__isnull=True, closed_on__isnull=True
    ).exclude(pk=account.pk)
    if account.closed_on is None and not others.exists():
        account.main = True
    if account.main:
        others.filter(main=True).update(main=False, version=F("version") + 1, updated_at=timezone.now())
    account.full_clean()
    return _saved(account)


@operation("organisations", Level.EDIT, on="account")
def close_account(account: BankAccount, *, by: Who, on: date, reason: str = "") -> BankAccount:
    if account.closed_on:
        raise Denied(_("Рахунок уже закрито %(day)s.") % {"day": f"{account.closed_on:%d.%m.%Y}"})
    account.closed_on, account.main = on, False
    account.full_clean()
    return _saved(account)


def _saved(account: BankAccount) -> BankAccount:
    if not account._state.adding:
        account.version = F("version") + 1
        account.updated_at = timezone.now()
    account.save()
    account.refresh_from_db()
    return account
