from __future__ import annotations

from typing import Any

from django.db.models import Case, DecimalField, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models import Count as DbCount
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.levels import Level
from kernel.access.rights import allowed
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
from kernel.registers.waiting import overdue
from kernel.renewals.declare import Renewal
from tenant_apps.property.communal_property import operations
from tenant_apps.property.communal_property.forms import ReasonForm, WriteOffForm
from tenant_apps.property.communal_property.models import LIVE, Asset, Inventory, InventoryLine

OWNER = gettext_lazy("Управління майном")
REAL_ESTATE = ("building", "premises", "structure")
HELD = Q(kind__in=REAL_ESTATE) & ~Q(use="written_off")


class Assets(Register):
    model = Asset
    columns = ("number", "name", "kind", "use", "holder", "address", "area", "value")
    more_columns = ("cost", "wear", "keeper", "written_off_on")
    filters = (
        "kind",
        "use",
        "holder",
        "keeper",
        "settlement",
        "value",
        "unused_since",
        "commissioned_on",
        "written_off_on",
    )
    order = ("number",)
    totals = ("cost", "wear", "value", "area")
    label_field = "name"
    status = "use"
    measures = ("cost", "wear", "value", "area")
    sections = {
        gettext_lazy("Об’єкт"): ("number", "name", "kind", "commissioned_on"),
        gettext_lazy("Хто відповідає"): ("holder", "keeper"),
        gettext_lazy("Вартість"): ("cost", "wear", "share"),
        gettext_lazy("Використання"): ("use", "unused_since", "area"),
        gettext_lazy("Де це"): ("settlement", "building", "address", "location"),
        gettext_lazy("Документи"): ("basis", "registration", "document", "photo", "note"),
    }
    joins = {"holder_name": ("holder",)}
    dependent = {"building": "settlement"}
    key = ("number", "holder")
    duplicates = ("name", "address", "cost")
    aliases = {
        "number": ("інв. номер", "інвентарний №"),
        "name": ("найменування",),
        "cost": ("первісна (переоцінена) вартість", "вартість"),
        "wear": ("сума зносу", "накопичена амортизація"),
        "keeper": ("МВО",),
    }
    views = (
        View("vacant", gettext_lazy("Не використовується"), "use=vacant"),
        View("houses", gettext_lazy("Будівлі"), "kind=building"),
        View("shares", gettext_lazy("Частки"), "kind=share"),
    )
    panels = (
        Related(
            "lines",
            "communal_property.lines",
            by="asset",
            columns=("inventory", "result", "checked_at", "place", "note"),
        ),
    )
    kept_by = (KeptBy("communal_property.lines", by="asset", where=Q(inventory__state="open")),)
    layer = MapLayer("location", label="name", colour_by="use")
    public = PublicPage(
        "komunalne-maino",
        columns=("number", "name", "kind", "use", "holder_name", "holder__edrpou", "address", "area", "location"),
        open_data=True,
        where=HELD,
    )
    indicators = (
        Count(
            "total",
            gettext_lazy("Об’єкти комунальної власності"),
            where=~Q(use="written_off"),
            by=("kind", "use"),
            dimensions=("kind", "use"),
            tile=True,
            public=True,
            owner=OWNER,
            formula=gettext_lazy("Кількість об’єктів, яких не списано."),
        ),
        Sum(
            "value",
            gettext_lazy("Балансова вартість"),
            where=~Q(use="written_off"),
            field="value",
            by=("kind", "holder"),
            unit="₴",
            owner=OWNER,
            formula=gettext_lazy("Первісна вартість без зносу, без списаного."),
        ),
        Ratio(
            "wear",
            gettext_lazy("Знос основних засобів"),
            number="IND-69",
            over="worn",
            under="cost",
            where=~Q(use="written_off"),
            by=("kind", "holder"),
            unit="%",
            good=False,
            owner=OWNER,
            formula=gettext_lazy("Знос до первісної вартості об’єктів, яких не списано, у відсотках."),
        ),
        Ratio(
            "vacant",
            gettext_lazy("Площа, що не використовується"),
            over="vacant_area",
            under="area",
            where=HELD,
            by=("kind",),
            unit="%",
            good=False,
            public=True,
            owner=OWNER,
            formula=gettext_lazy("Площа нерухомості, що не використовується, до всієї її площі, у відсотках."),
        ),
    )

    def queryset(self) -> QuerySet[Asset]:
        area = Asset._meta.get_field("area")
        vacant = Case(When(use="vacant", then=F("area") * 100), default=Value(0), output_field=area)
        return (
            super()
            .queryset()
            .annotate(
                vacant_area=vacant,
                worn=ExpressionWrapper(F("wear") * 100, output_field=DecimalField(max_digits=20, decimal_places=2)),
            )
        )

    def subtitle_of(self, card: Asset) -> str:
        return " · ".join(part for part in (str(card.holder), card.address) if part)

    def hint_of(self, card: Asset) -> str:
        return card.number

    def advice(self, card: Any) -> list[str]:
        if card.kind in REAL_ESTATE and not card.registration:
            return [_("Немає запису про право власності. Без нього нерухомість не здати й не продати.")]
        if card.kind == "share" and card.share is None:
            return [_("Впишіть, яку частку має громада.")]
        return []

    @column(gettext_lazy("Балансоутримувач"), order="holder__full_name")
    def holder_name(self, card: Asset) -> str:
        """As residents may read it: an organisation's name and nobody else's."""
        name: str = card.holder.full_name
        return name

    def fits(self, name: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind="legal") if name == "holder" else queryset

    @action(
        gettext_lazy("Передати"),
        icon="arrow-right",
        form=ReasonForm,
        asks=("holder", "keeper"),
        when=lambda card: card.use != "written_off",
    )
    def hand_over(self, card: Asset, *, by: Any, **given: Any) -> str:
        saved = operations.hand_over(card, by=by, **given)
        return _("Балансоутримувач: %(holder)s.") % {"holder": saved.holder}

    @action(gettext_lazy("Є на місці"), icon="check", when=lambda card: card.is_awaited)
    def found(self, card: Asset, *, by: Any, **_given: Any) -> str:
        """The QR code of the label opens the card, so a press here is the whole check."""
        line = card.lines.filter(LIVE, inventory__state="open", result="pending").select_related("inventory").first()
        if line is not None:
            operations.note_found(line.inventory, by=by, number=self.url("card", card.pk))
        return _("Позначено: є.")

    @action(
        gettext_lazy("Списати"),
        level=Level.MANAGE,
        icon="x",
        form=WriteOffForm,
        when=lambda card: card.use != "written_off",
        danger=True,
    )
    def write_off(self, card: Asset, *, by: Any, **given: Any) -> None:
        operations.write_off(card, by=by, **given)

    @action(
        gettext_lazy("Повернути на облік"),
        level=Level.MANAGE,
        icon="restore",
        form=ReasonForm,
        when=lambda card: card.use == "written_off",
    )
    def take_back(self, card: Asset, *, by: Any, **given: Any) -> None:
        operations.take_back(card, by=by, **given)


