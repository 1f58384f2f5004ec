"""The domain a community writes from: asked of DNS when it is named, and every night after."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.jobs.registry import JobRun, job
from kernel.letters.keeping import forget_domain, name_domain, note_seen, note_silence, sender
from kernel.letters.models import MailSender
from kernel.letters.records import DKIM, judge, records_of
from kernel.tenancy import current_tenant, platform_context
from kernel.tenancy.actor import Actor
from provisioning.errors import BadInput, ProvisioningError, Taken, Unreachable
from provisioning.lifecycle.hosts import normalise_host, shown_host
from provisioning.lifecycle.txt import resolve_txt
from shared_apps.communities.models import Community, MailDomain
from shared_apps.onboarding import mail_domain as pages

Resolver = Callable[[str], list[str]]

# Nobody of a community could put our key there; named only by mistake or on purpose.
PROVIDERS = frozenset(
    "gmail.com googlemail.com ukr.net i.ua meta.ua bigmir.net online.ua outlook.com hotmail.com live.com yahoo.com "
    "icloud.com proton.me protonmail.com gov.ua com.ua org.ua net.ua in.ua".split()
)
LIVING = (Community.State.REQUESTED, Community.State.PROVISIONING, Community.State.ACTIVE, Community.State.SUSPENDED)


def claim(domain: str, mailbox: str, *, by: str) -> MailSender:
    """Named, and nothing more: not a letter leaves from it until DNS holds this community's own key."""
    name = normalise_host(domain)
    if name in PROVIDERS:
        raise BadInput(
            [("domain", f"{name} — спільний домен, а не домен громади.")], "вкажіть домен, яким керує громада."
        )
    _refuse_taken(name)
    if (old := sender()) and old.domain != name:
        _let_go(old.domain)
    return name_domain(name, mailbox, by=Actor("job", name=by))


def prove(*, by: str, resolve: Resolver = resolve_txt) -> MailSender | None:
    """Ask DNS of every record. What cannot be asked leaves everything as it was for some days."""
    found = sender()
    if found is None:
        return None
    actor = Actor("job", name=by)
    try:
        problems = {one.kind: judge(one.kind, resolve(one.name), found) for one in records_of(found)}
    except Unreachable:
        if not note_silence(found, by=actor):
            _mark_lost(found.domain)
        raise
    if not problems[DKIM]:
        try:
            _refuse_taken(found.domain)
        except Taken:
            # A copy restored under another name has the key, and not the domain.
            problems[DKIM] = _("Від цього домену вже пише інша громада хмари.")
            note_seen(found, problems, by=actor)
            raise
    with transaction.atomic():
        working = note_seen(found, problems, by=actor)
        if working:
            _take(found.domain)
        elif found.verified_at:
            _mark_lost(found.domain)
    return sender()


def drop(*, by: str) -> None:
    if found := sender():
        _let_go(found.domain)
    forget_domain(by=Actor("job", name=by))


# -- whose it is, over all communities --------------------------------------------------------------------


def _refuse_taken(name: str) -> None:
    """One that another community proved and still holds."""
    here = _here()
    with platform_context():
        other = MailDomain.objects.select_related("tenant").filter(domain=name).exclude(tenant=here).first()
    if other and other.lost_at is None and other.tenant.state in LIVING:
        raise Taken(f"Від домену {shown_host(name)} уже пише інша громада хмари.", "якщо він ваш, напишіть підтримці.")


def _take(name: str) -> None:
    here = _here()
    given = {"tenant_id": here, "proved_at": timezone.now(), "lost_at": None}
    with platform_context():
        try:
            with transaction.atomic():
                held = MailDomain.objects.select_for_update().filter(domain=name).first()
                if held is None:
                    MailDomain.objects.create(domain=name, **given)
                elif held.tenant_id != here or held.lost_at:
                    MailDomain.objects.filter(pk=held.pk).update(**given)
        except IntegrityError as both:
            raise Taken(f"Домен {shown_host(name)} щойно підтвердила інша громада.", "напишіть підтримці.") from both


def _mark_lost(name: str) -> None:
    here = _here()
    with platform_context():
        mine = MailDomain.objects.filter(domain=name, tenant_id=here, lost_at__isnull=True)
        mine.update(lost_at=timezone.now())


def _let_go(name: str) -> None:
    here = _here()
    with platform_context():
        MailDomain.objects.filter(domain=name, tenant_id=here).delete()


def _here() -> UUID:
    return current_tenant().id


# -- jobs ------------------------------------------------------------------------------------------------------


@job(pages.MAIL_DOMAIN)
def mail_domain(run: JobRun, verb: str, by: str, name: str = "", mailbox: str = "") -> None:
    """A refusal is an answer, not a failure: the page shows it with what to do."""
    told = ""
    try:
        match verb:
            case pages.CLAIM:
                claim(name, mailbox, by=by)
                told = _("Додайте записи в DNS, тоді натисніть «Перевірити».")
            case pages.PROVE:
                found = prove(by=by)
                if found is None:
                    told = _("Домену ще не названо.")
                elif found.working:
                    told = _("Підтверджено: листи йдуть з адреси %(address)s.") % {"address": found.address}
                else:
                    told = _("Ще не все: подивіться, що сказано біля кожного запису.")
            case pages.DROP:
                drop(by=by)
                told = _("Домен прибрано: листи йдуть з адреси хмари.")
            case _:
                raise ValueError(verb)
    except Unreachable:
        told = _("Сервер імен не відповів. Нічого не змінено: повторіть за кілька хвилин.")
    except BadInput as refused:
        told = " ".join([*(fact for _field, fact in refused.problems), _("Перевірте назву й повторіть.")])
    except ProvisioningError as refused:
        told = f"{refused.fact} {_('Якщо домен ваш, напишіть підтримці хмари.')}"
    except ValidationError as refused:
        told = " ".join(refused.messages)
    run.finish(reverse("first_day:mail"), told)


@job("provisioning.mail_domain_nightly", daily=True)
def look_again(run: JobRun) -> None:
    """Records go: a domain is sold, a zone is written anew. Then letters leave from the platform the same night."""
    try:
        prove(by="нічна перевірка")
    except (Unreachable, Taken) as reason:
        run.finish(message=reason.fact)
