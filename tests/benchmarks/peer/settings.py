"""django-tenants by its manual; the tenants' only app is generated from the synthetic tables."""

import os

import psycopg.conninfo

_parts = psycopg.conninfo.conninfo_to_dict(os.environ["PEER_DATABASE_URL"])
_pooled = {"pool": {"min_size": 1, "max_size": 10}} if os.environ.get("PEER_POOL") else {}
DATABASES = {
    "default": {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": _parts["dbname"],
        "USER": _parts["user"],
        "HOST": _parts["host"],
        "OPTIONS": _pooled,
    }
}
DATABASE_ROUTERS = ("django_tenants.routers.TenantSyncRouter",)
SHARED_APPS = [
    "django_tenants",
    "django.contrib.postgres",
    "django.contrib.contenttypes",
    "tests.benchmarks.peer.tenancy",
]
# The shared schema is migrated without the tenants' app: Django would spend minutes on states of models it never makes there.
_own = [] if os.environ.get("PEER_SHARED_ONLY") else ["peer_synthetic"]
TENANT_APPS = ["django.contrib.contenttypes", *_own]
INSTALLED_APPS = [*SHARED_APPS, *_own, "tests.benchmarks.peer.contacts"]
TENANT_MODEL = "tenancy.Client"
TENANT_DOMAIN_MODEL = "tenancy.Domain"
PG_EXTRA_SEARCH_PATHS = ["extensions"]
MIGRATION_MODULES = {"tenancy": "peer_tenancy_migrations"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = "measurements only"
USE_TZ = True
ALLOWED_HOSTS = ["*"]
MIDDLEWARE = ["django_tenants.middleware.main.TenantMainMiddleware"]
ROOT_URLCONF = "tests.benchmarks.request_views"
