"""The tenants' command of django-tenants; it must know migrations as `makemigrations` writes them."""

from __future__ import annotations

from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand

from kernel.modules.autodetector import Autodetector


class Command(MigrateSchemasCommand):
    autodetector = Autodetector
