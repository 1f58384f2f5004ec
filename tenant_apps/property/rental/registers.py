from __future__ import annotations

from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.levels import Level
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
)
from kernel.registers.events import listen
from kernel.registers.waiting import overdue
from kernel.renewals.declare import Renewal
from tenant_apps.property.rental import operations
from tenant_apps.property.rental.debts import debts_of
from tenant_apps.property.rental.forms import EndForm, ProlongationForm, ReasonForm
from tenant_apps.property.rental.models import RentInvoice, RentLease, RentObject, RentPayment

OWNER = gettext_lazy("Управління майном")


def _told(outcome: operations.Outcome) -> str:
    made = _("Рахунків виставлено: %(count)d.") % {"count": outcome.made}
    return " ".join([made, *outcome.faults])


class RentObjects(Register):
    model = RentObject
    slug = "objects"
    columns = ("number", "name", "kind", "state", "listing", "address", "area", "start_price", "holder")
    filters = ("state", "listing", "kind", "area", "start_price", "holder", "settlement", "listed_on")
    order = ("number",)
    totals = ("area",)
    label_field = "name"
    status = "state"
    measures = ("area", "start_price", "value")
    numbering = "М-{number:04}"
    sections = {
        gettext_lazy("Об’єкт"): ("name", "kind", "area", "floor", "holder"),
        gettext_lazy("Де це"): ("building", "settlement", "address", "location"),
        gettext_lazy("Перелік"): (
            "listing",
            "listed_on",
            "listing_act",
            "start_price",
            "value",
            "valued_on",
            "auction_url",
        ),
        gettext_lazy("Для орендарів"): ("purpose", "condition", "photo", "plan"),
        gettext_lazy("Для себе"): ("note",),
    }
    dependent = {"building": "settlement"}
    duplicates = ("name", "address", "area")
    key = ("name", "address", "area")
    aliases = {
        "name": (gettext_lazy("найменування"), gettext_lazy("об’єкт")),
        "area": (gettext_lazy("площа, м²"), gettext_lazy("загальна площа")),
        "start_price": (gettext_lazy("стартова орендна плата"), gettext_lazy("стартова ціна")),
        "address": (gettext_lazy("місцезнаходження"),),
    }
    views = (
        View("vacant", gettext_lazy("Вільні"), "state=vacant"),
        View("auction", gettext_lazy("На аукціон"), "state=vacant&listing=first"),
        View("direct", gettext_lazy("Без аукціону"), "state=vacant&listing=second"),
    )
    panels = (
        Related(
            "leases",
            "rental.leases",
            by="object",
            columns=("number", "tenant", "state", "starts_on", "ends_on", "debt"),
        ),
    )
    kept_by = (KeptBy("rental.leases", by="object", where=~Q(state="ended")),)
    layer = MapLayer("location", label="name", colour_by="state")
    public = PublicPage(
        "orenda-maina",
        columns=("number", "name", "kind", "listing", "address", "area", "start_price", "location"),
        open_data=True,
        where=Q(state="vacant") & ~Q(listing="none"),
    )
    indicators = (
        Count(
            "total",
            gettext_lazy("Об’єкти оренди"),
            by=("kind", "state"),
            dimensions=("kind", "state"),
            tile=True,
            public=True,
            owner=OWNER,
            formula=gettext_lazy("Кількість об’єктів, яких не списано."),
        ),
        Ratio(
            "vacancy",
            gettext_lazy("Вільна площа"),
            number="IND-15",
            over="vacant_area",
            under="area",
            by=("kind",),
            unit="%",
            good=False,
            public=True,
            owner=OWNER,
            formula=gettext_lazy("Площа вільних об’єктів до площі всіх, у відсотках."),
        ),
    )

    def queryset(self) -> QuerySet[RentObject]:
        vacant = Case(
            When(state="vacant", then=F("area") * 100),
            default=Value(0),
            output_field=RentObject._meta.get_field("area"),
        )
        return super().queryset().annotate(vacant_area=vacant)

    def subtitle_of(self, card: RentObject) -> str:
        return " · ".join(part for part in (card.get_listing_display(), card.address) if part)

    def hint_of(self, card: RentObject) -> str:
        return card.address

    def advice(self, card: RentObject) -> list[str]:
        said = []
        if card.listing != "none" and card.photo_id is None:
            said.append(_("Об’єкт у переліку, а фото немає. Додайте: оголошення з фото читають."))
        if card.listing != "none" and card.area is None and card.kind != "movable":
            said.append(_("Допишіть площу: за нею шукають."))
        return said


