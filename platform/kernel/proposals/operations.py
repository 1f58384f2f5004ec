"""What is done with a proposal: sent, confirmed, asked about, approved, refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.rights import require
from kernel.files.attaching import attach, attach_upload
from kernel.files.models import Attachment
from kernel.jobs.queue import enqueue
from kernel.notices.notify import notify
from kernel.operations import Denied, Who, operation
from kernel.proposals.models import Proposal, ProposalNote
from kernel.registers.register import Register
from kernel.registers.registry import register_named
from kernel.registers.saving import save_card
from kernel.tenancy.actor import Actor

State = Proposal.State
LETTER = "proposals.letter"
DECIDED = "proposals.decided"
CAME = "proposals.came"
UNCONFIRMED_FOR = timedelta(days=3)
RESIDENT = Actor("system", name="мешканець")


@operation("proposals", None)
def propose(
    register: Register,
    card: Any | None,
    *,
    by: Who,
    proposed: dict[str, str],
    before: dict[str, str],
    words: str = "",
    photos: Sequence[Any] = (),
    name: str = "",
    email: str = "",
) -> Proposal:
    """By a person who may see the register, or by a resident, whose address is then confirmed by a letter."""
    person = by if isinstance(by, User) else None
    if person is not None:
        require(person, register.module, Level.VIEW, card)
    made = Proposal(
        register=register.label,
        row_id=card.pk if card is not None else None,
        version=getattr(card, "version", None),
        shown=(register.label_of(card) if card is not None else _("нова картка: %(what)s") % {"what": register.singular})[:600],
        proposed=proposed,
        before=before,
        words=words.strip(),
        state=State.WAITING if person else State.UNCONFIRMED,
        author=person,
        name=name.strip(),
        email=email.strip(),
    )  # fmt: skip
    made.full_clean(exclude=["proposed", "before"])
    made.save()
    for photo in photos:
        attach_upload(made, photo, by=by)
    if person is None:
        _write(made, "confirm")
    else:
        _call_registrars(made)
    return made


@operation("proposals", None)
def confirm(proposal: Proposal, *, by: Who) -> Proposal:
    """The letter came to whoever owns the address: now the registrar sees the proposal. Twice is once."""
    found = _locked(proposal)
    if found.state == State.UNCONFIRMED:
        found.state = State.WAITING
        found.save(update_fields=["state"])
        _call_registrars(found)
    return found


@operation("proposals", None)
def approve(proposal: Proposal, card: Any, *, by: User, version: int | None, amended: bool) -> Any:
    """`card` carries the values of the form; it is saved with all the checks of its register."""
    found = _open(proposal, by)
    register = register_named(found.register)
    if found.row_id is not None and card.pk != found.row_id:
        raise Denied(_("Це пропозиція про іншу картку. Відкрийте її з черги."))
    told = _("пропозиція від %(day)s: %(who)s") % {"day": f"{found.created_at:%d.%m.%Y}", "who": found.whose}
    saved = save_card(register, card, by=by, version=version, reason=told)
    for one in Attachment.objects.filter(table=found._meta.db_table, row_id=str(found.pk)).select_related("file"):
        attach(saved, one.file, by=by, title=_("З пропозиції"))
    found.row_id, found.amended = saved.pk, amended
    _decide(found, State.APPROVED, "", by)
    return saved


@operation("proposals", None)
def refuse(proposal: Proposal, *, by: User, reason: str) -> Proposal:
    found = _open(proposal, by)
    if not reason.strip():
        raise ValidationError({"text": _("Напишіть, чому відхиляєте: той, хто пропонував, це прочитає.")})
    return _decide(found, State.REFUSED, reason.strip(), by)


@operation("proposals", None)
def ask(proposal: Proposal, *, by: User, question: str) -> Proposal:
    found = _open(proposal, by)
    ProposalNote.objects.create(proposal=found, text=question.strip(), by=by, asks=True)
    found.state = State.ASKED
    found.save(update_fields=["state"])
    _tell(found, "asked", _("Уточніть пропозицію: %(what)s"))
    return found


@operation("proposals", None)
def answer(proposal: Proposal, *, by: Who, text: str) -> Proposal:
    """By the proposer: the registrar has it in the queue again."""
    found = _locked(proposal)
    if isinstance(by, User) and found.author_id != by.pk:
        raise Denied(_("Відповідає той, хто пропонував."))
    if not found.is_open:
        raise Denied(_("Пропозицію вже розглянуто. Якщо є що додати, надішліть нову."))
    ProposalNote.objects.create(proposal=found, text=text.strip(), by=by if isinstance(by, User) else None)
    found.state = State.WAITING
    found.save(update_fields=["state"])
    _call_registrars(found)
    return found


@operation("proposals", None)
def withdraw(proposal: Proposal, *, by: Who) -> Proposal:
    found = _locked(proposal)
    if isinstance(by, User) and found.author_id != by.pk:
        raise Denied(_("Відкликає той, хто пропонував."))
    if not found.is_open:
        raise Denied(_("Пропозицію вже розглянуто, відкликати нічого."))
    found.state, found.decided_at = State.WITHDRAWN, timezone.now()
    found.save(update_fields=["state", "decided_at"])
    return found


def forget_unconfirmed() -> int:
    """Letters nobody answered: the proposal goes with its photos, as if it never came."""
    from kernel.files.attaching import detach

    old = Proposal.objects.filter(state=State.UNCONFIRMED, created_at__lt=timezone.now() - UNCONFIRMED_FOR)
    keys = list(old.values_list("pk", flat=True)[:1000])
    for one in Attachment.objects.filter(table=Proposal._meta.db_table, row_id__in=[str(key) for key in keys]):
        detach(one, by=RESIDENT, reason=_("пропозицію не підтверджено"))
    Proposal.objects.filter(pk__in=keys, state=State.UNCONFIRMED).delete()
    return len(keys)


# -- parts ------------------------------------------------------------------------------------------


def _locked(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_for_update(of=("self",)).select_related("author").get(pk=proposal.pk)


def _open(proposal: Proposal, by: User) -> Proposal:
    found = _locked(proposal)
    require(by, register_named(found.register).module, Level.EDIT)
    if not found.is_open:
        raise Denied(_("Цю пропозицію вже розглянуто. Поверніться до черги."))
    return found


def _decide(found: Proposal, state: str, reason: str, by: User) -> Proposal:
    found.state, found.decision = state, reason[:1000]
    found.decided_by, found.decided_at = by, timezone.now()
    found.save()
    _tell(found, "decided", _("Вашу пропозицію розглянуто: %(what)s"))
    return found


def _tell(found: Proposal, occasion: str, title: str) -> None:
    if found.author is not None:
        notify(
            [found.author], kind=DECIDED, title=title % {"what": found.shown}, body=found.decision,
            url=f"/proposals/{found.pk}/", key=f"proposal:{found.pk}:{occasion}:{found.notes.count()}",
        )  # fmt: skip
    else:
        _write(found, occasion)


def _call_registrars(found: Proposal) -> None:
    """Who keeps the card is found by the queue: rights of everybody in the community are asked."""
    enqueue(CAME, subject=str(found.pk), period=str(found.notes.count()), proposal=str(found.pk))


def _write(found: Proposal, occasion: str) -> None:
    enqueue(LETTER, subject=str(found.pk), period=f"{occasion}:{found.notes.count()}", proposal=str(found.pk),
            occasion=occasion)  # fmt: skip
