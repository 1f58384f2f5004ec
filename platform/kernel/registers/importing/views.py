"""The pages of an import: file, matching, trial, loading; and what was loaded before."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kernel.access.levels import Level
from kernel.access.rights import allowed
from kernel.files.receiving import refused_uploads
from kernel.jobs import queue
from kernel.jobs.models import Job
from kernel.maps.coordinates import systems
from kernel.maps.files.readers import with_system
from kernel.operations import Denied
from kernel.registers.importing import mapping, runs, sheets, shown
from kernel.registers.importing.models import KEPT_FOR, ImportLine, ImportRun
from kernel.registers.importing.reading import LARGEST_FILE, Unreadable
from kernel.registers.register import Register
from kernel.registers.views.shared import frame
from kernel.text import transliterate

State = ImportRun.State
SHOWN_RUNS = 20
TONES: dict[str, str] = {"loaded": "ok", "tried": "warn", "loading": "info", "undoing": "info"}
LINES_ON_PAGE = 50


def seen_runs(request: HttpRequest, register: Register) -> Any:
    """One's own; those who manage the register see everybody's."""
    found = ImportRun.objects.filter(register=register.label).select_related("by")
    return found if allowed(request.user, register.module, Level.MANAGE) else found.filter(by=request.user.pk)


def _run(request: HttpRequest, register: Register, pk: int) -> ImportRun:
    return get_object_or_404(seen_runs(request, register), pk=pk)


def _to(register: Register, run: ImportRun) -> HttpResponse:
    return redirect(register.url("import-run", run.pk))


def start(request: HttpRequest, register: Register) -> HttpResponse:
    """The first step: which file."""
    if register.read_only:
        raise Http404
    problem = ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            refused = refused_uploads(request)
            problem = str(refused[0]) if refused else _("Файл не вибрано. Натисніть «Вибрати файл» і вкажіть таблицю.")
        else:
            upload.name = with_system(str(upload.name or "file"), request.POST.get("crs", "")[:40])
            try:
                return _to(register, runs.begin(register, upload, by=request.user))  # type: ignore[arg-type]
            except runs.NothingToDo as standing:
                messages.warning(request, str(standing))
                if seen_runs(request, register).filter(pk=standing.run.pk).exists():
                    return _to(register, standing.run)
                problem = str(standing)
            except Unreadable as refused:
                problem = str(refused)
    context = frame(
        request,
        register,
        step=1,
        problem=problem,
        runs=[_line_of(register, run) for run in seen_runs(request, register)[:SHOWN_RUNS]],
        limit=LARGEST_FILE >> 20,
        template_url=register.url("import-template"),
        systems=systems() if register.layer else (),
        crs=request.POST.get("crs", ""),
    )
    return render(request, "registers/importing/file.html", context, status=422 if problem else 200)


def _line_of(register: Register, run: ImportRun) -> ImportRun:
    run.page = register.url("import-run", run.pk)  # type: ignore[attr-defined]
    run.tone = TONES.get(run.state, "idle")  # type: ignore[attr-defined]
    return run


def run_page(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """Whatever step the import is at."""
    run = _run(request, register, pk)
    context: dict[str, Any] = {"run": run, "back": register.url("import")}
    if run.state in (State.UPLOADED, State.MAPPED) and not _working(run):
        return render(request, "registers/importing/match.html", _matching(request, register, run, context))
    if run.state == State.TRIED and not _working(run):
        return render(request, "registers/importing/trial.html", _trial(request, register, run, context))
    context |= {"job": _working(run), "step": 4, "preview": shown.preview(run, register)}
    context["faults"] = shown.faults(run, register) if run.state in (State.LOADED, State.ROLLED_BACK) else []
    return render(request, "registers/importing/loaded.html", frame(request, register, **context))


def _working(run: ImportRun) -> Job | None:
    return Job.objects.filter(pk=run.job, status__in=Job.ACTIVE).first() if run.job else None


def _offered(register: Register, user: Any) -> list[tuple[str, str, bool]]:
    return [(name, facet.label, facet.required) for name, facet in mapping.fields_for(register, user).items()]


def _matching(
    request: HttpRequest, register: Register, run: ImportRun, context: dict[str, Any], problems: Any = ()
) -> dict[str, Any]:
    with_choice = len([note for note in run.notes if "аркуш" in note]) > 0
    return frame(
        request,
        register,
        **context,
        step=2,
        problems=problems,
        columns=shown.columns(run, register),
        offered=_offered(register, request.user),
        missing=mapping.missing(register, run.columns, request.user),
        keys=[register.facets[name].label for name in register.key],
        modes=ImportRun.Mode.choices,
        sheets=_sheets(run) if with_choice else [],
    )


def _sheets(run: ImportRun) -> list[str]:
    from kernel.registers.importing.reading import open_table
    from kernel.tenancy.files import storage

    with storage.open(run.stored) as file:
        return open_table(file, run.file_name, sheet=run.sheet).sheets  # type: ignore[arg-type]


def _trial(request: HttpRequest, register: Register, run: ImportRun, context: dict[str, Any]) -> dict[str, Any]:
    heads, previewed = shown.preview(run, register)
    faults = shown.faults(run, register)
    lines_url = register.url("import-lines", run.pk)
    return frame(
        request,
        register,
        **context,
        step=3,
        columns=shown.columns(run, register),
        offered=_offered(register, request.user),
        modes=ImportRun.Mode.choices,
        faults=faults,
        advised=sum(1 for fault in faults if fault.advice and not fault.advice.startswith("@")),
        tape=shown.tape(run, lines_url),
        heads=heads,
        previewed=previewed,
        lines_url=lines_url,
        undo_until=timezone.localdate() + KEPT_FOR,
        reason_wanted=runs.reason_wanted(run, register),
        errors_url=register.url("import-errors", run.pk),
    )


def match(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """Columns are matched, and the trial follows at once."""
    run = _run(request, register, pk)
    columns = [request.POST.get(f"c{place}", "") for place in range(len(run.header))]
    mode = request.POST.get("mode", run.mode)
    problems = runs.match(run, columns, mode, by=request.user)  # type: ignore[arg-type]
    if problems:
        run.columns, run.mode = columns, mode
        context = _matching(request, register, run, {"run": run, "back": register.url("import")}, problems)
        return render(request, "registers/importing/match.html", context, status=422)
    return _again(request, register, run, again=False)


def choose_sheet(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    run = _run(request, register, pk)
    try:
        runs.choose_sheet(run, request.POST.get("sheet", ""), by=request.user)  # type: ignore[arg-type]
    except Unreadable as refused:
        messages.error(request, str(refused))
    return _to(register, run)


def retry(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    return _again(request, register, _run(request, register, pk), again=True)


def _again(request: HttpRequest, register: Register, run: ImportRun, *, again: bool) -> HttpResponse:
    try:
        runs.try_out(run, by=request.user, again=again)  # type: ignore[arg-type]
    except Unreadable as refused:
        messages.error(request, str(refused))
    return _to(register, run)


def accept(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """One advice for all lines with the same value, or all advices there are."""
    run = _run(request, register, pk)
    given = request.POST
    if given.get("all"):
        count = runs.accept_all(run, by=request.user)  # type: ignore[arg-type]
    else:
        count = runs.accept(
            run,
            given.get("field", ""),
            given.get("value", ""),
            given.get("advice", ""),
            by=request.user,  # type: ignore[arg-type]
        )
    messages.success(
        request,
        ngettext("Виправлено рядків: %(count)d.", "Виправлено рядків: %(count)d.", count) % {"count": count},
    )
    return _to(register, run)


def load(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    run = _run(request, register, pk)
    reason = request.POST.get("reason", "")
    return _attempt(request, register, run, partial(runs.start_loading, reason=reason))


def rollback(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    run = _run(request, register, pk)
    return _attempt(request, register, run, runs.start_undoing)


def abandon(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    run = _run(request, register, pk)
    try:
        runs.abandon(run, by=request.user)  # type: ignore[arg-type]
    except Denied as refused:
        messages.error(request, str(refused))
        return _to(register, run)
    return redirect(register.url("import"))


def cancel(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """The job stops at its next portion; what it committed stays and is told."""
    run = _run(request, register, pk)
    if run.job:
        job = queue.cancel(run.job)
        if job.status == Job.Status.CANCELLED and run.state == State.LOADING:
            ImportRun.objects.filter(pk=run.pk, state=State.LOADING).update(state=State.TRIED)
    return _to(register, run)


def _attempt(request: HttpRequest, register: Register, run: ImportRun, verb: Any) -> HttpResponse:
    try:
        verb(run, by=request.user)
    except Denied as refused:
        messages.error(request, str(refused))
    return _to(register, run)


def lines(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    """Rows as they stood in the file, with what was said of them."""
    run = _run(request, register, pk)
    found = ImportLine.objects.filter(run_id=run.pk).order_by("number")
    verdict = request.GET.get("verdict", "")
    if verdict in ImportLine.Verdict.values:
        found = found.filter(verdict=verdict)
    pages = Paginator(found, LINES_ON_PAGE)
    page: Any = request.GET.get("page")
    row = request.GET.get("row", "")
    if row.isdigit() and page is None:
        page = found.filter(number__lt=int(row[:9])).count() // LINES_ON_PAGE + 1
    context = frame(
        request, register, run=run, page=pages.get_page(page), verdict=verdict, verdicts=ImportLine.Verdict.choices, row=row,
        back=register.url("import-run", run.pk),
    )  # fmt: skip
    return render(request, "registers/importing/lines.html", context)


def errors(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    run = _run(request, register, pk)
    return _file(sheets.errors_file(run, register), f"{run.file_name.rsplit('.', 1)[0]}-pomylky")


def template(request: HttpRequest, register: Register) -> HttpResponse:
    return _file(sheets.template_file(register, request.user), f"{register.name}-zrazok")


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=sheets.XLSX)
    safe = slugify(transliterate(name)) or "file"
    response["Content-Disposition"] = f'attachment; filename="{safe}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response
