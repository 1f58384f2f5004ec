"""The domain letters leave from: named here, asked of DNS in the queue, for the looking is provisioning's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.jobs.models import Job
from kernel.jobs.queue import enqueue
from kernel.letters.keeping import sender
from kernel.letters.models import MailSender
from kernel.letters.records import NEEDED, Record, records_of
from kernel.operations import Denied, Who, name_of, operation

MAIL_DOMAIN = "provisioning.mail_domain"
CLAIM, PROVE, DROP = "claim", "prove", "drop"


@dataclass(frozen=True, slots=True)
class Row:
    """A record to put into DNS; `seen` is empty until somebody looked."""

    record: Record
    seen: bool
    problem: str

    @property
    def needed(self) -> bool:
        return self.record.kind in NEEDED


def rows_of(found: MailSender) -> list[Row]:
    return [Row(one, one.kind in found.problems, str(found.problems.get(one.kind, ""))) for one in records_of(found)]


@operation("access", Level.MANAGE)
def ask_mail_domain(verb: str, *, by: Who, name: str = "", mailbox: str = "") -> Job:
    if verb != CLAIM and sender() is None:
        raise Denied(_("Домену ще не названо. Спершу назвіть його."))
    job, _new = enqueue(
        MAIL_DOMAIN, subject=verb, title=_("Домен пошти %(name)s") % {"name": name[:100]}, name=name, mailbox=mailbox,
        verb=verb, by=name_of(by),
    )  # fmt: skip
    return job


def last_word() -> dict[str, Any] | None:
    """What came of the newest request: under way, or the answer in words."""
    job = Job.objects.filter(kind=MAIL_DOMAIN).order_by("-queued_at").first()
    if job is None:
        return None
    return {"busy": job.status in Job.ACTIVE, "told": job.message, "failed": job.status == Job.Status.FAILED}
