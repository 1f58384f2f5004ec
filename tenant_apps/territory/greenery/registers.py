"""What people see. The first register is the module's own page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.forms import ReasonForm
from kernel.fieldwork.declare import FieldForm
from kernel.registers import Count, MapLayer, PublicPage, Register, Related, Share, Sum, Term, View, Waiting, action
from kernel.registers.declarations import KeptBy
from kernel.renewals.declare import Renewal
from kernel.reports.declarations import Report
from tenant_apps.territory.greenery import operations
from tenant_apps.territory.greenery.forms import FinishForm, InspectForm, PayForm, PermitForm
from tenant_apps.territory.greenery.models import Plant, Removal, RemovalItem, ReplacementRate, Species

OWNER = gettext_lazy("Відділ благоустрою та екології")
BAD = Q(state__in=("dry", "dangerous"))


class Plants(Register):
    model = Plant
    title = gettext_lazy("Зелені насадження")
    columns = ("number", "species", "kind", "quantity", "diameter", "street", "state")
    more_columns = ("species__group", "removed_on")
    filters = (
        "settlement", "street", "species", "species__group", "kind", "state", "diameter", "planted_in", "inspected_on",
        "holder", "location",
    )  # fmt: skip
    order = ("number",)
    numbering = "ЗН-{number:05}"
    key = ("number",)
    totals = ("quantity",)
    units = {"diameter": "см", "height": "м"}
    status = "state"
    measures = ("diameter", "height", "planted_in", "inspected_on", "removed_on")
    sections = {
        gettext_lazy("Насадження"): ("kind", "species", "quantity", "diameter", "height", "planted_in", "photo"),
        gettext_lazy("Де росте"): ("settlement", "street", "place", "location", "holder"),
        gettext_lazy("Стан"): ("state", "inspected_on", "note"),
    }
    dependent = {"street": "settlement"}
    aliases = {
        "species": ("порода дерева", "вид рослини"),
        "diameter": ("діаметр стовбура", "діаметр"),
        "quantity": ("кількість", "шт."),
        "state": ("якісний стан", "стан дерева"),
        "number": ("№", "інвентарний номер"),
    }
    views = (
        View("dangerous", gettext_lazy("Аварійні"), "state=dangerous"),
        View("dry", gettext_lazy("Сухостій"), "state=dry"),
        View("unmeasured", gettext_lazy("Без діаметра"), "diameter__empty=1"),
    )
    panels = (Related("removals", "greenery.items", by="plant", columns=("removal", "value", "is_open")),)
    kept_by = (
        KeptBy("greenery.items", by="plant", where=Q(is_open=True, removal__state__in=("received", "inspected"))),
    )
    layer = MapLayer("location", label="number", colour_by="state")
    public = PublicPage(
        "nasadzhennia",
        columns=("number", "species", "kind", "diameter", "street", "state", "location"),
        open_data=True,
    )
    proposals = ("state", "diameter", "height", "place", "location")
    fieldwork = FieldForm(
        "kind", "species", "quantity", "diameter", "state", "place", "note", place="location", photo="photo",
        day="inspected_on", takes=True,
    )  # fmt: skip
    indicators = (
        Sum(
            "total", gettext_lazy("Усього насаджень"), field="quantity", by=("settlement", "kind"), dimensions=("kind",),
            tile=True, public=True, owner=OWNER, formula=gettext_lazy("Сума кількості насаджень у реєстрі."),
        ),
        Count(
            "bad", gettext_lazy("Аварійні й сухостійні"), where=BAD, by=("settlement", "species"), good=False,
            public=True, owner=OWNER, formula=gettext_lazy("Насадження з аварійним станом і сухостій."),
        ),
        Share(
            "good", gettext_lazy("У доброму стані"), where=Q(state="good"), by=("settlement",), good=True, public=True,
            owner=OWNER, formula=gettext_lazy("Насадження в доброму стані до всіх, у відсотках."),
        ),
    )  # fmt: skip
    reports = (
        Report(
            "by_species",
            gettext_lazy("Інвентаризація насаджень за породами"),
            by=("species",),
            across="state",
            measures=("sum:quantity",),
            asks=("settlement", "kind"),
            sort="-sum:quantity",
        ),
        Report(
            "by_street",
            gettext_lazy("Насадження за вулицями"),
            by=("settlement", "street"),
            columns=("number", "species", "quantity", "diameter", "height", "state"),
            asks=("settlement", "street", "state"),
        ),
    )

    def subtitle_of(self, card: Plant) -> str:
        return ", ".join(filter(None, (card.get_kind_display(), str(card.street or ""), card.place)))

    def hint_of(self, card: Plant) -> str:
        return ", ".join(filter(None, (str(card.street or ""), card.place)))

    def advice(self, card: Any) -> list[str]:
        if card.state == Plant.State.DANGEROUS:
            return [_("Аварійне дерево: оформте його видалення або обрізку.")]
        return [] if card.location else [_("Точки на мапі немає. Вкажіть її, щоб насадження знайшли на місці.")]


class SpeciesRegister(Register):
    model = Species
    slug = "species"
    icon = "list"
    columns = ("name", "latin", "group", "allergenic")
    filters = ("group", "allergenic")
    order = ("name",)
    key = ("name",)
    sections = {gettext_lazy("Порода"): ("name", "latin", "group", "allergenic")}
    kept_by = (KeptBy("greenery.plants", by="species"),)
    creates_in_place = True
    indicators = (Count("total", gettext_lazy("Порід у реєстрі"), by=("group",)),)


class Removals(Register):
    model = Removal
    waiting = (
        Waiting("received", gettext_lazy("чекають на обстеження"), Q(state="received")),
        Waiting("inspected", gettext_lazy("чекають на ордер"), Q(state="inspected")),
    )
    icon = "axe"
    columns = ("number", "received_on", "applicant", "cause", "value", "permit_number", "permit_until", "state")
    more_columns = ("paid_on", "closed_on", "act_number", "inspected_on", "permit_on", "refusal")
    filters = ("state", "cause", "applicant", "received_on", "inspected_on", "paid_on", "permit_until", "closed_on")
    order = ("-received_on", "number")
    numbering = "ВН-{year}-{number:04}"
    totals = ("value",)
    status = "state"
    measures = ("value", "paid_on", Term("permit_on", "permit_until", gettext_lazy("Ордер")), "closed_on")
    sections = {
        gettext_lazy("Заява"): ("received_on", "applicant", "cause", "reason", "application"),
        gettext_lazy("Обстеження"): ("inspected_on", "act_number", "commission", "act"),
        gettext_lazy("Ордер"): ("permit_number", "permit_on", "permit_until", "refusal"),
    }
    views = (
        View("new", gettext_lazy("До обстеження"), "state=received"),
        View("waiting", gettext_lazy("До ордера"), "state=inspected"),
        View("permitted", gettext_lazy("Ордер видано"), "state=permitted"),
    )
    panels = (Related("items", "greenery.items", by="removal", columns=("plant", "diameter", "value")),)
    renewals = (
        Renewal(
            "permit_until", gettext_lazy("Закрити справу про видалення: спливає ордер"),
            where=Q(state="permitted"), days=(7, 1),
        ),
    )  # fmt: skip
    saves = operations.save_removal
    indicators = (
        Count("total", gettext_lazy("Справи про видалення"), by=("state", "cause"), on="received_on", owner=OWNER),
        Sum(
            "value", gettext_lazy("Сплачена відновна вартість"), field="value", where=Q(paid_on__isnull=False),
            by=("cause",), on="paid_on", unit="₴", owner=OWNER,
            formula=gettext_lazy("Сума відновної вартості у справах, де її сплачено."),
        ),
    )  # fmt: skip

    def subtitle_of(self, card: Removal) -> str:
        return f"{card.applicant}, {card.get_cause_display()}"

    @action(
        gettext_lazy("Внести акт обстеження"), icon="list-check", form=InspectForm,
        when=lambda card: card.state == "received",
    )  # fmt: skip
    def inspect(self, card: Removal, *, by: Any, **given: Any) -> str:
        done = operations.inspect(card, by=by, **given)
        return _("Відновна вартість: %(value)s.") % {"value": self.text_of("value", done)}

    @action(
        gettext_lazy("Внести оплату"), icon="coins", form=PayForm,
        when=lambda card: card.state == "inspected" and card.value and not card.paid_on,
    )  # fmt: skip
    def pay(self, card: Removal, *, by: Any, **given: Any) -> str:
        operations.pay(card, by=by, **given)
        return _("Оплату внесено. Можна видати ордер.")

    @action(
        gettext_lazy("Видати ордер"), icon="check", form=PermitForm,
        when=lambda card: card.state == "inspected" and (not card.value or card.paid_on),
    )  # fmt: skip
    def permit(self, card: Removal, *, by: Any, **given: Any) -> str:
        operations.permit(card, by=by, **given)
        return _("Ордер видано.")

    @action(gettext_lazy("Видалено"), icon="axe", form=FinishForm, when=lambda card: card.state == "permitted")
    def finish(self, card: Removal, *, by: Any, **given: Any) -> str:
        operations.finish(card, by=by, **given)
        return _("Насадження перенесено до архіву, справу закрито.")

    @action(
        gettext_lazy("Відмовити"), icon="x", form=ReasonForm, danger=True,
        when=lambda card: card.state in ("received", "inspected") and not card.paid_on,
    )  # fmt: skip
    def refuse(self, card: Removal, *, by: Any, **given: Any) -> str:
        operations.refuse(card, by=by, **given)
        return _("Справу закрито відмовою.")


class Items(Register):
    model = RemovalItem
    icon = "list"
    columns = ("removal", "plant", "diameter", "value", "is_open")
    joins = {"plant": ("plant__species",)}
    filters = ("removal", "plant", "is_open")
    order = ("-removal__received_on", "plant__number")
    totals = ("value",)
    sections = {gettext_lazy("Насадження у справі"): ("removal", "plant", "diameter", "note")}
    saves = operations.save_item
    indicators = (Count("total", gettext_lazy("Насадження у справах"), by=("is_open",)),)

    def subtitle_of(self, card: RemovalItem) -> str:
        return str(card.removal)


class Rates(Register):
    model = ReplacementRate
    icon = "coins"
    columns = ("group", "diameter_from", "diameter_to", "value", "starts_on", "ends_on", "act")
    filters = ("group", "starts_on", "ends_on", "value")
    order = ("group", "diameter_from", "-starts_on")
    key = ("group", "diameter_from", "starts_on")
    measures = ("value", "starts_on", "ends_on")
    sections = {
        gettext_lazy("Ставка"): ("group", "diameter_from", "diameter_to", "value"),
        gettext_lazy("Дія"): ("starts_on", "ends_on", "act"),
    }
    views = (View("current", gettext_lazy("Без кінця дії"), "ends_on__empty=1"),)
    indicators = (Count("total", gettext_lazy("Ставок відновної вартості"), by=("group",)),)
