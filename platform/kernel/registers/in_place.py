"""A card made while the form of another waits for it.

With scripts the new form opens over the waiting one. Without them the waiting form is kept in the session, the new card
is made on its own page, and both come back together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpRequest, QueryDict

from kernel.access.levels import Level
from kernel.registers.forms import CardForm
from kernel.registers.inputs import ReferenceField
from kernel.registers.register import Register

HEADER = "X-In-Place"
# The button that says for which field a card is wanted, and the key of the form that waits.
BUTTON, WAITS_FOR, BACK = "create_in", "for", "draft"
SESSION = "waiting forms"
MOST_FORMS, LONGEST_FORM = 3, 100_000


@dataclass(frozen=True, slots=True)
class WaitingForm:
    key: str
    path: str
    field: str
    register: str
    typed: str
    chosen: int | None

    @property
    def url(self) -> str:
        return f"{self.path}?{urlencode({BACK: self.key})}"


def offer(form: CardForm) -> None:
    """Fields whose card this person may add say so; a form that is itself over another does not."""
    for field in form.fields.values():
        if isinstance(field, ReferenceField):
            other = field.register
            field.widget.creates = other.creates_in_place and other.may(form.user, Level.EDIT)  # type: ignore[attr-defined]


def is_over(request: HttpRequest, register: Register) -> bool:
    return register.creates_in_place and request.headers.get(HEADER) == "1"


def put_aside(request: HttpRequest, form: CardForm) -> str:
    """Where the wanted card is made, with what was typed of it; nothing when the field offers no such thing."""
    name = request.POST.get(BUTTON, "")
    field = form.fields.get(name)
    if not isinstance(field, ReferenceField) or not field.widget.creates:  # type: ignore[attr-defined]
        return ""
    sent: Any = request.POST.copy()
    for passing in ("csrfmiddlewaretoken", BUTTON):
        sent.pop(passing, None)
    typed = sent.urlencode()
    if len(typed) > LONGEST_FORM:
        return ""
    key = uuid4().hex
    held = dict(list(request.session.get(SESSION, {}).items())[1 - MOST_FORMS :])
    held[key] = {"path": request.path, "field": name, "register": field.register.label, "typed": typed}
    request.session[SESSION] = held
    asked = {WAITS_FOR: key}
    if field.register.main_text:
        asked[field.register.main_text] = request.POST.get(f"{name}__text", "").strip()
    other = form.register.dependent.get(name, "")
    if other and request.POST.get(other):
        asked[other] = request.POST[other]
    return f"{field.register.url('new')}?{urlencode(asked)}"


def waiting_form(request: HttpRequest, register: Register) -> WaitingForm | None:
    """The form that waits for a card of this register."""
    found = _held(request, request.POST.get(WAITS_FOR) or request.GET.get(WAITS_FOR, ""))
    return found if found and found.register == register.label else None


def hand_over(request: HttpRequest, waiting: WaitingForm, card: Any) -> None:
    held = request.session[SESSION]
    held[waiting.key]["chosen"] = card.pk
    request.session[SESSION] = held


def come_back(request: HttpRequest) -> WaitingForm | None:
    found = _held(request, request.GET.get(BACK, ""))
    return found if found and found.path == request.path else None


def refill(form: CardForm, waiting: WaitingForm) -> None:
    """Everything as it was typed, right or wrong, and the new card where it was wanted."""
    typed = QueryDict(waiting.typed)
    for name, field in form.fields.items():
        if not field.widget.needs_multipart_form:
            form.initial[name] = field.widget.value_from_datadict(typed, {}, name)
    if waiting.chosen is not None:
        form.initial[waiting.field] = waiting.chosen


def let_go(request: HttpRequest, path: str) -> None:
    """The form was saved: nothing of it stays in the session."""
    held = request.session.get(SESSION, {})
    if any(one["path"] == path for one in held.values()):
        request.session[SESSION] = {key: one for key, one in held.items() if one["path"] != path}


def _held(request: HttpRequest, key: str) -> WaitingForm | None:
    try:
        known = UUID(key).hex
    except ValueError:
        return None
    one = request.session.get(SESSION, {}).get(known)
    if one is None:
        return None
    return WaitingForm(known, one["path"], one["field"], one["register"], one["typed"], one.get("chosen"))
