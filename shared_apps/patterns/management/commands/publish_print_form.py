"""Give a printed form to all communities of a region."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.operations import Denied
from kernel.registers.registry import UnknownRegister
from shared_apps.patterns.publishing import publish_form, withdraw_form


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--region", required=True, help="UA53")
        parser.add_argument("--register", required=True, help="addresses.addresses")
        parser.add_argument("--form", required=True, help="extract")
        parser.add_argument("--title", default="")
        parser.add_argument("--by", default="operator")
        parser.add_argument("--withdraw", action="store_true")
        parser.add_argument("file", nargs="?", type=Path)

    def handle(self, *args: Any, **given: Any) -> None:
        if given["withdraw"]:
            count = withdraw_form(given["region"], given["register"], given["form"])
            self.stdout.write(f"{count}")
            return
        if given["file"] is None:
            raise CommandError("Name the docx file, or --withdraw.")
        try:
            made = publish_form(
                given["region"],
                given["register"],
                given["form"],
                given["title"] or given["form"],
                given["file"].read_bytes(),
                by=given["by"],
            )
        except (Denied, UnknownRegister, OSError) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(str(made))
