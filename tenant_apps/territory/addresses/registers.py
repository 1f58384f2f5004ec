"""What people see. The first register is the module's own page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.registers import Count, KeptBy, MapLayer, PublicPage, Register, Related, Share, View, action, column
from kernel.registers.merging.declare import Inner, Merging
from kernel.registers.registry import register_of
from kernel.renewals.declare import Renewal
from tenant_apps.territory.addresses import shown
from tenant_apps.territory.addresses.forms import IssueForm, RenameForm
from tenant_apps.territory.addresses.models import (
    AssignmentAct,
    Building,
    Entrance,
    Premises,
    Settlement,
    Street,
    StreetName,
)
from tenant_apps.territory.addresses.operations import issue_act, rename_street, save_act
from tenant_apps.territory.addresses.resolving import (
    Found,
    Pair,
    resolve_buildings,
    resolve_settlements,
    resolve_streets,
)

ISSUED = AssignmentAct.objects.filter(building=OuterRef("pk"), premises=None, signed_on__isnull=False)
GIVEN = AssignmentAct.objects.filter(premises=OuterRef("pk"), signed_on__isnull=False)
RENAMED = StreetName.objects.filter(street=OuterRef("pk"), archived_at__isnull=True)


class Addresses(Register):
    model = Building
    title = gettext_lazy("Адреси")
    columns = ("shown", "purpose", "postcode", "location")
    more_columns = ("number", "corpus", "street__shown", "settlement__shown", "settlement__katottg")
    filters = ("settlement", "street", "purpose", "number", "postcode", "location")
    order = ("place",)
    sorted_by = {"shown": "place"}
    sections = {
        gettext_lazy("Адреса"): ("settlement", "street", "number", "corpus", "postcode"),
        gettext_lazy("Обʼєкт"): ("purpose", "location"),
    }
    dependent = {"street": "settlement"}
    key = ("settlement", "street", "number", "corpus")
    aliases = {
        "settlement": ("населений пункт", "місто", "село"),
        "street": ("вулиця", "назва вулиці"),
        "number": ("будинок", "номер будинку", "№ буд."),
        "corpus": ("корп.",),
        "postcode": ("поштовий індекс",),
        "location": ("координати",),
    }
    views = (
        View("flats", gettext_lazy("Багатоквартирні"), "purpose=flats"),
        View("public", gettext_lazy("Громадські будівлі"), "purpose=public"),
    )
    panels = (
        Related("premises", "addresses.premises", by="building", columns=("number", "kind", "area")),
        Related("entrances", "addresses.entrances", by="building", columns=("number", "flat_first", "flat_last")),
        Related("acts", "addresses.acts", by="building", columns=("kind", "number", "signed_on")),
    )
    layer = MapLayer("location", label="shown", colour_by="purpose")
    public = PublicPage("adresy", columns=("shown", "postcode", "purpose", "location"), open_data=True)
    indicators = (
        Count(
            "total",
            gettext_lazy("Усього адрес"),
            by=("settlement", "purpose"),
            dimensions=("purpose",),
            tile=True,
            public=True,
            owner=gettext_lazy("Відділ архітектури"),
            formula=gettext_lazy("Кількість будівель з адресою, яких не вилучено."),
        ),
        Share(
            "placed",
            gettext_lazy("Адреси з точкою на мапі"),
            where=Q(location__isnull=False),
            by=("settlement",),
            good=True,
            public=True,
            owner=gettext_lazy("Відділ архітектури"),
            formula=gettext_lazy("Адреси з координатами до всіх адрес, у відсотках."),
        ),
        Share(
            "postcoded",
            gettext_lazy("Адреси з поштовим індексом"),
            where=~Q(postcode=""),
            by=("settlement",),
            good=True,
            public=True,
            owner=gettext_lazy("Відділ архітектури"),
            formula=gettext_lazy("Адреси з поштовим індексом до всіх адрес, у відсотках."),
        ),
        Share("acted", gettext_lazy("Адресу надано актом"), where=Q(Exists(ISSUED)), by=("settlement",), good=True),
        Count("nameless", gettext_lazy("Без номера"), where=Q(number=""), by=("settlement",)),
        Count("no_postcode", gettext_lazy("Без індексу"), where=Q(postcode=""), by=("settlement",)),
    )
    merges = Merging(
        within=("settlement",),
        same=(("street", "number"),),
        near="location",
        inner=(
            # Premises first: twins stay behind, and so does the entrance they name.
            Inner("addresses.Premises", by="building", key=("kind", "number")),
            Inner("addresses.Entrance", by="building", key=("number",)),
        ),
    )
    proposals = ("postcode", "purpose", "location")
    creates_in_place = True

    def derived(self) -> dict[str, Any]:
        return shown.building_words()

    def resolve(self, pairs: Sequence[Pair], *, user: Any) -> Found:
        """A whole address in one cell of an import."""
        registers = (self, register_of(Street), register_of(Settlement))
        return resolve_buildings(pairs, *(register.rows(user) for register in registers if register))

    def advice(self, card: Any) -> list[str]:
        if not card.number:
            return [_("Будинок без номера: його не відрізнити від сусіднього. Присвойте номер актом.")]
        return [] if card.location else [_("Точки на мапі немає. Впишіть координати, щоб будинок було видно на мапі.")]


class Streets(Register):
    model = Street
    icon = "road"
    columns = ("street", "settlement", "named_on", "act")
    filters = ("settlement", "kind", "name", "named_on")
    order = ("name", "kind")
    sections = {gettext_lazy("Вулиця"): ("settlement", "kind", "name"), gettext_lazy("Назва"): ("named_on", "act")}
    key = ("settlement", "kind", "name")
    duplicates = ("name", "settlement")
    aliases = {
        "kind": ("тип", "тип вулиці"),
        "name": ("назва вулиці", "вулиця"),
        "settlement": ("населений пункт",),
    }
    panels = (
        Related("buildings", "addresses.addresses", by="street", columns=("number", "corpus", "purpose", "postcode")),
        Related("old-names", "addresses.street-names", by="street", columns=("shown", "valid_to", "act")),
    )
    kept_by = (KeptBy("addresses.addresses", by="street"),)
    merges = Merging(
        alike=("name",),
        likeness=0.45,
        within=("settlement",),
        inner=(Inner("addresses.Building", by="street", key=("number", "corpus")),),
        stays=("addresses.StreetName.street",),
    )
    indicators = (
        Count("total", gettext_lazy("Усього вулиць"), by=("settlement", "kind"), tile=True),
        Count("renamed", gettext_lazy("Перейменовано"), where=Q(Exists(RENAMED)), by=("settlement", "kind")),
        Share("acted", gettext_lazy("Назва з актом"), where=~Q(act=""), by=("settlement",), good=True),
    )
    creates_in_place = True

    def derived(self) -> dict[str, Any]:
        return shown.street_words()

    def resolve(self, pairs: Sequence[Pair], *, user: Any) -> Found:
        """«вул.Соборна», «Шевченка просп.», a name it had."""
        return resolve_streets(pairs, self.rows(user))

    @column(gettext_lazy("Вулиця"), order="name")
    def street(self, card: Street) -> str:
        return str(card)

    @action(gettext_lazy("Перейменувати"), icon="edit", form=RenameForm, when=lambda card: card.archived_at is None)
    def rename(self, card: Street, *, by: Any, **given: Any) -> str:
        renamed = rename_street(card, by=by, **given)
        return _("Тепер це %(street)s. За старою назвою її теж знайдуть.") % {"street": renamed}


class Settlements(Register):
    model = Settlement
    icon = "building-community"
    columns = ("name", "kind", "katottg")
    filters = ("kind", "name")
    order = ("name",)
    key = ("katottg",)
    sections = {gettext_lazy("Населений пункт"): ("katottg", "kind", "name")}
    panels = (Related("streets", "addresses.streets", by="settlement", columns=("shown", "named_on")),)
    kept_by = (
        KeptBy("addresses.streets", by="settlement"),
        KeptBy("addresses.addresses", by="settlement"),
    )

    def resolve(self, pairs: Sequence[Pair], *, user: Any) -> Found:
        """«місто Дубогір», «с.Медвинка»."""
        return resolve_settlements(pairs, self.rows(user))


class PremisesRegister(Register):
    model = Premises
    slug = "premises"
    icon = "door"
    columns = ("shown", "kind", "entrance", "area")
    filters = ("building", "kind", "number", "area")
    order = ("place",)
    sorted_by = {"shown": "place"}
    totals = ("area",)
    sections = {gettext_lazy("Приміщення"): ("building", "entrance", "kind", "number", "area")}
    dependent = {"entrance": "building"}
    key = ("building", "kind", "number")
    aliases = {
        "building": ("будинок", "адреса будинку"),
        "number": ("квартира", "кв.", "№ квартири"),
        "area": ("площа", "загальна площа"),
    }

    def derived(self) -> dict[str, Any]:
        return shown.premises_words()

    merges = Merging(within=("building",), same=(("kind", "number"),))
    indicators = (
        Count("total", gettext_lazy("Усього приміщень"), by=("kind",), tile=True),
        Share("measured", gettext_lazy("З площею"), where=Q(area__isnull=False), by=("kind",), good=True),
        Share("acted", gettext_lazy("Адресу надано актом"), where=Q(Exists(GIVEN)), by=("kind",), good=True),
    )


class Entrances(Register):
    model = Entrance
    icon = "door"
    columns = ("shown", "flat_first", "flat_last")
    filters = ("building", "number")
    order = ("shown",)
    sections = {gettext_lazy("Підʼїзд"): ("building", "number", "flat_first", "flat_last")}
    key = ("building", "number")
    merges = Merging(within=("building",), same=(("number",),))

    def derived(self) -> dict[str, Any]:
        return shown.entrance_words()


class StreetNames(Register):
    model = StreetName
    icon = "history"
    columns = ("shown", "street", "valid_from", "valid_to", "act")
    filters = ("street", "valid_to", "name")
    order = ("-valid_to",)
    sections = {gettext_lazy("Колишня назва"): ("street", "kind", "name", "valid_from", "valid_to", "act")}
    key = ("street", "valid_to")


class Acts(Register):
    model = AssignmentAct
    icon = "file"
    columns = ("received_on", "kind", "number", "signed_on", "due_on", "shown_before", "shown_after")
    filters = ("kind", "received_on", "signed_on", "due_on", "building")
    order = ("-received_on",)
    sections = {
        gettext_lazy("Заява"): ("kind", "received_on", "applicant", "reason"),
        gettext_lazy("Теперішня адреса"): ("building", "premises"),
        gettext_lazy("Нова адреса"): ("settlement", "street", "house", "corpus", "flat_kind", "flat"),
    }
    more_columns = ("number", "signed_on", "due_on", "shown_before", "shown_after")
    dependent = {"street": "settlement", "premises": "building"}
    views = (
        View("waiting", gettext_lazy("Чекають акта"), "signed_on__empty=1"),
        View("soon", gettext_lazy("Строк за 3 дні"), "signed_on__empty=1&due_on__within=3"),
    )
    indicators = (
        Count("total", gettext_lazy("Усього заяв і актів"), by=("kind",)),
        Count("waiting", gettext_lazy("Чекають акта"), where=Q(signed_on__isnull=True), by=("kind",), tile=True),
        Share("issued", gettext_lazy("Видано"), where=Q(signed_on__isnull=False), by=("kind",), good=True),
    )
    masked = ("applicant",)
    # REG-002: five working days.
    renewals = (
        Renewal(
            "due_on", gettext_lazy("Видати акт про адресу"), role="clerk", days=(3, 1), where=Q(signed_on__isnull=True)
        ),
    )
    saves = save_act

    @action(gettext_lazy("Видати акт"), icon="check", form=IssueForm, when=lambda card: not card.is_issued)
    def issue(self, card: AssignmentAct, *, by: Any, **given: Any) -> str:
        return _("Видано: %(act)s.") % {"act": issue_act(card, by=by, **given)}
