from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.levels import Level
from kernel.maps.topology.rules import InsideCommunity, NoOverlap
from kernel.registers import (
    Count,
    KeptBy,
    MapLayer,
    Panel,
    PublicPage,
    Ratio,
    Register,
    Related,
    Sum,
    Term,
    View,
    Waiting,
    action,
    column,
)
from kernel.registers.events import listen
from kernel.registers.waiting import overdue
from kernel.renewals.declare import Renewal
from tenant_apps.property.land import operations
from tenant_apps.property.land.debts import debts_of
from tenant_apps.property.land.forms import ActivationForm, EndForm, ProlongationForm, ReasonForm
from tenant_apps.property.land.models import LandCharge, LandPayment, LandRight, Parcel, Valuation
from tenant_apps.property.land.purposes import purpose_name

OWNER = gettext_lazy("Відділ земельних відносин")


def _told(outcome: operations.Outcome) -> str:
    made = _("Нараховано місяців: %(count)d.") % {"count": outcome.made}
    return " ".join([made, *outcome.faults])


class Parcels(Register):
    model = Parcel
    columns = ("cadastral", "purpose", "area", "ownership", "state", "address", "worth")
    more_columns = ("purpose_title",)
    filters = ("state", "ownership", "category", "purpose", "settlement", "area", "registered_on")
    order = ("cadastral",)
    totals = ("area", "worth")
    label_field = "cadastral"
    # What a rent is counted from.
    reason_for = ("cadastral", "area", "purpose")
    status = "state"
    measures = ("area", "worth")
    sections = {
        gettext_lazy("Ділянка"): ("cadastral", "area", "category", "purpose", "use", "ownership"),
        gettext_lazy("Де це"): ("settlement", "address", "building", "boundary"),
        gettext_lazy("Документи"): ("registered_on", "extract", "note"),
    }
    dependent = {"building": "settlement"}
    key = ("cadastral",)
    aliases = {
        "cadastral": (gettext_lazy("кадастровий номер"), gettext_lazy("кадастровий №"), "cadnum"),
        "area": (gettext_lazy("площа, га"), gettext_lazy("площа ділянки")),
        "category": (gettext_lazy("категорія"),),
        "purpose": (gettext_lazy("КВЦПЗ"), gettext_lazy("код цільового призначення")),
        "address": (gettext_lazy("адреса"), gettext_lazy("місце розташування")),
        "boundary": (gettext_lazy("геометрія"), gettext_lazy("контур")),
    }
    views = (
        View("vacant", gettext_lazy("Вільні комунальні"), "state=vacant&ownership=communal"),
        View("foreign", gettext_lazy("Приватні"), "ownership=private"),
    )
    panels = (
        Related("rights", "land.rights", by="parcel", columns=("number", "holder", "kind", "state", "ends_on", "debt")),
        Related("valuations", "land.valuations", by="parcel", columns=("valued_on", "value", "number")),
    )
    kept_by = (KeptBy("land.rights", by="parcel", where=~Q(state="ended")),)
    layer = MapLayer("boundary", label="cadastral", colour_by="state")
    topology = (NoOverlap("boundary"), InsideCommunity("boundary"))
    public = PublicPage(
        "vilni-zemli",
        columns=("cadastral", "area", "category", "purpose", "purpose_title", "address", "boundary"),
        open_data=True,
        where=Q(state="vacant", ownership="communal"),
    )
    indicators = (
        Count(
            "total",
            gettext_lazy("Ділянки в реєстрі"),
            by=("ownership", "category"),
            dimensions=("ownership", "category"),
            tile=True,
            public=True,
            owner=OWNER,
            formula=gettext_lazy("Кількість ділянок, яких не списано."),
        ),
        Sum(
            "vacant",
            gettext_lazy("Вільна комунальна земля"),
            field="area",
            where=Q(state="vacant", ownership="communal"),
            by=("settlement", "category"),
            unit=gettext_lazy("га"),
            public=True,
            owner=OWNER,
            formula=gettext_lazy("Сума площ комунальних ділянок, якими ніхто не користується."),
        ),
    )

    @column(gettext_lazy("Призначення"))
    def purpose_title(self, card: Parcel) -> str:
        return purpose_name(card.purpose)

    def subtitle_of(self, card: Parcel) -> str:
        return " · ".join(part for part in (purpose_name(card.purpose), card.address) if part)

    def hint_of(self, card: Parcel) -> str:
        return card.address

    def advice(self, card: Parcel) -> list[str]:
        said = []
        if card.boundary is not None:
            drawn = card.boundary.transform(6933, clone=True).area / 10_000
            if abs(drawn - float(card.area)) > max(0.02 * float(card.area), 0.001):
                said.append(
                    _("За межею на мапі виходить %(drawn)s га, а записано %(area)s га. Звірте площу або межу.")
                    % {"drawn": f"{drawn:.4f}".replace(".", ","), "area": f"{card.area:.4f}".replace(".", ",")}
                )
        if not card.purpose:
            said.append(_("Без коду КВЦПЗ ставку не перевірити. Допишіть його з витягу."))
        return said


