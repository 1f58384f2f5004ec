from __future__ import annotations

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Celery would run the checks before any scope exists; `manage.py check` and `hromada doctor` run them in one.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
if not apps.ready and not apps.loading:
    django.setup()

from celery.signals import worker_init
from django.conf import settings

from kernel.tenancy.pooler import refuse_transaction_pooler
from kernel.tenancy.work import CeleryApp

app = CeleryApp("hromada")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.autodiscover_tasks(["provisioning"], related_name="jobs")


@worker_init.connect(dispatch_uid="hromada_pooler")
def refuse_pooler(**_kwargs: object) -> None:
    """The same refusal as the web's; see config.wsgi."""
    refuse_transaction_pooler(settings.DATABASE_URL)
