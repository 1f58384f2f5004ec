from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from kernel.access.forms import ReasonForm
from kernel.registers import Count, MapLayer, Register, Related, Share, Sum, View, Waiting, action
from kernel.registers.declarations import KeptBy, Panel
from kernel.reports.declarations import Report
from tenant_apps.utilities.networks import operations
from tenant_apps.utilities.networks.models import Line, Node, State

OWNER = gettext_lazy("Відділ житлово-комунального господарства")


def tracing(line: Line, user: Any) -> dict[str, Any]:
    return {"url": reverse("networks:trace", args=[line.pk])}


class Lines(Register):
    model = Line
    waiting = (Waiting("faulty", gettext_lazy("пошкоджені ділянки"), Q(state="faulty")),)
    title = gettext_lazy("Ділянки мереж")
    columns = ("code", "resource", "start", "end", "diameter", "material", "length", "built_in", "state")
    more_columns = ("holder", "pressure", "one_way")
    filters = ("resource", "state", "material", "diameter", "built_in", "holder", "start", "end")
    order = ("code",)
    key = ("code",)
    totals = ("length",)
    units = {"length": gettext_lazy("м")}
    status = "state"
    measures = ("length", "diameter", "built_in")
    sections = {
        gettext_lazy("Ділянка"): ("resource", "code", "start", "end", "one_way", "shape"),
        gettext_lazy("Труба або провід"): ("diameter", "material", "pressure", "built_in"),
        gettext_lazy("Стан"): ("state", "holder", "note"),
    }
    aliases = {
        "code": (gettext_lazy("ділянка"), gettext_lazy("номер ділянки")),
        "start": (gettext_lazy("початок"),),
        "end": (gettext_lazy("кінець"),),
        "built_in": (gettext_lazy("рік прокладання"),),
    }
    views = (
        View("water", gettext_lazy("Вода"), "resource=water"),
        View("sewer", gettext_lazy("Каналізація"), "resource=sewer"),
        View("heat", gettext_lazy("Тепло"), "resource=heat"),
        View("power", gettext_lazy("Електрика"), "resource=power"),
        View("gas", gettext_lazy("Газ"), "resource=gas"),
        View("faulty", gettext_lazy("Несправні"), "state=faulty"),
    )
    panels = (Panel("trace", gettext_lazy("Якщо тут аварія"), "networks/panel.html", tracing),)
    layer = MapLayer("shape", label="code", colour_by="resource")
    indicators = (
        Sum(
            "length",
            gettext_lazy("Довжина мереж"),
            field="length",
            where=~Q(state=State.RETIRED),
            by=("resource", "material", "holder"),
            unit=gettext_lazy("м"),
            tile=True,
            owner=OWNER,
            formula=gettext_lazy("Сума довжин ділянок, яких не виведено з роботи."),
        ),
        Count(
            "faulty",
            gettext_lazy("Несправні ділянки"),
            where=Q(state=State.FAULTY),
            by=("resource", "material"),
            good=False,
            owner=OWNER,
            formula=gettext_lazy("Кількість ділянок із позначкою «несправне»."),
        ),
    )
    reports = (
        Report(
            "by_material",
            gettext_lazy("Мережі за матеріалом"),
            by=("resource", "material"),
            measures=("count", "sum:length"),
            asks=("resource", "state", "holder"),
        ),
    )
    saves = operations.save_line

    def subtitle_of(self, card: Line) -> str:
        return f"{card.get_resource_display()}: {card.start} → {card.end}"

    def fits(self, name: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.exclude(state=State.RETIRED) if name in ("start", "end") else queryset

    @action(
        gettext_lazy("Позначити пошкодження"), icon="alert-triangle", form=ReasonForm, many=True, reversible=True,
        when=lambda card: card.state in (State.WORKING, State.CLOSED) and card.archived_at is None,
    )  # fmt: skip
    def break_down(self, card: Line, *, by: Any, reason: str) -> None:
        operations.set_state(card, State.FAULTY, by=by, reason=reason)

    @action(
        gettext_lazy("Ввести в роботу"), icon="check", many=True, reversible=True,
        when=lambda card: card.state in (State.FAULTY, State.CLOSED) and card.archived_at is None,
    )  # fmt: skip
    def mend(self, card: Line, *, by: Any, **given: Any) -> None:
        operations.set_state(card, State.WORKING, by=by)


class Nodes(Register):
    model = Node
    title = gettext_lazy("Вузли мереж")
    icon = "map-pin"
    columns = ("code", "resource", "kind", "name", "building", "state", "built_in")
    more_columns = ("feeds", "holder", "depth", "capacity", "capacity_unit", "datasheet", "diameter")
    filters = ("resource", "kind", "state", "feeds", "holder", "building", "built_in")
    order = ("code",)
    key = ("code",)
    status = "state"
    measures = ("capacity", "depth", "diameter")
    sections = {
        gettext_lazy("Вузол"): ("resource", "kind", "code", "name", "location", "building"),
        gettext_lazy("Устрій"): (
            "feeds", "capacity", "capacity_unit", "depth", "diameter", "built_in", "datasheet",
        ),
        gettext_lazy("Стан"): ("state", "holder", "note"),
    }  # fmt: skip
    aliases = {
        "code": (gettext_lazy("вузол"), gettext_lazy("номер колодязя"), gettext_lazy("№")),
        "built_in": (gettext_lazy("рік побудови"),),
    }
    views = (
        View("sources", gettext_lazy("Джерела"), "feeds=yes"),
        View("wells", gettext_lazy("Свердловини"), "kind=well"),
        View("boilers", gettext_lazy("Котельні"), "kind=boiler"),
        View("valves", gettext_lazy("Засувки"), "kind=valve"),
        View("closed", gettext_lazy("Закриті"), "state=closed"),
    )
    panels = (
        Related("out", "networks.lines", by="start", columns=("code", "end", "length"), title=gettext_lazy("Звідси")),
        Related("into", "networks.lines", by="end", columns=("code", "start", "length"), title=gettext_lazy("Сюди")),
    )
    kept_by = (KeptBy("networks.lines", by="start"), KeptBy("networks.lines", by="end"))
    layer = MapLayer("location", label="code", colour_by="state")
    indicators = (
        Count(
            "inlets",
            gettext_lazy("Введень споживачів"),
            where=Q(kind=Node.Kind.INLET),
            by=("resource",),
            owner=OWNER,
            formula=gettext_lazy("Кількість вводів споживачів у мережах."),
        ),
        Share(
            "valves_fit",
            gettext_lazy("Справні засувки"),
            where=~Q(state=State.FAULTY),
            of=Q(kind=Node.Kind.VALVE),
            by=("resource",),
            good=True,
            owner=OWNER,
            formula=gettext_lazy("Засувки без позначки «несправне» до всіх засувок, у відсотках."),
        ),
    )
    reports = (
        Report(
            "by_kind",
            gettext_lazy("Вузли за видами"),
            by=("resource", "kind"),
            across="state",
            asks=("resource", "holder"),
        ),
    )
    saves = operations.save_node

    def subtitle_of(self, card: Node) -> str:
        said = [f"{card.get_resource_display()}, {card.get_kind_display()}", card.name, str(card.building or "")]
        return " · ".join(filter(None, said))

    def hint_of(self, card: Node) -> str:
        return card.name or str(card.get_kind_display())

    @action(
        gettext_lazy("Закрити"), icon="lock", form=ReasonForm, many=True, reversible=True,
        when=lambda card: card.shuts and card.state == State.WORKING and card.archived_at is None,
    )  # fmt: skip
    def shut(self, card: Node, *, by: Any, reason: str) -> None:
        operations.set_state(card, State.CLOSED, by=by, reason=reason)

    @action(
        gettext_lazy("Відкрити"), icon="check", many=True, reversible=True,
        when=lambda card: card.shuts and card.state == State.CLOSED and card.archived_at is None,
    )  # fmt: skip
    def open_up(self, card: Node, *, by: Any, **given: Any) -> None:
        operations.set_state(card, State.WORKING, by=by)
