"""Rights that could not be enforced stop the start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from kernel.access.ready_roles import READY_CODES
from kernel.access.rules import rule_kinds
from kernel.modules.registry import BrokenDependencies, modules


def _record_rules(model: type[Model]) -> Iterator[checks.CheckMessage]:
    for rule, path in getattr(model, "record_rules", {}).items():
        if rule not in rule_kinds():
            yield checks.Error(
                f"{model._meta.label}.record_rules names an unknown rule {rule!r}.",
                hint=f"Known: {', '.join(rule_kinds())}.",
                id="access.E001",
            )
        current: type[Model] | None = model
        for part in path.split("__"):
            try:
                field = current._meta.get_field(part) if current else None
            except FieldDoesNotExist:
                names = {f.attname for f in current._meta.concrete_fields} if current else set()
                field = None
                if part in names:
                    current = None
                    continue
            if field is None:
                yield checks.Error(
                    f"{model._meta.label}.record_rules[{rule!r}] = {path!r}: there is no {part!r}.",
                    hint="Name a field of the model, or a path to it with double underscores.",
                    id="access.E002",
                )
                break
            current = field.related_model if field.is_relation else None  # type: ignore[assignment]


@checks.register(checks.Tags.security)
def record_rules_hold(**_kwargs: Any) -> list[checks.CheckMessage]:
    return [message for model in apps.get_models() for message in _record_rules(model)]


@checks.register(checks.Tags.security)
def manifests_name_known_roles(**_kwargs: Any) -> list[checks.CheckMessage]:
    try:
        installed = modules()
    except BrokenDependencies:
        return []
    found: list[checks.CheckMessage] = []
    for module in installed:
        for code in module.roles:
            if code not in READY_CODES:
                found.append(
                    checks.Error(
                        f"Module {module.label!r} gives rights to an unknown role {code!r}.",
                        hint=f"Ready roles: {', '.join(sorted(READY_CODES))}.",
                        id="access.E003",
                    )
                )
            else:
                rule = (module.role_default(code) or ("", "all"))[1]
                if rule not in rule_kinds():
                    found.append(checks.Error(f"Module {module.label!r}: unknown rule {rule!r}.", id="access.E004"))
    return found
