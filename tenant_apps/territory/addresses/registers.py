"""What people see. The first register is the module's own page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.registers import MapLayer, Panel, PublicPage, Register, Related, View, action, column
from kernel.registers.registry import register_of
from tenant_apps.territory.addresses import shown  # noqa: F401  words follow cards
from tenant_apps.territory.addresses.doubles import doubles_of_building, doubles_of_street
from tenant_apps.territory.addresses.forms import IssueForm, ReasonForm, RenameForm
from tenant_apps.territory.addresses.merging import undo_merge
from tenant_apps.territory.addresses.models import (
    AssignmentAct,
    Building,
    Entrance,
    Merge,
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


class Addresses(Register):
    model = Building
    title = gettext_lazy("Адреси")
    columns = ("address", "purpose", "postcode", "location")
    more_columns = ("shown", "number", "corpus", "street__shown", "settlement__shown", "settlement__katottg")
    filters = ("settlement", "street", "purpose", "number", "postcode", "location")
    order = ("place",)
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
        Panel("doubles", gettext_lazy("Двійники"), "addresses/doubles.html", doubles_of_building),
    )
    layer = MapLayer("location", label="shown", colour_by="purpose")
    public = PublicPage("adresy", columns=("shown", "postcode", "purpose"), open_data=True)
    creates_in_place = True

    @column(gettext_lazy("Адреса"), order="place")
    def address(self, card: Building) -> str:
        return card.shown

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
        Panel("doubles", gettext_lazy("Двійники"), "addresses/doubles.html", doubles_of_street),
    )
    creates_in_place = True

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

    def resolve(self, pairs: Sequence[Pair], *, user: Any) -> Found:
        """«місто Дубогір», «с.Медвинка»."""
        return resolve_settlements(pairs, self.rows(user))


class PremisesRegister(Register):
    model = Premises
    slug = "premises"
    icon = "door"
    columns = ("address", "kind", "entrance", "area")
    more_columns = ("shown",)
    filters = ("building", "kind", "number", "area")
    order = ("place",)
    totals = ("area",)
    sections = {gettext_lazy("Приміщення"): ("building", "entrance", "kind", "number", "area")}
    dependent = {"entrance": "building"}
    key = ("building", "kind", "number")
    aliases = {
        "building": ("будинок", "адреса будинку"),
        "number": ("квартира", "кв.", "№ квартири"),
        "area": ("площа", "загальна площа"),
    }

    @column(gettext_lazy("Адреса"), order="place")
    def address(self, card: Premises) -> str:
        return card.shown


class Entrances(Register):
    model = Entrance
    icon = "door"
    columns = ("shown", "flat_first", "flat_last")
    filters = ("building", "number")
    order = ("shown",)
    sections = {gettext_lazy("Підʼїзд"): ("building", "number", "flat_first", "flat_last")}
    key = ("building", "number")


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
        gettext_lazy("Теперішня адреса"): ("building",),
        gettext_lazy("Нова адреса"): ("settlement", "street", "house", "corpus"),
    }
    more_columns = ("number", "signed_on", "due_on", "shown_before", "shown_after")
    dependent = {"street": "settlement"}
    masked = ("applicant",)
    saves = save_act

    @action(gettext_lazy("Видати акт"), icon="check", form=IssueForm, when=lambda card: not card.is_issued)
    def issue(self, card: AssignmentAct, *, by: Any, **given: Any) -> str:
        return _("Видано: %(act)s.") % {"act": issue_act(card, by=by, **given)}


class Merges(Register):
    model = Merge
    icon = "merge"
    columns = ("created_at", "table", "shown", "reason", "undone_at")
    filters = ("table", "created_at", "undone_at")
    order = ("-created_at",)
    sections = {gettext_lazy("Обʼєднання"): ("created_at", "table", "shown", "reason", "undone_at")}
    read_only = True

    @action(
        gettext_lazy("Скасувати обʼєднання"),
        icon="refresh",
        form=ReasonForm,
        when=lambda card: card.undone_at is None and card.part_of_id is None,
        danger=True,
    )
    def undo(self, card: Merge, *, by: Any, **given: Any) -> str:
        undo_merge(card, by=by, **given)
        return _("Картки знову окремо, кожна зі своїм.")
