from __future__ import annotations

from kernel.access.models import User


def add_user(email: str = "petro@alpha.example", **fields: object) -> User:
    names = {"last_name": "Шевчук", "first_name": "Петро", "patronymic": "Іванович"}
    return User.objects.create(email=email, password="!", **{**names, **fields})
