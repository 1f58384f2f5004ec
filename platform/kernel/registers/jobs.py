"""Where the worker looks for this app's jobs."""

from celery import shared_task

from kernel.registers.bulk import run_bulk
from kernel.registers.exporting.keeping import forget_exports, run_export
from kernel.tenancy import for_each_tenant


@shared_task(name="kernel.registers.forget_exports_everywhere")
def forget_exports_everywhere() -> None:
    for_each_tenant(forget_exports, reason="files of exports that waited long enough")


__all__ = ["forget_exports_everywhere", "run_bulk", "run_export"]
