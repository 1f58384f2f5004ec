from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.permits.registers import TERM, AgreedFirst, DismantlingRegister
from kernel.registers import Count, KeptBy, MapLayer, PublicPage, Related, Share, View
from kernel.registers.merging.declare import Merging
from kernel.renewals.declare import Renewal
from kernel.reports.declarations import Report
from tenant_apps.territory.small_forms.models import FormDismantling, SmallForm

OWNER = _("Відділ архітектури")
STANDS = ~Q(state__in=("refused", "dismantled"))


class SmallForms(AgreedFirst):
    model = SmallForm
    columns = ("number", "name", "kind", "place", "state", "condition", "holder", "valid_to")
    more_columns = ("settlement", "communal", "agreed_on", "ended_on", "ended_why")
    filters = ("state", "kind", "condition", "communal", "settlement", "holder", "valid_to", "installed_on")
    order = ("number",)
    key = ("number",)
    duplicates = ("name", "settlement")
    numbering = "МАФ-{number:04}"
    sections = {
        _("Форма"): ("number", "kind", "name", "settlement", "place", "location", "photo"),
        _("Власник"): ("communal", "holder"),
        _("Опис"): ("installed_on", "condition", "material", "author"),
        _("Дозвіл"): ("applied_on", "permit_number", "issued_on", "valid_from", "valid_to", "scan"),
        _("Примітка"): ("note",),
    }
    intros = {"Дозвіл": _("Для наявних дозволів. Новий видають дією «Видати»; безстроковому «діє до» не потрібне.")}
    views = (
        View("permitless", _("Без дозволу"), "state=unpermitted"),
        View("ending", _("Строк за 60 днів"), "state=valid&valid_to__within=60"),
        View("broken", _("Потребують ремонту"), "condition=worn&condition=dangerous"),
    )
    aliases = {
        "number": ("№ з/п", "реєстровий номер"),
        "name": ("найменування",),
        "place": ("адреса", "місце розташування"),
        "holder": ("власник", "балансоутримувач"),
        "permit_number": ("дозвіл", "№ дозволу"),
        "valid_to": ("строк дії", "термін дії"),
        "location": ("координати",),
    }
    measures = ("condition", TERM)
    masked = ("note", "author")
    panels = (Related("orders", "small_forms.dismantlings", by="permit", columns=("number", "due_on", "state")),)
    kept_by = (KeptBy("small_forms.dismantlings", by="permit", where=Q(state="ordered")),)
    layer = MapLayer("location", label="name", colour_by="kind")
    public = PublicPage(
        "mali-formy",
        columns=(
            "number",
            "kind",
            "name",
            "place",
            "condition",
            "installed_on",
            "permit_number",
            "valid_to",
            "location",
        ),
        open_data=True,
        where=STANDS,
    )
    merges = Merging(alike=("name",), within=("settlement",), near="location", metres=15)
    proposals = ("name", "place", "location", "condition")
    renewals = (
        Renewal(
            "valid_to", duty=_("Продовжити дозвіл на малу архітектурну форму"), role="architect", where=Q(state="valid")
        ),
    )
    indicators = (
        Count(
            "total", _("Малих архітектурних форм"), where=STANDS, by=("kind", "settlement", "condition", "state"),
            dimensions=("kind",), tile=True, public=True, owner=OWNER, formula=_("Кількість форм, яких не демонтовано."),
        ),
        Share(
            "good", _("Справних форм"), where=STANDS & Q(condition="good"), of=STANDS, by=("kind", "settlement"), good=True,
            public=True, owner=OWNER, formula=_("Справні форми до всіх, що стоять, у відсотках."),
        ),
    )  # fmt: skip
    reports = (Report("by_condition", _("Форми за станом"), by=("kind",), across="condition"),)

    def subtitle_of(self, card: SmallForm) -> str:
        return f"{card.get_kind_display()}, {card.place}"

    def hint_of(self, card: SmallForm) -> str:
        return card.place


class Dismantlings(DismantlingRegister):
    model = FormDismantling
    columns = ("number", "ordered_on", "permit", "act", "due_on", "state")
    filters = ("state", "permit", "ordered_on", "due_on", "done_on")
    numbering = "ДФ-{number:03}"
    sections = {
        _("Розпорядження"): ("number", "ordered_on", "permit", "act", "grounds", "due_on", "contractor"),
        _("Фото"): ("photo_before", "photo_after"),
    }
    more_columns = ("done_on", "kept_at", "cost")
    totals = ("cost",)
    views = (View("open", _("Треба демонтувати"), "state=ordered"),)
    renewals = (Renewal("due_on", duty=_("Демонтувати форму"), role="architect", days=(7,), where=Q(state="ordered")),)
    indicators = (Count("open", _("Форм до демонтажу"), where=Q(state="ordered"), owner=OWNER),)
