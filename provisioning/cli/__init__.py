"""`hromada`: everything an operator does, for people and for programs."""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("DATABASE_POOL", "0")
    from provisioning.cli.app import run

    sys.exit(run())
