"""What happens to an application: each move is one transaction with its row of who, when and why."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.secret import hash_of, new_secret, same
from kernel.jobs.queue import enqueue
from kernel.operations import Denied
from kernel.tenancy import platform_context
from kernel.tenancy.actor import Actor, acting
from kernel.tenancy.cache import cache
from kernel.tenancy.locks import hold_lock
from shared_apps.communities.models import Community
from shared_apps.onboarding.doubts import doubts_of
from shared_apps.onboarding.finding import HERE
from shared_apps.onboarding.mail import landing, send
from shared_apps.onboarding.models import KEPT_FOR, Application, ApplicationMove, EnterpriseInvitation

State = Application.State
CREATE = "provisioning.onboard"
RESUME, INVITE, CODE = "onboarding.resume", "onboarding.enterprise", "onboarding.code"
CODE_FOR = timedelta(minutes=20)
MOST_TRIES = 5
DOOR_SECONDS = 3600
# The console and a hromada write to applicants too, and their own hosts have no such pages.
LANDING = "config.urls_landing"

MOVES: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.HELD, State.CREATING, State.REFUSED, State.LOST}),
    State.HELD: frozenset({State.APPROVED, State.REFUSED, State.LOST, State.DRAFT}),
    State.APPROVED: frozenset({State.CREATING, State.LOST, State.DRAFT}),
    State.CREATING: frozenset({State.DONE, State.APPROVED, State.DRAFT, State.LOST}),
}


def applicant(application: Application) -> str:
    return application.full_name or application.email or _("заявник")


def move(application: Application, to: str, *, by: str, why: str = "", **facts: Any) -> Application:
    """In platform scope. The row is locked, so two people deciding at once decide once."""
    with acting(Actor("system", name=by, reason=why)), transaction.atomic():
        locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if to not in MOVES.get(State(locked.state), frozenset()):
            raise Denied(_("Заявка вже у стані «%(state)s».") % {"state": locked.get_state_display()})
        was, locked.state, locked.state_why = locked.state, to, why[:500]
        for name, value in facts.items():
            setattr(locked, name, value)
        locked.save()
        ApplicationMove.objects.create(application=locked, was=was, became=to, by=by, why=why[:500])
    return locked


# -- the first questions --------------------------------------------------------------------------


def begin(**facts: Any) -> tuple[Application, str]:
    """The application and the secret of its link, which is nowhere else."""
    token = new_secret()
    with transaction.atomic():
        made = Application.objects.create(token_hash=hash_of(token, RESUME), **facts)
        ApplicationMove.objects.create(application=made, became=State.DRAFT, by=_("заявник"))
    return made, token


def resume(token: str) -> Application | None:
    found = Application.objects.filter(token_hash=hash_of(token, RESUME)).first()
    return None if found is None or found.is_over else found


def send_code(application: Application, email: str) -> bool:
    """A new code; an earlier one stops working. With it goes a new link to return by."""
    code, token = f"{secrets.randbelow(1_000_000):06d}", new_secret()
    if application.email != email.strip().lower() and application.authority != Application.Authority.INVITED:
        # What one letter-box had proved says nothing of another.
        application.authority, application.authority_facts = "", {}
    application.email = email.strip().lower()
    application.email_proved_at = None
    application.code_hash = hash_of(f"{application.pk}:{code}", CODE)
    application.code_until = timezone.now() + CODE_FOR
    application.code_tries = 0
    application.token_hash = hash_of(token, RESUME)
    application.expires_at = timezone.now() + KEPT_FOR
    application.save()
    link = landing(reverse("onboarding:resume", urlconf=LANDING, kwargs={"token": token}))
    return send("code", application.email, code=code, url=link, minutes=CODE_FOR.seconds // 60, days=KEPT_FOR.days)


def prove_email(application: Application, code: str) -> str:
    """Empty when it is right, else what to do."""
    with transaction.atomic():
        locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        if not locked.code_hash or locked.code_until is None or locked.code_until < timezone.now():
            return _("Код застарів. Надішліть новий.")
        if locked.code_tries >= MOST_TRIES:
            return _("Забагато спроб. Надішліть новий код.")
        locked.code_tries += 1
        right = same(hash_of(f"{locked.pk}:{code}", CODE), locked.code_hash)
        if right:
            locked.code_hash, locked.email_proved_at = "", timezone.now()
        locked.save(update_fields=["code_hash", "code_tries", "email_proved_at"])
    application.refresh_from_db()
    return "" if right else _("Код не той. Звірте шість цифр із листа або надішліть новий.")


def unsettle(application: Application) -> None:
    """What was approved has been changed: it is looked at again."""
    if application.state == State.APPROVED:
        moved = move(application, State.DRAFT, by=applicant(application), why=_("Змінено після схвалення"))
        application.state, application.state_why = moved.state, moved.state_why


# -- deciding -------------------------------------------------------------------------------------


def submit(application: Application) -> Application:
    """Sound and proved: its cloud is begun. Otherwise a person is asked, and the doubts are told to both."""
    if application.email_proved_at is None:
        raise Denied(_("Спершу підтвердьте пошту кодом."))
    if application.state == State.APPROVED:
        return create(application, by=applicant(application))
    if found := doubts_of(application):
        held = move(application, State.HELD, by=applicant(application), why=" ".join(found), doubts=found)
        send("held", held.email, application=held, url=_own_link(held), days=KEPT_FOR.days)
        return held
    return create(application, by=applicant(application))


def create(application: Application, *, by: str) -> Application:
    """The winner of two is whoever comes here first; the other one is told."""
    try:
        with transaction.atomic():
            hold_lock("onboarding.create")
            if other := taken_by(application):
                return lose(application, other)
            begun = move(application, State.CREATING, by=by, creating_at=timezone.now(), doubts=application.doubts)
            job, _new = enqueue(
                CREATE, subject=str(begun.pk), title=f"Підключення: {begun}"[:200], application_id=str(begun.pk)
            )
            Application.objects.filter(pk=begun.pk).update(job_id=job.pk)
            begun.job_id = job.pk
    except IntegrityError:
        return lose(application, _("Цю громаду саме підключає хтось інший."))
    return begun


def lose(application: Application, why: str) -> Application:
    return move(application, State.LOST, by=_("хмара"), why=why)


def taken_by(application: Application) -> str:
    """Who is already here in this application's place, in words for the newcomer."""
    rows = Community.objects.filter(state__in=HERE, training=False)
    same_body = rows.filter(edrpou=application.edrpou).first() if application.edrpou else None
    if application.kind == Community.Kind.HROMADA and same_body is None:
        same_body = rows.filter(kind=application.kind, katottg=application.katottg).first()
    if same_body is not None:
        return _("«%(name)s» уже в хмарі. Попросіть її адміністратора запросити вас.") % {"name": same_body.short_name}
    busy = Application.objects.filter(state=State.CREATING, kind=application.kind).exclude(pk=application.pk)
    wanted = {"edrpou": application.edrpou} if application.edrpou else {"katottg": application.katottg}
    if busy.filter(**wanted).exists() or (
        application.kind == Community.Kind.HROMADA and busy.filter(katottg=application.katottg).exists()
    ):
        return _("Цю громаду саме підключає хтось інший.")
    return ""


