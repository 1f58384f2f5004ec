"""The product's own settings; only the newest migrations of one app come from a folder that a benchmark can add to."""

import os

from config.settings import *  # noqa: F403

MIGRATION_MODULES = {"contacts": os.environ["BENCH_RELEASE"]}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
MEDIA_ROOT = os.environ["BENCH_MEDIA"]