class RentLeases(Register):
    model = RentLease
    waiting = (
        Waiting("draft", gettext_lazy("проєкти договорів"), Q(state="draft")),
        Waiting("over", gettext_lazy("строк договору минув"), overdue("ends_on", Q(state="active"))),
    )
    slug = "leases"
    icon = "file"
    columns = ("number", "object", "tenant", "state", "ends_on", "rent", "charged", "paid", "debt", "owed_since")
    filters = ("state", "tenant", "object", "ends_on", "debt", "starts_on", "indexed", "vat", "insured_until")
    order = ("number",)
    totals = ("charged", "paid", "debt")
    label_field = "number"
    status = "state"
    measures = (Term("starts_on", "ends_on", gettext_lazy("Строк")), "charged", "paid", "debt")
    sections = {
        gettext_lazy("Договір"): ("number", "signed_on", "object", "tenant", "purpose"),
        gettext_lazy("Строк"): ("starts_on", "ends_on", "insured_until"),
        gettext_lazy("Плата"): (
            "rent", "base_month", "indexed", "vat", "yearly", "due_day", "penalty", "counted_from", "opening_debt",
        ),
        gettext_lazy("Документи"): ("contract", "note"),
    }  # fmt: skip
    key = ("number",)
    aliases = {
        "number": (gettext_lazy("номер договору"), gettext_lazy("договір")),
        "tenant": (gettext_lazy("наймач"),),
        "rent": (gettext_lazy("орендна плата"), gettext_lazy("базова плата")),
    }
    views = (
        View("active", gettext_lazy("Діють"), "state=active"),
        View("debts", gettext_lazy("Боржники"), "debt__from=0.01"),
        View("ending", gettext_lazy("Спливають за 90 днів"), "state=active&ends_on__within=90"),
    )
    panels = (
        Panel("debts", gettext_lazy("Борг і пеня за місяцями"), "rental/debts.html", lambda card, _user: debts_of(card)),
        Related("invoices", "rental.invoices", by="lease", columns=("number", "origin", "days", "amount", "vat", "total", "due_on")),
        Related("payments", "rental.payments", by="lease", columns=("paid_on", "amount", "document")),
    )  # fmt: skip
    kept_by = (KeptBy("rental.invoices", by="lease"),)
    renewals = (
        Renewal(
            "ends_on",
            duty=gettext_lazy("Продовжити оренду майна або прийняти об’єкт"),
            role="land_surveyor",
            days=(90, 30, 7),
            where=Q(state="active"),
        ),
        Renewal(
            "insured_until",
            duty=gettext_lazy("Отримати новий договір страхування орендованого майна"),
            role="land_surveyor",
            days=(30, 7),
            where=Q(state="active"),
        ),
    )
    saves = operations.save_lease
    indicators = (
        Ratio(
            "collected",
            gettext_lazy("Сплата оренди майна"),
            number="IND-14",
            over="paid_hundredfold",
            under="charged",
            unit="%",
            good=True,
            owner=OWNER,
            formula=gettext_lazy("Сплачено до виставленого за весь час обліку, у відсотках."),
        ),
        Sum(
            "debt",
            gettext_lazy("Борг за оренду майна"),
            field="debt",
            unit="₴",
            good=False,
            tile=True,
            owner=OWNER,
            formula=gettext_lazy("Сума прострочених рахунків без пені."),
        ),
    )

    def queryset(self) -> QuerySet[RentLease]:
        return super().queryset().annotate(paid_hundredfold=F("paid") * 100)

    def subtitle_of(self, card: RentLease) -> str:
        return f"{card.object} · {card.tenant}"

    def hint_of(self, card: RentLease) -> str:
        return str(card.object)

    @action(gettext_lazy("Ввести в дію"), icon="check", form=ReasonForm, when=lambda card: card.state == "draft")
    def activate(self, card: RentLease, *, by: Any, **given: Any) -> str:
        return _told(operations.activate(card, by=by, **given))

    @action(
        gettext_lazy("Продовжити"),
        icon="calendar-plus",
        form=ProlongationForm,
        when=lambda card: card.state == "active",
    )
    def prolong(self, card: RentLease, *, by: Any, **given: Any) -> str:
        return _told(operations.prolong(card, by=by, **given))

    @action(
        gettext_lazy("Виставити рахунки"),
        icon="receipt",
        when=lambda card: card.state == "active" and card.is_paid_for,
        many=True,
    )
    def bill(self, card: RentLease, *, by: Any, **_given: Any) -> str:
        return _told(operations.bill_lease(card, by=by))

    @action(
        gettext_lazy("Перерахувати"),
        icon="refresh",
        form=ReasonForm,
        when=lambda card: card.state != "draft" and card.is_paid_for,
    )
    def recalculate(self, card: RentLease, *, by: Any, **given: Any) -> str:
        return _("Виправлено місяців: %(count)d.") % {"count": operations.recalculate(card, by=by, **given)}

    @action(
        gettext_lazy("Припинити"),
        level=Level.MANAGE,
        icon="x",
        form=EndForm,
        when=lambda card: card.state == "active",
        danger=True,
    )
    def end(self, card: RentLease, *, by: Any, **given: Any) -> str:
        return _("Оренду припинено. Виправлено місяців: %(count)d.") % {"count": operations.end(card, by=by, **given)}


class RentInvoices(Register):
    model = RentInvoice
    slug = "invoices"
    icon = "receipt"
    columns = ("number", "origin", "lease", "lease__tenant", "days", "amount", "vat", "total", "due_on")
    more_columns = ("month", "whole")
    filters = ("month", "lease", "due_on")
    order = ("-number",)
    totals = ("amount", "vat", "total")
    label_field = "number"
    read_only = True


class RentPayments(Register):
    model = RentPayment
    slug = "payments"
    icon = "credit-card"
    columns = ("paid_on", "lease", "amount", "month", "document")
    filters = ("paid_on", "lease", "amount")
    order = ("-paid_on",)
    totals = ("amount",)
    sections = {gettext_lazy("Оплата"): ("lease", "paid_on", "amount", "month", "document")}
    key = ("lease", "paid_on", "document", "amount")
    aliases = {"lease": (gettext_lazy("номер договору"),), "document": (gettext_lazy("№ документа"),)}


@listen
def cards_changed(register: Register, keys: Any, verb: str) -> None:
    """Whichever way they were written: by a form, an import, many at once."""
    if register.model is RentPayment:
        operations.settle(list(RentPayment.objects.filter(pk__in=keys).values_list("lease", flat=True).distinct()))
    elif register.model is RentLease:
        operations.follow_leases([int(key) for key in keys])
