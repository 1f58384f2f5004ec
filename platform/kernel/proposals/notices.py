from django.utils.translation import gettext_lazy as _

from kernel.notices.kinds import notice_kind

notice_kind("proposals.came", _("Пропозиції змін до карток, які я веду"), channels=("app",))
notice_kind("proposals.decided", _("Відповідь на мою пропозицію змін"))
