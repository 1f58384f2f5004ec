"""A community's own domains: claimed, proved by a DNS record, made the main one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.core import signing
from django.db import transaction
from django.utils.timezone import now

from kernel.tenancy import platform_context
from kernel.tenancy.directory import forget_hosts
from provisioning.errors import BadInput, IllegalMove, NotFound, ProvisioningError, Taken
from provisioning.lifecycle.hosts import normalise_host, shown_host, visible_host
from provisioning.lifecycle.records import find_community, locked_community, note_fact
from provisioning.lifecycle.txt import resolve_txt
from shared_apps.communities.models import Community, Domain

Resolver = Callable[[str], list[str]]

RECORD_PREFIX = "_hromada"
VALUE_PREFIX = "hromada-verification="


class NotProved(ProvisioningError):
    """The DNS record is not there, or not yet."""

    code = "domain_not_proved"


@dataclass(frozen=True, slots=True)
class Claim:
    """What the domain's owner puts into DNS, and whether we have seen it."""

    domain: str
    shown: str
    record: str
    value: str
    verified: bool
    primary: bool

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def claim_of(domain: Domain) -> Claim:
    return Claim(
        domain=domain.domain,
        shown=shown_host(domain.domain),
        record=f"{RECORD_PREFIX}.{domain.domain}",
        value=f"{VALUE_PREFIX}{domain.verification_token}",
        verified=domain.verified_at is not None,
        primary=domain.is_primary,
    )


def list_domains(slug: str) -> list[Claim]:
    with platform_context():
        community = find_community(slug)
        return [claim_of(domain) for domain in community.domains.order_by("-is_primary", "domain")]


def add_domain(slug: str, host: str, *, by: str, look_alike_reason: str = "", dry_run: bool = False) -> Claim:
    """Nobody is served on it until it is proved; an unproved claim of another community does not stand in the way."""
    name = normalise_host(host)
    with platform_context(), transaction.atomic():
        community = locked_community(slug)
        present = Domain.objects.select_related("tenant").filter(domain=name).first()
        if present is not None and present.tenant_id == community.pk:
            return claim_of(present)
        if present is not None and present.verified_at is not None:
            raise Taken(
                f"Домен {shown_host(name)} уже підтвердила {present.tenant.short_name} ({present.tenant.slug}).",
                f"якщо він ваш, спершу приберіть його там: hromada tenant domain remove {present.tenant.slug} {name}.",
            )
        _refuse_look_alike(community, name, look_alike_reason)
        domain = Domain(tenant=community, domain=name, own=True, is_primary=False)
        domain.verification_token = _token(community, name)
        if not dry_run:
            if present is not None:
                present.delete()
            Domain.objects.bulk_create([domain])
            note_fact(community, f"Додано домен {shown_host(name)}", by=by)
    return claim_of(domain)


def verify_domain(slug: str, host: str, *, by: str, resolve: Resolver = resolve_txt, dry_run: bool = False) -> Claim:
    """Ask DNS; the tenant is served on its domain from the moment this returns."""
    name = normalise_host(host)
    with platform_context():
        claim = claim_of(_own(find_community(slug), name))
    if claim.verified:
        return claim
    found = [value for value in resolve(claim.record) if value.startswith(VALUE_PREFIX)]
    if claim.value not in found:
        seen = f"там є інший: {', '.join(found)}" if found else "його ще не видно"
        raise NotProved(
            f"Запису TXT {claim.record} зі значенням {claim.value} немає — {seen}.",
            "додайте його в налаштуваннях домену; зміни в DNS розходяться до кількох годин — тоді повторіть.",
        )
    with platform_context(), transaction.atomic():
        community = locked_community(slug)
        domain = _own(community, name)
        if not dry_run:
            Domain.objects.filter(pk=domain.pk).update(verified_at=now())
            note_fact(community, f"Підтверджено домен {shown_host(name)}", by=by)
            transaction.on_commit(forget_hosts)
        domain.verified_at = now()
    return claim_of(domain)


def set_primary(slug: str, host: str, *, by: str, dry_run: bool = False) -> Claim:
    """The host that links in letters and documents lead to."""
    name = _any_form(host)
    with platform_context(), transaction.atomic():
        community = locked_community(slug)
        domain = _any(community, name)
        if domain.verified_at is None:
            raise IllegalMove(
                f"Домен {shown_host(name)} ще не підтверджено.", f"спершу: hromada tenant domain verify {slug} {name}."
            )
        if not dry_run and not domain.is_primary:
            Domain.objects.filter(tenant=community, is_primary=True).update(is_primary=False)
            Domain.objects.filter(pk=domain.pk).update(is_primary=True)
            note_fact(community, f"Головний домен: {shown_host(name)}", by=by)
            transaction.on_commit(forget_hosts)
        domain.is_primary = True
    return claim_of(domain)


def remove_domain(slug: str, host: str, *, by: str, dry_run: bool = False) -> str:
    name = _any_form(host)
    with platform_context(), transaction.atomic():
        community = locked_community(slug)
        domain = _any(community, name)
        if domain.is_primary:
            raise IllegalMove(
                f"{shown_host(name)} — головний домен «{slug}».",
                f"спершу зробіть головним інший: hromada tenant domain primary {slug} ДОМЕН.",
            )
        if not dry_run:
            Domain.objects.filter(pk=domain.pk).delete()
            note_fact(community, f"Прибрано домен {shown_host(name)}", by=by)
            transaction.on_commit(forget_hosts)
    return name


def _token(community: Community, name: str) -> str:
    """The same for the same claim, so a claim that was lost and made again needs no new DNS record."""
    return signing.Signer(salt="provisioning.domains").signature(f"{community.pk}:{name}")[:40]


def _refuse_look_alike(community: Community, name: str, reason: str) -> None:
    if reason.strip():
        return
    seen = visible_host(name)
    others = Domain.objects.select_related("tenant").exclude(tenant=community).exclude(domain=name)
    for other in others.filter(own=True, verified_at__isnull=False):
        if visible_host(other.domain) == seen:
            raise BadInput(
                [
                    (
                        "domain",
                        f"{shown_host(name)} виглядає так само, як {shown_host(other.domain)} ({other.tenant.slug}).",
                    )
                ],
                "якщо це справді інша установа: --allow-look-alike «чому».",
            )


def _any_form(host: str) -> str:
    """Platform hosts are among a community's hosts too, but nobody types them as an own domain."""
    with platform_context():
        if Domain.objects.filter(domain=host).exists():
            return host
    return normalise_host(host)


def _any(community: Community, name: str) -> Domain:
    domain = Domain.objects.filter(tenant=community, domain=name).first()
    if domain is None:
        raise NotFound(
            f"«{community.slug}» не має домену {shown_host(name)}.",
            f"усі: hromada tenant domain list {community.slug}.",
        )
    return domain


def _own(community: Community, name: str) -> Domain:
    domain = _any(community, name)
    if not domain.own:
        raise IllegalMove(f"{name} — адреса платформи, її не підтверджують.", "нічого робити не треба.")
    return domain
