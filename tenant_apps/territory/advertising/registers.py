from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kernel.permits.registers import TERM, DismantlingRegister, PaidRegister, ZoneRegister
from kernel.registers import Count, KeptBy, MapLayer, PublicPage, Register, Related, Share, Sum, View, column
from kernel.registers.merging.declare import Merging
from kernel.renewals.declare import Renewal
from kernel.reports.declarations import Report
from tenant_apps.territory.advertising.models import (
    FEES,
    AdCharge,
    AdDismantling,
    AdPayment,
    AdPlace,
    AdRate,
    Advertisement,
    AdZone,
)

OWNER = _("Відділ архітектури")
TAKEN = Advertisement.objects.filter(ad_place=OuterRef("pk"), archived_at__isnull=True, state="valid")


class Advertisements(PaidRegister):
    model = Advertisement
    fees = FEES
    columns = ("number", "ad_place", "state", "holder", "area", "permit_number", "valid_to", "debt")
    more_columns = ("ad_place__kind", "ad_place__settlement", "zone", "agreed_on", "ended_on", "ended_why")
    filters = ("state", "ad_place", "holder", "zone", "lit", "valid_to", "applied_on", "ended_on", "area")
    order = ("number",)
    key = ("number",)
    duplicates = ("permit_number",)
    numbering = "РЗ-{number:04}"
    totals = ("area",)
    sections = {
        _("Рекламний засіб"): ("number", "ad_place", "area", "sides", "lit", "photo"),
        _("Заява"): ("holder", "applied_on", "sketch"),
        _("Дозвіл"): ("permit_number", "issued_on", "valid_from", "valid_to", "scan"),
        _("Плата"): ("zone", "factor", "contract"),
        _("Примітка"): ("note",),
    }
    intros = {"Дозвіл": _("Для наявних дозволів. Новий видають дією «Видати», щонайбільше на пʼять років.")}
    views = (
        View("waiting", _("На розгляді"), "state=applied&state=agreed"),
        View("ending", _("Строк за 60 днів"), "state=valid&valid_to__within=60"),
        View("expired", _("Строк минув"), "state=expired"),
        View("permitless", _("Без дозволу"), "state=unpermitted"),
    )
    aliases = {
        "number": ("№ з/п", "реєстровий номер"),
        "ad_place": ("місце", "рекламне місце", "адреса"),
        "holder": ("розповсюджувач реклами", "власник"),
        "permit_number": ("дозвіл", "№ дозволу"),
        "area": ("площа", "площа, кв.м"),
    }
    measures = ("area", TERM, "debt")
    masked = ("note",)
    panels = (
        Related("charges", "advertising.charges", by="permit", columns=("month", "days", "amount")),
        Related("payments", "advertising.payments", by="permit", columns=("paid_on", "amount", "document")),
        Related("orders", "advertising.dismantlings", by="permit", columns=("number", "due_on", "state")),
    )
    kept_by = (KeptBy("advertising.dismantlings", by="permit", where=Q(state="ordered")),)
    public = PublicPage(
        "dozvoly-na-reklamu",
        columns=("number", "ad_place", "area", "permit_number", "valid_from", "valid_to", "state"),
        open_data=True,
        where=Q(state__in=("valid", "expired", "cancelled")),
    )
    renewals = (
        Renewal(
            "valid_to",
            duty=_("Продовжити дозвіл на рекламу або прибрати засіб"),
            role="architect",
            where=Q(state="valid"),
        ),
    )
    indicators = (
        Count(
            "valid", _("Чинних дозволів на рекламу"), where=Q(state="valid"), by=("zone", "state"), tile=True, public=True,
            owner=OWNER, formula=_("Кількість дозволів, що діють."),
        ),
        Share(
            "permitted", _("Реклами з дозволом"), where=Q(state="valid"),
            of=Q(state__in=("valid", "expired", "cancelled", "unpermitted")), by=("zone",), good=True, public=True, owner=OWNER,
            formula=_("Засоби з чинним дозволом до всіх, що стоять, у відсотках."),
        ),
        Sum("area", _("Площа реклами"), field="area", unit="м²", where=Q(state="valid"), by=("zone",), owner=OWNER),
    )  # fmt: skip
    reports = (
        Report("by_holder", _("Дозволи за розповсюджувачами"), by=("holder",), across="state", measures=("count",)),
        Report(
            "by_zone", _("Площа за зонами плати"), by=("zone",), measures=("count", "sum:area"), query="state=valid"
        ),
    )

    def subtitle_of(self, card: Advertisement) -> str:
        return card.ad_place.get_kind_display()

    def advice(self, card: Advertisement) -> list[str]:
        if card.valid_from and card.zone_id is None:
            return [str(_("Зони плати не визначено: плату не буде нараховано. Оберіть зону."))]
        return []


