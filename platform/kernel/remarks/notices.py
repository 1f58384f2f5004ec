from django.utils.translation import gettext_lazy as _

from kernel.notices.kinds import notice_kind

MENTIONED = notice_kind("remarks.mentioned", _("Мене згадали в коментарі"))
COMMENTED = notice_kind("remarks.commented", _("Коментарі до карток, на які ви підписані"), channels=("app",))
