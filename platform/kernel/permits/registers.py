"""Registers of permits: verbs on the card move them, each with its right, its day and its reason in the history."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.levels import Level
from kernel.operations import Denied, Who, operation
from kernel.permits.charging import charge_month, recharge
from kernel.permits.forms import (
    AgreeForm,
    DoneForm,
    EndForm,
    ExtendForm,
    IssueForm,
    MonthForm,
    ReasonForm,
    RechargeForm,
)
from kernel.permits.models import CLOSED, DismantlingOrder, Permit, State, standing_words
from kernel.permits.paying import Fees
from kernel.registers import Register, Term, Waiting, action, column
from kernel.registers.registry import register_of
from kernel.registers.saving import save_card
from kernel.registers.waiting import overdue

TERM = Term("valid_from", "valid_to", gettext_lazy("Строк дії"))


def _in(*states: State) -> Any:
    return lambda card: card.archived_at is None and card.state in states


class PermitRegister(Register):
    status = "state"
    waiting = (
        Waiting("decision", gettext_lazy("чекають на рішення"), Q(state__in=(State.APPLIED, State.AGREED))),
        Waiting("expired", gettext_lazy("строк минув"), Q(state=State.EXPIRED)),
    )
    # Where its register charges a fee.
    fees: ClassVar[Fees | None] = None

    def derived(self) -> Mapping[str, Any]:
        return {"state": standing_words(timezone.localdate())}

    @action(
        gettext_lazy("Видати"), icon="check", form=IssueForm, when=_in(State.UNPERMITTED, State.APPLIED, State.AGREED)
    )
    def issue(self, card: Permit, *, by: Any, **given: Any) -> None:
        for name, value in given.items():
            setattr(card, name, value)
        save_card(self, card, by=by)

    @action(gettext_lazy("Продовжити"), icon="calendar-plus", form=ExtendForm, when=_in(State.VALID, State.EXPIRED))
    def extend(self, card: Permit, *, by: Any, valid_to: Any, reason: str) -> None:
        if card.valid_to and valid_to <= card.valid_to:
            raise ValidationError(
                {"valid_to": _("Строк і так до %(day)s. Вкажіть пізнішу дату.") % {"day": f"{card.valid_to:%d.%m.%Y}"}}
            )
        card.valid_to = valid_to
        save_card(self, card, by=by, reason=reason)

    @action(gettext_lazy("Скасувати дозвіл"), icon="x", form=EndForm, danger=True, when=_in(State.VALID, State.EXPIRED))
    def cancel(self, card: Permit, *, by: Any, on: Any, reason: str) -> None:
        if on > timezone.localdate():
            raise ValidationError(
                {"on": _("Цей день ще не настав. Скасуйте дозвіл у день, коли рішення набере чинності.")}
            )
        if card.valid_from and on < card.valid_from:
            raise ValidationError(
                {
                    "on": _("Дозвіл діє лише з %(day)s. Вкажіть цей день або пізніший.")
                    % {"day": f"{card.valid_from:%d.%m.%Y}"}
                }
            )
        self.end(card, State.CANCELLED, on, reason, by=by)

    @action(gettext_lazy("Відмовити"), icon="x", form=EndForm, danger=True, when=_in(State.APPLIED, State.AGREED))
    def refuse(self, card: Permit, *, by: Any, on: Any, reason: str) -> None:
        self.end(card, State.REFUSED, on, reason, by=by)

    @action(
        gettext_lazy("Повернути в роботу"),
        icon="restore",
        form=ReasonForm,
        level=Level.MANAGE,
        when=_in(*CLOSED),
    )
    def reopen(self, card: Permit, *, by: Any, reason: str) -> None:
        since, card.ended_on, card.ended_why, card.state = card.ended_on, None, "", State.UNPERMITTED
        with transaction.atomic():
            saved = save_card(self, card, by=by, reason=reason)
            self._charge_anew(saved, since, by, reason)

    def end(self, card: Permit, state: State, on: Any, reason: str, *, by: Who) -> Any:
        card.state, card.ended_on, card.ended_why = state, on, reason.strip()
        with transaction.atomic():
            saved = save_card(self, card, by=by, reason=reason)
            self._charge_anew(saved, on, by, reason)
        return saved

    def _charge_anew(self, card: Any, since: Any, by: Who, reason: str) -> None:
        if self.fees is not None and since is not None:
            recharge(self.fees, card, since, by=by, reason=reason)


class AgreedFirst(PermitRegister):
    """Where the place is agreed before the permit is given."""

    @action(gettext_lazy("Погодити місце"), icon="map-pin", form=AgreeForm, when=_in(State.APPLIED))
    def agree(self, card: Permit, *, by: Any, on: Any) -> None:
        if card.applied_on and on < card.applied_on:
            raise ValidationError({"on": _("Місце погоджено раніше, ніж подано заяву. Перевірте дату.")})
        card.agreed_on = on
        save_card(self, card, by=by)


class PaidRegister(AgreedFirst):
    def queryset(self) -> QuerySet[Any]:
        assert self.fees is not None
        return self.fees.with_debt(super().queryset())

    @column(gettext_lazy("Борг"), kind="money")
    def debt(self, card: Any) -> Decimal:
        assert self.fees is not None
        return self.fees.debt_of(card)

    @action(
        gettext_lazy("Перерахувати плату"),
        icon="refresh",
        form=RechargeForm,
        when=lambda card: card.valid_from is not None and card.archived_at is None,
    )
    def recount(self, card: Any, *, by: Any, month: Any, reason: str) -> str:
        assert self.fees is not None
        count = recharge(self.fees, card, month, by=by, reason=reason)
        return _("Перераховано місяців: %(count)s.") % {"count": count}


class ZoneRegister(Register):
    """Zones of the fee; a month is charged zone by zone here, and every night for all."""

    icon = "polygon"
    columns = ("code", "name", "note")
    filters = ("code", "name")
    order = ("code",)
    key = ("code",)
    fees: ClassVar[Fees]

    @action(gettext_lazy("Нарахувати плату за місяць"), icon="coins", form=MonthForm)
    def charge(self, card: Any, *, by: Any, month: Any) -> str:
        count = charge_month(self.fees, month, by=by, zone=card)
        return _("Нараховано за %(month)s: %(count)s.") % {"month": f"{month:%m.%Y}", "count": count}


def refuse_while_valid(thing: Permit) -> None:
    """An order is given against what has no right to stand."""
    if thing.state in (State.VALID, State.APPLIED, State.AGREED):
        raise ValidationError(
            _("Дозвіл діє або заяву розглядають. Спершу скасуйте дозвіл чи відмовте, тоді видавайте розпорядження.")
        )
    if thing.state == State.DISMANTLED:
        raise ValidationError(_("Обʼєкт уже демонтовано. Перевірте, чи обрано потрібну картку."))


@operation("permits", None)
def save_order(order: Any, *, by: Who, reason: str = "") -> Any:
    """Against what has no right to stand; an order already given keeps its grounds. The register asks the right."""
    if order._state.adding:
        refuse_while_valid(order.permit)
    order.full_clean()
    if not order._state.adding:
        order.version, order.updated_at = F("version") + 1, timezone.now()
    order.save()
    return order


class DismantlingRegister(Register):
    icon = "scissors"
    status = "state"
    waiting = (Waiting("overdue", gettext_lazy("демонтаж прострочено"), overdue("due_on", Q(state="ordered"))),)
    order = ("-ordered_on", "number")
    saves = save_order

    @action(gettext_lazy("Демонтовано"), icon="check", form=DoneForm, when=lambda card: card.state == "ordered")
    def done(self, card: DismantlingOrder, *, by: Any, **given: Any) -> None:
        finish_dismantling(self, card, by=by, **given)

    @action(
        gettext_lazy("Відкликати"), icon="undo", form=ReasonForm, danger=True, when=lambda card: card.state == "ordered"
    )
    def withdraw(self, card: DismantlingOrder, *, by: Any, reason: str) -> None:
        card.state = DismantlingOrder.State.WITHDRAWN
        save_card(self, card, by=by, reason=reason)


@operation("permits", None)
def finish_dismantling(
    register: Register, order: Any, *, by: Who, on: Any, kept_at: str = "", cost: Any = None
) -> None:
    """The order is done, and what it was about is there no more."""
    if on < order.ordered_on or on > timezone.localdate():
        raise ValidationError(
            {"on": _("День демонтажу — від дати розпорядження до сьогодні. Перевірте дату.")}
        )  # fmt: skip
    thing = order.permit
    whole = register_of(type(thing))
    if not isinstance(whole, PermitRegister):
        raise LookupError(f"{type(thing).__name__} has no register of permits.")
    order.state, order.done_on, order.kept_at, order.cost = DismantlingOrder.State.DONE, on, kept_at, cost
    save_card(register, order, by=by)
    reason = _("Демонтаж за розпорядженням %(number)s, %(act)s") % {"number": order.number, "act": order.act}
    thing = whole.queryset().get(pk=thing.pk)
    if thing.state != State.DISMANTLED:
        whole.end(thing, State.DISMANTLED, on, reason[:500], by=by)


@operation("permits", None)
def expire(register: PermitRegister, *, by: Who) -> int:
    """Permits whose last day has passed; for the night."""
    if not hasattr(by, "kind"):
        raise Denied(_("Строки закриває сама система щоночі."))
    rows = register.model._default_manager.filter(
        archived_at__isnull=True, state=State.VALID, valid_to__lt=timezone.localdate()
    )
    cards = list(rows)
    for card in cards:
        save_card(register, card, by=by, reason=_("Строк дії минув"))
    return len(cards)
