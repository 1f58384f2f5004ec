"""What people see. The first register is the module's own page."""

from __future__ import annotations

from typing import Any

from django.db.models import Count as DbCount
from django.db.models import Q
from django.db.models import Sum as DbSum
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.registers import (
    Average,
    Count,
    MapLayer,
    Panel,
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
from kernel.registers.registry import register_named
from kernel.registers.waiting import overdue
from kernel.renewals.declare import Renewal
from tenant_apps.property.houses import calc, operations
from tenant_apps.property.houses.forms import FinishForm, MendForm, SignForm
from tenant_apps.property.houses.models import (
    Finding,
    House,
    HouseEnergy,
    HouseInspection,
    HouseMeter,
    HouseRepair,
    HouseSystem,
)

OWNER = gettext_lazy("Відділ житлово-комунального господарства")
OPEN = Q(mended_on__isnull=True)


def rooms_of(house: House, user: Any) -> dict[str, Any]:
    """Entrances and premises as the register of addresses has them."""
    inside = {"building": house.building_id}
    entrances, premises = register_named("addresses.entrances"), register_named("addresses.premises")
    kinds = premises.rows(user).filter(**inside).order_by("kind").values("kind")
    words = premises.facet("kind").choices
    return {
        "entrances": [
            (entrances.url("card", one.pk), one.number, one.flat_first, one.flat_last)
            for one in entrances.rows(user).filter(**inside).order_by("number")
        ],
        "kinds": [
            (words[one["kind"]], one["count"], premises.facet("area").words(one["area"]))
            for one in kinds.annotate(count=DbCount("pk"), area=DbSum("area"))
        ],
        "url": f"{premises.url()}?building={house.building_id}",
    }


class Houses(Register):
    model = House
    columns = ("shown", "built_in", "floors", "flats", "total_area", "managed", "condition", "wear")
    more_columns = ("building__settlement", "building__postcode")
    filters = (
        "building__settlement", "condition", "managed", "manager", "built_in", "floors", "walls", "roof", "wear",
        "energy_class", "capital_repair_in", "certificate_until", "location",
    )  # fmt: skip
    order = ("shown",)
    totals = ("flats", "total_area", "living_area", "roof_area")
    units = {"wear": "%", "total_area": "м²"}
    label_field = "shown"
    status = "condition"
    measures = ("total_area", "flats", "built_in", "wear")
    sections = {
        gettext_lazy("Будинок"): ("building", "location", "photo", "built_in", "series", "walls", "roof", "roof_area"),
        gettext_lazy("Склад"): ("floors", "entrances", "flats", "lifts", "residents"),
        gettext_lazy("Площі"): (
            "total_area", "living_area", "other_area", "shared_area", "basement_area", "plot_area", "cadastral_number",
        ),
        gettext_lazy("Управління"): ("managed", "manager", "managed_since", "responsible"),
        gettext_lazy("Технічний стан"): ("condition", "wear", "wear_on", "capital_repair_in"),
        gettext_lazy("Енергоефективність"): ("energy_class", "certificate_number", "certificate_until"),
        gettext_lazy("Інше"): ("note",),
    }  # fmt: skip
    key = ("building",)
    aliases = {
        "building": ("адреса", "адреса будинку", "будинок"),
        "built_in": ("рік будівництва", "рік введення в експлуатацію"),
        "floors": ("поверховість", "кількість поверхів"),
        "flats": ("кількість квартир",),
        "entrances": ("кількість підʼїздів",),
        "lifts": ("кількість ліфтів",),
        "total_area": ("загальна площа",),
        "living_area": ("житлова площа", "площа квартир"),
        "shared_area": ("МЗК", "площа МЗК"),
        "walls": ("матеріал стін",),
        "roof": ("тип покрівлі",),
        "wear": ("фізичний знос", "знос"),
    }
    views = (
        View("worn", gettext_lazy("Знос понад 60 %"), "wear__from=61"),
        View("unmanaged", gettext_lazy("Без управителя"), "managed=nobody"),
        View("certificate", gettext_lazy("Сертифікат спливає"), "certificate_until__within=60"),
    )
    panels = (
        Panel("rooms", gettext_lazy("Підʼїзди й приміщення"), "houses/rooms.html", rooms_of),
        Related("systems", "houses.systems", by="house", columns=("kind", "scheme", "load", "load_unit", "state")),
        Related("meters", "houses.meters", by="house", columns=("resource", "number", "verified_until", "state")),
        Related("inspections", "houses.inspections", by="house", columns=("season", "inspected_on", "number", "state")),
        Related("findings", "houses.findings", by="house", columns=("element", "defect", "due_on", "mended_on")),
        Related("repairs", "houses.repairs", by="house", columns=("works", "kind", "finished_on", "cost", "state")),
        Related("energy", "houses.energy", by="house", columns=("year", "heat_gcal", "specific_heat", "power_kwh")),
    )
    layer = MapLayer("location", label="shown", colour_by="condition")
    public = PublicPage(
        "budynky",
        columns=("shown", "built_in", "floors", "flats", "total_area", "managed", "energy_class", "location"),
        open_data=True,
    )
    proposals = ("entrances", "residents", "note")
    renewals = (Renewal("certificate_until", gettext_lazy("Поновити енергосертифікат будинку"), to="responsible"),)
    saves = operations.save_house
    indicators = (
        Count(
            "total", gettext_lazy("Усього будинків"), by=("managed", "condition"), dimensions=("managed",),
            tile=True, public=True, owner=OWNER, formula=gettext_lazy("Кількість багатоквартирних будинків з паспортом."),
        ),
        Sum(
            "area", gettext_lazy("Загальна площа будинків"), field="total_area", by=("managed",),
            unit=gettext_lazy("м²"), public=True, owner=OWNER, formula=gettext_lazy("Сума загальних площ будинків."),
        ),
        Average(
            "wear", gettext_lazy("Середній знос"), field="wear", by=("managed",), unit="%", good=False, owner=OWNER,
            formula=gettext_lazy("Середнє зносу будинків, у яких його визначено."),
        ),
        Share(
            "worn", gettext_lazy("Знос понад 60 %"), where=Q(wear__gt=60), of=Q(wear__isnull=False),
            by=("managed",), good=False, public=True, owner=OWNER,
            formula=gettext_lazy("Будинки зі зносом понад 60 % до будинків, де знос визначено, у відсотках."),
        ),
        Share(
            "certified", gettext_lazy("З енергосертифікатом"), where=~Q(certificate_number=""), by=("managed",),
            good=True, public=True, owner=OWNER,
            formula=gettext_lazy("Будинки з енергосертифікатом до всіх будинків, у відсотках."),
        ),
    )  # fmt: skip

    def subtitle_of(self, card: House) -> str:
        said = [card.get_walls_display() if card.walls else "", card.get_managed_display(), str(card.manager or "")]
        return ", ".join(filter(None, said))

    def hint_of(self, card: House) -> str:
        return card.get_managed_display()

    def advice(self, card: Any) -> list[str]:
        said = []
        if card.wear is not None and calc.condition_by_wear(card.wear) != card.condition:
            words = House.Condition(calc.condition_by_wear(card.wear)).label
            said.append(
                _("За зносом %(wear)s %% стан — %(words)s. Звірте стан і знос.") % {"wear": card.wear, "words": words}
            )
        if not card.location:
            said.append(_("Точки на мапі немає. Вкажіть її тут або в картці адреси."))
        return said


class Systems(Register):
    model = HouseSystem
    icon = "hierarchy"
    columns = ("house", "kind", "scheme", "load", "load_unit", "state")
    filters = ("house", "kind", "state", "supplier", "installed_in", "repaired_in")
    order = ("house__shown", "kind")
    status = "state"
    measures = ("installed_in", "repaired_in", "load")
    sections = {
        gettext_lazy("Система"): ("house", "kind", "scheme", "state", "installed_in", "repaired_in"),
        gettext_lazy("Приєднання"): ("load", "load_unit", "supplier", "note"),
    }
    key = ("house", "kind")
    aliases = {"house": ("будинок", "адреса"), "kind": ("вид", "система")}
    indicators = (
        Count("total", gettext_lazy("Усього систем"), by=("kind", "state")),
        Count("dangerous", gettext_lazy("Аварійні системи"), where=Q(state="dangerous"), by=("kind",), good=False),
    )

    def subtitle_of(self, card: HouseSystem) -> str:
        return str(card.house)


class Meters(Register):
    model = HouseMeter
    icon = "clock"
    columns = ("house", "resource", "number", "place", "verified_until", "state")
    filters = ("house", "resource", "state", "verified_until", "installed_on")
    order = ("house__shown", "resource", "number")
    status = "state"
    measures = (Term("verified_on", "verified_until", gettext_lazy("Повірка")),)
    sections = {
        gettext_lazy("Лічильник"): ("house", "resource", "number", "type_name", "place", "state"),
        gettext_lazy("Повірка"): ("installed_on", "verified_on", "verified_until", "passport"),
    }
    key = ("resource", "number")
    aliases = {"house": ("будинок", "адреса"), "number": ("номер", "№ лічильника"), "verified_until": ("повірити до",)}
    views = (View("soon", gettext_lazy("Повірка за 60 днів"), "verified_until__within=60"),)
    renewals = (
        Renewal("verified_until", gettext_lazy("Повірити лічильник будинку"), where=~Q(state="removed"), days=(60, 14)),
    )
    indicators = (
        Count("total", gettext_lazy("Лічильники будинків"), by=("resource", "state")),
        Count(
            "overdue", gettext_lazy("Повірку прострочено"), where=Q(verified_until__lt=Now()) & ~Q(state="removed"),
            by=("resource",), good=False,
        ),
    )  # fmt: skip

    def subtitle_of(self, card: HouseMeter) -> str:
        return str(card.house)


class Inspections(Register):
    model = HouseInspection
    waiting = (Waiting("draft", gettext_lazy("акти не підписано"), Q(state="draft")),)
    icon = "list-check"
    columns = ("number", "house", "season", "inspected_on", "signed_on", "state")
    filters = ("house", "season", "state", "inspected_on", "signed_on")
    order = ("-inspected_on", "number")
    numbering = "ОБ-{year}-{number:04}"
    status = "state"
    measures = ("inspected_on", "signed_on")
    sections = {gettext_lazy("Огляд"): ("house", "season", "inspected_on", "commission", "conclusion", "act")}
    panels = (
        Related(
            "findings", "houses.findings", by="inspection",
            columns=("element", "defect", "remedy", "urgency", "due_on", "mended_on"),
        ),
    )  # fmt: skip
    views = (
        View("draft", gettext_lazy("Акт готують"), "state=draft"),
        View("spring", gettext_lazy("Весняні"), "season=spring"),
        View("autumn", gettext_lazy("Осінні"), "season=autumn"),
    )
    saves = operations.save_inspection
    indicators = (
        Count("total", gettext_lazy("Огляди будинків"), by=("season", "state"), on="inspected_on", owner=OWNER),
        Share("signed", gettext_lazy("Акт підписано"), where=Q(state="signed"), by=("season",), good=True, owner=OWNER),
    )

    def subtitle_of(self, card: HouseInspection) -> str:
        return str(card.house)

    def advice(self, card: Any) -> list[str]:
        if card.inspected_on and not calc.is_in_season(card.season, card.inspected_on):
            return [_("Весняний огляд проводять у березні–травні, осінній — у серпні–жовтні. Перевірте вид огляду.")]
        return []

    @action(gettext_lazy("Підписати акт"), icon="check", form=SignForm, when=lambda card: card.state == "draft")
    def sign(self, card: HouseInspection, *, by: Any, **given: Any) -> str:
        operations.sign_inspection(card, by=by, **given)
        return _("Акт підписано.")


class Findings(Register):
    model = Finding
    waiting = (Waiting("overdue", gettext_lazy("дефекти прострочено"), overdue("due_on", Q(mended_on__isnull=True))),)
    icon = "alert-triangle"
    columns = ("house", "element", "defect", "urgency", "due_on", "mended_on")
    more_columns = ("outcome",)
    filters = ("house", "inspection", "element", "urgency", "due_on", "mended_on")
    order = ("-inspection__inspected_on", "element")
    status = "urgency"
    measures = ("due_on", "mended_on")
    sections = {gettext_lazy("Дефект"): ("inspection", "element", "defect", "remedy", "urgency", "due_on", "photo")}
    views = (
        View("open", gettext_lazy("Не усунуто"), "mended_on__empty=1"),
        View("danger", gettext_lazy("Аварійні"), "urgency=danger&mended_on__empty=1"),
        View("soon", gettext_lazy("Строк за 14 днів"), "due_on__within=14&mended_on__empty=1"),
    )
    renewals = (Renewal("due_on", gettext_lazy("Усунути дефект будинку"), where=OPEN, days=(14, 3)),)
    saves = operations.save_finding
    indicators = (
        Count("open", gettext_lazy("Не усунуті дефекти"), where=OPEN, by=("element", "urgency"), tile=True, good=False),
        Share("mended", gettext_lazy("Усунуто"), where=~OPEN, by=("element",), good=True),
    )

    def status_of(self, card: Finding) -> tuple[str, str] | None:
        return ("ok", _("усунуто")) if card.mended_on else super().status_of(card)

    def subtitle_of(self, card: Finding) -> str:
        return str(card.house)

    @action(gettext_lazy("Усунуто"), icon="check", form=MendForm, when=lambda card: card.mended_on is None)
    def mend(self, card: Finding, *, by: Any, **given: Any) -> str:
        operations.mend_finding(card, by=by, **given)
        return _("Дефект закрито.")


class Repairs(Register):
    model = HouseRepair
    icon = "settings"
    columns = ("house", "works", "kind", "planned_on", "finished_on", "cost", "state")
    filters = ("house", "kind", "element", "state", "contractor", "planned_on", "finished_on", "warranty_until", "cost")
    order = ("-planned_on", "house__shown")
    totals = ("cost",)
    status = "state"
    measures = ("cost", Term("finished_on", "warranty_until", gettext_lazy("Гарантія")))
    sections = {
        gettext_lazy("Ремонт"): ("house", "kind", "element", "works", "planned_on"),
        gettext_lazy("Виконання"): ("contractor", "cost", "warranty_until", "document"),
    }
    views = (
        View("planned", gettext_lazy("Заплановані"), "state=planned"),
        View("capital", gettext_lazy("Капітальні"), "kind=capital"),
    )
    renewals = (
        Renewal("warranty_until", gettext_lazy("Оглянути роботи до кінця гарантії"), where=Q(state="done"), days=(30,)),
    )
    saves = operations.save_repair
    indicators = (
        Count("done", gettext_lazy("Виконані ремонти"), where=Q(state="done"), by=("kind",), on="finished_on"),
        Sum("cost", gettext_lazy("Вартість ремонтів"), field="cost", where=Q(state="done"), by=("kind",), unit="₴"),
    )

    def subtitle_of(self, card: HouseRepair) -> str:
        return str(card.house)

    @action(gettext_lazy("Виконано"), icon="check", form=FinishForm, when=lambda card: card.state == "planned")
    def finish(self, card: HouseRepair, *, by: Any, **given: Any) -> str:
        operations.finish_repair(card, by=by, **given)
        return _("Ремонт внесено в історію будинку.")


class Energy(Register):
    model = HouseEnergy
    icon = "chart"
    columns = ("house", "year", "heat_gcal", "specific_heat", "power_kwh", "water_m3", "gas_m3")
    filters = ("house", "year", "heat_gcal")
    order = ("-year", "house__shown")
    totals = ("heat_gcal", "power_kwh", "water_m3", "gas_m3")
    measures = ("heat_gcal", "specific_heat", "power_kwh", "water_m3")
    sections = {gettext_lazy("Споживання"): ("house", "year", "heat_gcal", "power_kwh", "water_m3", "gas_m3", "source")}
    key = ("house", "year")
    aliases = {"house": ("будинок", "адреса")}
    indicators = (
        Sum("heat", gettext_lazy("Тепло"), field="heat_gcal", by=("year",), unit=gettext_lazy("Гкал"), owner=OWNER),
    )

    @column(gettext_lazy("Тепло на м², кВт·год"), kind="decimal")
    def specific_heat(self, card: HouseEnergy) -> Any:
        return calc.heat_per_metre(card.heat_gcal, card.house.total_area or 0)
