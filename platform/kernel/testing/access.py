"""People for tests: made in the current scope, signed in as they would be."""

from __future__ import annotations

import base64
import hmac
import struct
import time
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from kernel.access.dates import local_today
from kernel.access.levels import Level
from kernel.access.models import Role, RoleAssignment, RoleLevel, User
from kernel.tenancy.actor import Actor

PASSWORD = "Синій-тролейбус-на-мосту-7"  # noqa: S105
OPERATOR = Actor("operator", name="Оператор Тест")
_numbers = count(1)


def make_person(*roles: str, password: str = PASSWORD, **fields: Any) -> User:
    """A person with a confirmed address and roles by their codes, from today without an end."""
    number = next(_numbers)
    given = {"last_name": f"Мельник{number}", "first_name": "Ірина", "patronymic": "Олегівна", **fields}
    email = given.pop("email", f"person{number}@example.org")
    user = User.objects.create_user(email, password, **given)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for code in roles:
        RoleAssignment.objects.create(
            user=user, role=Role.objects.get(code=code), valid_from=local_today(), given_by="тести"
        )
    return user


def make_role(code: str, requires_mfa: bool = False, **levels: Any) -> Role:
    """make_role("x", contacts=Level.EDIT, area__portal=(Level.VIEW, "own"))"""
    role = Role.objects.create(code=code, title=f"Роль {code}", requires_mfa=requires_mfa)
    for name, given in levels.items():
        level, rule = given if isinstance(given, tuple) else (given, "all")
        RoleLevel.objects.create(role=role, module=name.replace("__", ":"), level=Level(level), rule=rule)
    return role


def give_totp(user: User) -> str:
    """The secret of a working authenticator."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def totp_code(secret: str, at: float | None = None) -> str:
    """RFC 6238, computed here and not by the code under test."""
    counter = struct.pack(">Q", int(at if at is not None else time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def sign_in(client: Client, user: User, password: str = PASSWORD, **extra: Any) -> Any:
    """Through the real page; the answer of the server."""
    return client.post("/accounts/login/", {"login": user.email, "password": password}, **extra)


def enter(client: Client, user: User) -> Client:
    """Signed in without the page, in the current scope; a second step counts as done."""
    client.force_login(user, backend="kernel.access.backends.AccountBackend")
    session = client.session
    session["second_step"] = True
    session.save()
    return client
