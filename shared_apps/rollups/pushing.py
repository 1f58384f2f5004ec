"""In a tenant: count its registers and hand the figures over. Killed at any point, it is simply done again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError, transaction

from kernel.indicators.catalogue import declared
from kernel.indicators.computing import Figure, figures_of
from kernel.indicators.crossing import push
from kernel.indicators.marking import marked, take_marks
from kernel.modules.entitlement import enabled_labels
from kernel.registers.register import Register
from kernel.registers.registry import registers
from kernel.tenancy import current_tenant, platform_context
from kernel.tenancy.locks import hold_lock
from kernel.tenancy.log import get_logger
from kernel.tenancy.signing import derive_key
from shared_apps.rollups.models import Pass

log = get_logger("rollups")


def counting_registers() -> list[Register]:
    """Those with figures whose module is on here."""
    on = enabled_labels()
    return [register for register in registers() if register.indicators and register.module in on]


def formulas_of(register: Register) -> dict[str, int]:
    return {one.code: one.indicator.version for one in declared(register)}


def digest_of(register: Register) -> str:
    told = [(one.code, one.indicator.version, one.digest) for one in declared(register)]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def secret() -> bytes:
    """One for the installation: the sketches of two tenants must know the same person for the same."""
    return derive_key(settings.MASTER_SECRET, "rollups.distinct").encode()


def count(register: Register) -> list[Figure]:
    return figures_of(register, secret=secret())


def recount(register: Register) -> int:
    """How many values changed. Two at once wait for each other, and the later one has read the later rows."""
    current_tenant()
    began = time.monotonic()
    try:
        with transaction.atomic():
            hold_lock(f"rollups:{register.label}")
            # Before reading: whoever commits after this leaves a mark that is found next time.
            take_marks([register.label])
            return _push(register, count(register), time.monotonic() - began)
    except Exception as error:
        log.exception("recount_failed", register=register.label)
        with suppress(DatabaseError), transaction.atomic():
            _push(register, [], time.monotonic() - began, f"{type(error).__name__}: {error}")
        raise


def _push(register: Register, figures: Iterable[Figure], seconds: float, error: str = "") -> int:
    rows = [
        {
            "indicator": one.indicator,
            "period": one.period,
            "dimension": one.dimension,
            "value": None if one.value is None else f"{one.value:f}",
            "above": None if one.above is None else f"{one.above:f}",
            "below": None if one.below is None else f"{one.below:f}",
            "counted": one.counted,
            "sketch": one.sketch,
        }
        for one in figures
    ]
    return push(register.label, formulas_of(register), rows, digest_of(register), seconds, error)


def due() -> list[Register]:
    """Marked by a change, never counted, failed, or counted by a formula that is no longer in force."""
    here, tenant = counting_registers(), current_tenant()
    with platform_context():
        passed = dict(Pass.objects.filter(community_id=tenant.id).values_list("register", "formulas"))
    changed = marked()
    return [
        register
        for register in here
        if register.label in changed or register.label not in passed or passed[register.label] != digest_of(register)
    ]


def refresh(budget: float = 20.0) -> int:
    """What is due, until the time is up; the rest waits for the next turn. One failure stops no other register."""
    until, done = time.monotonic() + budget, 0
    for register in due():
        if time.monotonic() > until:
            break
        with suppress(Exception):
            recount(register)
            done += 1
    return done


def recount_all() -> dict[str, int]:
    """Values changed by register; a register that failed is absent and says so in its pass."""
    found: dict[str, int] = {}
    for register in counting_registers():
        with suppress(Exception):
            found[register.label] = recount(register)
    return found
