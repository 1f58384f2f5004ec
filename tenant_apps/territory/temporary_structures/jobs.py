from __future__ import annotations

from django.utils import timezone

from kernel.jobs.registry import JobRun, job
from kernel.permits.charging import charge_month
from kernel.permits.registers import PermitRegister, expire
from kernel.registers.registry import register_of
from kernel.tenancy.actor import Actor
from tenant_apps.territory.temporary_structures.models import FEES, Structure

NIGHT = Actor("job", name="строки й плата за споруди")


@job("temporary_structures.night", daily=True)
def night(run: JobRun) -> None:
    """Terms that are over, then the month that has begun, where a fee was set: nobody is charged twice."""
    register = register_of(Structure)
    assert isinstance(register, PermitRegister)
    expire(register, by=NIGHT)
    if FEES.rates._default_manager.filter(archived_at__isnull=True).exists():
        charge_month(FEES, timezone.localdate(), by=NIGHT)
