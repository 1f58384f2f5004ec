"""The consolidated report of the region: composed, read on the spot, taken away as a file, kept under a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.views.shared import done
from kernel.indicators.catalogue import Declared
from kernel.operations import Denied, Who, name_of, operation
from shared_apps.console.asking import Question, allowed_periods, catalogue, choices
from shared_apps.console.consolidated import by_districts, by_law, columns_of, consolidate, sheets_of
from shared_apps.console.entry import on_console
from shared_apps.console.keeping import called, kept_named, require_own, tabs_of
from shared_apps.console.models import Report
from shared_apps.console.papers import paper
from shared_apps.console.sheets import sheets
from shared_apps.rollups import periods

LONGEST_GIVEN = 8000
# What a screen shows at once; files hold every column.
MOST_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; what it does not understand counts as not asked."""

    ones: list[Declared]
    chosen: bool
    period: str
    depth: str

    @classmethod
    def of(cls, codes: list[str], period: str, depth: str) -> Wanted:
        known = {one.code: one for one in catalogue()}
        ones = [known[code] for code in dict.fromkeys(codes) if code in known]
        return cls(
            ones or by_law(),
            bool(ones),
            period if periods.is_period(period) else "",
            depth if depth in Report.Depth.values else Report.Depth.COMMUNITIES,
        )

    @property
    def codes(self) -> list[str]:
        return [one.code for one in self.ones] if self.chosen else []

    def written(self, question: Question, **more: str) -> str:
        query = QueryDict(mutable=True)
        query.setlist("pick", self.codes)
        query.update(
            {
                name: value
                for name, value in {
                    "when": self.period, "depth": self.depth, "district": question.district, "size": question.size, **more,
                }.items()
                if value
            }
        )  # fmt: skip
        return query.urlencode()


def _asked(given: QueryDict, user: User) -> tuple[Wanted, Question, Report | None]:
    saved = kept_named(Report, user, given.get("saved", ""))
    if saved is not None and not {"pick", "when", "depth", "changed"} & set(given):
        given = given.copy()
        given["district"], given["size"] = saved.district, saved.size
        return Wanted.of(saved.codes, saved.period, saved.depth), Question.from_query(given, user), saved
    wanted = Wanted.of(given.getlist("pick"), given.get("when", ""), given.get("depth", ""))
    return wanted, Question.from_query(given, user), saved


@require_safe
@on_console("console")
def report_page(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    wanted, question, saved = _asked(request.GET, user)
    report = consolidate(columns_of(wanted.ones, wanted.period), question.communities, question.everyone)
    title = saved.title if saved else _("Зведений звіт")
    kind = request.GET.get("file", "")
    if kind == "xlsx" and report.lines:
        return sheets(slugify(title) or "consolidated", sheets_of(report, wanted.depth))
    if kind == "pdf" and report.lines:
        heads, rows = by_districts(report)
        told = _("Громад у звіті: %(count)s") % {"count": report.communities}
        return paper("consolidated", "pdf", title, heads, rows, [told])
    whens = sorted({code for one in catalogue() for code in allowed_periods(one) if code}, reverse=True)
    kept = {"saved": str(saved.pk) if saved else "", "changed": "1" if saved else ""}
    context = (
        choices(question)
        | {
            "console_nav": request.console_nav,  # type: ignore[attr-defined]
            "wanted": wanted,
            "report": report,
            "columns": report.columns[:MOST_SHOWN],
            "more_columns": max(len(report.columns) - MOST_SHOWN, 0),
            "lines": [
                replace(line, cells=line.cells[:MOST_SHOWN])
                for line in report.lines
                if wanted.depth == Report.Depth.COMMUNITIES or line.level != "community"
            ],
            "depths": Report.Depth.choices,
            "whens": [(code, periods.words(code)) for code in whens],
            "saved": saved,
            "mine": saved is not None and saved.owner_id == user.pk,
            "written": wanted.written(question, **kept),
            "files": {kind: f"?{wanted.written(question, **kept, file=kind)}" for kind in ("xlsx", "pdf")},
            "tabs": tabs_of(Report, user, saved),
        }
    )
    return render(request, "console/report.html", context)


@operation("console", Level.VIEW)
def keep_report(report: Report, *, by: Who) -> Report:
    require_own(report, by)
    report.created_by = name_of(by)
    report.full_clean()
    report.save()
    return report


@operation("console", Level.VIEW)
def forget_report(report: Report, *, by: Who) -> None:
    require_own(report, by)
    report.delete()


@require_POST
@on_console("console")
def save_report(request: HttpRequest) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    query = QueryDict(request.POST.get("query", "")[:LONGEST_GIVEN])
    wanted, question, saved = _asked(query, user)
    report = saved if saved is not None and request.POST.get("as") == "same" else Report(owner_id=user.pk)
    called(report, request.POST)
    report.codes, report.period, report.depth = wanted.codes, wanted.period, wanted.depth
    report.district, report.size = question.district, question.size
    try:
        keep_report(report, by=user)
    except (Denied, ValidationError) as refused:
        messages.error(request, " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused))
        return redirect(f"{reverse('console:report')}?{query.urlencode()}")
    messages.success(request, _("Звіт «%(title)s» збережено.") % {"title": report.title})
    return redirect(f"{reverse('console:report')}?saved={report.pk}")


@require_POST
@on_console("console")
def drop_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    report = get_object_or_404(Report, pk=pk, owner_id=user.pk)
    forget_report(report, by=user)
    return done(request, "console:report", _("Звіт «%(title)s» прибрано.") % {"title": report.title})
