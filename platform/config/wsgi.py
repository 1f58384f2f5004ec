from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from kernel.tenancy.pooler import refuse_transaction_pooler

application = get_wsgi_application()
# A pooler that changes the connection between statements mixes tenants: better not to start at all.
refuse_transaction_pooler(settings.DATABASE_URL)
