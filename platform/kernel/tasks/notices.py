from django.utils.translation import gettext_lazy as _

from kernel.notices.kinds import notice_kind

notice_kind("tasks.assigned", _("Мені доручено завдання"))
notice_kind("tasks.returned", _("Завдання повернуто мені"))
notice_kind("tasks.done", _("Доручене мною виконано"), channels=("app",))
notice_kind("tasks.reminder", _("Нагадування про строк"))
