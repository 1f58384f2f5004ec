"""What people see. The first register is the module's own page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.fieldwork.declare import FieldForm
from kernel.registers import (
    Count,
    KeptBy,
    MapLayer,
    PublicPage,
    Register,
    Related,
    Share,
    Sum,
    Term,
    View,
    Waiting,
    action,
    column,
)  # fmt: skip
from kernel.registers.merging.declare import Merging
from kernel.registers.waiting import overdue
from kernel.renewals.declare import Renewal
from kernel.reports.declarations import Report
from tenant_apps.territory.street_network import operations
from tenant_apps.territory.street_network.forms import MendForm
from tenant_apps.territory.street_network.models import LightPoint, RoadDefect, RoadSection, RoadSign, RoadWork

OWNER = gettext_lazy("Відділ інфраструктури")
OPEN = Q(mended_on__isnull=True)
WORKS = ("works", "kind", "done_on", "cost")
DEFECTS = ("defect", "urgency", "found_on", "mended_on")


class Roads(Register):
    model = RoadSection
    columns = ("number", "name", "category", "surface", "length", "repaired_in", "condition")
    filters = (
        "settlement", "street", "category", "surface", "condition", "holder", "length", "built_in", "repaired_in",
        "inspected_on", "pavement", "drain", "line",
    )  # fmt: skip
    order = ("name",)
    numbering = "Д-{number:04}"
    key = ("name", "settlement")
    totals = ("length",)
    units = {"length": "м", "width": "м"}
    status = "condition"
    measures = ("length", "width", "lanes", "repaired_in", "inspected_on")
    sections = {
        gettext_lazy("Ділянка"): ("name", "settlement", "street", "category", "line"),
        gettext_lazy("Паспорт"): ("surface", "length", "width", "lanes", "pavement", "drain", "passport"),
        gettext_lazy("Стан"): ("condition", "inspected_on", "built_in", "repaired_in", "holder"),
    }
    dependent = {"street": "settlement"}
    aliases = {
        "name": ("назва вулиці", "назва дороги", "вулиця (ділянка)"),
        "length": ("протяжність",),
        "surface": ("тип покриття",),
        "condition": ("стан покриття",),
    }
    views = (
        View("bad", gettext_lazy("Аварійні"), "condition=broken"),
        View("soil", gettext_lazy("Без твердого покриття"), "surface=soil"),
    )
    panels = (
        Related("defects", "street_network.defects", by="road", columns=DEFECTS),
        Related("works", "street_network.works", by="road", columns=WORKS),
        Related("signs", "street_network.signs", by="road", columns=("code", "name", "state")),
        Related("lights", "street_network.lights", by="road", columns=("number", "lamp", "power", "state")),
    )
    kept_by = (KeptBy("street_network.signs", by="road"), KeptBy("street_network.lights", by="road"))
    layer = MapLayer("line", label="name", colour_by="condition")
    public = PublicPage(
        "dorohy",
        columns=("number", "name", "category", "surface", "length", "condition", "repaired_in", "line"),
        open_data=True,
    )
    merges = Merging(likeness=0.7)
    proposals = ("condition", "surface", "pavement", "drain")
    indicators = (
        Sum(
            "length", gettext_lazy("Довжина доріг"), field="length", by=("category", "surface"),
            dimensions=("surface",), unit=gettext_lazy("м"), tile=True, public=True, owner=OWNER,
            formula=gettext_lazy("Сума довжин ділянок доріг."),
        ),
        Share(
            "bad", gettext_lazy("У незадовільному стані"), where=Q(condition__in=("poor", "broken")), by=("category",),
            good=False, public=True, owner=OWNER,
            formula=gettext_lazy("Ділянки в незадовільному й аварійному стані до всіх, у відсотках."),
        ),
    )  # fmt: skip
    reports = (
        Report(
            "by_surface", gettext_lazy("Дороги за категоріями й покриттям"), by=("category",), across="surface",
            measures=("sum:length", "count"), asks=("settlement", "condition"),
        ),
    )  # fmt: skip

    def subtitle_of(self, card: RoadSection) -> str:
        return f"{card.get_category_display()}, {card.get_surface_display()}"


class Signs(Register):
    model = RoadSign
    icon = "sign"
    columns = ("number", "code", "name", "value", "road", "state")
    filters = ("road", "code", "state", "installed_on", "location")
    order = ("number",)
    numbering = "ЗН-{number:04}"
    key = ("number",)
    status = "state"
    measures = ("installed_on",)
    sections = {
        gettext_lazy("Знак"): ("code", "name", "value", "state", "photo"),
        gettext_lazy("Де стоїть"): ("road", "place", "location", "installed_on", "scheme"),
    }
    aliases = {"code": ("знак", "№ знака", "номер за ДСТУ"), "road": ("вулиця", "дорога")}
    views = (View("missing", gettext_lazy("Відсутні"), "state=missing"),)
    panels = (
        Related("defects", "street_network.defects", by="sign", columns=DEFECTS),
        Related("works", "street_network.works", by="sign", columns=WORKS),
    )
    layer = MapLayer("location", label="code", colour_by="state")
    proposals = ("state", "place", "location")
    fieldwork = FieldForm(
        "code", "name", "value", "state", "road", "place", place="location", photo="photo", takes=True
    )
    indicators = (
        Count("total", gettext_lazy("Дорожніх знаків"), by=("state",), owner=OWNER),
        Share("sound", gettext_lazy("Справні знаки"), where=Q(state="good"), by=("road",), good=True, owner=OWNER),
    )

    def subtitle_of(self, card: RoadSign) -> str:
        return str(card.road or card.place)


class Lights(Register):
    model = LightPoint
    icon = "lamp"
    columns = ("number", "road", "lamp", "power", "cabinet", "state")
    filters = ("road", "lamp", "power", "pole", "cabinet", "state", "installed_on", "location")
    order = ("number",)
    numbering = "СТ-{number:05}"
    key = ("number",)
    totals = ("power",)
    units = {"power": "Вт", "height": "м"}
    status = "state"
    measures = ("power", "height", "installed_on")
    sections = {
        gettext_lazy("Світильник"): ("lamp", "power", "height", "pole", "pole_number", "cabinet", "photo"),
        gettext_lazy("Де стоїть"): ("road", "place", "location", "installed_on"),
    }
    aliases = {"cabinet": ("шафа", "ШК"), "power": ("потужність",), "lamp": ("тип лампи",), "road": ("вулиця",)}
    views = (
        View("off", gettext_lazy("Не світять"), "state=off"),
        View("old", gettext_lazy("Ртутні"), "lamp=mercury"),
    )
    panels = (
        Related("defects", "street_network.defects", by="light", columns=DEFECTS),
        Related("works", "street_network.works", by="light", columns=WORKS),
    )
    layer = MapLayer("location", label="number", colour_by="state")
    public = PublicPage("svitlo", columns=("number", "road", "lamp", "state", "location"), open_data=True)
    proposals = ("place", "location", "pole_number")
    indicators = (
        Count(
            "total", gettext_lazy("Світлоточок"), by=("lamp", "state"), public=True, owner=OWNER,
            formula=gettext_lazy("Кількість світлоточок у реєстрі."),
        ),
        Share(
            "works", gettext_lazy("Світять"), where=Q(state="works"), by=("cabinet",), good=True, public=True,
            owner=OWNER, formula=gettext_lazy("Світлоточки без незакритих дефектів до всіх, у відсотках."),
        ),
        Sum("power", gettext_lazy("Потужність освітлення"), field="power", by=("lamp",), unit=gettext_lazy("Вт")),
    )  # fmt: skip

    def subtitle_of(self, card: LightPoint) -> str:
        return str(card.road or card.place)


class Defects(Register):
    model = RoadDefect
    waiting = (Waiting("overdue", gettext_lazy("дефекти прострочено"), overdue("due_on", Q(mended_on__isnull=True))),)
    icon = "alert-triangle"
    columns = ("defect", "subject", "urgency", "found_on", "due_on", "mended_on")
    more_columns = ("road", "sign", "light", "outcome")
    joins = {"subject": ("road", "sign", "light")}
    filters = ("road", "sign", "light", "urgency", "found_on", "due_on", "mended_on", "location")
    order = ("-found_on", "defect")
    status = "urgency"
    measures = (Term("found_on", "due_on", gettext_lazy("Строк усунення")), "mended_on")
    sections = {
        gettext_lazy("Про що"): ("road", "sign", "light"),
        gettext_lazy("Дефект"): ("defect", "urgency", "found_on", "due_on", "location", "photo", "photo_after"),
    }
    intros = {"Про що": gettext_lazy("Оберіть щось одне.")}
    views = (
        View("open", gettext_lazy("Не усунуто"), "mended_on__empty=1"),
        View("danger", gettext_lazy("Аварійні"), "urgency=danger&mended_on__empty=1"),
    )
    layer = MapLayer("location", label="defect", colour_by="urgency")
    renewals = (Renewal("due_on", gettext_lazy("Усунути дефект вуличної мережі"), where=OPEN, days=(7, 1)),)
    saves = operations.save_defect
    fieldwork = FieldForm(
        "road", "sign", "light", "defect", "urgency", place="location", photo="photo", day="found_on", takes=True
    )
    indicators = (
        Count("open", gettext_lazy("Не усунуті дефекти"), where=OPEN, by=("urgency",), good=False, owner=OWNER),
        Share("mended", gettext_lazy("Усунуто"), where=~OPEN, by=("urgency",), good=True, owner=OWNER),
    )

    @column(gettext_lazy("Обʼєкт"))
    def subject(self, card: RoadDefect) -> str:
        return str(card.subject or "")

    def status_of(self, card: RoadDefect) -> tuple[str, str] | None:
        return ("ok", _("усунуто")) if card.mended_on else super().status_of(card)

    def subtitle_of(self, card: RoadDefect) -> str:
        return self.subject(card)

    @action(gettext_lazy("Усунуто"), icon="check", form=MendForm, when=lambda card: card.mended_on is None)
    def mend(self, card: RoadDefect, *, by: Any, **given: Any) -> str:
        operations.mend_defect(card, by=by, **given)
        return _("Дефект закрито.")


class Works(Register):
    model = RoadWork
    icon = "tools"
    columns = ("done_on", "works", "subject", "kind", "cost", "warranty_until")
    more_columns = ("road", "sign", "light")
    joins = {"subject": ("road", "sign", "light")}
    filters = ("road", "sign", "light", "kind", "contractor", "done_on", "warranty_until", "cost")
    order = ("-done_on", "works")
    totals = ("cost",)
    measures = ("cost", Term("done_on", "warranty_until", gettext_lazy("Гарантія")))
    sections = {
        gettext_lazy("Про що"): ("road", "sign", "light"),
        gettext_lazy("Роботи"): ("kind", "works", "done_on", "contractor", "cost", "warranty_until", "document"),
    }
    intros = {"Про що": gettext_lazy("Оберіть щось одне.")}
    renewals = (Renewal("warranty_until", gettext_lazy("Оглянути роботи до кінця гарантії"), days=(30,)),)
    saves = operations.save_work
    indicators = (
        Count("total", gettext_lazy("Роботи на вуличній мережі"), by=("kind",), on="done_on", owner=OWNER),
        Sum("cost", gettext_lazy("Вартість робіт"), field="cost", by=("kind",), on="done_on", unit="₴", owner=OWNER),
    )

    @column(gettext_lazy("Обʼєкт"))
    def subject(self, card: RoadWork) -> str:
        return str(card.subject or "")

    def subtitle_of(self, card: RoadWork) -> str:
        return self.subject(card)
