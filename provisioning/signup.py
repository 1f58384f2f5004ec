"""A sign-up of the landing page made into a tenant, by the same engine as the operator's command."""

from __future__ import annotations

from django.urls import reverse

from kernel.jobs.registry import JobRun, job
from kernel.modules.entitlement import disable_module
from kernel.modules.registry import in_dependency_order, modules
from kernel.operations import Denied
from kernel.tenancy import current_tenant, platform_context, tenant_context
from kernel.tenancy.actor import Actor
from provisioning.archive.clone import clone_tenant
from provisioning.errors import BadInput, ProvisioningError, Taken
from provisioning.lifecycle.creation import create_with_report
from provisioning.lifecycle.domains import NotProved, add_domain, remove_domain, verify_domain
from provisioning.lifecycle.hosts import shown_host
from provisioning.lifecycle.request import NewTenant
from provisioning.progress import Report
from shared_apps.communities.models import Community
from shared_apps.onboarding import domains, operations
from shared_apps.onboarding.models import Application
from shared_apps.onboarding.sandbox import SANDBOX, slug_of_copy
from shared_apps.subscriptions import flow

BY = "підключення на сайті"


@job(operations.CREATE, most_attempts=10)
def onboard(run: JobRun, application_id: str) -> None:
    """Killed anywhere, it is run again and goes on: the engine knows its steps, the rest is done once at most."""
    with platform_context():
        application = Application.objects.select_related("parent", "subscription").get(pk=application_id)
    if application.state != Application.State.CREATING:
        return

    def tell(report: Report) -> None:
        run.progress(report.done, report.total, report.title)

    new = request_of(application)
    try:
        made = create_with_report(new, by=BY, progress=tell)
    except (BadInput, Taken) as refused:
        if not _begun(new.slug):
            operations.not_created(application_id, refused.fact)
            run.finish(message=refused.fact)
            return
        raise
    leave_out(made.community, application.left_out or [])
    if application.subscription is not None:
        with platform_context():
            flow.attach(application.subscription, made.community)
    operations.created(application_id, made.community, made.invitation_url)


def request_of(application: Application) -> NewTenant:
    with platform_context():
        approval = application.moves.filter(became=Application.State.APPROVED).first()
    return NewTenant(
        name=application.name,
        short_name=application.short_name,
        kind=application.kind,
        slug=application.slug,
        parent=application.parent.slug if application.parent else "",
        katottg=application.katottg,
        edrpou=application.edrpou,
        population=application.population,
        plan=str(application.plan_id),
        contact_person=application.full_name,
        contact_phone=application.phone,
        admin_email=application.email,
        admin_last_name=application.last_name,
        admin_first_name=application.first_name,
        admin_patronymic=application.patronymic,
        look_alike_reason=f"схвалено ({approval.by}): {approval.why}" if approval else "",
    )


def leave_out(community: Community, labels: list[str]) -> None:
    """What was not chosen is off; whatever stands on it goes first."""
    wanted = set(labels)
    with tenant_context(community):
        for module in reversed(in_dependency_order(modules())):
            if module.label in wanted:
                try:
                    disable_module(module.label, by=Actor("system", name=BY), reason="не вибрано під час підключення")
                except Denied:
                    # Something chosen stands on it: it stays.
                    continue


def _begun(slug: str) -> bool:
    """Whether names are reserved: then the refusal came in the middle, and somebody looks at it."""
    with platform_context():
        return Community.objects.filter(slug=slug, state__in=("requested", "provisioning")).exists()


@job(SANDBOX)
def copy_to_learn_on(run: JobRun, by: str) -> None:
    """The community whose job it is; killed, its half-made copy is swept, and the job is run again."""
    slug = current_tenant().slug

    def tell(report: Report) -> None:
        run.progress(report.done, report.total, report.title)

    clone_tenant(slug, target=slug_of_copy(slug), by=by, progress=tell)
    run.finish("/first-day/")


@job(domains.OWN_DOMAIN)
def own_domain(run: JobRun, name: str, verb: str, by: str) -> None:
    """A refusal is an answer, not a failure: the page shows it with what to do."""
    slug = current_tenant().slug
    try:
        match verb:
            case domains.CLAIM:
                add_domain(slug, name, by=by)
                told = "Додайте запис у DNS, тоді натисніть «Перевірити»."
            case domains.PROVE:
                told = f"{shown_host(verify_domain(slug, name, by=by).domain)} підтверджено: сайт відкривається й за цією адресою."
            case domains.DROP:
                told = f"{shown_host(remove_domain(slug, name, by=by))} прибрано."
            case _:
                raise ValueError(verb)
    except ProvisioningError as refused:
        told = told_of(refused)
    run.finish(reverse("first_day:domain"), told)


def told_of(refused: ProvisioningError) -> str:
    """For a person on a page: no commands of the shell."""
    if isinstance(refused, BadInput):
        facts = " ".join(fact for _field, fact in refused.problems)
        return f"{facts} Перевірте назву або напишіть підтримці хмари."
    if isinstance(refused, NotProved):
        return f"{refused.fact} Зміни в DNS розходяться до кількох годин: перевірте запис і повторіть."
    return f"{refused.fact} Якщо домен ваш, напишіть підтримці хмари."
