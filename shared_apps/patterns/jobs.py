"""Every night: which forms of its own a community prints, in case something was restored or told by an older version."""

from __future__ import annotations

from kernel.jobs.registry import JobRun, job
from shared_apps.patterns.surroundings import tell_own_forms


@job("patterns.own_forms", daily=True)
def tell_of_own_forms(run: JobRun) -> None:
    changed = tell_own_forms()
    run.progress(changed, changed)