def approve(application: Application, *, by: str, why: str) -> Application:
    approved = move(application, State.APPROVED, by=by, why=why, expires_at=timezone.now() + KEPT_FOR)
    send("approved", approved.email, application=approved, url=_own_link(approved), days=KEPT_FOR.days)
    return approved


def refuse(application: Application, *, by: str, why: str) -> Application:
    if not why.strip():
        raise Denied(_("Назвіть причину: її прочитає заявник."))
    refused = move(application, State.REFUSED, by=by, why=why)
    send("refused", refused.email, application=refused, why=why)
    return refused


def _own_link(application: Application) -> str:
    """A fresh one: the earlier is known only as its hash."""
    token = new_secret()
    Application.objects.filter(pk=application.pk).update(token_hash=hash_of(token, RESUME))
    return landing(reverse("onboarding:resume", urlconf=LANDING, kwargs={"token": token}))


# -- what provisioning says -----------------------------------------------------------------------


def created(application_id: UUID | str, community: Community, invitation_url: str) -> Application:
    with platform_context():
        application = Application.objects.get(pk=application_id)
        if invitation_url:
            # Lives as long as somebody may be looking at the page; afterwards there is the letter.
            cache.set(_door(application.pk), invitation_url, DOOR_SECONDS)
        if application.state == State.DONE:
            return application
        return move(application, State.DONE, by=_("хмара"), community=community, done_at=timezone.now())


def not_created(application_id: UUID | str, why: str) -> Application:
    """What was asked cannot be: back to the person, with the reason; nothing half-made is left."""
    with platform_context():
        application = Application.objects.get(pk=application_id)
        return move(application, State.DRAFT, by=_("хмара"), why=why)


def door_of(application: Application) -> str:
    """The way in for the first administrator, while it is fresh."""
    return str(cache.get(_door(application.pk)) or "")


def _door(pk: UUID) -> str:
    return f"onboarding.door:{pk}"


# -- enterprises ----------------------------------------------------------------------------------


def invite_enterprise(parent: Community, *, edrpou: str, email: str, by: str) -> EnterpriseInvitation:
    """In platform scope: the hromada vouches for whoever opens the letter."""
    token = new_secret()
    with transaction.atomic():
        made = EnterpriseInvitation.objects.create(
            parent=parent, edrpou=edrpou, email=email.lower(), token_hash=hash_of(token, INVITE), invited_by=by
        )
    url = landing(reverse("onboarding:join", urlconf=LANDING, kwargs={"token": token}))
    send("enterprise", email, parent=parent, by=by, url=url, days=KEPT_FOR.days)
    return made


def invitation_of(token: str) -> EnterpriseInvitation | None:
    """While it is good."""
    rows = EnterpriseInvitation.objects.select_related("parent", "application")
    return rows.filter(token_hash=hash_of(token, INVITE), expires_at__gt=timezone.now()).first()


def join(token: str) -> tuple[Application, bool] | None:
    """The application of an invited enterprise, and whether it is new. The letter itself proves the letter-box."""
    with transaction.atomic():
        found = (
            EnterpriseInvitation.objects.select_for_update(of=("self",))
            .select_related("parent", "application")
            .filter(token_hash=hash_of(token, INVITE), expires_at__gt=timezone.now())
            .first()
        )
        if found is None:
            return None
        if found.application is not None:
            return found.application, False
        application, _token = begin(
            kind=Community.Kind.ENTERPRISE,
            edrpou=found.edrpou,
            parent=found.parent,
            katottg=found.parent.katottg,
            email=found.email,
            email_proved_at=timezone.now(),
            authority=Application.Authority.INVITED,
            authority_facts={"by": found.invited_by, "hromada": found.parent.slug},
        )
        found.application = application
        found.save(update_fields=["application"])
    return application, True
