"""The template schema: migrated by Django once per version, rendered to SQL, and copied for every tenant."""

from provisioning.template.build import NAMED_KEYS, Built, build_template, render_template
from provisioning.template.fingerprint import migrations_fingerprint, public_fingerprint
from provisioning.template.store import CurrentTemplate, current_template, load_blueprint, require_current

__all__ = [
    "NAMED_KEYS",
    "Built",
    "CurrentTemplate",
    "build_template",
    "current_template",
    "load_blueprint",
    "migrations_fingerprint",
    "public_fingerprint",
    "render_template",
    "require_current",
]
