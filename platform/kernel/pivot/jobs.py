"""Every day: saved pivots to those who asked for them."""

from __future__ import annotations

from kernel.access.dates import local_today
from kernel.jobs.registry import JobRun, job
from kernel.pivot.sending import owed_on, send


@job("pivot.send", daily=True)
def send_pivots(run: JobRun) -> None:
    """One after another, each in a transaction of its own: begun again the same day, it goes on with what is left."""
    owed = owed_on(local_today())
    for number, (one, day) in enumerate(owed):
        run.progress(number, len(owed))
        send(one, day)
    run.progress(len(owed), len(owed))
