"""How the community's own corner of the cloud fares: versions, failures, how fresh the data are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kernel.access.models import SignInEvent
from kernel.access.signins import Kind
from kernel.audit.models import History, Seal
from kernel.jobs.models import Job
from kernel.tenancy import current_tenant, platform_context
from shared_apps.fleet.models import Blueprint, SchemaVersion
from shared_apps.reference.loading.kinds import TITLES
from shared_apps.reference.models import Edition

FAILURES = 20
SEALED_LATE = timedelta(hours=1)
SILENT_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Version:
    product: str
    current: bool
    migrated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Freshness:
    """When something was last brought up to date; `late` when it should have been by now."""

    title: str | Promise
    at: datetime | None
    late: bool = False
    note: str = ""


def schema_version() -> Version:
    schema = current_tenant().schema
    with platform_context():
        row = SchemaVersion.objects.filter(schema_name=schema).first()
        wanted = Blueprint.objects.filter(current=True).values_list("fingerprint", flat=True).first()
    return Version(version("hromada-cloud"), bool(row and row.fingerprint == wanted), row.migrated_at if row else None)


def failures() -> list[Job]:
    return list(Job.objects.filter(status=Job.Status.FAILED).order_by("-finished_at")[:FAILURES])


def waiting() -> tuple[int, int]:
    """Jobs in the queue, and those of them that nobody has taken for too long."""
    queued = Job.objects.filter(status=Job.Status.QUEUED)
    return queued.count(), queued.filter(queued_at__lt=timezone.now() - SILENT_AFTER).count()


def freshness() -> list[Freshness]:
    changed = History.objects.aggregate(at=Max("at"))["at"]
    sealed = Seal.objects.aggregate(at=Max("sealed_at"))["at"]
    entered = SignInEvent.objects.filter(kind=Kind.SUCCESS).aggregate(at=Max("at"))["at"]
    unsealed = changed is not None and (sealed is None or sealed < changed) and timezone.now() - changed > SEALED_LATE
    with platform_context():
        editions = list(Edition.objects.order_by("kind", "-id").distinct("kind"))
    lists = [
        Freshness(TITLES.get(edition.kind, edition.kind), edition.loaded_at, note=edition.source_act)
        for edition in editions
    ]
    return [
        Freshness(_("Остання зміна даних"), changed),
        Freshness(_("Журнал змін опечатано"), sealed, late=unsealed),
        Freshness(_("Останній вхід"), entered),
        *lists,
    ]
