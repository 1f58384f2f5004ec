"""Deleting a tenant, and bringing it back while its archive is kept.

The schema, the role and the addresses go; the row of the community stays with its history, and the archive
stays for a stated time.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from kernel.tenancy import platform_context
from kernel.tenancy.directory import TTL_SECONDS, forget_hosts
from provisioning.blueprint import drop_schema
from provisioning.db import Connection
from provisioning.errors import IllegalMove, NotFound, Taken
from provisioning.lifecycle import journal, keeping
from provisioning.lifecycle.flow import require_move
from provisioning.lifecycle.guard import alone, telling
from provisioning.lifecycle.options import retention_days
from provisioning.lifecycle.records import find_community, locked_community, move_community
from provisioning.lifecycle.request import platform_host
from provisioning.progress import Progress, Report, silent
from shared_apps.communities.models import Community, Domain
from shared_apps.fleet.models import Operation

KIND = "delete"
STEPS = ("stop", "export", "drop", "files")
State = Community.State


@dataclass(frozen=True, slots=True)
class Deleted:
    """Where the archive lies and until when the tenant can be brought back."""

    community: Community
    slug: str
    archive: Path | None
    recoverable_until: datetime


def delete(
    slug: str,
    *,
    reason: str,
    by: str,
    force: bool = False,
    progress: Progress = silent,
    dry_run: bool = False,
) -> Deleted:
    """Only what is archived is deleted; `force` archives it on the way. Killed anywhere, it goes on when repeated."""
    with alone(slug, by, f"видалення {slug}") as connection, platform_context():
        begun = _begun(slug)
        if begun is not None:
            operation, community = begun
            journal.reopen(operation)
        else:
            community = find_community(slug)
            _require_deletable(community, reason, force=force)
            if dry_run:
                return Deleted(community, slug, None, now() + timedelta(days=retention_days()))
            operation = journal.begin(KIND, slug, _facts(community, reason), by=by)
        way_on = f"зроблене збережено: повторіть hromada tenant delete {slug} — видалення продовжиться."
        with telling(way_on, operation):
            _go_on(operation, community, connection, by, progress)
    forget_hosts()
    kept = Path(operation.arguments["file"])
    return Deleted(community, slug, kept, datetime.fromisoformat(operation.arguments["recoverable_until"]))


def recover_deleted(
    slug: str, *, reason: str, by: str, as_slug: str = "", progress: Progress = silent, dry_run: bool = False
) -> Community:
    """The tenant as it was, archived: look at it first, then `restore_archived`. Own domains are proved anew."""
    target = as_slug or slug
    with alone(target, by, f"повернення {slug}") as connection, platform_context():
        operation, community = _deleted(slug)
        require_move("recover", slug=slug, state=community.state, reason=reason)
        path = _kept_archive(operation)
        if (
            Community.objects.filter(slug=target).exists()
            or Domain.objects.filter(domain=platform_host(target)).exists()
        ):
            raise Taken(f"Адресу «{target}» уже віддано іншим.", "назвіть нову: --as АДРЕСА.")
        if dry_run:
            return community
        domains = [platform_host(target), *_still_free(operation.arguments["own_domains"])]

        def finish(owner: Connection) -> None:
            _reopen_row(owner, community, target, by, reason)
            _reopen_domains(owner, community, domains)

        keeping.bring_back(path, community, finish, connection, progress)
        community.refresh_from_db()
    forget_hosts()
    return community


def deleted_communities() -> list[dict[str, Any]]:
    """What can still be brought back, newest first. In platform scope."""
    return [
        {
            "slug": operation.subject,
            "deleted_at": operation.finished_at,
            "by": operation.by,
            "recoverable_until": operation.arguments["recoverable_until"],
            "file": operation.arguments["file"],
        }
        for operation in Operation.objects.filter(kind=KIND, status=Operation.Status.DONE)
        if "purged_at" not in operation.arguments
        and Community.objects.filter(pk=operation.arguments["community"], state=State.DELETED).exists()
    ]


def purge_expired(moment: datetime | None = None) -> list[str]:
    """Archives whose time is over are erased; the community's row and history stay."""
    moment = moment or now()
    purged = []
    with platform_context():
        for operation in Operation.objects.filter(kind=KIND, status=Operation.Status.DONE):
            facts = operation.arguments
            if "purged_at" in facts or datetime.fromisoformat(facts["recoverable_until"]) > moment:
                continue
            if Community.objects.filter(pk=facts["community"], state=State.DELETED).exists():
                Path(facts["file"]).unlink(missing_ok=True)
                operation.arguments = {**facts, "purged_at": moment.isoformat()}
                operation.save(update_fields=["arguments"])
                purged.append(operation.subject)
    return purged