def _progress(card: Inventory, user: Any) -> dict[str, Any]:
    lines = card.lines.filter(LIVE).order_by()
    counted = dict(lines.values_list("result").annotate(DbCount("pk")))
    may_count = card.state == "open" and allowed(user, Inventory._meta.app_label, Level.EDIT, card)
    return {
        "url": reverse("communal_property:count", args=[card.pk]) if may_count else "",
        "facts": [(words, str(counted.get(code, 0))) for code, words in InventoryLine.Result.choices],
    }


class Inventories(Register):
    model = Inventory
    waiting = (Waiting("overdue", gettext_lazy("інвентаризацію прострочено"), overdue("ends_on", Q(state="open"))),)
    icon = "list-check"
    columns = ("number", "holder", "order_number", "ordered_on", "starts_on", "ends_on", "state")
    filters = ("state", "holder", "starts_on", "ordered_on")
    order = ("-starts_on",)
    status = "state"
    measures = (Term("starts_on", "ends_on", gettext_lazy("Строк")),)
    numbering = "ІН-{year}-{number:03}"
    sections = {
        gettext_lazy("Інвентаризація"): ("holder", "order_number", "ordered_on", "starts_on", "ends_on", "commission"),
    }
    panels = (
        Panel("progress", gettext_lazy("Перевірка"), "communal_property/progress.html", _progress),
        Related("lines", "communal_property.lines", by="inventory", columns=("number", "name", "value", "result", "place", "note")),
    )  # fmt: skip
    views = (View("open", gettext_lazy("Тривають"), "state=open"),)
    kept_by = (KeptBy("communal_property.lines", by="inventory"),)
    renewals = (Renewal("ends_on", gettext_lazy("Завершити інвентаризацію"), where=Q(state="open"), days=(7, 1)),)
    saves = operations.save_inventory
    indicators = (
        Count("open", gettext_lazy("Інвентаризації тривають"), where=Q(state="open"), by=("holder",), owner=OWNER),
    )

    def subtitle_of(self, card: Inventory) -> str:
        return _("наказ № %(number)s від %(day)s") % {"number": card.order_number, "day": f"{card.ordered_on:%d.%m.%Y}"}

    @action(gettext_lazy("Розпочати"), icon="list-check", when=lambda card: card.state == "draft")
    def begin(self, card: Inventory, *, by: Any, **_given: Any) -> str:
        return _("До перевірки об’єктів: %(count)d.") % {"count": operations.begin(card, by=by)}

    @action(gettext_lazy("Завершити"), icon="checks", when=lambda card: card.state == "open", danger=True)
    def finish(self, card: Inventory, *, by: Any, **_given: Any) -> str:
        return _("Завершено. Нестача: %(count)d.") % {"count": operations.finish(card, by=by)}


class InventoryLines(Register):
    model = InventoryLine
    slug = "lines"
    icon = "clipboard"
    title = gettext_lazy("Рядки інвентаризацій")
    columns = ("number", "name", "inventory", "value", "result", "checked_at", "place", "note")
    more_columns = ("asset",)
    filters = ("inventory", "result", "asset", "checked_at")
    order = ("name",)
    totals = ("value",)
    status = "result"
    measures = ("value", "checked_at")
    read_only = True
    views = (
        View("pending", gettext_lazy("Не перевірено"), "result=pending"),
        View("missing", gettext_lazy("Нестача"), "result=missing"),
        View("surplus", gettext_lazy("Лишки"), "result=surplus"),
    )
    indicators = (
        Sum(
            "missing",
            gettext_lazy("Нестача за інвентаризаціями"),
            where=Q(result="missing"),
            field="value",
            by=("inventory",),
            unit="₴",
            good=False,
            owner=OWNER,
            formula=gettext_lazy("Балансова вартість того, чого не знайшли завершені інвентаризації."),
        ),
    )

    def subtitle_of(self, card: InventoryLine) -> str:
        return " · ".join(part for part in (card.number, str(card.inventory)) if part)

    @action(
        gettext_lazy("Скасувати позначку"),
        icon="restore",
        when=lambda card: (
            card.archived_at is None and card.inventory.state == "open" and card.result in ("found", "surplus")
        ),
    )
    def unmark(self, card: InventoryLine, *, by: Any, **_given: Any) -> None:
        operations.unmark(card, by=by)
