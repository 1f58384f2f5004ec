from django.utils.translation import gettext_lazy as _

from kernel.notices.kinds import notice_kind

PIVOT_READY = notice_kind("pivot.ready", _("Зведені таблиці, на які ви підписані"))
PIVOT_UNSENT = notice_kind("pivot.unsent", _("Зведені таблиці, яких не вдалося надіслати"))
