"""Every morning: a word the day before the term, on the day, and when it has passed."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils.translation import gettext as _

from kernel.access.dates import local_today
from kernel.notices.notify import notify
from kernel.tasks.models import Task
from kernel.tasks.operations import page_of, people_of
from kernel.tenancy import TenantRef, for_each_tenant


def remind(_tenant: TenantRef | None = None) -> int:
    """Each person once per task and occasion, however often it is run."""
    today = local_today()
    told = 0
    for task in Task.objects.open().filter(due_on__lte=today + timedelta(days=1)):
        due = task.due_on
        if due is None:
            continue
        if due < today:
            occasion, words = "late", _("Строк минув: %(title)s")
        elif due == today:
            occasion, words = "today", _("Строк сьогодні: %(title)s")
        else:
            occasion, words = "before", _("Строк завтра: %(title)s")
        told += notify(
            people_of(task),
            kind="tasks.reminder",
            title=words % {"title": task.title},
            body=_("Строк: %(due)s.") % {"due": f"{due:%d.%m.%Y}"},
            url=page_of(task),
            key=f"task:{task.pk}:{due}:{occasion}",
        )
    return told


@shared_task(name="kernel.tasks.remind_everywhere")
def remind_everywhere() -> None:
    for_each_tenant(remind, reason="remind of terms")
