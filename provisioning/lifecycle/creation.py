"""Creating a tenant: a row that reserves its names, then steps, each whole or not at all.

Killed anywhere, it is finished by asking again with the same arguments, or taken back by `rollback_creation`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from kernel.tenancy import platform_context
from kernel.tenancy.directory import forget_hosts
from kernel.tenancy.locks import hold_lock
from provisioning.blueprint import drop_schema
from provisioning.db import Connection, owner_connection
from provisioning.errors import IllegalMove, Taken
from provisioning.lifecycle import journal, pool
from provisioning.lifecycle.guard import alone, operator, telling
from provisioning.lifecycle.plans import seed_plans
from provisioning.lifecycle.records import find_community, move_community
from provisioning.lifecycle.request import Examined, NewTenant, examine, require_same
from provisioning.lifecycle.steps import STEPS, Creation
from provisioning.progress import Progress, Report, silent
from provisioning.template import current_template
from shared_apps.communities.models import Community, Domain
from shared_apps.fleet.models import Operation

KIND = "create"
STEPS_IN_ALL = 2 + len(STEPS)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a creation would do; nothing of it has been done."""

    slug: str
    schema: str
    host: str
    kind: str
    plan: str
    from_pool: bool
    resumes: bool
    steps: tuple[str, ...]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "steps": list(self.steps), "warnings": list(self.warnings)}


@dataclass(frozen=True, slots=True)
class Created:
    """The tenant, and what must be told once: the invitation's link is stored nowhere."""

    community: Community
    operation: Operation
    invitation_url: str
    warnings: tuple[str, ...]
    notes: dict[str, str]


def create_tenant(new: NewTenant, *, by: str, progress: Progress = silent, dry_run: bool = False) -> Community:
    """The tenant at work. With `dry_run`: the row as it would be, unsaved, and nothing changed."""
    if dry_run:
        with owner_connection("preview") as connection, platform_context():
            return examine(new, connection).community
    return create_with_report(new, by=by, progress=progress).community


def preview_creation(new: NewTenant) -> Preview:
    """Everything that would be refused is refused; what would be done is told."""
    with owner_connection("preview") as connection, platform_context():
        begun = journal.unfinished(KIND, new.address)
        if begun is not None:
            require_same(new, begun.arguments, new.address)
            community = find_community(new.address)
            found = Examined(community, _host(community), ())
        else:
            found = examine(new, connection)
        template = current_template()
        from_pool = bool(template) and pool.count_ready(connection, found.community.kind, found.community.shard) > 0
    done = set(begun.done_steps) if begun else set()
    return Preview(
        slug=found.community.slug,
        schema=found.community.schema_name,
        host=found.host,
        kind=found.community.kind,
        plan=str(found.community.plan_id),
        from_pool=from_pool,
        resumes=begun is not None,
        steps=tuple(step.title for step in STEPS if step.name not in done),
        warnings=found.warnings,
    )


def create_with_report(new: NewTenant, *, by: str, progress: Progress = silent) -> Created:
    slug = new.address
    with alone(slug, by, f"створення {slug}") as connection:
        operation, warnings = _begun(new, connection, by, progress)
        return _go_on(operation, new, connection, by, progress, warnings)


def reserve_tenant(new: NewTenant, *, by: str) -> Operation:
    """The names only: for a sign-up whose rest a worker does with `finish_creation`."""
    with alone(new.address, by, f"створення {new.address}") as connection:
        return _begun(new, connection, by, silent)[0]


def finish_creation(operation_id: UUID | str, *, progress: Progress = silent, admin_password: str = "") -> Created:
    with platform_context():
        operation = journal.find_operation(operation_id)
    new = NewTenant.from_json(operation.arguments, admin_password=admin_password)
    with alone(operation.subject, operation.by, f"створення {operation.subject}") as connection:
        with platform_context():
            operation.refresh_from_db()
        return _go_on(operation, new, connection, operation.by, progress, ())


