"""Keeping a report under a name, sharing it, having it sent."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.operations import Denied, operation
from kernel.registers.register import Register
from kernel.reports.layout import Layout
from kernel.reports.models import LONGEST_QUERY, ReportSubscription, SavedReport


@operation("reports", None)
def save_report(layout: Layout, *, by: User, title: str, shared: bool) -> SavedReport:
    """The same title of the same person is the same report, set up anew."""
    query = layout.query.copy()
    query.pop("format", None)
    query["plain"] = "1"
    text = query.urlencode()
    if len(text) > LONGEST_QUERY:
        raise Denied(_("Умов забагато, щоб їх запамʼятати. Приберіть частину й збережіть ще раз."))
    register: Register = layout.register
    found = SavedReport.objects.filter(register=register.label, owner=by, title=title).first()
    report = found or SavedReport(register=register.label, owner=by, title=title)
    report.code, report.query, report.shared = layout.base.code if layout.base else "", text, shared
    report.full_clean()
    report.save()
    return report


@operation("reports", None)
def delete_report(report: SavedReport, *, by: User) -> None:
    if report.owner_id != by.pk:
        raise Denied(_("Звіт зберіг хтось інший. Попросіть його прибрати або збережіть собі власний."))
    report.delete()


@operation("reports", None)
def subscribe(report: SavedReport, *, by: User, rhythm: str) -> None:
    """An empty rhythm ends it."""
    if not rhythm:
        ReportSubscription.objects.filter(report=report, person=by).delete()
        return
    if rhythm not in ReportSubscription.Rhythm.values:
        raise Denied(_("Оберіть, як часто надсилати: щодня, щопонеділка чи першого числа."))
    ReportSubscription.objects.update_or_create(report=report, person=by, defaults={"rhythm": rhythm})
