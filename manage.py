#!/usr/bin/env python
"""Django's own commands, run for the platform. Operators use `hromada`."""

import os
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent / "platform")]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from kernel.tenancy.scope import platform_context

    with platform_context():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
