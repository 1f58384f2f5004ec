from __future__ import annotations

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Celery would run the checks before any scope exists; `manage.py check` and `hromada doctor` run them in one.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
if not apps.ready and not apps.loading:
    django.setup()

from kernel.tenancy.work import CeleryApp

app = CeleryApp("hromada")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.autodiscover_tasks(["provisioning"], related_name="jobs")
