"""Django without tenants: the same table through the same kind of pool, signed in as the table's own tenant."""

import os

import psycopg.conninfo

_parts = psycopg.conninfo.conninfo_to_dict(os.environ["PLAIN_DATABASE_URL"])
_schema = os.environ["PLAIN_SCHEMA"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _parts["dbname"],
        "USER": _schema,
        "HOST": _parts["host"],
        "OPTIONS": {
            "options": f"-c search_path={_schema},public,extensions",
            "pool": {"min_size": 1, "max_size": 10, "max_lifetime": 1800, "timeout": 10},
        },
    }
}
INSTALLED_APPS = ["tests.benchmarks.peer.contacts"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "tests.benchmarks.request_views"
SECRET_KEY = "measurements only"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
