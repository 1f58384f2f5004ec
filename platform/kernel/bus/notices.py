from django.utils.translation import gettext_lazy as _

from kernel.notices.kinds import notice_kind

notice_kind("bus.webhook_disabled", _("Вебхук вимкнено через невдачі"))
