"""Counts of cells and lists of disorder, made anew in the background."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kernel.jobs.registry import JobRun, job
from kernel.maps import cells
from kernel.maps.layers import Layer, open_layers
from kernel.maps.topology.recounting import JOB as RECOUNT
from kernel.maps.topology.recounting import recount, registers_with_rules
from kernel.registers.registry import UnknownRegister, register_named


@job(cells.JOB)
def count_cells(run: JobRun, *, layer: str) -> None:
    """A layer that is no longer declared or open has nothing to count."""
    found = next((one for one in open_layers() if one.key == layer), None)
    if found is None and not layer.startswith("open:"):
        try:
            found = Layer(register_named(layer))
        except UnknownRegister:
            return
    if found is not None:
        cells.count_cells(found)


@job(RECOUNT, daily=True)
def recount_problems(run: JobRun, *, register: str = "") -> None:
    chosen = [one for one in registers_with_rules() if register in ("", one.label)]
    found = 0
    for number, one in enumerate(chosen):
        run.progress(number, len(chosen), one.name)
        found += recount(one)
    run.progress(len(chosen), len(chosen))
    run.finish("/maps/problems/", _("Порушень: %(count)s.") % {"count": found})
