from django.utils.translation import gettext_lazy as _

from kernel.notices.kinds import notice_kind

REPORT_READY = notice_kind("reports.ready", _("Звіти, на які ви підписані"))
