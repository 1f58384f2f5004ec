from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _


class Level(IntegerChoices):
    """What a person may do in a module, in the words people use. Each level includes those below it."""

    NONE = 0, _("немає")
    VIEW = 1, _("перегляд")
    EDIT = 2, _("ведення")
    MANAGE = 3, _("керування")
