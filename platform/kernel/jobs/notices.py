from django.utils.translation import gettext_lazy as _

from kernel.notices.kinds import notice_kind

notice_kind("jobs.finished", _("Тривале завдання виконано"), channels=("app",))
notice_kind("jobs.failed", _("Тривале завдання не вдалося"), channels=("app",))
