from __future__ import annotations

from django.utils.translation import gettext as _

from kernel.jobs.registry import JobRun, job
from kernel.renewals.duties import follow_everything, put_duties


@job("renewals.put_duties", daily=True)
def put_duties_of_today(run: JobRun) -> None:
    follow_everything()
    made, nobody = put_duties()
    told = _("Завдань поставлено: %(made)s; строків, які нікому доручити: %(nobody)s")
    run.progress(made, made, told % {"made": made, "nobody": nobody})
