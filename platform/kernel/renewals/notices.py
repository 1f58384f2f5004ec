from django.utils.translation import gettext_lazy as _

from kernel.notices.kinds import notice_kind

notice_kind("renewals.reminder", _("Строк картки наближається"))
