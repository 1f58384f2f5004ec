"""The administrator's pages of the journals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kernel.access.guard import needs
from kernel.access.levels import Level
from kernel.audit.chain import HistoryBusy, seal_history, verify_chain
from kernel.audit.discretion import readable_tables
from kernel.audit.export import csv_lines
from kernel.audit.models import History, Viewing
from kernel.audit.search import HistorySearch, Page, TooSlow, ViewingSearch, page_of
from kernel.audit.sentences import sentences
from kernel.audit.viewing import log_view
from kernel.audit.wording import label_of, local_zone, moment_text, who_text

# A page answers within seconds; the nightly job verifies the whole chain whatever its length.
VERIFIED_ON_PAGE = 200_000


@require_GET
@needs("audit", Level.VIEW)
def index(request: HttpRequest) -> HttpResponse:
    form = HistorySearch(request.GET)
    readable = readable_tables(request.user)
    page, problem = _page(request, form, lambda: form.entries(readable=readable, reader=request.user))
    context = {
        "form": form,
        "problem": problem,
        "searched": form.is_valid() and not problem,
        "entries": sentences(page.rows, readable=readable, reader=request.user),
        "older": _address(request, before=page.older) if page.older else "",
        "export": _address(request),
    }
    return render(request, "audit/index.html", context)


@require_GET
@needs("audit", Level.VIEW)  # type: ignore[arg-type]  # a stream is a response too
def export(request: HttpRequest) -> HttpResponseBase:
    form = HistorySearch(request.GET)
    if not form.is_valid():
        return redirect("audit:index")
    # The file holds personal data of whoever is mentioned in it.
    log_view(
        History._meta.db_table,
        purpose=Viewing.Purpose.INSPECTION,
        note=_("вивантаження журналу змін, умови: %(query)s") % {"query": _address(request)},
        fields=("before", "after"),
    )
    readable = readable_tables(request.user)
    name = f"journal-{timezone.localdate(timezone=local_zone()).isoformat()}.csv"
    return StreamingHttpResponse(
        csv_lines(form.entries(readable=readable, reader=request.user), readable=readable, reader=request.user),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "POST"])
@needs("audit", Level.VIEW)
def verify(request: HttpRequest) -> HttpResponse:
    """POST, because it seals what is not sealed yet and takes its time."""
    context: dict[str, Any] = {"limit": f"{VERIFIED_ON_PAGE:,}".replace(",", "\N{NO-BREAK SPACE}")}
    if request.method == "POST":
        try:
            seal_history()
        except HistoryBusy as busy:
            context["busy"] = str(busy)
        context["verdict"] = verify_chain(newest=VERIFIED_ON_PAGE)
    return render(request, "audit/verify.html", context)


@require_GET
@needs("audit", Level.VIEW)
def views(request: HttpRequest) -> HttpResponse:
    form = ViewingSearch(request.GET)
    page, problem = _page(request, form, form.entries)
    context = {
        "form": form,
        "problem": problem,
        "searched": form.is_valid() and not problem,
        "looks": [_look(row) for row in page.rows],
        "older": _address(request, before=page.older) if page.older else "",
    }
    return render(request, "audit/views.html", context)


def _look(row: Viewing) -> dict[str, str]:
    model = next((model for model in apps.get_models() if model._meta.db_table == row.table_name), None)
    return {
        "when": moment_text(row.at),
        "who": who_text(row.actor_kind, row.actor_name),
        "address": row.address,
        "about": str(model._meta.verbose_name) if model else row.table_name,
        "row_id": row.row_id,
        "purpose": row.get_purpose_display(),
        "note": row.note,
        "fields": ", ".join(label_of(model, field) for field in row.fields),
    }


def _page(
    request: HttpRequest, form: HistorySearch | ViewingSearch, entries: Callable[[], QuerySet[Any]]
) -> tuple[Page[Any], str]:
    if not form.is_valid():
        return Page((), None), ""
    before = request.GET.get("before", "")
    try:
        return page_of(entries(), int(before) if before.isdecimal() and len(before) < 19 else None), ""
    except TooSlow:
        return Page((), None), _("Шукати довго: звузьте період або оберіть, що саме змінювали, і повторіть.")


def _address(request: HttpRequest, *, before: int | None = None) -> str:
    """The same question, from another place in the answer."""
    parameters = request.GET.copy()
    parameters.pop("before", None)
    if before is not None:
        parameters["before"] = str(before)
    return f"?{parameters.urlencode()}"
