"""Common values of rules: for the country, or for a region."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from shared_apps.reference.errors import RuleRefused
from shared_apps.reference.models import ReferenceValue


def put_value(
    code: str,
    value: Decimal,
    *,
    valid_from: date,
    act: str,
    valid_to: date | None = None,
    region: str = "",
    uncertain: bool = False,
    only_add: bool = False,
) -> tuple[str, str]:
    """Set a value from a day on; the one before it ends, the one after it stays.

    Returns what the value was and what happened: "added", "amended" or "unchanged". An end not given is the
    end of the value it replaces, so that a change within a year does not outlive the year.
    """
    rows = ReferenceValue.objects.filter(code_id=code, region=region)
    if valid_to and valid_to <= valid_from:
        raise RuleRefused(_("Кінець дії має бути пізніше за початок."))
    known = rows.filter(valid_from=valid_from).first()
    if known:
        was = str(plain(known.value))
        end = valid_to or known.valid_to
        if only_add or (known.value, known.source_act, known.uncertain, known.valid_to) == (value, act, uncertain, end):
            return was, "unchanged"
        if end and rows.filter(valid_from__gt=valid_from, valid_from__lt=end).exists():
            raise RuleRefused(_("Наступне значення починається раніше за цей кінець. Назвіть ранішу дату."))
        known.value, known.source_act, known.uncertain, known.valid_to = value, act, uncertain, end
        known.save()
        return was, "amended"
    was = ""
    before = rows.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from), valid_from__lt=valid_from).first()
    if before:
        was = str(plain(before.value))
        valid_to = valid_to or before.valid_to
        before.valid_to = valid_from
        before.save(update_fields=["valid_to"])
    after = rows.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    if after and (valid_to is None or valid_to > after.valid_from):
        valid_to = after.valid_from
    ReferenceValue.objects.create(
        code_id=code,
        region=region,
        value=value,
        valid_from=valid_from,
        valid_to=valid_to,
        source_act=act,
        uncertain=uncertain,
    )
    return was, "added"


def plain(value: Decimal) -> Decimal:
    """7100.000000 → 7100, without an exponent."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
