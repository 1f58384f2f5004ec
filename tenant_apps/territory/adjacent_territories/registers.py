from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.access.levels import Level
from kernel.maps.topology.rules import InsideCommunity, NoOverlap
from kernel.permits.forms import EndForm, ReasonForm
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
    Term,
    View,
    Waiting,
    action,
)
from kernel.registers.saving import save_card
from kernel.registers.waiting import overdue
from kernel.renewals.declare import Renewal
from kernel.reports.declarations import Report
from tenant_apps.territory.adjacent_territories.forms import ContractForm, FixForm, SignForm
from tenant_apps.territory.adjacent_territories.models import Allotment, AllotmentDecision, AllotmentInspection
from tenant_apps.territory.adjacent_territories.operations import (
    end_allotment,
    fix_inspection,
    save_allotment,
    sign_decision,
    unsign_decision,
)
from tenant_apps.territory.adjacent_territories.views import annex_link

OWNER = _("Відділ благоустрою")
WORDS = CharField(max_length=10)


class Allotments(Register):
    model = Allotment
    waiting = (
        Waiting("proposed", _("без рішення"), Q(state="proposed")),
        Waiting("lapsed", _("договір закінчився"), Q(state="lapsed")),
    )
    columns = ("number", "name", "place", "state", "holder", "area", "decision", "valid_to")
    more_columns = ("settlement", "duties", "ended_on", "ended_why")
    filters = ("state", "kind", "settlement", "holder", "decision", "valid_to", "area")
    order = ("number",)
    key = ("number",)
    duplicates = ("name", "place")
    numbering = "ПТ-{number:04}"
    totals = ("area",)
    sections = {
        _("Територія"): ("number", "kind", "name", "settlement", "place", "shape", "area"),
        _("Хто утримує"): ("holder", "duties", "decision"),
        _("Договір"): ("contract", "valid_from", "valid_to", "scan"),
    }
    intros = {"Територія": _("Межі територій не накладаються: між двома власниками не буває нічийого сміття.")}
    views = (
        View("proposed", _("Без рішення"), "state=proposed"),
        View("bare", _("Без договору"), "state=allotted"),
        View("ending", _("Договір до 60 днів"), "state=contracted&valid_to__within=60"),
        View("lapsed", _("Договір закінчився"), "state=lapsed"),
    )
    aliases = {
        "number": ("№ з/п", "номер території"),
        "name": ("назва", "обʼєкт"),
        "place": ("адреса", "місце розташування"),
        "holder": ("закріплено за", "балансоутримувач", "субʼєкт господарювання"),
        "shape": ("контур", "геометрія", "координати"),
        "contract": ("договір", "№ договору"),
    }
    status = "state"
    measures = ("area", Term("valid_from", "valid_to", _("Строк договору")))
    panels = (
        Related(
            "inspections",
            "adjacent_territories.inspections",
            by="allotment",
            columns=("inspected_on", "state", "due_on"),
        ),
    )
    kept_by = (KeptBy("adjacent_territories.inspections", by="allotment", where=Q(state="open")),)
    layer = MapLayer("shape", label="number", colour_by="state")
    topology = (NoOverlap("shape"), InsideCommunity("shape"))
    public = PublicPage(
        "pryleli-terytorii",
        columns=("number", "kind", "name", "place", "area", "duties", "state", "shape"),
        open_data=True,
        where=Q(state__in=("allotted", "contracted", "lapsed")),
    )
    renewals = (
        Renewal(
            "valid_to",
            duty=_("Продовжити договір про утримання території"),
            role="architect",
            where=Q(state="contracted"),
        ),
    )
    indicators = (
        Count(
            "total", _("Закріплених територій"), where=Q(state__in=("allotted", "contracted", "lapsed")),
            by=("kind", "settlement", "state"), dimensions=("kind",), tile=True, good=True, public=True, owner=OWNER,
            formula=_("Кількість територій, закріплених рішенням виконкому."),
        ),
        Share(
            "contracted", _("З чинним договором"), where=Q(state="contracted"),
            of=Q(state__in=("allotted", "contracted", "lapsed")), by=("settlement",), good=True, public=True, owner=OWNER,
            formula=_("Території з чинним договором до всіх закріплених, у відсотках."),
        ),
        Sum("area", _("Площа закріплених територій"), field="area", unit="м²", where=~Q(state="proposed"), by=("kind",), owner=OWNER),
    )  # fmt: skip
    reports = (
        Report(
            "by_holder",
            _("Території за утримувачами"),
            by=("holder",),
            columns=("number", "name", "place", "area"),
            measures=("count", "sum:area"),
        ),
    )
    saves = save_allotment

    def subtitle_of(self, card: Allotment) -> str:
        return card.place

    def derived(self) -> Mapping[str, Any]:
        signed = Exists(AllotmentDecision.objects.filter(pk=OuterRef("decision_id"), signed_on__isnull=False))
        agreed = ~Q(contract="") & Q(valid_from__isnull=False)
        return {
            "state": Case(
                When(ended_on__isnull=False, then=Value("ended")),
                When(agreed & Q(valid_to__lt=timezone.localdate()), then=Value("lapsed")),
                When(agreed, then=Value("contracted")),
                When(signed, then=Value("allotted")),
                default=Value("proposed"),
                output_field=WORDS,
            )
        }

    def fits(self, name: str, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(archived_at__isnull=True) if name == "decision" else queryset

    @action(
        _("Укласти договір"),
        icon="file-plus",
        form=ContractForm,
        when=lambda card: card.archived_at is None and card.state in ("allotted", "lapsed"),
    )
    def contract_it(self, card: Allotment, *, by: Any, **given: Any) -> None:
        for name, value in given.items():
            setattr(card, name, value)
        save_card(self, card, by=by)

    @action(_("Припинити закріплення"), icon="x", form=EndForm, danger=True, when=lambda card: card.archived_at is None)
    def end(self, card: Allotment, *, by: Any, on: Any, reason: str) -> None:
        end_allotment(card, by=by, on=on, reason=reason)


class Decisions(Register):
    model = AllotmentDecision
    icon = "file"
    columns = ("title", "number", "signed_on")
    filters = ("signed_on", "number")
    order = ("-signed_on",)
    sections = {_("Рішення"): ("title", "number", "signed_on"), _("Додаток"): ("annex", "signatory")}
    views = (View("drafts", _("Проєкти"), "signed_on__empty=1"),)
    masked = ("signatory",)
    panels = (
        Panel("annex", _("Додаток до рішення"), "adjacent_territories/annex_link.html", annex_link),
        Related(
            "allotments", "adjacent_territories.allotments", by="decision", columns=("number", "name", "state", "area")
        ),
    )
    kept_by = (KeptBy("adjacent_territories.allotments", by="decision"),)
    indicators = (Count("drafts", _("Проєктів рішень"), where=Q(signed_on__isnull=True), owner=OWNER),)

    @action(
        _("Ухвалено"), icon="check", form=SignForm, when=lambda card: not card.is_signed and card.archived_at is None
    )
    def sign(self, card: AllotmentDecision, *, by: Any, **given: Any) -> None:
        sign_decision(card, by=by, **given)

    @action(
        _("Повернути в проєкт"),
        icon="undo",
        form=ReasonForm,
        level=Level.MANAGE,
        danger=True,
        when=lambda card: card.is_signed,
    )
    def unsign(self, card: AllotmentDecision, *, by: Any, reason: str) -> None:
        unsign_decision(card, by=by, reason=reason)


class Inspections(Register):
    model = AllotmentInspection
    waiting = (Waiting("overdue", _("порушення не усунено в строк"), overdue("due_on", Q(state="open"))),)
    icon = "list-check"
    status = "state"
    columns = ("inspected_on", "allotment", "state", "due_on", "findings")
    filters = ("state", "result", "allotment", "inspected_on", "due_on")
    order = ("-inspected_on",)
    sections = {
        _("Огляд"): ("allotment", "inspected_on", "result", "findings", "photo_before"),
        _("Усунення"): ("due_on", "photo_after"),
    }
    views = (
        View("open", _("Не усунено"), "state=open"),
        View("soon", _("Строк за 3 дні"), "state=open&due_on__within=3"),
    )
    renewals = (
        Renewal("due_on", duty=_("Перевірити прилеглу територію"), role="architect", days=(2,), where=Q(state="open")),
    )
    indicators = (
        Count("open", _("Неприбраних територій"), where=Q(state="open"), tile=True, good=False, owner=OWNER),
        Share("fixed", _("Усунено зауважень"), where=Q(state="fixed"), of=Q(result="violated"), good=True, owner=OWNER),
    )

    def derived(self) -> Mapping[str, Any]:
        return {
            "state": Case(
                When(result="clean", then=Value("clean")),
                When(fixed_on__isnull=False, then=Value("fixed")),
                default=Value("open"),
                output_field=WORDS,
            )
        }

    @action(_("Усунено"), icon="check", form=FixForm, when=lambda card: card.state == "open")
    def fix(self, card: AllotmentInspection, *, by: Any, on: Any) -> None:
        fix_inspection(card, by=by, on=on)
