"""Suspended, resumed, archived, brought back, renamed: each one transaction with its row of who, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import now

from kernel.tenancy import platform_context
from kernel.tenancy.directory import forget_hosts
from kernel.tenancy.locks import hold_lock
from provisioning.errors import BadInput, IllegalMove, Taken
from provisioning.lifecycle import journal, keeping
from provisioning.lifecycle.flow import require_move
from provisioning.lifecycle.options import kept_host_days
from provisioning.lifecycle.records import find_community, locked_community, move_community, note_fact
from provisioning.lifecycle.request import check_names, platform_host
from provisioning.progress import Progress, silent
from shared_apps.communities.models import Community, Domain

RENAME = "rename"
NAMED = (Community.State.ACTIVE, Community.State.SUSPENDED, Community.State.ARCHIVED)


def suspend(slug: str, *, reason: str, by: str, dry_run: bool = False) -> Community:
    """Nobody is served, nothing is lost; resuming is instant."""
    return _move(slug, "suspend", reason=reason, by=by, dry_run=dry_run)


def resume(slug: str, *, by: str, reason: str = "", dry_run: bool = False) -> Community:
    return _move(slug, "resume", reason=reason, by=by, dry_run=dry_run)


def archive(slug: str, *, reason: str, by: str, progress: Progress = silent, dry_run: bool = False) -> Community:
    """Not served any more; the data stay in their schema, and a sealed copy is laid beside the others."""
    with platform_context():
        community = find_community(slug)
        require_move("archive", slug=slug, state=community.state, reason=reason)
        if dry_run:
            return community
        path = keeping.keep(community, by=by, progress=progress)
        with transaction.atomic():
            community = locked_community(slug)
            move_community(community, "archive", by=by, reason=reason)
            community.read_only = True
            community.save(update_fields=["read_only"])
            operation = journal.begin("archive", slug, {"community": str(community.pk), "file": str(path)}, by=by)
            journal.finish(operation)
    return community


def archive_moved(slug: str, *, by: str, reason: str) -> Community:
    """Another installation serves it now; what stays here is the copy of that moment, not served and not written."""
    with platform_context(), transaction.atomic():
        community = locked_community(slug)
        move_community(community, "archive", by=by, reason=reason)
        community.read_only = True
        community.save(update_fields=["read_only"])
    return community


def restore_archived(slug: str, *, by: str, reason: str = "", dry_run: bool = False) -> Community:
    """The archived tenant works again, with the data it had."""
    with platform_context(), transaction.atomic():
        community = locked_community(slug)
        require_move("restore_archived", slug=slug, state=community.state)
        if not dry_run:
            move_community(community, "restore_archived", by=by, reason=reason)
            community.read_only = False
            community.save(update_fields=["read_only"])
    return community


def set_read_only(slug: str, read_only: bool, *, by: str, reason: str = "", dry_run: bool = False) -> Community:
    """Reading goes on, writing is refused with the reason: for a move to another node, or a dispute."""
    if read_only and not reason.strip():
        raise BadInput(
            [("reason", "Режим «лише читання» потребує причини: її побачать люди.")], "додайте --reason «…»."
        )
    with platform_context(), transaction.atomic():
        community = locked_community(slug)
        if not dry_run and community.read_only != read_only:
            community.read_only = read_only
            if community.state == Community.State.ACTIVE:
                community.state_reason = reason.strip() if read_only else ""
            community.save(update_fields=["read_only", "state_reason"])
            note_fact(community, f"Лише читання: {'так' if read_only else 'ні'}. {reason}".strip(), by=by)
            transaction.on_commit(forget_hosts)
    return community


@dataclass(frozen=True, slots=True)
class Renamed:
    community: Community
    host: str
    kept_host: str
    kept_until: datetime | None


def rename(
    slug: str,
    *,
    by: str,
    new_slug: str = "",
    name: str = "",
    short_name: str = "",
    genitive_name: str = "",
    look_alike_reason: str = "",
    dry_run: bool = False,
) -> Renamed:
    """Names change, the schema and everything signed do not. The old address leads here for a stated time."""
    with platform_context(), transaction.atomic():
        hold_lock("names of communities")
        community = locked_community(slug)
        if community.state not in NAMED:
            raise IllegalMove(
                f"«{slug}» у стані «{community.get_state_display()}»: перейменувати її не можна.",
                f"подивіться, що з нею: hromada tenant show {slug}.",
            )
        was = community.short_name
        old_host = platform_host(slug)
        for field, value in (
            ("slug", new_slug),
            ("name", name),
            ("short_name", short_name),
            ("genitive_name", genitive_name),
        ):
            if value:
                setattr(community, field, value)
        check_names(community, look_alike_reason)
        moved = community.slug != slug
        host = platform_host(community.slug)
        kept_until = now() + timedelta(days=kept_host_days())
        if not dry_run:
            community.save(update_fields=["slug", "name", "short_name", "genitive_name"])
            if moved:
                _move_host(community, old_host, host)
                facts = {"community": str(community.pk), "became": community.slug, "host": old_host}
                operation = journal.begin(RENAME, slug, {**facts, "kept_until": kept_until.isoformat()}, by=by)
                journal.finish(operation)
            note_fact(community, f"Перейменовано: {was} ({slug}) → {community.short_name} ({community.slug})", by=by)
            transaction.on_commit(forget_hosts)
    return Renamed(community, host, old_host if moved else "", kept_until if moved else None)


def release_kept_hosts(moment: datetime | None = None) -> list[str]:
    """Old addresses whose time is over: from now on they may be given to others."""
    moment = moment or now()
    released = []
    with platform_context():
        for facts in journal.arguments_of(RENAME):
            due = datetime.fromisoformat(facts["kept_until"]) <= moment
            old = Domain.objects.filter(domain=facts["host"], tenant_id=facts["community"], own=False, is_primary=False)
            if due and old.delete()[0]:
                released.append(facts["host"])
    if released:
        forget_hosts()
    return released


def _move_host(community: Community, old_host: str, host: str) -> None:
    old = Domain.objects.filter(tenant=community, domain=old_host).first()
    back = Domain.objects.filter(tenant=community, domain=host).first()
    primary = old is None or old.is_primary
    Domain.objects.filter(tenant=community, domain=old_host).update(is_primary=False)
    if back is not None:
        Domain.objects.filter(pk=back.pk).update(is_primary=primary)
    elif Domain.objects.filter(domain=host).exists():
        raise Taken(f"Адреса {host} уже веде до іншої громади.", "виберіть іншу.")
    else:
        Domain.objects.bulk_create(
            [Domain(tenant=community, domain=host, own=False, is_primary=primary, verified_at=now())]
        )


def _move(slug: str, move: str, *, reason: str, by: str, dry_run: bool) -> Community:
    with platform_context(), transaction.atomic():
        community = locked_community(slug)
        require_move(move, slug=slug, state=community.state, reason=reason)
        if not dry_run:
            move_community(community, move, by=by, reason=reason)
    return community
