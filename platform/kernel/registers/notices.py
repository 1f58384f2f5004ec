from django.utils.translation import gettext_lazy as _

from kernel.notices.kinds import notice_kind

CARD_CHANGED = notice_kind("registers.changed", _("Зміни карток, на які ви підписані"), channels=("app",))
CARD_ASSIGNED = notice_kind("registers.assigned", _("Мені доручено картку реєстру"))
