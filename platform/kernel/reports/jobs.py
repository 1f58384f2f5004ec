"""Reports that come by themselves, and files too long to wait for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.jobs.registry import JobRun, job
from kernel.modules.entitlement import enabled_labels
from kernel.notices.notify import notify
from kernel.operations import Denied
from kernel.registers.registry import UnknownRegister, register_named
from kernel.reports.files import run_file
from kernel.reports.layout import Layout
from kernel.reports.models import ReportSubscription
from kernel.reports.ready import report_named
from kernel.reports.tables import Table
from kernel.tenancy.log import get_logger

__all__ = ["run_file", "send_reports"]
log = get_logger("reports")


@job("reports.send", daily=True)
def send_reports(run: JobRun) -> None:
    """Each is counted with the rights its reader has today; asked again the same day, it tells nobody twice."""
    today = local_today()
    due = [one for one in _subscriptions() if is_due(one.rhythm, today) and one.sent_on != today]
    for number, one in enumerate(due):
        run.progress(number, len(due))
        try:
            sent = _send(one, today)
        except Denied as refused:
            sent = False
            log.warning("report_not_sent", report=one.report_id, why=str(refused))
        if sent:
            ReportSubscription.objects.filter(pk=one.pk).update(sent_on=today)
    run.progress(len(due), len(due))


def is_due(rhythm: str, day: date) -> bool:
    return {"daily": True, "weekly": day.weekday() == 0, "monthly": day.day == 1}[rhythm]


def _subscriptions() -> Any:
    return ReportSubscription.objects.filter(person__is_active=True).select_related("report", "person", "report__owner")


def _send(one: ReportSubscription, today: date) -> bool:
    report, person = one.report, one.person
    try:
        register = register_named(report.register)
    except UnknownRegister:
        return False
    mine = report.shared or report.owner_id == person.pk
    if not mine or register.module not in enabled_labels() or not register.may(person, Level.VIEW):
        return False
    layout = Layout(register, person, QueryDict(report.query), report_named(register, report.code))
    table = Table(layout)
    figures = [
        f"{head.text}: {cell.text}"
        for head, cell in zip(table.heads, table.total.cells, strict=False)
        if cell.figure and not table.is_list
    ] or [table.total.cells[0].text]
    notify(
        [person],
        kind="reports.ready",
        title=_("Звіт: %(title)s") % {"title": report.title},
        body="\n".join([_("Підсумок на %(day)s") % {"day": today.strftime("%d.%m.%Y")}, *figures[:10]]),
        url=f"{reverse('reports:show', args=[register.label])}?saved={report.pk}",
        key=f"report:{one.pk}:{today.isoformat()}",
    )
    return True
