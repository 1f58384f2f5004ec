"""Long imports in the queue. A job that died is run again and goes on from the lines already marked."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kernel.jobs.registry import JobCancelled, JobRun, job
from kernel.registers.importing import runs
from kernel.registers.importing.checking.stage import count
from kernel.registers.importing.models import ImportRun


@job(runs.TRY)
def try_file(run: JobRun, *, run_id: int, again: bool = False) -> None:
    found = ImportRun.objects.select_related("by").get(pk=run_id)
    run.progress(0, found.rows or None, _("читаємо файл"))
    try:
        runs.work_trial(found, again=again)
    except ValueError as broken:
        ImportRun.objects.filter(pk=run_id).update(failure=str(broken))
        raise
    run.progress(found.rows, found.rows)


@job(runs.LOAD)
def load_file(run: JobRun, *, run_id: int) -> None:
    found = ImportRun.objects.select_related("by").get(pk=run_id)
    if found.state != ImportRun.State.LOADING:
        return
    try:
        runs.work_load(found, lambda done, total: run.progress(done, total, _("завантажуємо рядки")))
    except JobCancelled:
        # What was loaded stays and may be taken back; the rest waits for another decision.
        count(found)
        ImportRun.objects.filter(pk=run_id).update(
            state=ImportRun.State.TRIED, failure=_("Завантаження зупинено. Його можна продовжити.")
        )
        raise


@job(runs.UNDO)
def undo_file(run: JobRun, *, run_id: int) -> None:
    found = ImportRun.objects.select_related("by").get(pk=run_id)
    if found.state == ImportRun.State.UNDOING:
        runs.work_undo(found, lambda done, total: run.progress(done, total, _("скасовуємо")))
