"""How people come in: invitations, support's links and consents, and the book of who came."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit import Audited


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A letter that lets one person in once. Only the hash of its token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("електронна пошта"))
    last_name = models.CharField(_("прізвище"), max_length=80, blank=True)
    first_name = models.CharField(_("ім’я"), max_length=80, blank=True)
    patronymic = models.CharField(_("по батькові"), max_length=80, blank=True)
    position = models.CharField(_("посада"), max_length=120, blank=True)
    department = models.CharField(_("підрозділ"), max_length=120, blank=True)
    territories = ArrayField(
        models.CharField(max_length=19), verbose_name=_("території (КАТОТТГ)"), default=list, blank=True
    )
    roles = ArrayField(models.SlugField(max_length=40), verbose_name=_("ролі"), default=list, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.CharField(_("хто запросив"), max_length=200)
    # Empty when the platform's operator invited; an inviter who lost access takes his invitations with him.
    inviter = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    invited_at = models.DateTimeField(_("запрошено"), default=timezone.now)
    sent_at = models.DateTimeField(_("лист надіслано"), null=True, blank=True)
    expires_at = models.DateTimeField(_("діє до"))
    accepted_at = models.DateTimeField(_("прийнято"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        "access.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("хто прийняв")
    )
    revoked_at = models.DateTimeField(_("відкликано"), null=True, blank=True)
    revoked_by = models.CharField(_("хто відкликав"), max_length=200, blank=True)

    objects = InvitationQuerySet.as_manager()
    audited = Audited(exclude=("token_hash",))
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("запрошення")
        verbose_name_plural = _("запрошення")
        ordering = ("-invited_at",)
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_one_open",
                violation_error_message=_("На цю пошту вже є запрошення. Надішліть його ще раз або відкличте."),
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def state(self) -> str:
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "open" if self.expires_at > timezone.now() else "expired"


class SupportConsent(models.Model):
    """The tenant lets the platform's support in, until a moment and no longer."""

    valid_until = models.DateTimeField(_("до"))
    reason = models.CharField(_("навіщо"), max_length=300)
    given_by = models.ForeignKey("access.User", models.PROTECT, related_name="+", verbose_name=_("хто дозволив"))
    given_at = models.DateTimeField(_("коли"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("відкликано"), null=True, blank=True)
    withdrawn_by = models.CharField(_("хто відкликав"), max_length=200, blank=True)

    audited = True
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("дозвіл на підтримку")
        verbose_name_plural = _("дозволи на підтримку")
        ordering = ("-given_at",)
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gt=F("given_at")), name="support_consent_ends_later")
        ]

    def __str__(self) -> str:
        return f"{self.given_at:%d.%m.%Y} – {self.valid_until:%d.%m.%Y %H:%M}"

    @property
    def is_open(self) -> bool:
        return self.withdrawn_at is None and self.valid_until > timezone.now()


class OneTimeLink(models.Model):
    """A door for one operator, once: by consent, or in an emergency that the tenant reviews afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    reason = models.CharField(_("навіщо"), max_length=500)
    emergency = models.BooleanField(_("аварійно, без дозволу"), default=False)
    consent = models.ForeignKey(
        SupportConsent, models.PROTECT, null=True, blank=True, related_name="links", verbose_name=_("за дозволом")
    )
    issued_by = models.CharField(_("оператор"), max_length=200)
    issued_at = models.DateTimeField(_("видано"), default=timezone.now)
    expires_at = models.DateTimeField(_("діє до"))
    opened_at = models.DateTimeField(_("відкрито"), null=True, blank=True)
    opened_from = models.GenericIPAddressField(_("звідки"), null=True, blank=True)
    session_until = models.DateTimeField(_("сеанс до"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("розглянуто"), null=True, blank=True)
    reviewed_by = models.CharField(_("хто розглянув"), max_length=200, blank=True)
    review = models.CharField(_("висновок"), max_length=500, blank=True)

    audited = Audited(exclude=("token_hash",))
    forgotten_in_copies = True

    class Meta:
        verbose_name = _("вхід підтримки")
        verbose_name_plural = _("входи підтримки")
        ordering = ("-issued_at",)
        constraints = [
            models.CheckConstraint(
                condition=Q(emergency=True) | Q(consent__isnull=False), name="one_time_link_consent_or_emergency"
            )
        ]

    def __str__(self) -> str:
        return f"{self.issued_by}: {self.reason}"


METHODS = {
    "password": _("пароль"),
    "totp": _("код у застосунку"),
    "webauthn": _("ключ"),
    "recovery_codes": _("запасний код"),
    "socialaccount": "OpenID Connect",
    "one_time_link": _("одноразове посилання"),
    "password_reset": _("лист"),
}


class SignInEvent(models.Model):
    """The book of entries: who came in, who could not, and what looked unusual about it."""

    class Kind(models.TextChoices):
        SUCCESS = "success", _("вхід")
        FAILURE = "failure", _("невдала спроба")
        SECOND_STEP_FAILURE = "mfa_failure", _("хибний код другого кроку")
        LOCKOUT = "lockout", _("заблоковано за спроби")
        LOGOUT = "logout", _("вихід")
        SUPPORT = "support", _("вхід підтримки")
        CLIENT_CHANGED = "client_changed", _("сеанс перейшов на інший пристрій")
        PASSWORD_CHANGED = "password_changed", _("змінено пароль")
        PASSWORD_RESET = "password_reset", _("пароль відновлено листом")
        MFA_ADDED = "mfa_added", _("додано другий крок входу")
        MFA_REMOVED = "mfa_removed", _("прибрано другий крок входу")

    class Sign(models.TextChoices):
        NEW_ADDRESS = "new_address", _("нова мережа")
        NEW_DEVICE = "new_device", _("новий пристрій")
        AFTER_FAILURES = "after_failures", _("після невдалих спроб")

    at = models.DateTimeField(_("коли"), default=timezone.now)
    kind = models.CharField(_("що"), max_length=20, choices=Kind)
    user = models.ForeignKey(
        "access.User", models.PROTECT, null=True, blank=True, related_name="sign_ins", verbose_name=_("хто")
    )
    login = models.CharField(_("що набрано"), max_length=254, blank=True)
    method = models.CharField(_("як"), max_length=60, blank=True)
    address = models.GenericIPAddressField(_("звідки"), null=True, blank=True)
    device = models.CharField(_("пристрій"), max_length=80, blank=True)
    unusual = ArrayField(
        models.CharField(max_length=20, choices=Sign), verbose_name=_("незвичне"), default=list, blank=True
    )
    note = models.CharField(_("примітка"), max_length=300, blank=True)
    request_id = models.CharField(max_length=32, blank=True)

    append_only = True

    forgotten_in_copies = True

    class Meta:
        verbose_name = _("подія входу")
        verbose_name_plural = _("події входу")
        ordering = ("-at", "-id")
        indexes = [
            models.Index(fields=["-at"], name="sign_in_at"),
            models.Index(fields=["user", "-at"], name="sign_in_user_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"

    @property
    def method_in_words(self) -> str:
        return " + ".join(str(METHODS.get(part, part)) for part in self.method.split("+"))

    @property
    def signs(self) -> list[str]:
        """What looked unusual, in words."""
        return [str(self.Sign(sign).label) for sign in self.unusual]
