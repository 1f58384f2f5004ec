"""What people see. The first register is the module's own page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.fieldwork.declare import FieldForm
from kernel.registers import Count, MapLayer, PublicPage, Register, Related, Share, Sum, Term, View, Waiting, action
from kernel.registers.merging.declare import Merging
from kernel.registers.waiting import overdue
from kernel.renewals.declare import Renewal
from kernel.reports.declarations import Report
from tenant_apps.territory.playgrounds import operations
from tenant_apps.territory.playgrounds.forms import MendForm
from tenant_apps.territory.playgrounds.models import Equipment, Ground, GroundDefect, GroundInspection

OWNER = gettext_lazy("Відділ благоустрою")
OPEN = Q(mended_on__isnull=True)
UNSEEN = Q(next_visual_on__lt=Now()) | Q(next_functional_on__lt=Now()) | Q(next_annual_on__lt=Now())


class Grounds(Register):
    model = Ground
    waiting = (
        Waiting(
            "unseen",
            gettext_lazy("огляд прострочено"),
            lambda person: UNSEEN & (Q(responsible__isnull=True) | Q(responsible=person)),
        ),
    )
    columns = ("number", "name", "kind", "age", "settlement", "next_visual_on", "state")
    more_columns = ("building", "closed_on", "next_functional_on", "next_annual_on")
    filters = (
        "settlement", "kind", "age", "state", "surface", "holder", "accessible", "fenced", "lit", "installed_on",
        "next_visual_on", "next_functional_on", "next_annual_on", "location",
    )  # fmt: skip
    order = ("name",)
    assignee = "responsible"
    numbering = "ДМ-{number:03}"
    totals = ("area",)
    units = {"area": "м²"}
    duplicates = ("name", "settlement")
    key = ("number",)
    status = "state"
    measures = ("closed_on", "next_visual_on", "next_functional_on", "next_annual_on")
    sections = {
        gettext_lazy("Майданчик"): ("name", "kind", "age", "settlement", "building", "location", "photo"),
        gettext_lazy("Облаштування"): ("area", "surface", "fenced", "lit", "accessible", "installed_on"),
        gettext_lazy("Хто дбає"): ("holder", "responsible", "note"),
    }
    aliases = {
        "name": ("назва майданчика", "майданчик"),
        "building": ("адреса",),
        "age": ("вікова група", "вік"),
        "surface": ("тип покриття",),
        "holder": ("балансоутримувач", "утримувач"),
    }
    views = (
        View("closed", gettext_lazy("Закриті"), "state=closed"),
        View("week", gettext_lazy("Огляд цього тижня"), "next_visual_on__within=7"),
        View("unseen", gettext_lazy("Без щорічного огляду"), "next_annual_on__empty=1"),
    )
    panels = (
        Related("equipment", "playgrounds.equipment", by="ground", columns=("name", "kind", "certificate_until")),
        Related("defects", "playgrounds.defects", by="ground", columns=("defect", "danger", "found_on", "mended_on")),
        Related("inspections", "playgrounds.inspections", by="ground", columns=("kind", "inspected_on", "result")),
    )
    layer = MapLayer("location", label="name", colour_by="state")
    public = PublicPage(
        "maidanchyky",
        columns=("number", "name", "kind", "age", "settlement", "surface", "accessible", "state", "location"),
        open_data=True,
    )
    merges = Merging(likeness=0.6, near="location")
    proposals = ("location", "surface", "fenced", "lit", "accessible")
    renewals = (
        Renewal("next_functional_on", gettext_lazy("Провести функціональний огляд"), to="responsible", days=(14, 3)),
        Renewal("next_annual_on", gettext_lazy("Провести щорічний огляд"), to="responsible", days=(30, 7)),
    )
    indicators = (
        Count(
            "total", gettext_lazy("Усього майданчиків"), by=("settlement", "kind"), dimensions=("kind",), tile=True,
            public=True, owner=OWNER, formula=gettext_lazy("Кількість майданчиків, яких не списано."),
        ),
        Count(
            "closed", gettext_lazy("Закриті майданчики"), where=Q(state="closed"), by=("settlement", "kind"),
            good=False, public=True, owner=OWNER,
            formula=gettext_lazy("Майданчики, де є небезпечний не усунутий дефект."),
        ),
        Count(
            "overdue", gettext_lazy("Огляд прострочено"), where=UNSEEN, by=("settlement",), good=False, owner=OWNER,
            formula=gettext_lazy("Майданчики, де минув строк хоча б одного з оглядів."),
        ),
        Share(
            "accessible", gettext_lazy("Безбарʼєрні майданчики"), where=Q(accessible=True), by=("settlement",),
            good=True, public=True, owner=OWNER,
            formula=gettext_lazy("Безбарʼєрні майданчики до всіх, у відсотках."),
        ),
    )  # fmt: skip
    reports = (
        Report(
            "by_kind",
            gettext_lazy("Майданчики за видами й станом"),
            by=("settlement", "kind"),
            across="state",
            asks=("settlement", "kind"),
        ),
        Report(
            "list",
            gettext_lazy("Інвентаризація майданчиків"),
            by=("kind",),
            columns=("number", "name", "age", "surface", "area", "installed_on", "state"),
            asks=("kind", "settlement"),
        ),
    )

    def subtitle_of(self, card: Ground) -> str:
        return ", ".join(filter(None, (card.get_kind_display(), card.get_age_display(), str(card.building or ""))))

    def hint_of(self, card: Ground) -> str:
        return str(card.settlement or "")

    def advice(self, card: Any) -> list[str]:
        return [] if card.location else [_("Точки на мапі немає. Вкажіть її, щоб майданчик знайшли мешканці.")]


class EquipmentRegister(Register):
    model = Equipment
    slug = "equipment"
    icon = "list"
    columns = ("name", "kind", "ground", "inventory_number", "certificate_until", "serves_until")
    filters = ("ground", "kind", "maker", "installed_on", "serves_until", "certificate_until", "cost")
    order = ("ground__name", "name")
    totals = ("cost",)
    key = ("inventory_number",)
    duplicates = ("ground", "name", "inventory_number")
    measures = (Term("installed_on", "serves_until", gettext_lazy("Строк служби")), "certificate_until", "cost")
    sections = {
        gettext_lazy("Обладнання"): ("ground", "kind", "name", "inventory_number", "maker", "cost", "photo"),
        gettext_lazy("Строки"): ("installed_on", "serves_until"),
        gettext_lazy("Сертифікат"): ("certificate_number", "certificate_until", "certificate"),
    }
    aliases = {"name": ("назва", "модель"), "ground": ("майданчик",), "inventory_number": ("інв. №", "інвентарний №")}
    views = (
        View("certificate", gettext_lazy("Сертифікат спливає"), "certificate_until__within=60"),
        View("old", gettext_lazy("Строк служби спливає"), "serves_until__within=180"),
    )
    panels = (Related("defects", "playgrounds.defects", by="equipment", columns=("defect", "found_on", "mended_on")),)
    renewals = (
        Renewal("certificate_until", gettext_lazy("Поновити сертифікат обладнання"), days=(60, 14)),
        Renewal("serves_until", gettext_lazy("Замінити обладнання: строк служби"), days=(180, 30)),
    )
    indicators = (
        Count("total", gettext_lazy("Усього обладнання"), by=("kind",), owner=OWNER),
        Sum("cost", gettext_lazy("Вартість обладнання"), field="cost", by=("kind",), unit="₴", owner=OWNER),
        Share(
            "certified", gettext_lazy("З чинним сертифікатом"), where=Q(certificate_until__gte=Now()), by=("kind",),
            good=True, owner=OWNER,
        ),
    )  # fmt: skip

    def subtitle_of(self, card: Equipment) -> str:
        return str(card.ground)


class Inspections(Register):
    model = GroundInspection
    icon = "list-check"
    columns = ("inspected_on", "ground", "kind", "inspector", "result")
    filters = ("ground", "kind", "result", "inspector", "inspected_on")
    order = ("-inspected_on", "kind")
    key = ("ground", "kind", "inspected_on")
    status = "result"
    measures = ("inspected_on",)
    sections = {
        gettext_lazy("Огляд"): ("ground", "kind", "inspected_on", "inspector", "result", "note", "photo", "act")
    }
    views = (View("remarks", gettext_lazy("Із зауваженнями"), "result=remarks"),)
    panels = (Related("defects", "playgrounds.defects", by="inspection", columns=("defect", "danger", "mended_on")),)
    saves = operations.save_inspection
    fieldwork = FieldForm("ground", "kind", "result", "note", photo="photo", day="inspected_on")
    indicators = (
        Count("total", gettext_lazy("Огляди майданчиків"), by=("kind", "result"), on="inspected_on", owner=OWNER),
    )

    def subtitle_of(self, card: GroundInspection) -> str:
        return str(card.ground)


class Defects(Register):
    model = GroundDefect
    waiting = (Waiting("overdue", gettext_lazy("дефекти прострочено"), overdue("due_on", OPEN)),)
    icon = "alert-triangle"
    columns = ("defect", "ground", "danger", "found_on", "due_on", "mended_on")
    more_columns = ("outcome",)
    filters = ("ground", "equipment", "inspection", "danger", "found_on", "due_on", "mended_on")
    order = ("-found_on", "defect")
    status = "danger"
    measures = (Term("found_on", "due_on", gettext_lazy("Строк усунення")), "mended_on")
    sections = {
        gettext_lazy("Дефект"): ("ground", "equipment", "inspection", "found_on", "danger", "defect", "photo"),
        gettext_lazy("Усунення"): ("due_on", "photo_after"),
    }
    dependent = {"equipment": "ground", "inspection": "ground"}
    views = (
        View("open", gettext_lazy("Не усунуто"), "mended_on__empty=1"),
        View("closing", gettext_lazy("Закривають майданчик"), "danger=dangerous&mended_on__empty=1"),
    )
    renewals = (Renewal("due_on", gettext_lazy("Усунути дефект майданчика"), where=OPEN, days=(7, 1)),)
    saves = operations.save_defect
    fieldwork = FieldForm("ground", "equipment", "danger", "defect", photo="photo", day="found_on", takes=True)
    indicators = (
        Count(
            "open",
            gettext_lazy("Не усунуті дефекти"),
            number="IND-73",
            where=OPEN,
            by=("danger",),
            good=False,
            owner=OWNER,
            formula=gettext_lazy("Дефекти обладнання й майданчиків, яких ще не усунуто."),
        ),
        Share("mended", gettext_lazy("Усунуто"), where=~OPEN, by=("danger",), good=True, owner=OWNER),
    )

    def status_of(self, card: GroundDefect) -> tuple[str, str] | None:
        return ("ok", _("усунуто")) if card.mended_on else super().status_of(card)

    def subtitle_of(self, card: GroundDefect) -> str:
        return str(card.ground)

    @action(gettext_lazy("Усунуто"), icon="check", form=MendForm, when=lambda card: card.mended_on is None)
    def mend(self, card: GroundDefect, *, by: Any, **given: Any) -> str:
        mended = operations.mend_defect(card, by=by, **given)
        ground = Ground.objects.get(pk=mended.ground_id)
        if ground.state == Ground.State.CLOSED:
            return _("Дефект закрито. Майданчик ще закритий: є інші небезпечні дефекти.")
        return _("Дефект закрито. Майданчик відкритий.")