class Places(Register):
    model = AdPlace
    icon = "map-pin"
    columns = ("number", "kind", "place", "settlement", "zone", "standing")
    more_columns = ("communal",)
    filters = ("kind", "settlement", "zone", "communal", "number")
    order = ("number",)
    key = ("number",)
    duplicates = ("place", "kind")
    numbering = "РМ-{number:04}"
    sections = {
        _("Місце"): ("number", "kind", "settlement", "place", "location", "zone", "communal"),
        _("Примітка"): ("note",),
    }
    aliases = {
        "place": ("адреса", "місце розташування"),
        "kind": ("тип", "вид конструкції"),
        "location": ("координати",),
    }
    panels = (
        Related(
            "permits",
            "advertising.advertisements",
            by="ad_place",
            columns=("number", "state", "valid_from", "valid_to"),
        ),
    )
    kept_by = (KeptBy("advertising.advertisements", by="ad_place", where=Q(state="valid")),)
    layer = MapLayer("location", label="number", colour_by="kind")
    public = PublicPage("reklamni-mistsia", columns=("number", "kind", "place", "location"), open_data=True)
    merges = Merging(within=("settlement",), near="location", metres=5)
    proposals = ("place", "location")
    indicators = (
        Count("total", _("Рекламних місць"), by=("kind", "settlement"), dimensions=("kind",), tile=True, public=True,
              owner=OWNER, formula=_("Кількість місць у реєстрі.")),
        Share("taken", _("Зайнятих рекламних місць"), where=Q(Exists(TAKEN)), by=("kind", "zone"), good=True, owner=OWNER),
    )  # fmt: skip
    creates_in_place = True

    def queryset(self) -> Any:
        return super().queryset().annotate(taken=Exists(TAKEN))

    @column(_("Сьогодні"))
    def standing(self, card: AdPlace) -> str:
        taken = getattr(card, "taken", None)
        if taken is None:
            taken = Advertisement.objects.filter(ad_place=card, archived_at__isnull=True, state="valid").exists()
        return str(_("зайняте") if taken else _("вільне"))


class Dismantlings(DismantlingRegister):
    model = AdDismantling
    columns = ("number", "ordered_on", "permit", "act", "due_on", "state")
    filters = ("state", "permit", "ordered_on", "due_on", "done_on")
    numbering = "ДР-{number:03}"
    sections = {
        _("Розпорядження"): ("number", "ordered_on", "permit", "act", "grounds", "due_on", "contractor"),
        _("Фото"): ("photo_before", "photo_after"),
    }
    more_columns = ("done_on", "kept_at", "cost")
    totals = ("cost",)
    views = (View("open", _("Треба демонтувати"), "state=ordered"),)
    renewals = (
        Renewal("due_on", duty=_("Демонтувати рекламний засіб"), role="architect", days=(7,), where=Q(state="ordered")),
    )
    indicators = (Count("open", _("Реклами до демонтажу"), where=Q(state="ordered"), tile=True, owner=OWNER),)


class Charges(Register):
    model = AdCharge
    icon = "receipt"
    columns = ("month", "permit", "days", "area", "factor", "amount")
    joins = {"permit": ("permit__ad_place",)}
    filters = ("month", "permit", "number")
    order = ("-month", "number")
    totals = ("amount",)
    sections = {_("Нарахування"): ("number", "permit", "month", "days", "area", "factor", "amount")}
    read_only = True
    indicators = (
        Sum("charged", _("Нараховано плати за рекламу"), field="amount", unit="₴", on="month", good=True, owner=OWNER),
    )
    reports = (
        Report(
            "by_month", _("Нарахування за місяцями"), by=("month:month",), measures=("count", "sum:amount"),
            period="month", span="this_year",
        ),
    )  # fmt: skip


class Payments(Register):
    model = AdPayment
    icon = "coins"
    columns = ("paid_on", "permit", "amount", "document")
    joins = {"permit": ("permit__ad_place",)}
    filters = ("paid_on", "permit", "document")
    order = ("-paid_on",)
    totals = ("amount",)
    key = ("permit", "paid_on", "document")
    duplicates = ("permit", "paid_on", "amount")
    sections = {_("Оплата"): ("permit", "paid_on", "amount", "document")}
    aliases = {"permit": ("дозвіл", "номер засобу"), "paid_on": ("дата оплати",), "amount": ("сума",)}
    indicators = (
        Sum("paid", _("Сплачено за рекламу"), field="amount", unit="₴", on="paid_on", good=True, owner=OWNER),
    )


class Zones(ZoneRegister):
    model = AdZone
    fees = FEES
    sections = {_("Зона"): ("code", "name", "shape", "note")}
    layer = MapLayer("shape", label="code")
    panels = (
        Related("rates", "advertising.rates", by="zone", columns=("rate", "starts_on", "ends_on", "act")),
        Related("places", "advertising.places", by="zone", columns=("number", "place", "kind")),
    )
    kept_by = (
        KeptBy("advertising.places", by="zone"),
        KeptBy("advertising.advertisements", by="zone"),
        KeptBy("advertising.rates", by="zone"),
    )


class Rates(Register):
    model = AdRate
    icon = "coins"
    columns = ("zone", "rate", "starts_on", "ends_on", "act")
    filters = ("zone", "starts_on", "ends_on")
    order = ("zone", "-starts_on")
    key = ("zone", "starts_on")
    sections = {_("Ставка"): ("zone", "rate", "starts_on", "ends_on", "act")}
