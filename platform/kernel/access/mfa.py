"""The second step of sign-in: for whom it is a duty, and whether they have it."""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from kernel.access.grants import rights_of
from kernel.access.models import User
from kernel.tenancy import current_scope

STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_SETTLED = "second_step"


def is_obliged(user: User) -> bool:
    """Everybody on the console; in a tenant, those whose role says so. Support proves itself to the platform."""
    if user.is_support or not settings.MFA_OBLIGATORY:
        return False
    return current_scope().is_platform or rights_of(user).requires_mfa


def has_second_step(user: User) -> bool:
    return bool(is_mfa_enabled(user, list(STRONG)))


def must_set_up(request: HttpRequest, user: User) -> bool:
    """Whether the person owes a second step. Those who used one in this session are not asked again."""
    if request.session.get(_SETTLED):
        return False
    used = any(record["method"] == "mfa" for record in get_authentication_records(request, user))
    if used or (is_obliged(user) and has_second_step(user)):
        request.session[_SETTLED] = True
        return False
    return is_obliged(user)
