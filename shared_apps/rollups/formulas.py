"""Versions of formulas: written down when first met, and a formula changed without a new version is found out."""

from __future__ import annotations

from kernel.indicators.catalogue import declared
from kernel.tenancy.log import get_logger
from shared_apps.rollups.models import Formula

log = get_logger("rollups")


def note_formulas() -> list[str]:
    """In platform scope. Returns the codes whose formula changed under an old version number."""
    known = {(row.indicator, row.version): row for row in Formula.objects.all()}
    fresh, silent = [], []
    for one in declared():
        version = one.indicator.version
        row = known.get((one.code, version))
        if row is None:
            fresh.append(Formula(indicator=one.code, version=version, words=one.formula, digest=one.digest))
        elif row.digest != one.digest:
            silent.append(one.code)
    Formula.objects.bulk_create(fresh, ignore_conflicts=True)
    if silent:
        log.warning("formula_changed_without_version", indicators=silent)
    return silent
