"""What people see. The first register is the module's own page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.registers import Count, MapLayer, PublicPage, Register, Related, Share, Sum, Term, View, Waiting, action
from kernel.registers.merging.declare import Merging
from kernel.renewals.declare import Renewal
from kernel.reports.declarations import Report
from tenant_apps.territory.recreation_zones import operations
from tenant_apps.territory.recreation_zones.calc import in_season
from tenant_apps.territory.recreation_zones.forms import LimitForm
from tenant_apps.territory.recreation_zones.models import Facility, Zone, ZoneCheck

OWNER = gettext_lazy("Відділ благоустрою")


class Zones(Register):
    model = Zone
    columns = ("number", "name", "kind", "settlement", "area", "state")
    more_columns = ("state_reason", "state_until", "hours")
    filters = (
        "settlement", "kind", "state", "holder", "lit", "accessible", "toilet", "water", "shelter", "area",
        "state_until", "shape",
    )  # fmt: skip
    order = ("name",)
    assignee = "responsible"
    numbering = "РЗ-{number:03}"
    key = ("name", "settlement")
    duplicates = ("name",)
    totals = ("area",)
    units = {"area": "га"}
    status = "state"
    measures = ("area", "capacity", "state_until")
    sections = {
        gettext_lazy("Зона"): ("name", "kind", "settlement", "place", "shape", "area", "photo"),
        gettext_lazy("Обмеження"): ("state_reason", "state_until"),
        gettext_lazy("Робота"): ("season_from", "season_to", "hours", "capacity"),
        gettext_lazy("Зручності"): ("lit", "accessible", "toilet", "water", "parking", "rescue", "shelter"),
        gettext_lazy("Хто дбає"): ("holder", "responsible", "document", "note"),
    }
    aliases = {
        "name": ("назва зони", "рекреаційна зона"),
        "area": ("площа",),
        "holder": ("утримувач",),
        "shape": ("контур", "координати"),
    }
    views = (
        View("limited", gettext_lazy("Обмежені"), "state=limited"),
        View("closed", gettext_lazy("Закриті"), "state=closed"),
        View("beaches", gettext_lazy("Пляжі"), "kind=beach"),
    )
    panels = (
        Related("facilities", "recreation_zones.facilities", by="zone", columns=("kind", "name", "quantity", "state")),
        Related(
            "checks", "recreation_zones.checks", by="zone", columns=("kind", "checked_on", "result", "valid_until")
        ),
    )
    layer = MapLayer("shape", label="name", colour_by="state")
    public = PublicPage(
        "vidpochynok",
        columns=(
            "name",
            "kind",
            "settlement",
            "area",
            "hours",
            "accessible",
            "water",
            "state",
            "state_reason",
            "shape",
        ),
        open_data=True,
    )
    merges = Merging(likeness=0.6)
    proposals = ("place", "hours", "lit", "accessible", "toilet", "water", "shelter")
    renewals = (
        Renewal(
            "state_until", gettext_lazy("Відкрити зону або продовжити обмеження"), to="responsible", days=(3,),
            where=~Q(state="open"),
        ),
    )  # fmt: skip
    indicators = (
        Count(
            "total", gettext_lazy("Усього рекреаційних зон"), by=("settlement", "kind"), dimensions=("kind",), tile=True,
            public=True, owner=OWNER, formula=gettext_lazy("Кількість зон відпочинку, яких не списано."),
        ),
        Sum(
            "area", gettext_lazy("Площа рекреаційних зон"), field="area", by=("settlement", "kind"),
            unit=gettext_lazy("га"), public=True, owner=OWNER, formula=gettext_lazy("Сума площ зон відпочинку."),
        ),
        Count(
            "shut", gettext_lazy("Закриті й обмежені"), where=~Q(state="open"), by=("kind",), good=False, public=True,
            owner=OWNER, formula=gettext_lazy("Зони, які зараз закрито чи обмежено."),
        ),
        Share(
            "accessible", gettext_lazy("Безбарʼєрні зони"), where=Q(accessible=True), by=("settlement",), good=True,
            public=True, owner=OWNER, formula=gettext_lazy("Безбарʼєрні зони до всіх, у відсотках."),
        ),
    )  # fmt: skip
    reports = (
        Report(
            "list",
            gettext_lazy("Інвентаризація рекреаційних зон"),
            by=("kind",),
            columns=("number", "name", "place", "area", "hours", "state"),
            asks=("kind", "settlement"),
        ),
    )

    def subtitle_of(self, card: Zone) -> str:
        return ", ".join(filter(None, (card.get_kind_display(), str(card.settlement or ""), card.place)))

    def hint_of(self, card: Zone) -> str:
        return str(card.settlement or "")

    def status_of(self, card: Zone) -> tuple[str, str] | None:
        if card.state == Zone.State.OPEN and not in_season(
            card.season_from, card.season_to, timezone.localdate().month
        ):
            return "idle", _("не сезон")
        return super().status_of(card)

    def advice(self, card: Any) -> list[str]:
        return [] if card.shape else [_("Меж на мапі немає. Накресліть їх, щоб зону бачили мешканці.")]

    @action(
        gettext_lazy("Обмежити або закрити"), icon="alert-triangle", form=LimitForm, danger=True,
        when=lambda card: card.archived_at is None,
    )  # fmt: skip
    def limit(self, card: Zone, *, by: Any, **given: Any) -> str:
        operations.limit_zone(card, by=by, **given)
        return _("Обмеження записано. Мешканці вже бачать його.")

    @action(gettext_lazy("Відкрити"), icon="check", when=lambda card: card.state != "open")
    def reopen(self, card: Zone, *, by: Any, **given: Any) -> str:
        operations.open_zone(card, by=by)
        return _("Зону відкрито.")


class Facilities(Register):
    model = Facility
    waiting = (Waiting("worn", gettext_lazy("потребує ремонту"), Q(state="worn")),)
    icon = "list"
    columns = ("zone", "kind", "name", "quantity", "state", "cost")
    filters = ("zone", "kind", "state", "installed_in", "cost")
    order = ("zone__name", "kind")
    totals = ("quantity", "cost")
    key = ("zone", "kind", "name")
    status = "state"
    measures = ("quantity", "installed_in", "cost")
    sections = {
        gettext_lazy("Облаштування"): ("zone", "kind", "name", "quantity", "state", "installed_in", "cost", "photo")
    }
    aliases = {"zone": ("зона", "рекреаційна зона"), "quantity": ("к-сть", "шт.")}
    views = (View("worn", gettext_lazy("Потребує ремонту"), "state=worn"),)
    indicators = (
        Sum("total", gettext_lazy("Одиниць облаштування"), field="quantity", by=("kind", "state"), owner=OWNER),
        Sum("cost", gettext_lazy("Вартість облаштування"), field="cost", by=("kind",), unit="₴", owner=OWNER),
    )

    def subtitle_of(self, card: Facility) -> str:
        return str(card.zone)


class Checks(Register):
    model = ZoneCheck
    icon = "list-check"
    columns = ("checked_on", "zone", "kind", "result", "number", "valid_until")
    filters = ("zone", "kind", "result", "checked_on", "valid_until", "done_by")
    order = ("-checked_on", "kind")
    status = "result"
    measures = (Term("checked_on", "valid_until", gettext_lazy("До наступної")),)
    sections = {
        gettext_lazy("Перевірка"): ("zone", "kind", "checked_on", "result", "note"),
        gettext_lazy("Документ"): ("done_by", "number", "valid_until", "document"),
    }
    views = (
        View("bad", gettext_lazy("Не відповідають"), "result=bad"),
        View("soon", gettext_lazy("Наступна за 14 днів"), "valid_until__within=14"),
    )
    renewals = (Renewal("valid_until", gettext_lazy("Провести наступну перевірку зони"), days=(14, 3)),)
    saves = operations.save_check
    indicators = (
        Count("total", gettext_lazy("Перевірки зон"), by=("kind", "result"), on="checked_on", owner=OWNER),
        Share(
            "good", gettext_lazy("Відповідають нормам"), where=Q(result="good"), by=("kind",), good=True, owner=OWNER
        ),
    )

    def subtitle_of(self, card: ZoneCheck) -> str:
        return str(card.zone)

    def advice(self, card: Any) -> list[str]:
        if card.result == ZoneCheck.Result.BAD and card.zone.state == Zone.State.OPEN:
            return [_("Зона відкрита, а перевірка не відповідає нормам. Обмежте або закрийте зону в її картці.")]
        return []
