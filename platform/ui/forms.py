"""Every Django form looks the same: label, hint, control, and beneath it the error with the next step."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.functional import cached_property


class Renderer(DjangoTemplates):
    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    @cached_property
    def engine(self) -> Any:
        engine = super().engine
        return Backend(
            {
                "NAME": "ui-forms",
                "DIRS": engine.dirs,
                "APP_DIRS": True,
                "OPTIONS": {"builtins": ["django.templatetags.i18n", "ui.templatetags.ui"]},
            }
        )