class LandRights(Register):
    model = LandRight
    waiting = (
        Waiting("draft", gettext_lazy("проєкти договорів"), Q(state="draft")),
        Waiting("over", gettext_lazy("строк договору минув"), overdue("ends_on", Q(state="active"))),
    )
    slug = "rights"
    icon = "file"
    columns = ("number", "parcel", "holder", "kind", "state", "ends_on", "charged", "paid", "debt", "owed_since")
    filters = ("state", "kind", "holder", "parcel", "ends_on", "debt", "owed_since", "starts_on", "by_auction")
    order = ("number",)
    totals = ("charged", "paid", "debt")
    label_field = "number"
    status = "state"
    measures = (Term("starts_on", "ends_on", gettext_lazy("Строк")), "charged", "paid", "debt")
    sections = {
        gettext_lazy("Договір"): ("number", "signed_on", "parcel", "holder", "kind", "share"),
        gettext_lazy("Строк"): ("starts_on", "ends_on", "registration"),
        gettext_lazy("Плата"): ("rate", "yearly", "by_auction", "due_days", "penalty", "counted_from", "opening_debt"),
        gettext_lazy("Документи"): ("contract", "note"),
    }
    intros = {
        "Плата": gettext_lazy("Ставка — відсоток нормативної оцінки на рік; або сума на рік, якщо так у договорі.")
    }
    key = ("number", "parcel")
    aliases = {
        "number": (gettext_lazy("номер договору"), gettext_lazy("договір")),
        "parcel": (gettext_lazy("кадастровий номер"),),
        "holder": (gettext_lazy("орендар"), gettext_lazy("користувач")),
        "ends_on": (gettext_lazy("строк дії до"),),
        "rate": (gettext_lazy("ставка"), gettext_lazy("ставка, %")),
    }
    views = (
        View("active", gettext_lazy("Діють"), "state=active"),
        View("debts", gettext_lazy("Боржники"), "debt__from=0.01"),
        View("ending", gettext_lazy("Спливають за 90 днів"), "state=active&ends_on__within=90"),
    )
    panels = (
        Panel("debts", gettext_lazy("Борг і пеня за місяцями"), "land/debts.html", lambda card, _user: debts_of(card)),
        Related("charges", "land.charges", by="right", columns=("month", "origin", "base", "rate", "days", "amount", "due_on")),
        Related("payments", "land.payments", by="right", columns=("paid_on", "amount", "document")),
    )  # fmt: skip
    kept_by = (KeptBy("land.charges", by="right"),)
    renewals = (
        Renewal(
            "ends_on",
            duty=gettext_lazy("Продовжити або припинити право на землю"),
            role="land_surveyor",
            days=(60, 30, 7),
            where=Q(state="active"),
        ),
    )
    saves = operations.save_right
    indicators = (
        Ratio(
            "collected",
            gettext_lazy("Сплата за землю"),
            number="IND-13",
            over="paid_hundredfold",
            under="charged",
            by=("kind",),
            unit="%",
            good=True,
            owner=OWNER,
            formula=gettext_lazy("Сплачено до нарахованого за весь час обліку, у відсотках."),
        ),
        Sum(
            "debt",
            gettext_lazy("Борг за землю"),
            field="debt",
            by=("kind",),
            unit="₴",
            good=False,
            tile=True,
            owner=OWNER,
            formula=gettext_lazy("Сума прострочених нарахувань без пені."),
        ),
        Count(
            "ending",
            gettext_lazy("Права, що діють"),
            where=Q(state="active"),
            by=("kind",),
            owner=OWNER,
            formula=gettext_lazy("Кількість прав у стані «діє»."),
        ),
    )

    def queryset(self) -> QuerySet[LandRight]:
        return super().queryset().annotate(paid_hundredfold=F("paid") * 100)

    def subtitle_of(self, card: LandRight) -> str:
        return f"{card.parcel.cadastral} · {card.holder}"

    def hint_of(self, card: LandRight) -> str:
        return card.parcel.cadastral

    def advice(self, card: LandRight) -> list[str]:
        if card.rate is None or card.by_auction or card.kind != LandRight.Kind.LEASE:
            return []
        if not 3 <= card.rate <= 12:
            return [
                _(
                    "Ставка оренди комунальної землі без торгів — від 3 до 12 % НГО (ПКУ, ст. 288). Перевірте її за рішенням."
                )
            ]
        return []

    @action(gettext_lazy("Ввести в дію"), icon="check", form=ActivationForm, when=lambda card: card.state == "draft")
    def activate(self, card: LandRight, *, by: Any, **given: Any) -> str:
        return _told(operations.activate(card, by=by, **given))

    @action(
        gettext_lazy("Продовжити"),
        icon="calendar-plus",
        form=ProlongationForm,
        when=lambda card: card.state == "active",
    )
    def prolong(self, card: LandRight, *, by: Any, **given: Any) -> str:
        return _told(operations.prolong(card, by=by, **given))

    @action(gettext_lazy("Донарахувати"), icon="coins", when=lambda card: card.state == "active" and card.is_paid_for)
    def charge(self, card: LandRight, *, by: Any, **_given: Any) -> str:
        return _told(operations.charge_right(card, by=by))

    @action(
        gettext_lazy("Перерахувати"),
        icon="refresh",
        form=ReasonForm,
        when=lambda card: card.state != "draft" and card.is_paid_for,
    )
    def recalculate(self, card: LandRight, *, by: Any, **given: Any) -> str:
        return _("Виправлено місяців: %(count)d.") % {"count": operations.recalculate(card, by=by, **given)}

    @action(
        gettext_lazy("Припинити"),
        level=Level.MANAGE,
        icon="x",
        form=EndForm,
        when=lambda card: card.state == "active",
        danger=True,
    )
    def end(self, card: LandRight, *, by: Any, **given: Any) -> str:
        return _("Право припинено. Виправлено місяців: %(count)d.") % {"count": operations.end(card, by=by, **given)}


