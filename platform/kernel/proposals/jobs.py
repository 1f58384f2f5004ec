from __future__ import annotations

from django.utils.translation import gettext as _

from kernel.jobs.registry import JobRun, job
from kernel.notices.notify import notify
from kernel.proposals import letters
from kernel.proposals.models import Proposal
from kernel.proposals.operations import CAME, LETTER, forget_unconfirmed
from kernel.proposals.queues import registrars_of


@job(LETTER)
def write_to_resident(run: JobRun, *, proposal: str, occasion: str) -> None:
    found = Proposal.objects.filter(pk=proposal).first()
    if found is not None:
        letters.send(found, occasion)


@job(CAME)
def call_registrars(run: JobRun, *, proposal: str) -> None:
    found = Proposal.objects.filter(pk=proposal, state=Proposal.State.WAITING).first()
    if found is None:
        return
    notify(
        registrars_of(found), kind=CAME, title=_("Пропозиція змін: %(what)s") % {"what": found.shown}, body=found.words,
        url=f"/proposals/{found.pk}/", key=f"proposal:{found.pk}:came:{found.notes.count()}",
    )  # fmt: skip


@job("proposals.forget", daily=True)
def forget_unconfirmed_proposals(run: JobRun) -> None:
    forget_unconfirmed()
