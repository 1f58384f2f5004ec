from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.permits.forms import ReasonForm
from kernel.permits.registers import TERM, DismantlingRegister, PaidRegister, ZoneRegister
from kernel.registers import (
    Count,
    KeptBy,
    MapLayer,
    Panel,
    PublicPage,
    Register,
    Related,
    Share,
    Sum,
    View,
    Waiting,
    action,
)
from kernel.registers.merging.declare import Merging
from kernel.registers.waiting import overdue
from kernel.renewals.declare import Renewal
from kernel.reports.declarations import Report
from tenant_apps.territory.temporary_structures.forms import FixForm
from tenant_apps.territory.temporary_structures.models import (
    FEES,
    PlacementCharge,
    PlacementPayment,
    PlacementRate,
    PlacementZone,
    Structure,
    StructureDismantling,
    StructureViolation,
)
from tenant_apps.territory.temporary_structures.operations import (
    fix_violation,
    save_structure,
    withdraw_violation,
)
from tenant_apps.territory.temporary_structures.views import plate_links

OWNER = _("Відділ архітектури")
ON_VIEW = Q(state__in=("valid", "expired", "cancelled"))


class Structures(PaidRegister):
    model = Structure
    fees = FEES
    columns = ("number", "place", "kind", "state", "holder", "area", "valid_to", "debt")
    more_columns = ("settlement", "zone", "due_on", "ended_on", "ended_why", "agreed_on")
    filters = ("state", "kind", "settlement", "zone", "holder", "valid_to", "due_on", "applied_on", "ended_on", "area")
    order = ("number",)
    key = ("number",)
    duplicates = ("place", "kind", "settlement")
    numbering = "ТС-{number:04}"
    totals = ("area",)
    sections = {
        _("Споруда"): ("number", "kind", "purpose", "settlement", "place", "location", "area", "closed", "photo"),
        _("Заява"): ("holder", "applied_on", "scheme"),
        _("Паспорт привʼязки"): ("permit_number", "issued_on", "valid_from", "valid_to", "scan", "installed_on"),
        _("Плата"): ("zone", "factor", "contract"),
        _("Примітка"): ("note",),
    }
    intros = {"Паспорт привʼязки": _("Для споруд, які вже мають паспорт. Новий паспорт видають дією «Видати».")}
    views = (
        View("waiting", _("На розгляді"), "state=applied&state=agreed"),
        View("ending", _("Строк за 60 днів"), "state=valid&valid_to__within=60"),
        View("expired", _("Строк минув"), "state=expired"),
        View("permitless", _("Без паспорта"), "state=unpermitted"),
    )
    aliases = {
        "number": ("№ з/п", "реєстровий номер"),
        "place": ("адреса", "місце розташування", "місцезнаходження"),
        "holder": ("власник", "підприємець", "субʼєкт господарювання"),
        "permit_number": ("паспорт", "№ паспорта", "паспорт привʼязки"),
        "valid_to": ("строк дії", "термін дії", "діє до"),
        "area": ("площа, кв.м",),
        "location": ("координати",),
    }
    measures = ("area", TERM, "debt")
    masked = ("note",)
    panels = (
        Panel("plate", _("Табличка з QR-кодом"), "temporary_structures/plate_links.html", plate_links),
        Related("violations", "temporary_structures.violations", by="permit", columns=("kind", "due_on", "state")),
        Related("charges", "temporary_structures.charges", by="permit", columns=("month", "days", "amount")),
        Related("payments", "temporary_structures.payments", by="permit", columns=("paid_on", "amount", "document")),
        Related("orders", "temporary_structures.dismantlings", by="permit", columns=("number", "due_on", "state")),
    )
    kept_by = (
        KeptBy("temporary_structures.dismantlings", by="permit", where=Q(state="ordered")),
        KeptBy("temporary_structures.violations", by="permit", where=Q(state="found")),
    )
    layer = MapLayer("location", label="number", colour_by="state")
    public = PublicPage(
        "tymchasovi-sporudy",
        columns=(
            "number",
            "kind",
            "purpose",
            "place",
            "area",
            "permit_number",
            "valid_from",
            "valid_to",
            "state",
            "location",
        ),
        open_data=True,
        where=ON_VIEW,
    )
    merges = Merging(within=("settlement",), near="location", metres=5)
    proposals = ("place", "location")
    renewals = (
        Renewal("valid_to", duty=_("Продовжити паспорт привʼязки або прибрати споруду"), role="architect", where=Q(state="valid")),
        Renewal(
            "due_on", duty=_("Відповісти на заяву про тимчасову споруду"), role="architect", days=(5, 2),
            where=Q(state__in=("applied", "agreed")),
        ),
    )  # fmt: skip
    indicators = (
        Count(
            "total", _("Тимчасових споруд"), where=~Q(state__in=("refused", "dismantled")),
            by=("kind", "settlement", "state"), dimensions=("kind",), tile=True, public=True, owner=OWNER,
            formula=_("Кількість споруд, яких не демонтовано й не відмовлено."),
        ),
        Share(
            "permitted", _("З чинним паспортом"), where=Q(state="valid"),
            of=Q(state__in=("valid", "expired", "cancelled", "unpermitted")), by=("settlement",), good=True, public=True,
            owner=OWNER, formula=_("Споруди з чинним паспортом до всіх, що стоять, у відсотках."),
        ),
        Sum("area", _("Площа під спорудами"), field="area", unit="м²", where=Q(state="valid"), by=("kind", "zone"), owner=OWNER),
    )  # fmt: skip
    reports = (
        Report("by_state", _("Споруди за станом"), by=("settlement",), across="state"),
        Report(
            "by_zone",
            _("Площа за зонами плати"),
            by=("zone", "kind"),
            measures=("count", "sum:area"),
            query="state=valid",
        ),
    )
    saves = save_structure

    def subtitle_of(self, card: Structure) -> str:
        return f"{card.get_kind_display()}: {card.purpose}"

    def hint_of(self, card: Structure) -> str:
        return card.purpose

    def advice(self, card: Structure) -> list[str]:
        said = []
        if card.state == "unpermitted":
            said.append(str(_("Немає ні заяви, ні паспорта: споруда значиться як така, що стоїть без дозволу.")))
        if card.location is None:
            said.append(str(_("Точки на мапі немає. Впишіть координати, щоб споруду було видно на мапі.")))
        if card.valid_from and card.zone_id is None:
            said.append(str(_("Зони плати не визначено: плату не буде нараховано. Оберіть зону.")))
        return said


