from __future__ import annotations

from kernel.jobs.registry import JobRun, job
from kernel.permits.registers import PermitRegister, expire
from kernel.registers.registry import register_of
from kernel.tenancy.actor import Actor
from tenant_apps.territory.metal_structures.models import MetalStructure


@job("metal_structures.night", daily=True)
def night(run: JobRun) -> None:
    register = register_of(MetalStructure)
    assert isinstance(register, PermitRegister)
    expire(register, by=Actor("job", name="строки дозволів"))
