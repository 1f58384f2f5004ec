from __future__ import annotations

from django.utils.translation import gettext as _

from kernel.jobs.registry import JobRun, job
from kernel.modules.entitlement import enabled_labels
from kernel.registers.merging.doubles import find_doubles
from kernel.registers.registry import registers
from kernel.tenancy.actor import Actor

FIND = "merging.find"
BY = Actor("job", name="пошук двійників")


@job("merging.find_everywhere", daily=True)
def find_in_every_register(run: JobRun) -> None:
    enabled = enabled_labels()
    wanted = [one for one in registers() if one.merges is not None and one.module in enabled]
    for done, register in enumerate(wanted):
        run.progress(done, len(wanted), register.name)
        find_doubles(register, by=BY)


@job(FIND)
def find_in_register(run: JobRun, *, register: str) -> None:
    found = next(one for one in registers() if one.label == register)
    count = find_doubles(found, by=BY)
    run.finish(found.url("doubles"), _("Пар на розгляд: %(count)s") % {"count": count})