class Violations(Register):
    model = StructureViolation
    waiting = (Waiting("overdue", _("порушення не усунено в строк"), overdue("due_on", Q(state="found"))),)
    icon = "alert-triangle"
    status = "state"
    columns = ("found_on", "kind", "permit", "due_on", "state", "description")
    filters = ("state", "kind", "permit", "found_on", "due_on")
    order = ("-found_on",)
    sections = {
        _("Порушення"): ("permit", "kind", "found_on", "description", "photo_before"),
        _("Припис"): ("order", "due_on"),
        _("Усунення"): ("photo_after",),
    }
    views = (
        View("open", _("Не усунено"), "state=found"),
        View("soon", _("Строк за 7 днів"), "state=found&due_on__within=7"),
    )
    renewals = (
        Renewal("due_on", duty=_("Перевірити усунення порушення"), role="architect", days=(3,), where=Q(state="found")),
    )
    indicators = (
        Count(
            "open", _("Неусунених порушень"), where=Q(state="found"), by=("kind",), tile=True, good=False, owner=OWNER
        ),
        Share(
            "fixed", _("Усунено порушень"), where=Q(state="fixed"), of=~Q(state="withdrawn"), by=("kind",), good=True
        ),
    )

    @action(_("Усунено"), icon="check", form=FixForm, when=lambda card: card.state == "found")
    def fix(self, card: StructureViolation, *, by: Any, on: Any) -> None:
        fix_violation(card, by=by, on=on)

    @action(_("Не підтвердилося"), icon="undo", form=ReasonForm, danger=True, when=lambda card: card.state == "found")
    def withdraw(self, card: StructureViolation, *, by: Any, reason: str) -> None:
        withdraw_violation(card, by=by, reason=reason)


class Dismantlings(DismantlingRegister):
    model = StructureDismantling
    columns = ("number", "ordered_on", "permit", "act", "due_on", "state")
    filters = ("state", "permit", "ordered_on", "due_on", "done_on")
    numbering = "ДС-{number:03}"
    sections = {
        _("Розпорядження"): ("number", "ordered_on", "permit", "act", "grounds", "due_on", "contractor"),
        _("Фото"): ("photo_before", "photo_after"),
    }
    more_columns = ("done_on", "kept_at", "cost")
    totals = ("cost",)
    views = (View("open", _("Треба демонтувати"), "state=ordered"),)
    renewals = (
        Renewal("due_on", duty=_("Демонтувати споруду"), role="architect", days=(7,), where=Q(state="ordered")),
    )
    indicators = (Count("open", _("Споруд до демонтажу"), where=Q(state="ordered"), tile=True, owner=OWNER),)


class Charges(Register):
    model = PlacementCharge
    icon = "receipt"
    columns = ("month", "permit", "days", "area", "factor", "amount")
    filters = ("month", "permit", "number")
    order = ("-month", "number")
    totals = ("amount",)
    sections = {_("Нарахування"): ("number", "permit", "month", "days", "area", "factor", "amount")}
    read_only = True
    indicators = (Sum("charged", _("Нараховано плати"), field="amount", unit="₴", on="month", good=True, owner=OWNER),)
    reports = (
        Report(
            "by_month",
            _("Нарахування за місяцями"),
            by=("month:month",),
            measures=("count", "sum:amount"),
            period="month",
            span="this_year",
        ),
    )


class Payments(Register):
    model = PlacementPayment
    icon = "coins"
    columns = ("paid_on", "permit", "amount", "document")
    filters = ("paid_on", "permit", "document")
    order = ("-paid_on",)
    totals = ("amount",)
    key = ("permit", "paid_on", "document")
    duplicates = ("permit", "paid_on", "amount")
    sections = {_("Оплата"): ("permit", "paid_on", "amount", "document")}
    aliases = {"permit": ("споруда", "номер споруди"), "paid_on": ("дата оплати",), "amount": ("сума",)}
    indicators = (Sum("paid", _("Сплачено"), field="amount", unit="₴", on="paid_on", good=True, owner=OWNER),)


class Zones(ZoneRegister):
    model = PlacementZone
    fees = FEES
    sections = {_("Зона"): ("code", "name", "shape", "note")}
    layer = MapLayer("shape", label="code")
    panels = (
        Related("rates", "temporary_structures.rates", by="zone", columns=("rate", "starts_on", "ends_on", "act")),
        Related("structures", "temporary_structures.structures", by="zone", columns=("number", "place", "state")),
    )
    kept_by = (KeptBy("temporary_structures.structures", by="zone"), KeptBy("temporary_structures.rates", by="zone"))


class Rates(Register):
    model = PlacementRate
    icon = "coins"
    columns = ("zone", "rate", "starts_on", "ends_on", "act")
    filters = ("zone", "starts_on", "ends_on")
    order = ("zone", "-starts_on")
    key = ("zone", "starts_on")
    sections = {_("Ставка"): ("zone", "rate", "starts_on", "ends_on", "act")}