def _begun(slug: str) -> tuple[Operation, Community] | None:
    """The interrupted deletion of the community that bears this address now, or bore it until it was dropped."""
    operation = journal.unfinished(KIND, slug)
    if operation is None:
        return None
    community = Community.objects.get(pk=operation.arguments["community"])
    if "drop" in operation.done_steps:
        if not Community.objects.filter(slug=slug).exists():
            return operation, community
        # The address has a new owner meanwhile: what is left of the old one goes first, and is not confused with it.
        _files(operation, community)
        journal.finish(operation)
        return None
    if community.slug == slug and community.state != State.DELETED:
        return operation, community
    journal.abandon(operation)
    return None


def _facts(community: Community, reason: str) -> dict[str, Any]:
    return {
        "community": str(community.pk),
        "reason": reason.strip(),
        "own_domains": list(Domain.objects.filter(tenant=community, own=True).values_list("domain", flat=True)),
        "recoverable_until": (now() + timedelta(days=retention_days())).isoformat(),
    }


def _require_deletable(community: Community, reason: str, *, force: bool) -> None:
    served = community.state in (State.ACTIVE, State.SUSPENDED)
    require_move(
        "delete", slug=community.slug, state=State.ARCHIVED if force and served else community.state, reason=reason
    )
    alive = community.enterprises.exclude(state=State.DELETED).values_list("slug", flat=True)
    if alive:
        raise IllegalMove(
            f"«{community.slug}» має підприємства: {', '.join(alive)}.",
            "спершу видаліть їх або передайте іншій громаді.",
        )


def _go_on(operation: Operation, community: Community, connection: Connection, by: str, progress: Progress) -> None:
    works = {
        "stop": lambda: _stop(operation, community, by),
        "export": lambda: _export(operation, community, by, progress),
        "drop": lambda: _drop(operation, community, connection, by),
        "files": lambda: _files(operation, community),
    }
    titles = {
        "stop": "Зупинення",
        "export": "Архівна копія",
        "drop": "Видалення схеми й ролі",
        "files": "Видалення файлів",
    }
    for place, step in enumerate(STEPS):
        if step not in operation.done_steps:
            progress(Report(step, titles[step], place, len(STEPS)))
            works[step]()
            progress(Report(step, titles[step], place + 1, len(STEPS), finished=True))
    journal.finish(operation)


def _stop(operation: Operation, community: Community, by: str) -> None:
    served = False
    with transaction.atomic():
        row = locked_community(community.slug)
        if row.state != State.ARCHIVED:
            served = True
            move_community(row, "archive", by=by, reason=operation.arguments["reason"])
            row.read_only = True
            row.save(update_fields=["read_only"])
        journal.mark(operation, "stop", len(STEPS))
    community.refresh_from_db()
    if served:
        # Every process stops serving within this time; a write after the copy would be lost.
        time.sleep(1.2 * TTL_SECONDS)


def _export(operation: Operation, community: Community, by: str, progress: Progress) -> None:
    path = keeping.keep(community, by=by, progress=progress)
    operation.arguments = {**operation.arguments, "file": str(path)}
    operation.save(update_fields=["arguments"])
    journal.mark(operation, "export", len(STEPS))


