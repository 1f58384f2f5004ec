"""What allauth tells of sign-ins goes into the book of entries."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.usersessions.signals import session_client_changed
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from kernel.access import signins
from kernel.access.models import SignInEvent, User

Kind = SignInEvent.Kind


@receiver(account.user_logged_in, dispatch_uid="access.entry")
def entered(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    signins.record_entry(request, user)


@receiver(user_logged_out, dispatch_uid="access.exit")
def left(request: HttpRequest | None, user: User | None, **_kwargs: Any) -> None:
    if request is not None and user is not None:
        signins.record(request, Kind.LOGOUT, user)


@receiver(mfa.authentication_failed, dispatch_uid="access.second_step_failed")
def second_step_failed(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    signins.record(request, Kind.SECOND_STEP_FAILURE, user)


@receiver(mfa.authenticator_added, dispatch_uid="access.mfa_added")
def authenticator_added(request: HttpRequest, user: User, authenticator: Any, **_kwargs: Any) -> None:
    signins.record(request, Kind.MFA_ADDED, user, method=authenticator.type)


@receiver(mfa.authenticator_removed, dispatch_uid="access.mfa_removed")
def authenticator_removed(request: HttpRequest, user: User, authenticator: Any, **_kwargs: Any) -> None:
    signins.record(request, Kind.MFA_REMOVED, user, method=authenticator.type)


@receiver(account.password_changed, dispatch_uid="access.password_changed")
@receiver(account.password_set, dispatch_uid="access.password_set")
def password_changed(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    signins.record(request, Kind.PASSWORD_CHANGED, user)


@receiver(account.password_reset, dispatch_uid="access.password_reset")
def password_reset(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    signins.record(request, Kind.PASSWORD_RESET, user)


@receiver(session_client_changed, dispatch_uid="access.client_changed")
def client_changed(request: HttpRequest, from_session: Any, to_session: Any, **_kwargs: Any) -> None:
    signins.note_client(request, from_session, to_session)
