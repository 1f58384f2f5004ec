"""What allauth asks us: who may come in, in which words a refusal is said, how secrets are kept."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.access import lockout, signins
from kernel.access.mail import absolute, deliver, site_name
from kernel.access.mfa import STRONG, is_obliged
from kernel.access.models import SignInEvent, User
from kernel.access.openid.adapter import SocialAdapter
from kernel.access.secret import seal, unseal
from kernel.letters.posting import posted
from kernel.tenancy.cache import cache
from kernel.tenancy.log import get_logger

__all__ = ["AccountAdapter", "MFAAdapter", "SocialAdapter"]

log = get_logger("access")

NOTICES = {
    "account/email/password_changed": _("змінено пароль"),
    "account/email/password_reset": _("задано новий пароль за посиланням із листа"),
    "account/email/password_set": _("задано пароль"),
    "account/email/email_changed": _("змінено адресу пошти"),
    "account/email/email_deleted": _("вилучено адресу пошти"),
    "mfa/email/totp_activated": _("увімкнено код у застосунку"),
    "mfa/email/totp_deactivated": _("вимкнено код у застосунку"),
    "mfa/email/webauthn_added": _("додано ключ входу"),
    "mfa/email/webauthn_removed": _("вилучено ключ входу"),
    "mfa/email/recovery_codes_generated": _("створено нові запасні коди"),
    "socialaccount/email/account_connected": _("прив’язано зовнішній вхід"),
    "socialaccount/email/account_disconnected": _("відв’язано зовнішній вхід"),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Обліковий запис вимкнено. Зверніться до адміністратора системи."),
        "cannot_remove_primary_email": _("Основну адресу не вилучають: спершу зробіть основною іншу."),
        "duplicate_email": _("Цю адресу ви вже додали."),
        "email_password_mismatch": _("Пошта або пароль не ті. Перевірте розкладку й Caps Lock або відновіть пароль."),
        "email_taken": _("Цю адресу вже використано."),
        "enter_current_password": _("Чинний пароль не той. Наберіть його ще раз."),
        "incorrect_code": _("Код не той або застарів. Дочекайтеся нового й наберіть його."),
        "incorrect_password": _("Пароль не той. Перевірте розкладку й Caps Lock."),
        "invalid_or_expired_key": _("Посилання недійсне або застаріле. Попросіть нове."),
        "invalid_password_reset": _("Посилання недійсне або застаріле. Попросіть новий лист."),
        "rate_limited": _("Забагато спроб поспіль. Зачекайте хвилину."),
        "same_as_current": _("Нове значення збігається з чинним."),
        "too_many_login_attempts": _("Забагато спроб. Зачекайте п’ять хвилин або відновіть пароль листом."),
        "unknown_email": _("Перевірте адресу."),
        "unverified_primary_email": _("Спершу підтвердьте основну адресу: відкрийте посилання з листа."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come in by invitation."""
        return False

    # -- lock-out and the book of entries ---------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as refused:
            key = self._get_login_attempts_cache_key(request, **credentials)
            seconds = lockout.seconds_left(request, "login_failed", key)
            # Once per lock-out, or the book itself becomes the attacker's target.
            if cache.add(f"access.lockout:{lockout.digest(key)}", True, max(seconds, 1)):
                signins.record_failure(request, credentials.get("email", ""), SignInEvent.Kind.LOCKOUT)
            raise ValidationError(lockout.lockout_message(seconds), code=refused.code) from None

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        signins.record_failure(request, credentials.get("email", ""))

    def release_lockout(self, request: HttpRequest, email: str) -> None:
        key = self._get_login_attempts_cache_key(request, email=email)
        ratelimit.clear(request, app=lockout.APP, action="login_failed", key=key)
        cache.delete(f"access.lockout:{lockout.digest(key)}")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:  # type: ignore[override]
        response = super().pre_login(request, user, **kwargs)
        if response is None and user.is_support:
            return self.respond_user_inactive(request, user)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Somebody who came in a moment ago is not asked for the same password again."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    # -- letters ----------------------------------------------------------------------------------

    def render_mail(self, *args: Any, **kwargs: Any) -> Any:
        return posted(super().render_mail(*args, **kwargs))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is down must not turn into an answer that tells known addresses from unknown."""
        try:
            super().send_mail(template_prefix, email, {"site_name": site_name(), **context})
        except OSError as error:
            log.error("mail_failed", template=template_prefix, error=str(error))

    def send_notification_mail(
        self, template_prefix: str, user: User, context: Any = None, email: str | None = None
    ) -> None:
        """One letter for every change of how a person comes in; they know whether it was them."""
        what = NOTICES.get(template_prefix)
        if what and not user.is_support:
            deliver(
                "notice",
                email or user.email,
                person=user,
                what=what,
                at=timezone.now(),
                device=signins.device_of(self.request),
                address=signins.address_of(self.request) or "—",
                url=absolute(reverse("access:profile")),
            )

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:  # type: ignore[override]
        if not user.is_support:
            super().send_password_reset_mail(user, email, context)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("З другим кроком входу нову адресу додає адміністратор."),
        "cannot_delete_authenticator": _("Ваша роль вимагає другого кроку входу. Спершу додайте інший спосіб."),
        "cannot_generate_recovery_codes": _("Спершу налаштуйте код у застосунку або ключ."),
        "incorrect_code": _("Код не той або застарів. Дочекайтеся нового й наберіть його."),
        "unverified_email": _("Спершу підтвердьте адресу пошти."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        # An authenticator sealed elsewhere fits no code; an administrator resets it.
        text = unseal(encrypted_text)
        return "" if text is None else text

    def get_totp_issuer(self) -> str:
        return site_name()

    def _get_site_name(self) -> str:
        return site_name()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user=authenticator.user, type__in=STRONG).exclude(pk=authenticator.pk)
        return others.exists() or not is_obliged(authenticator.user)
