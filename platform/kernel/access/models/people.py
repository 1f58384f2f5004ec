from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def persons(self) -> models.QuerySet[User]:
        """Those who work here; the platform's support is a guest."""
        return self.filter(kind=User.Kind.PERSON)


class User(AbstractBaseUser):
    class Kind(models.TextChoices):
        PERSON = "person", _("працівник")
        SUPPORT = "support", _("підтримка платформи")

    # Equal numbers in two tenants would make links and sessions look interchangeable.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("вид"), max_length=10, choices=Kind, default=Kind.PERSON, editable=False)
    email = models.EmailField(_("електронна пошта"))
    last_name = models.CharField(_("прізвище"), max_length=80)
    first_name = models.CharField(_("ім’я"), max_length=80)
    patronymic = models.CharField(_("по батькові"), max_length=80, blank=True)
    position = models.CharField(_("посада"), max_length=120, blank=True)
    department = models.CharField(_("підрозділ"), max_length=120, blank=True)
    territories = ArrayField(
        models.CharField(max_length=19),
        verbose_name=_("території (КАТОТТГ)"),
        default=list,
        blank=True,
        help_text=_("Коди населених пунктів, за які людина відповідає; через кому."),
    )
    is_active = models.BooleanField(_("діє"), default=True)
    joined_at = models.DateTimeField(_("додано"), default=timezone.now, editable=False)

    audited = Audited(exclude=("password", "last_login"))
    personal_data: ClassVar[dict[str, str]] = {
        "email": "email",
        "last_name": "last_name",
        "first_name": "first_name",
        "patronymic": "patronymic",
        "password": "secret",
    }
    record_rules: ClassVar[dict[str, str]] = {"own": "id", "department": "department"}

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["last_name", "first_name"]

    class Meta:
        verbose_name = _("користувач")
        verbose_name_plural = _("користувачі")
        ordering = ("last_name", "first_name", "patronymic")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("Людина з такою поштою вже є. Знайдіть її в переліку користувачів."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)

    @property
    def initials(self) -> str:
        """«Коваленко О. П.», as it stands in documents."""
        given = " ".join(f"{part[0]}." for part in (self.first_name, self.patronymic) if part)
        return f"{self.last_name} {given}".strip()

    @property
    def is_support(self) -> bool:
        return self.kind == self.Kind.SUPPORT

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.initials
