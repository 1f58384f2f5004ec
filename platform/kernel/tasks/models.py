from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kernel.access.dates import local_today
from kernel.access.grants import rights_of
from kernel.access.models import User


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> TaskQuerySet:
        return self.filter(state=Task.State.OPEN)

    def of(self, person: User) -> TaskQuerySet:
        """The person's own, those of whom they stand in for, and those that wait for anybody of their role or place."""
        held = rights_of(person).held
        roles = {one.role.code for one in held}
        absent = {one.delegation.from_user_id for one in held if one.delegation and not one.delegation.roles}
        departments = {"", person.department}
        anybodys = Q(person__isnull=True, role__in={"", *roles}, department__in=departments)
        return self.filter(Q(person__in={person.pk, *absent}) | anybodys)

    def concerning(self, person: User) -> TaskQuerySet:
        """With those the person gave to others, or has closed."""
        mine = self.of(person).values("pk")
        return self.filter(Q(pk__in=mine) | Q(given_by=person) | Q(closed_by=person))

    def by_term(self) -> TaskQuerySet:
        """Overdue first, without a term last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "created_at", "id")

    def overdue(self) -> TaskQuerySet:
        return self.open().filter(due_on__lt=local_today())


class Task(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("у роботі")
        DONE = "done", _("виконано")
        RETURNED = "returned", _("повернуто")
        WITHDRAWN = "withdrawn", pgettext_lazy("завдання", "знято")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("вид"), max_length=80, default="tasks.errand")
    title = models.CharField(_("що зробити"), max_length=300)
    note = models.TextField(_("пояснення"), blank=True)
    url = models.CharField(_("де це робити"), max_length=500, blank=True)
    subject_table = models.CharField(_("про що: реєстр"), max_length=100, blank=True)
    subject_id = models.CharField(_("про що: картка"), max_length=100, blank=True)
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("виконавець")
    )
    role = models.SlugField(_("хтось із роллю"), max_length=40, blank=True)
    department = models.CharField(_("хтось із підрозділу"), max_length=120, blank=True, default="")
    due_on = models.DateField(_("строк"), null=True, blank=True)
    given_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("хто доручив")
    )
    giver = models.CharField(_("від кого"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("доручено"), default=timezone.now)
    state = models.CharField(_("стан"), max_length=10, choices=State, default=State.OPEN)
    outcome = models.TextField(_("підсумок"), blank=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("хто закрив")
    )
    closed_at = models.DateTimeField(_("закрито"), null=True, blank=True)
    key = models.CharField(max_length=200, blank=True, editable=False)

    objects = TaskQuerySet.as_manager()
    audited = True
    personal_data: ClassVar[dict[str, str]] = {"title": "text", "note": "text", "outcome": "text", "giver": "text"}

    class Meta:
        verbose_name = _("завдання")
        verbose_name_plural = _("завдання")
        ordering = ("due_on", "created_at")
        indexes = [
            models.Index(fields=["person", "due_on"], condition=Q(state="open"), name="task_open_person"),
            models.Index(
                fields=["role", "department"], condition=Q(state="open", person__isnull=True), name="task_open_anybody"
            ),
            models.Index(fields=["given_by", "-created_at"], name="task_given"),
            models.Index(fields=["subject_table", "subject_id"], name="task_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(role="") | ~Q(department=""),
                name="task_is_somebodys",
                violation_error_message=_("Вкажіть, кому доручаєте: людину, роль або підрозділ."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "done", "returned", "withdrawn"]), name="task_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | ~Q(state="open") & Q(closed_at__isnull=False),
                name="task_closed_when_not_open",
            ),
            models.CheckConstraint(
                condition=Q(url="") | (Q(url__startswith="/") & ~Q(url__startswith="//")), name="task_url_is_ours"
            ),
            models.UniqueConstraint(fields=["key"], condition=~Q(key="") & Q(state="open"), name="task_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def given_on(self) -> date:
        from kernel.access.dates import local_zone

        return timezone.localdate(self.created_at, timezone=local_zone())

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < local_today()
