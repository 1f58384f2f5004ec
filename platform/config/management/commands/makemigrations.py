"""Django's own command with this house's way of writing migrations."""

from __future__ import annotations

from django.core.management.commands import makemigrations

from kernel.modules.autodetector import Autodetector


class Command(makemigrations.Command):
    autodetector = Autodetector
