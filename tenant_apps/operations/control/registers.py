from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.forms import ReasonForm
from kernel.access.levels import Level
from kernel.fieldwork.declare import Checklist, FieldForm
from kernel.indicators.kinds import Average, Percentile
from kernel.registers import Count, MapLayer, PublicPage, Register, Related, Share, View, Waiting, action
from kernel.registers.declarations import KeptBy, Panel, Term
from kernel.registers.waiting import overdue
from kernel.renewals.declare import Renewal
from kernel.reports.declarations import Report
from tenant_apps.operations.control import operations, panels
from tenant_apps.operations.control.forms import EliminationForm, NoticeForm, ProtocolForm, TermForm
from tenant_apps.operations.control.models import CareZone, CheckItem, Violation, ViolationKind

State = Violation.State
OWNER = gettext_lazy("Інспекція благоустрою")


def _mine(person: Any) -> Q:
    """An inspector is called to their own violations and to those nobody has."""
    return Q(inspector__isnull=True) | Q(inspector__account=person)


class Violations(Register):
    model = Violation
    waiting = (
        Waiting("fresh", gettext_lazy("без припису"), lambda person: Q(state=State.RECORDED) & _mine(person)),
        Waiting(
            "overdue",
            gettext_lazy("строк припису минув"),
            lambda person: overdue("due_on", Q(state__in=Violation.DEMANDED))(person) & _mine(person),
        ),
    )
    title = gettext_lazy("Порушення")
    columns = ("number", "found_on", "kind", "settlement", "party", "state", "due_on", "repeats", "reaction_days")
    more_columns = (
        "kind__subject", "landmark", "building", "noticed_on", "notice_number", "protocol_number", "protocol_on",
        "eliminated_on", "outcome", "repeat_of", "photo_after",
    )  # fmt: skip
    filters = (
        "kind", "kind__subject", "state", "settlement", "inspector", "party", "answers_as", "found_on", "due_on",
        "eliminated_on", "repeats",
    )  # fmt: skip
    order = ("-found_on", "-id")
    status = "state"
    measures = (Term("noticed_on", "due_on", gettext_lazy("Строк припису")), "reaction_days", "repeats")
    units = {"reaction_days": gettext_lazy("дн.")}
    numbering = "КП-{year}-{number:05}"
    sections = {
        gettext_lazy("Що і де"): ("kind", "found_on", "place", "settlement", "building", "landmark", "details"),
        gettext_lazy("Доказ"): ("photo_before", "inspector"),
        gettext_lazy("Хто відповідає"): ("party", "answers_as", "ground"),
        gettext_lazy("Перебіг"): (
            "notice_number", "noticed_on", "due_on", "protocol_number", "protocol_on", "eliminated_on", "photo_after",
            "outcome", "repeat_of",
        ),
    }  # fmt: skip
    views = (
        View("open", gettext_lazy("На контролі"), "state=noticed&state=protocol"),
        View("fresh", gettext_lazy("Без припису"), "state=recorded"),
        View("repeated", gettext_lazy("Повторні"), "repeats__from=1"),
        View("done", gettext_lazy("Усунуті"), "state=eliminated"),
    )
    aliases = {
        "kind": (gettext_lazy("вид"),),
        "found_on": (gettext_lazy("дата"), gettext_lazy("дата виявлення")),
        "party": (gettext_lazy("порушник"), gettext_lazy("відповідальна особа")),
    }
    panels = (
        Panel("photos", gettext_lazy("Було і стало"), "control/photos.html", panels.photos),
        Panel("findings", gettext_lazy("Чек-лист"), "control/findings.html", panels.findings),
        Panel("answers", gettext_lazy("Хто відповідає за це місце"), "control/answers.html", panels.answers),
        Panel("earlier", gettext_lazy("Раніше"), "control/earlier.html", panels.earlier),
    )
    layer = MapLayer("place", label="number", colour_by="state")
    public = PublicPage(
        "porushennia",
        columns=("number", "kind", "found_on", "settlement", "state", "due_on", "eliminated_on", "place"),
        open_data=True,
        where=Q(kind__public=True) & ~Q(state=State.CANCELLED),
    )
    indicators = (
        Count(
            "found",
            gettext_lazy("Виявлено порушень"),
            where=~Q(state=State.CANCELLED),
            by=("kind", "settlement", "inspector"),
            on="found_on",
            tile=True,
            owner=OWNER,
            formula=gettext_lazy("Кількість зафіксованих порушень без тих, що не підтвердилися."),
        ),
        Count(
            "open",
            gettext_lazy("Не усунуто"),
            number="IND-72",
            where=Q(state__in=Violation.OPEN),
            by=("kind", "settlement", "inspector"),
            good=False,
            tile=True,
            owner=OWNER,
            formula=gettext_lazy("Порушення, яких ще не усунуто."),
        ),
        Average(
            "reaction",
            gettext_lazy("Середній час усунення"),
            field="reaction_days",
            unit=gettext_lazy("дн."),
            by=("kind", "settlement", "inspector"),
            on="eliminated_on",
            good=False,
            owner=OWNER,
            formula=gettext_lazy("Днів від виявлення до усунення, у середньому за усунутими."),
        ),
        Percentile(
            "reaction_median",
            gettext_lazy("Половину усунуто за"),
            field="reaction_days",
            where=Q(state=State.ELIMINATED),
            unit=gettext_lazy("дн."),
            by=("kind", "settlement", "inspector"),
            good=False,
            owner=OWNER,
            formula=gettext_lazy("Медіана днів від виявлення до усунення."),
        ),
        Share(
            "in_time",
            gettext_lazy("Усунуто в строк"),
            where=Q(eliminated_on__lte=F("due_on")),
            of=Q(state=State.ELIMINATED, due_on__isnull=False),
            by=("kind", "settlement", "inspector"),
            good=True,
            owner=OWNER,
            formula=gettext_lazy("Усунуті не пізніше за строк припису до всіх усунутих за приписом, у відсотках."),
        ),
        Share(
            "repeated",
            gettext_lazy("Повторні порушення"),
            where=Q(repeats__gte=1),
            by=("kind", "settlement", "inspector"),
            good=False,
            owner=OWNER,
            formula=gettext_lazy("Повторні порушення до всіх зафіксованих, у відсотках."),
        ),
    )
    reports = (
        Report(
            "reaction_by_kind",
            gettext_lazy("Час усунення за видами"),
            by=("kind",),
            measures=("count", "avg:reaction_days", "max:reaction_days"),
            query="state=eliminated",
            period="eliminated_on",
            span="this_year",
        ),
        Report(
            "reaction_by_place",
            gettext_lazy("Час усунення за населеними пунктами"),
            by=("settlement", "kind"),
            measures=("count", "avg:reaction_days", "max:reaction_days"),
            query="state=eliminated",
            period="eliminated_on",
            span="this_year",
        ),
        Report(
            "by_inspector",
            gettext_lazy("Робота інспекторів"),
            by=("inspector",),
            across="state",
            asks=("kind",),
            period="found_on",
            span="this_year",
        ),
    )
    saves = operations.save_violation
    assignee = "inspector"
    fieldwork = FieldForm(
        "kind", "details", "landmark", place="place", photo="photo_before", day="found_on", needs_photo=True, takes=True,
        checklist=Checklist("control.checklists", record=operations.record_findings, by="kind"),
    )  # fmt: skip

    def status_of(self, card: Violation) -> tuple[str, str] | None:
        if card.is_overdue:
            return "bad", _("прострочено: %(state)s") % {"state": card.get_state_display()}
        return super().status_of(card)

    def subtitle_of(self, card: Violation) -> str:
        said = [str(card.building or card.settlement or ""), card.landmark]
        if card.repeats:
            said.append(_("повторне, %(times)s-й раз") % {"times": card.repeats + 1})
        return ", ".join(filter(None, said))

    def hint_of(self, card: Violation) -> str:
        return f"{card.found_on:%d.%m.%Y}"

    def advice(self, card: Violation) -> list[str]:
        said = []
        if card.party_id is None:
            said.append(_("Мапа не знає, хто відповідає за це місце. Вкажіть відповідального, щоб видати припис."))
        if card.repeat_of:
            said.append(_("Порушення повторне: попереднє — %(number)s.") % {"number": card.repeat_of.number})
        if card.photo_before_id is None:
            said.append(_("Додайте знімок: без нього порушення не довести."))
        return said

    @action(
        gettext_lazy("Знайти відповідального"), icon="search",
        when=lambda card: card.state == State.RECORDED and card.is_open and card.party_id is None,
    )  # fmt: skip
    def find_responsible(self, card: Violation, *, by: Any, **given: Any) -> str:
        found = operations.find_responsible(card, by=by)
        return _("Відповідає %(who)s.") % {"who": found.party}

    @action(
        gettext_lazy("Видати припис"), icon="file-plus", form=NoticeForm,
        when=lambda card: card.state == State.RECORDED and card.is_open,
    )  # fmt: skip
    def notice(self, card: Violation, *, by: Any, **given: Any) -> str:
        found = operations.issue_notice(card, by=by, **given)
        return _("Припис %(number)s: усунути до %(day)s. Надрукуйте його з меню картки.") % {
            "number": found.notice_number,
            "day": f"{found.due_on:%d.%m.%Y}",
        }

    @action(gettext_lazy("Підтвердити усунення"), icon="photo", form=EliminationForm, when=lambda card: card.is_open)
    def eliminate(self, card: Violation, *, by: Any, **given: Any) -> None:
        operations.confirm_elimination(card, by=by, **given)

    @action(
        gettext_lazy("Продовжити строк"), icon="calendar-plus", form=TermForm,
        when=lambda card: card.is_open and card.state in Violation.DEMANDED,
    )  # fmt: skip
    def extend(self, card: Violation, *, by: Any, **given: Any) -> None:
        operations.extend_term(card, by=by, **given)

    @action(
        gettext_lazy("Скласти протокол"), icon="file", form=ProtocolForm,
        when=lambda card: card.is_open and card.state == State.NOTICED,
    )  # fmt: skip
    def protocol(self, card: Violation, *, by: Any, **given: Any) -> None:
        operations.draw_protocol(card, by=by, **given)

    @action(
        gettext_lazy("Повернути на контроль"), icon="restore", form=TermForm,
        when=lambda card: card.state == State.ELIMINATED and bool(card.notice_number) and card.archived_at is None,
    )  # fmt: skip
    def reopen(self, card: Violation, *, by: Any, **given: Any) -> None:
        operations.reopen(card, by=by, **given)

    @action(
        gettext_lazy("Не підтвердилося"), icon="x", form=ReasonForm, danger=True, level=Level.EDIT,
        when=lambda card: card.is_open and card.state in (State.RECORDED, State.NOTICED),
    )  # fmt: skip
    def cancel(self, card: Violation, *, by: Any, **given: Any) -> None:
        operations.cancel(card, by=by, **given)


