"""The way of a violation. Each step is one transaction, with its duty given or closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.access.models import User
from kernel.cards.numbering import take_number
from kernel.files.models import StoredFile
from kernel.operations import Denied, Who, operation
from kernel.registers.registry import register_named
from kernel.tasks.public import close_duties, put_duty, withdraw_duties
from tenant_apps.operations.control.finding import locate, name_responsible, note_repeat
from tenant_apps.operations.control.models import CheckItem, Finding, Violation
from tenant_apps.people.staff.public import employee_of

State = Violation.State


@operation("control", Level.EDIT, on="violation")
def save_violation(violation: Violation, *, by: Who, reason: str = "") -> Violation:
    """What the inspector did not say, the place does: address, responsible party, whether it is a repeat."""
    adding = violation._state.adding
    if violation.found_on and violation.found_on > local_today():
        raise Denied(_("Виявлено в майбутньому: перевірте дату. Вона не може бути пізніша за сьогодні."))
    if violation.place is not None and violation.kind_id:
        if isinstance(by, User) and adding and violation.inspector_id is None:
            mine = employee_of(by)
            violation.inspector_id = mine.id if mine else None
        locate(violation)
        if violation.party_id is None:
            name_responsible(violation)
        if adding:
            note_repeat(violation)
    violation.full_clean()
    saved = _saved(violation)
    if adding and saved.state == State.RECORDED:
        _put(saved, "notice", _("Видати припис: %(what)s"), by=by, due_on=saved.found_on + timedelta(days=1))
    return saved


@operation("control", Level.EDIT, on="violation")
def record_findings(violation: Violation, items: Iterable[CheckItem], *, by: Who, reason: str = "") -> None:
    """Points of the checklist: those named are broken, the rest were looked at and are in order."""
    broken = {item.pk for item in items}
    known = list(CheckItem.objects.filter(kind=violation.kind_id, archived_at__isnull=True))
    if broken - {item.pk for item in known}:
        raise Denied(_("Пункт не з цього чек-листа. Оновіть сторінку й позначте ще раз."))
    for item in known:
        Finding.objects.update_or_create(violation=violation, item=item, defaults={"broken": item.pk in broken})


@operation("control", Level.EDIT, on="violation")
def issue_notice(violation: Violation, *, by: Who, due_on: date | None = None, reason: str = "") -> Violation:
    """The demand: to whom, by which law, by what day."""
    found = _locked(violation, State.RECORDED)
    if found.party_id is None:
        raise Denied(_("Нікому вручити припис: вкажіть відповідального в картці або знайдіть його за мапою."))
    today = local_today()
    found.noticed_on = today
    found.due_on = due_on or today + timedelta(days=found.kind.deadline_days)
    if found.due_on < today:
        raise Denied(_("Строк усунення вже минув. Вкажіть день, не раніший за сьогодні."))
    number = take_number(f"control.notices.{today.year}")
    found.notice_number, found.state = f"ПР-{today.year}-{number:04}", State.NOTICED
    close_duties(found, by=by, kind="control.notice", outcome=_("Видано припис %(number)s") % _named(found))
    return _demanded(found, by)


@operation("control", Level.EDIT, on="violation")
def extend_term(violation: Violation, *, by: Who, due_on: date, reason: str) -> Violation:
    found = _locked(violation, *Violation.DEMANDED)
    if found.due_on and due_on <= found.due_on:
        raise Denied(_("Новий строк має бути пізніший за %(day)s.") % {"day": f"{found.due_on:%d.%m.%Y}"})
    found.due_on = due_on
    withdraw_duties(found, by=by, kind="control.check", reason=_("Строк продовжено"))
    return _demanded(found, by)


@operation("control", Level.EDIT, on="violation")
def draw_protocol(violation: Violation, *, by: Who, number: str, on: date, reason: str = "") -> Violation:
    """Not put right in time: an administrative protocol; the demand stays in force."""
    found = _locked(violation, State.NOTICED)
    if found.noticed_on and on < found.noticed_on:
        raise Denied(_("Протокол не може бути раніший за припис. Перевірте дату."))
    if on > local_today():
        raise Denied(_("Протокол із майбутнього: вкажіть день, коли його складено."))
    found.state, found.protocol_number, found.protocol_on = State.PROTOCOL, number.strip(), on
    return _checked(found)


@operation("control", Level.EDIT, on="violation")
def confirm_elimination(
    violation: Violation, *, by: Who, on: date, photo: StoredFile | None, outcome: str = "", reason: str = ""
) -> Violation:
    """Seen with one's own eyes: without a photo nothing is put right."""
    found = _locked(violation, *Violation.OPEN)
    if photo is None:
        raise Denied(_("Додайте знімок усунення: без нього порушення лишається відкритим."))
    if on < found.found_on:
        raise Denied(_("Усунути раніше, ніж виявлено, не можна. Перевірте дату."))
    if on > local_today():
        raise Denied(_("Дата усунення ще не настала. Вкажіть сьогодні або раніше."))
    found.state, found.eliminated_on, found.photo_after = State.ELIMINATED, on, photo
    found.outcome = outcome.strip()
    close_duties(found, by=by, outcome=_("Усунуто %(day)s") % {"day": f"{on:%d.%m.%Y}"})
    return _checked(found)


