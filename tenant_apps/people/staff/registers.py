from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, StringAgg, Subquery, Value
from django.db.models import Sum as DbSum
from django.db.models.functions import Coalesce, Concat, Least
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel.access.levels import Level
from kernel.registers import Count, KeptBy, Ratio, Register, Related, Sum, View, action, column
from tenant_apps.people.staff import operations
from tenant_apps.people.staff.forms import AppointForm, DismissForm, EndForm, MoveForm, ReplaceForm
from tenant_apps.people.staff.models import Absence, Appointment, Department, Deputy, Employee, Position


class Employees(Register):
    model = Employee
    title = gettext_lazy("Працівники")
    columns = ("last_name", "first_name", "patronymic", "position", "department", "phone", "room")
    more_columns = ("left_on",)
    filters = ("department", "position", "hired_on", "left_on")
    order = ("last_name", "first_name", "patronymic")
    sections = {
        gettext_lazy("Людина"): ("last_name", "first_name", "patronymic", "personnel_number", "rnokpp"),
        gettext_lazy("Де працює"): ("department", "position", "hired_on", "left_on"),
        gettext_lazy("Як знайти"): ("phone", "mobile_phone", "email", "room"),
        gettext_lazy("Доступ до системи"): ("account",),
    }
    key = ("personnel_number",)
    duplicates = ("last_name", "first_name", "patronymic")
    masked = ("rnokpp",)
    field_levels = {
        "rnokpp": Level.EDIT,
        "mobile_phone": Level.EDIT,
        "personnel_number": Level.EDIT,
        "account": Level.EDIT,
    }
    aliases = {
        "personnel_number": (gettext_lazy("таб. №"), gettext_lazy("табельний")),
        "rnokpp": (gettext_lazy("ідентифікаційний код"), gettext_lazy("ІПН")),
    }
    views = (
        View("working", gettext_lazy("Працюють"), "left_on__empty=1"),
        View("left", gettext_lazy("Звільнені"), "left_on__empty=0"),
    )
    panels = (
        Related("appointments", "staff.appointments", by="employee"),
        Related("absences", "staff.absences", by="employee"),
        Related("replaced", "staff.deputies", by="absent"),
    )
    indicators = (
        Count(
            "working",
            gettext_lazy("Працівники"),
            where=Q(left_on__isnull=True),
            by=("department",),
            people=True,
            tile=True,
            owner=gettext_lazy("Кадрова служба"),
            formula=gettext_lazy("Кількість людей, яких не звільнено."),
        ),
        Count(
            "hired",
            gettext_lazy("Прийнято на роботу"),
            on="hired_on",
            people=True,
            owner=gettext_lazy("Кадрова служба"),
            formula=gettext_lazy("Кількість прийнятих за місяцем прийняття."),
        ),
        Count(
            "left",
            gettext_lazy("Звільнено"),
            on="left_on",
            people=True,
            good=False,
            owner=gettext_lazy("Кадрова служба"),
            formula=gettext_lazy("Кількість звільнених за місяцем звільнення."),
        ),
    )
    saves = operations.save_employee

    @action(gettext_lazy("Призначити"), icon="briefcase", form=AppointForm, when=lambda card: card.position_id is None)
    def appoint(self, card: Employee, *, by: Any, **given: Any) -> None:
        main = not given.pop("additional")
        operations.appoint(card, by=by, main=main, **given)

    @action(
        gettext_lazy("Перевести"), icon="arrow-right", form=MoveForm, when=lambda card: card.position_id is not None
    )
    def move(self, card: Employee, *, by: Any, **given: Any) -> None:
        operations.move(card, by=by, **given)

    @action(
        gettext_lazy("Оформити заміщення"), icon="replace", form=ReplaceForm, when=lambda card: card.left_on is None
    )
    def replace(self, card: Employee, *, by: Any, **given: Any) -> None:
        operations.replace(card, by=by, **given)

    @action(
        gettext_lazy("Звільнити"),
        level=Level.MANAGE,
        icon="logout",
        form=DismissForm,
        when=lambda card: card.left_on is None,
        danger=True,
    )
    def dismiss(self, card: Employee, *, by: Any, **given: Any) -> None:
        operations.dismiss(card, by=by, **given)


