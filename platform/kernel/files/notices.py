from django.utils.translation import gettext_lazy as _

from kernel.notices.kinds import notice_kind

INFECTED = notice_kind("files.infected", _("У моєму файлі знайдено загрозу"), obligatory=True)