class Valuations(Register):
    model = Valuation
    icon = "chart"
    columns = ("parcel", "value", "valued_on", "number")
    filters = ("parcel", "valued_on", "value")
    order = ("-valued_on",)
    sections = {gettext_lazy("Оцінка"): ("parcel", "value", "valued_on", "number", "document")}
    key = ("parcel", "valued_on")
    aliases = {"value": (gettext_lazy("НГО"), gettext_lazy("оцінка")), "parcel": (gettext_lazy("кадастровий номер"),)}


class LandCharges(Register):
    model = LandCharge
    slug = "charges"
    icon = "coins"
    columns = ("month", "origin", "right", "right__holder", "explained", "amount", "due_on")
    more_columns = ("base", "rate", "days")
    filters = ("month", "right", "due_on", "right__kind")
    order = ("-month",)
    totals = ("amount",)
    read_only = True


class LandPayments(Register):
    model = LandPayment
    slug = "payments"
    icon = "credit-card"
    columns = ("paid_on", "right", "amount", "month", "document", "purpose")
    filters = ("paid_on", "right", "amount")
    order = ("-paid_on",)
    totals = ("amount",)
    sections = {gettext_lazy("Оплата"): ("right", "paid_on", "amount", "month", "document", "purpose")}
    key = ("right", "paid_on", "document", "amount")
    aliases = {"right": (gettext_lazy("номер договору"),), "document": (gettext_lazy("№ документа"),)}

    def advice(self, card: LandPayment) -> list[str]:
        return [_("Дата оплати ще не настала. Перевірте її.")] if card.paid_on > timezone.localdate() else []


@listen
def cards_changed(register: Register, keys: Any, verb: str) -> None:
    """Whichever way they were written: by a form, an import, many at once."""
    if register.model is LandPayment:
        operations.settle(list(LandPayment.objects.filter(pk__in=keys).values_list("right", flat=True).distinct()))
    elif register.model is Valuation:
        operations.refresh_worth(Valuation.objects.filter(pk__in=keys).values_list("parcel", flat=True))
    elif register.model is LandRight:
        operations.follow_rights([int(key) for key in keys])