class Departments(Register):
    model = Department
    icon = "hierarchy"
    columns = ("name", "parent", "head", "phone", "room")
    filters = ("parent", "head")
    order = ("name",)
    sections = {
        gettext_lazy("Підрозділ"): ("name", "code", "parent", "head"),
        gettext_lazy("Як знайти"): ("phone", "email", "room"),
    }
    key = ("code",)
    duplicates = ("name",)
    panels = (
        Related("children", "staff.departments", by="parent"),
        Related("positions", "staff.positions", by="department"),
        Related("people", "staff.employees", by="department"),
    )
    kept_by = (
        KeptBy("staff.positions", by="department"),
        KeptBy("staff.employees", by="department", where=Q(left_on__isnull=True)),
        KeptBy("staff.departments", by="parent"),
    )
    saves = operations.save_department

    def advice(self, card: Department) -> list[str]:
        if Department.objects.filter(name=card.name, archived_at__isnull=True).exclude(pk=card.pk).exists():
            return [_("Є ще підрозділ із такою назвою: права «свого підрозділу» в них спільні. Уточніть назву.")]
        return []


def _occupation() -> dict[str, Any]:
    """Of each position today: what part of its units is taken, as a hundredfold, and what part is free."""
    today = timezone.localdate()
    in_force = Appointment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), position=OuterRef("pk"), starts_on__lte=today,
        archived_at__isnull=True,
    )  # fmt: skip
    taken = in_force.order_by().values("position").annotate(taken=DbSum("share")).values("taken")
    filled = Least(Coalesce(Subquery(taken), Value(Decimal(0))), F("rate"))
    return {"filled_percent": filled * 100, "vacant_rate": F("rate") - filled}


class Positions(Register):
    model = Position
    icon = "briefcase"
    columns = ("title", "department", "kp_code", "rate", "holders")
    filters = ("department", "kp_code")
    order = ("department", "title")
    totals = ("rate",)
    sections = {gettext_lazy("Посада"): ("department", "title", "kp_code", "rate")}
    key = ("department", "title")
    panels = (Related("appointments", "staff.appointments", by="position"),)
    kept_by = (KeptBy("staff.employees", by="position", where=Q(left_on__isnull=True)),)
    indicators = (
        Ratio(
            "filled",
            gettext_lazy("Укомплектованість"),
            number="IND-66",
            over="filled_percent",
            under="rate",
            unit="%",
            good=True,
            public=True,
            owner=gettext_lazy("Кадрова служба"),
            formula=gettext_lazy("Зайняті штатні одиниці до всіх за розписом, у відсотках."),
        ),
        Sum(
            "vacant",
            gettext_lazy("Вакансії"),
            number="IND-68",
            field="vacant_rate",
            unit=gettext_lazy("шт. од."),
            good=False,
            public=True,
            owner=gettext_lazy("Кадрова служба"),
            formula=gettext_lazy("Сума штатних одиниць, на яких нікого не призначено."),
        ),
    )
    saves = operations.save_position

    def queryset(self) -> QuerySet[Position]:
        names = Concat("last_name", Value(" "), "first_name")
        on_it = Employee.objects.filter(position=OuterRef("pk")).order_by().values("position")
        joined = on_it.annotate(names=StringAgg(names, Value(", "), order_by="last_name")).values("names")
        return super().queryset().annotate(holder_names=Subquery(joined), **_occupation())

    @column(gettext_lazy("Хто обіймає"))
    def holders(self, card: Any) -> str:
        return getattr(card, "holder_names", None) or ""


class Appointments(Register):
    model = Appointment
    icon = "calendar"
    columns = ("employee", "position", "starts_on", "ends_on", "main", "share", "basis")
    filters = ("employee", "position", "starts_on", "main")
    order = ("-starts_on",)
    read_only = True


class Deputies(Register):
    model = Deputy
    icon = "replace"
    columns = ("absent", "substitute", "starts_on", "ends_on", "basis")
    filters = ("absent", "substitute", "starts_on", "ends_on")
    order = ("-starts_on",)
    sections = {gettext_lazy("Заміщення"): ("absent", "substitute", "starts_on", "ends_on", "basis")}
    saves = operations.save_deputy

    @action(gettext_lazy("Припинити"), icon="x", form=EndForm, when=lambda card: card.ends_on >= timezone.localdate())
    def end(self, card: Deputy, *, by: Any, **given: Any) -> None:
        operations.end_replacement(card, by=by, on=given["on"])


class Absences(Register):
    model = Absence
    icon = "calendar-off"
    columns = ("employee", "kind", "starts_on", "ends_on", "basis")
    filters = ("employee", "kind", "starts_on", "ends_on")
    order = ("-starts_on",)
    sections = {gettext_lazy("Відсутність"): ("employee", "kind", "starts_on", "ends_on", "basis")}
    # Why somebody is away is between them and the personnel officer.
    field_levels = {"kind": Level.EDIT, "basis": Level.EDIT}
