from django.utils.translation import gettext_lazy as _

from kernel.notices.kinds import notice_kind

notice_kind("rollups.access_asked", _("Область просить показати документи за показником"))
