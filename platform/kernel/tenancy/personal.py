"""Which columns tell about people. Declared on the model; a training copy masks them, a test looks for gaps."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Field, Model

LAST_NAMES = (
    *("Коваленко", "Бондаренко", "Ткачук", "Мельник", "Шевчук", "Поліщук", "Савчук", "Кравець"),
    *("Гриценко", "Лисенко", "Мороз", "Петренко", "Романюк", "Сидоренко", "Яценко"),
)
FIRST_NAMES = (
    *("Олександр", "Андрій", "Тарас", "Микола", "Сергій", "Богдан", "Іван"),
    *("Олена", "Наталія", "Оксана", "Ірина", "Марія", "Тетяна", "Юлія"),
)
PATRONYMICS = ("Іванович", "Петрович", "Олегович", "Іванівна", "Петрівна", "Олегівна")

# Tables of libraries, which cannot carry our declaration.
FOREIGN: dict[str, dict[str, str]] = {
    "account.EmailAddress": {"email": "email"},
    "usersessions.UserSession": {"ip": "address", "user_agent": "text"},
}
SUSPICIOUS = re.compile(
    r"(^|_)(last_name|first_name|patronymic|full_name|person|email|phone|rnokpp|unzr|passport|iban|birth|address|"
    r"ip|user_agent|password|secret|token)(_|$)|(^|_)by$"
)


def personal_fields(model: type[Model]) -> dict[str, str]:
    """Field → kind of mask."""
    declared: dict[str, str] = getattr(model, "personal_data", {})
    return declared or FOREIGN.get(model._meta.label, {})


def undeclared(model: type[Model]) -> list[str]:
    """Columns whose names tell of people, but which nobody declared."""
    known: Any = {*personal_fields(model), *getattr(model, "not_personal", ())}
    return [
        field.name
        for field in model._meta.local_concrete_fields
        if SUSPICIOUS.search(field.name) and field.name not in known and not _is_reference(field)
    ]


def _is_reference(field: Field[Any, Any]) -> bool:
    return field.is_relation or field.get_internal_type() in ("BooleanField", "DateTimeField")
