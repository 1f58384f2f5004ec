from __future__ import annotations

from kernel.jobs.registry import JobRun, job
from kernel.proposals import letters
from kernel.proposals.models import Proposal
from kernel.proposals.operations import LETTER, forget_unconfirmed


@job(LETTER)
def write_to_resident(run: JobRun, *, proposal: str, occasion: str) -> None:
    found = Proposal.objects.filter(pk=proposal).first()
    if found is not None:
        letters.send(found, occasion)


@job("proposals.forget", daily=True)
def forget_unconfirmed_proposals(run: JobRun) -> None:
    forget_unconfirmed()