def rollback_creation(slug: str, *, by: str, dry_run: bool = False) -> str:
    """Everything an unfinished creation made goes; a tenant that has begun to work is not touched."""
    with alone(slug, by, f"створення {slug}") as connection:
        with platform_context():
            operation = journal.unfinished(KIND, slug)
            community = Community.objects.filter(slug=slug).first()
        if community is not None and community.state not in (Community.State.REQUESTED, Community.State.PROVISIONING):
            raise IllegalMove(
                f"«{slug}» уже працює ({community.get_state_display()}): скасовувати нічого.",
                f"щоб прибрати її з даними: hromada tenant archive {slug}, тоді hromada tenant delete {slug}.",
            )
        if community is None:
            with platform_context():
                find_community(slug)
            return ""
        if dry_run:
            return community.schema_name
        with connection.transaction():
            drop_schema(connection, community.schema_name)
            connection.execute("DELETE FROM fleet_schemaversion WHERE schema_name = %s", [community.schema_name])
            for table in ("communities_domain", "communities_statechange", "communities_quota"):
                column = "tenant_id" if table == "communities_domain" else "community_id"
                connection.execute(f"DELETE FROM {table} WHERE {column} = %s", [community.pk])
            connection.execute("DELETE FROM communities_community WHERE id = %s", [community.pk])
            if operation is not None:
                connection.execute(
                    "UPDATE fleet_operation SET status = 'rolled_back', finished_at = now() WHERE id = %s",
                    [operation.pk],
                )
        forget_hosts()
    return community.schema_name


def _begun(new: NewTenant, connection: Connection, by: str, progress: Progress) -> tuple[Operation, tuple[str, ...]]:
    """The operation to go on with: the one that was interrupted, or a new one with its names reserved."""
    slug = new.address
    with platform_context(), telling(_way_on(slug)):
        begun = journal.unfinished(KIND, slug)
        if begun is not None and Community.objects.filter(slug=slug, state=Community.State.PROVISIONING).exists():
            require_same(new, begun.arguments, slug)
            journal.reopen(begun)
            return begun, ()
        progress(Report("validate", "Перевірка даних", 0, STEPS_IN_ALL))
        try:
            with transaction.atomic():
                # Two look-alikes reserved at the same moment would not see each other.
                hold_lock("names of communities")
                found = examine(new, connection)
                progress(Report("reserve", "Резервування адреси", 1, STEPS_IN_ALL))
                return _reserve(new, found, by), found.warnings
        except IntegrityError as refused:
            raise Taken(
                f"Поки тривала перевірка, адресу «{slug}» або код хтось зайняв: {refused}.".strip(),
                "повторіть команду: вона назве, хто саме.",
            ) from refused


def _reserve(new: NewTenant, found: Examined, by: str) -> Operation:
    community = found.community
    if community.plan._state.adding:
        seed_plans()
    community.state = Community.State.REQUESTED
    community.save(force_insert=True)
    move_community(community, "accept", by=by, reason=new.look_alike_reason or new.edrpou_override_reason)
    Domain.objects.bulk_create(
        [Domain(tenant=community, domain=found.host, is_primary=True, own=False, verified_at=now())]
    )
    return journal.begin(KIND, community.slug, new.as_json(), by=by, done=("validate", "reserve"))


def _go_on(
    operation: Operation,
    new: NewTenant,
    connection: Connection,
    by: str,
    progress: Progress,
    warnings: tuple[str, ...],
) -> Created:
    with platform_context():
        community = find_community(operation.subject)
    creation = Creation(operation, community, new, connection, operator(by, f"створення {community.slug}"))
    for place, step in enumerate(STEPS, start=2):
        if step.name in operation.done_steps:
            continue
        progress(Report(step.name, step.title, place, STEPS_IN_ALL))
        with telling(_way_on(community.slug), operation, step.name):
            step.work(creation)
        progress(
            Report(
                step.name, step.title, place + 1, STEPS_IN_ALL, finished=True, note=creation.notes.get(step.name, "")
            )
        )
    return Created(creation.community, operation, creation.invitation_url, warnings, creation.notes)


def _way_on(slug: str) -> str:
    return (
        "зроблене збережено, недороблене скасовано. Усуньте причину й повторіть ту саму команду — "
        f"створення продовжиться; або скасуйте його: hromada tenant rollback-creation {slug}."
    )


def _host(community: Community) -> str:
    return Domain.objects.filter(tenant=community, own=False).values_list("domain", flat=True).first() or ""
