from django.utils.translation import gettext_lazy as _

from kernel.notices.kinds import notice_kind

MAIL_DOMAIN = notice_kind("letters.domain", _("Домен пошти громади: підтверджено чи втрачено"))
