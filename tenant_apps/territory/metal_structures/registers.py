from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.permits.registers import TERM, DismantlingRegister, PermitRegister
from kernel.registers import Count, KeptBy, MapLayer, PublicPage, Related, Share, View
from kernel.registers.merging.declare import Merging
from kernel.renewals.declare import Renewal
from kernel.reports.declarations import Report
from tenant_apps.territory.metal_structures.models import MetalDismantling, MetalStructure

OWNER = _("Відділ благоустрою")
STANDS = ~Q(state__in=("refused", "dismantled"))


class MetalStructures(PermitRegister):
    model = MetalStructure
    columns = ("number", "kind", "place", "state", "holder", "mark", "valid_to")
    more_columns = ("settlement", "area", "ended_on", "ended_why")
    filters = ("state", "kind", "settlement", "holder", "for_disabled", "valid_to", "applied_on")
    order = ("number",)
    key = ("number",)
    duplicates = ("place", "mark", "kind")
    numbering = "МК-{number:04}"
    totals = ("area",)
    sections = {
        _("Конструкція"): ("number", "kind", "settlement", "place", "location", "mark", "area", "photo"),
        _("Власник"): ("holder", "for_disabled", "owner_papers"),
        _("Дозвіл"): ("applied_on", "permit_number", "issued_on", "valid_from", "valid_to", "scan"),
        _("Примітка"): ("note",),
    }
    intros = {"Дозвіл": _("Для наявних дозволів: номер, строк і копія. Новий видають дією «Видати».")}
    views = (
        View("permitless", _("Без дозволу"), "state=unpermitted"),
        View("ownerless", _("Власника не встановлено"), "holder__empty=1"),
        View("ending", _("Строк за 60 днів"), "state=valid&valid_to__within=60"),
        View("expired", _("Строк минув"), "state=expired"),
    )
    aliases = {
        "number": ("№ з/п", "реєстровий номер"),
        "place": ("адреса", "місце розташування"),
        "mark": ("номер гаража", "№ гаража"),
        "holder": ("власник", "піб власника"),
        "permit_number": ("дозвіл", "№ дозволу"),
        "valid_to": ("строк дії", "термін дії"),
        "location": ("координати",),
    }
    measures = ("area", TERM)
    masked = ("note",)
    panels = (Related("orders", "metal_structures.dismantlings", by="permit", columns=("number", "due_on", "state")),)
    kept_by = (KeptBy("metal_structures.dismantlings", by="permit", where=Q(state="ordered")),)
    layer = MapLayer("location", label="number", colour_by="state")
    public = PublicPage(
        "metalevi-konstruktsii",
        columns=("number", "kind", "place", "mark", "permit_number", "valid_to", "state", "location"),
        where=Q(state__in=("valid", "expired", "cancelled", "unpermitted")),
    )
    merges = Merging(within=("settlement",), near="location", metres=3)
    proposals = ("place", "location", "mark")
    renewals = (
        Renewal(
            "valid_to", duty=_("Продовжити дозвіл на металеву конструкцію"), role="architect", where=Q(state="valid")
        ),
    )
    indicators = (
        Count(
            "total", _("Металевих конструкцій"), where=STANDS, by=("kind", "settlement", "state"), dimensions=("kind",),
            tile=True, public=True, owner=OWNER, formula=_("Кількість конструкцій, яких не демонтовано."),
        ),
        Share(
            "permitted", _("Конструкцій із чинним дозволом"), where=Q(state="valid"), of=STANDS & ~Q(state="applied"),
            by=("kind", "settlement"), good=True, public=True, owner=OWNER,
            formula=_("Конструкції з чинним дозволом до всіх, що стоять, у відсотках."),
        ),
    )  # fmt: skip
    reports = (Report("by_state", _("Конструкції за станом"), by=("settlement", "kind"), across="state"),)

    def subtitle_of(self, card: MetalStructure) -> str:
        return card.get_kind_display()

    def hint_of(self, card: MetalStructure) -> str:
        return card.mark

    def advice(self, card: MetalStructure) -> list[str]:
        if card.state == "unpermitted" and card.holder_id is None:
            return [
                str(_("Власника не встановлено. Вивісьте попередження на конструкції, потім видайте розпорядження."))
            ]
        return []


class Dismantlings(DismantlingRegister):
    model = MetalDismantling
    columns = ("number", "ordered_on", "permit", "act", "due_on", "state")
    filters = ("state", "permit", "ordered_on", "due_on", "done_on")
    numbering = "ДК-{number:03}"
    sections = {
        _("Розпорядження"): ("number", "ordered_on", "permit", "act", "grounds", "due_on", "contractor"),
        _("Фото"): ("photo_before", "photo_after"),
    }
    more_columns = ("done_on", "kept_at", "cost")
    totals = ("cost",)
    views = (View("open", _("Треба демонтувати"), "state=ordered"),)
    renewals = (
        Renewal(
            "due_on", duty=_("Демонтувати металеву конструкцію"), role="architect", days=(7,), where=Q(state="ordered")
        ),
    )
    indicators = (Count("open", _("Конструкцій до демонтажу"), where=Q(state="ordered"), tile=True, owner=OWNER),)