@operation("control", Level.EDIT, on="violation")
def reopen(violation: Violation, *, by: Who, due_on: date, reason: str) -> Violation:
    """Put right only for the photo: under control again."""
    found = _locked(violation, State.ELIMINATED)
    if due_on < local_today():
        raise Denied(_("Строк усунення вже минув. Вкажіть день, не раніший за сьогодні."))
    if not found.notice_number:
        raise Denied(_("Припису не було: зафіксуйте нове порушення, воно стане повторним."))
    found.state, found.eliminated_on, found.due_on = State.NOTICED, None, due_on
    return _demanded(found, by)


@operation("control", Level.EDIT, on="violation")
def cancel(violation: Violation, *, by: Who, reason: str) -> Violation:
    """There was no violation, or it was not theirs."""
    found = _locked(violation, State.RECORDED, State.NOTICED)
    if not reason.strip():
        raise Denied(_("Напишіть, чому порушення не підтвердилося: це побачать у звітах."))
    found.state, found.outcome = State.CANCELLED, reason.strip()
    withdraw_duties(found, by=by, reason=_("Не підтвердилося"))
    return _checked(found)


@operation("control", Level.EDIT, on="violation")
def find_responsible(violation: Violation, *, by: Who, reason: str = "") -> Violation:
    """Asked of the map anew: what it knows may have changed since."""
    found = _locked(violation, State.RECORDED)
    if not name_responsible(found):
        raise Denied(_("Мапа не знає, хто відповідає за це місце. Вкажіть відповідального в картці вручну."))
    return _checked(found)


# -- what the steps share -----------------------------------------------------------------------------


def _locked(violation: Violation, *states: str) -> Violation:
    """The row as it is now, still in a state this step begins from."""
    rows = Violation.objects.select_for_update(of=("self",)).select_related("kind")
    found = rows.get(pk=violation.pk)
    if found.archived_at is not None:
        raise Denied(_("Картка в архіві. Поверніть її до реєстру й повторіть."))
    if found.state not in states:
        raise Denied(_("Порушення вже «%(state)s». Оновіть сторінку.") % {"state": found.get_state_display()})
    return found


def _saved(violation: Violation) -> Violation:
    if not violation._state.adding:
        violation.version = F("version") + 1
        violation.updated_at = timezone.now()
    violation.save()
    violation.refresh_from_db()
    return violation


def _checked(violation: Violation) -> Violation:
    violation.full_clean()
    return _saved(violation)


def _demanded(violation: Violation, by: Who) -> Violation:
    saved = _checked(violation)
    _put(saved, "check", _("Перевірити усунення: %(what)s"), by=by, due_on=saved.due_on)
    return saved


def _put(violation: Violation, step: str, title: str, *, by: Who, due_on: date | None) -> None:
    account = violation.inspector.account if violation.inspector else None
    person = account if account is not None and account.is_active else by if isinstance(by, User) else None
    if person is None:
        return
    put_duty(
        title % {"what": violation},
        by=by,
        person=person,
        due_on=due_on,
        subject=violation,
        url=register_named("control.violations").url("card", violation.pk),
        kind=f"control.{step}",
        key=f"control:{violation.pk}:{step}",
    )


def _named(violation: Violation) -> dict[str, Any]:
    return {"number": violation.notice_number}
