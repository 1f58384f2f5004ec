"""Declarations of history that could not be kept are refused at start."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from kernel.audit.declare import append_only_rule, audited_rule


@checks.register(checks.Tags.models)
def declarations_can_be_kept(app_configs: Any = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    labels = {config.label for config in app_configs} if app_configs else None
    return [
        message
        for model in apps.get_models()
        if labels is None or model._meta.app_label in labels
        for message in _of_model(model)
    ]


def _of_model(model: type[Model]) -> list[checks.CheckMessage]:
    found: list[checks.CheckMessage] = []
    rule = audited_rule(model)
    for attribute, understood in (("audited", rule), ("append_only", append_only_rule(model))):
        declared = getattr(model, attribute, None)
        if declared and understood is None:
            found.append(
                checks.Error(
                    f"{model._meta.label}.{attribute} = {declared!r} is not understood.",
                    hint="Use True, kernel.audit.Audited(exclude=(...)) or kernel.audit.AppendOnly(...).",
                    obj=model,
                    id="audit.E001",
                )
            )
    if rule is None:
        return found
    if len(model._meta.pk_fields) > 1:
        found.append(
            checks.Error(
                f"{model._meta.label} is audited, but its key has several columns.",
                hint="Give it a bigint or uuid key and keep the other columns as a UniqueConstraint.",
                obj=model,
                id="audit.E002",
            )
        )
    for name in rule.exclude:
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist:
            found.append(
                checks.Error(
                    f"{model._meta.label} excludes from its history a field that does not exist: {name!r}.",
                    hint="Name the field as the model does.",
                    obj=model,
                    id="audit.E003",
                )
            )
    if append_only_rule(model):
        found.append(
            checks.Error(
                f"{model._meta.label} is both audited and append-only.",
                hint="An append-only table is its own history: remove `audited`.",
                obj=model,
                id="audit.E004",
            )
        )
    return found