def _drop(operation: Operation, community: Community, connection: Connection, by: str) -> None:
    """The schema, its role, the addresses and the state in one transaction: deleted, or not at all."""
    reason = operation.arguments["reason"]
    with connection.transaction():
        row = connection.execute(
            "SELECT state FROM communities_community WHERE id = %s FOR UPDATE", [community.pk]
        ).fetchone()
        require_move("delete", slug=community.slug, state=row[0] if row else State.DELETED, reason=reason)
        drop_schema(connection, community.schema_name)
        connection.execute("DELETE FROM fleet_schemaversion WHERE schema_name = %s", [community.schema_name])
        connection.execute("DELETE FROM communities_domain WHERE tenant_id = %s", [community.pk])
        connection.execute(
            "UPDATE communities_community SET slug = %s, state = %s, state_reason = %s, state_at = now() WHERE id = %s",
            [_farewell_slug(community.slug), State.DELETED, reason, community.pk],
        )
        _note_change(connection, community, State.ARCHIVED, State.DELETED, by, reason)
        journal.mark_as_owner(connection, operation, "drop", len(STEPS))
    community.refresh_from_db()


def _files(operation: Operation, community: Community) -> None:
    keeping.forget_files(community)
    journal.mark(operation, "files", len(STEPS))


def _farewell_slug(slug: str) -> str:
    """The name is free again; the row keeps one that nobody would ask for."""
    return f"{slug[:30].rstrip('-')}-x{secrets.token_hex(4)}"


def _deleted(slug: str) -> tuple[Operation, Community]:
    for operation in Operation.objects.filter(kind=KIND, subject=slug, status=Operation.Status.DONE):
        community = Community.objects.filter(pk=operation.arguments["community"], state=State.DELETED).first()
        if community is not None:
            return operation, community
    raise NotFound(f"Видаленої громади «{slug}» немає.", "усі, яких можна повернути: hromada tenant list --deleted.")


def _kept_archive(operation: Operation) -> Path:
    path = Path(operation.arguments["file"])
    if "purged_at" in operation.arguments:
        raise NotFound(
            f"Архів «{operation.subject}» стерто {operation.arguments['purged_at'][:10]}: строк зберігання минув.",
            "якщо є інша копія: hromada tenant restore ФАЙЛ --as АДРЕСА.",
        )
    if not path.is_file():
        raise NotFound(
            f"Архіву {path} немає на місці.", "поверніть файл із резервної копії сервера й повторіть ту саму команду."
        )
    return path


def _still_free(domains: list[str]) -> list[str]:
    taken = set(Domain.objects.filter(domain__in=domains).values_list("domain", flat=True))
    return [domain for domain in domains if domain not in taken]


def _reopen_row(connection: Connection, community: Community, slug: str, by: str, reason: str) -> None:
    connection.execute(
        "UPDATE communities_community SET slug = %s, state = %s, state_reason = %s, state_at = now(), "
        "read_only = true WHERE id = %s",
        [slug, State.ARCHIVED, reason, community.pk],
    )
    _note_change(connection, community, State.DELETED, State.ARCHIVED, by, reason)


def _reopen_domains(connection: Connection, community: Community, domains: list[str]) -> None:
    rows = Domain(tenant=community, domain="")
    for place, domain in enumerate(domains):
        connection.execute(
            "INSERT INTO communities_domain (domain, tenant_id, is_primary, own, verification_token, verified_at) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            [domain, community.pk, place == 0, place > 0, rows.verification_token, now() if place == 0 else None],
        )


def _note_change(connection: Connection, community: Community, was: str, became: str, by: str, reason: str) -> None:
    connection.execute(
        "INSERT INTO communities_statechange (community_id, was, became, at, by, reason) "
        "VALUES (%s, %s, %s, now(), %s, %s)",
        [community.pk, was, became, by[:200], reason[:500]],
    )