class ViolationKinds(Register):
    model = ViolationKind
    slug = "kinds"
    title = gettext_lazy("Види порушень")
    icon = "tag"
    columns = ("code", "title", "subject", "law", "deadline_days", "answers", "public")
    filters = ("subject", "answers", "public")
    order = ("code",)
    key = ("code",)
    duplicates = ("title",)
    sections = {
        gettext_lazy("Вид порушення"): ("code", "title", "subject", "law", "demand"),
        gettext_lazy("Правила"): ("deadline_days", "repeat_days", "answers", "public"),
    }
    panels = (Related("items", "control.checklists", by="kind", columns=("position", "text")),)
    kept_by = (KeptBy("control.violations", by="kind", where=Q(state__in=Violation.OPEN)),)


class CheckItems(Register):
    model = CheckItem
    slug = "checklists"
    title = gettext_lazy("Чек-листи")
    icon = "checks"
    columns = ("kind", "position", "text")
    filters = ("kind",)
    order = ("kind__code", "position", "id")
    key = ("kind", "text")
    sections = {gettext_lazy("Пункт перевірки"): ("kind", "position", "text")}


class Zones(Register):
    model = CareZone
    slug = "zones"
    title = gettext_lazy("Зони відповідальності")
    icon = "layers"
    columns = ("title", "party", "kind", "ground", "valid_from", "valid_to")
    filters = ("party", "kind", "valid_from", "valid_to")
    order = ("title",)
    duplicates = ("title", "party")
    measures = (Term("valid_from", "valid_to", gettext_lazy("Строк")),)
    sections = {
        gettext_lazy("Зона"): ("title", "party", "kind", "shape"),
        gettext_lazy("Підстава"): ("ground", "valid_from", "valid_to"),
    }
    layer = MapLayer("shape", label="title", colour_by="kind")
    renewals = (Renewal("valid_to", duty=gettext_lazy("Продовжити зону відповідальності"), days=(30, 7)),)
