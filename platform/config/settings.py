"""The one place that sees everything. Values come from the environment; see docs/operating.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg.conninfo
import sentry_sdk
from celery.schedules import crontab
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from config.discovery import installed_modules
from config.logs import configured
from kernel.tenancy.signing import ScopedSecret

ROOT = Path(__file__).resolve().parents[2]
PLATFORM = ROOT / "platform"


def env(name: str, default: str | None = None) -> str:
    """A variable, or the contents of the file that NAME_FILE points at (how secrets are mounted)."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, LOCAL.get(name, default))
    if value is None:
        raise RuntimeError(f"{name} is not set. Run `make run`, or set it as docs/operating.md says.")
    return value


def _local_environment() -> dict[str, str]:
    """What the embedded stack wrote when it started; the real environment wins over it."""
    path = Path(os.environ.get("HROMADA_STATE", ROOT / ".local")) / "env"
    if not path.exists() or os.environ.get("HROMADA_ENV") == "production":
        return {}
    pairs = (line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {key.strip(): value.strip() for key, value in pairs}


LOCAL = _local_environment()
ENVIRONMENT = env("HROMADA_ENV", "development")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = False

BASE_DOMAIN = env("BASE_DOMAIN", "localhost")
PUBLIC_PORT = env("HROMADA_PORT", "" if PRODUCTION else "8000")
PUBLIC_SCHEME = env("HROMADA_SCHEME", "https" if PRODUCTION else "http")
# Unknown hosts are answered by the edge with a page of their own; see kernel.tenancy.middleware.
ALLOWED_HOSTS = ["*"]

MASTER_SECRET = env("SECRET_KEY", None if PRODUCTION else "development-only-secret-of-no-value-whatsoever-2026")
SECRET_KEY = ScopedSecret(MASTER_SECRET)

# -- applications ---------------------------------------------------------------------------------

MODULES = installed_modules(ROOT / "tenant_apps")

SHARED_APPS = [
    "config",
    "django_tenants",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "kernel.tenancy",
    "kernel.modules",
    "kernel.access",
    "kernel.audit",
    "kernel.audit.heads",
    "kernel.jobs",
    "ui",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "shared_apps.communities",
    "shared_apps.fleet",
    "shared_apps.reference",
    "shared_apps.rollups",
    "shared_apps.console",
    "shared_apps.region",
    "shared_apps.patterns",
    "shared_apps.subscriptions",
    "shared_apps.onboarding",
]
TENANT_APPS = [
    "django.contrib.sessions",
    "kernel.reference",
    "kernel.modules",
    "kernel.access",
    "kernel.audit",
    "kernel.jobs",
    "kernel.notices",
    "kernel.letters",
    "kernel.bus",
    "kernel.tasks",
    "kernel.files",
    "kernel.remarks",
    "kernel.cards",
    "kernel.registers",
    "kernel.registers.importing",
    "kernel.registers.merging",
    "kernel.renewals",
    "kernel.proposals",
    "kernel.registers.api",
    "kernel.indicators",
    "kernel.maps",
    "kernel.reports",
    "kernel.pivot",
    "kernel.printforms",
    "kernel.designer",
    "kernel.fieldwork",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    *MODULES,
]
INSTALLED_APPS = list(dict.fromkeys([*SHARED_APPS, *TENANT_APPS]))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TENANT_MODEL = "communities.Community"
TENANT_DOMAIN_MODEL = "communities.Domain"
TENANT_SYNC_ROUTER = "kernel.tenancy.routers.SchemaRouter"
DATABASE_ROUTERS = [TENANT_SYNC_ROUTER]
AUTH_USER_MODEL = "access.User"
# The address is unique by an index on its lower case, which the check cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
FORM_RENDERER = "ui.forms.Renderer"

# -- database -------------------------------------------------------------------------------------


def database(url: str, *, pool: bool) -> dict[str, Any]:
    parts = psycopg.conninfo.conninfo_to_dict(url)
    options: dict[str, Any] = {
        key: value for key, value in parts.items() if key not in ("dbname", "user", "password", "host", "port")
    }
    size = int(env("DATABASE_POOL", "10"))
    # A command of one connection needs no pool: DATABASE_POOL=0.
    if pool and size:
        options["pool"] = {
            "min_size": 1,
            "max_size": size,
            # A backend remembers every table it touched (~30 KB each): its life is bounded.
            "max_lifetime": float(env("DATABASE_POOL_LIFETIME", "1800")),
            "timeout": 10,
        }
    return {
        "ENGINE": "kernel.tenancy.db",
        "NAME": parts.get("dbname", ""),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
        "TEST": {"MIRROR": None},
    }


DATABASE_URL = env("DATABASE_URL", "")
DATABASE_ADMIN_URL = env("DATABASE_ADMIN_URL", DATABASE_URL)
DATABASES = {
    "default": database(DATABASE_URL, pool=ENVIRONMENT != "test"),
    "owner": database(DATABASE_ADMIN_URL, pool=False),
}

# -- Redis: cache, broker -------------------------------------------------------------------------

REDIS_URL = env("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "kernel.tenancy.cache.RedisCache",
        "LOCATION": env("REDIS_CACHE_URL", REDIS_URL),
        "KEY_FUNCTION": "kernel.tenancy.cache.scoped_key",
        "TIMEOUT": 300,
    }
}
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "Europe/Kyiv"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Platform tasks only; each walks the tenants itself, so the schedule does not grow with them.
CELERY_BEAT_SCHEDULE = {
    "requeue-silent-jobs": {"task": "kernel.jobs.requeue_silent_everywhere", "schedule": 300},
    "wake-bus": {"task": "kernel.bus.sweep_everywhere", "schedule": 60},
    "forget-events": {"task": "kernel.bus.forget_everywhere", "schedule": crontab(hour="2", minute="20")},
    "send-notices": {"task": "kernel.notices.sweep_everywhere", "schedule": 60},
    "forget-notices": {"task": "kernel.notices.forget_everywhere", "schedule": crontab(hour="2", minute="40")},
    "daily-jobs": {"task": "kernel.jobs.daily_everywhere", "schedule": crontab(hour="0", minute="20")},
    "remind-of-terms": {"task": "kernel.tasks.remind_everywhere", "schedule": crontab(hour="7", minute="30")},
    "refill-pool": {"task": "provisioning.refill_pool", "schedule": 60},
    "janitor": {"task": "provisioning.janitor", "schedule": crontab(minute="17")},
    "forget-ended-sessions": {"task": "kernel.access.forget_ended_sessions", "schedule": crontab(hour="4", minute="5")},
    "rescan-waiting-files": {"task": "kernel.files.rescan_waiting_everywhere", "schedule": 300},
    "sweep-files": {"task": "kernel.files.sweep_everywhere", "schedule": crontab(hour="2", minute="25")},
    "forget-answers": {
        "task": "kernel.registers.api.forget_answers_everywhere",
        "schedule": crontab(hour="4", minute="20"),
    },
    "count-figures": {"task": "kernel.indicators.sweep_everywhere", "schedule": 60},
    "seal-journals": {"task": "kernel.audit.seal_all", "schedule": 300},
    "publish-heads": {"task": "kernel.audit.publish_heads", "schedule": crontab(hour="3", minute="10")},
    "review-subscriptions": {"task": "subscriptions.review", "schedule": crontab(hour="6", minute="10")},
    "measure-use": {"task": "subscriptions.measure", "schedule": crontab(hour="23", minute="45")},
    "verify-journals": {"task": "kernel.audit.verify_all", "schedule": crontab(hour="3", minute="40")},
}
# How many jobs of one tenant run side by side; fewer than there are workers, or a neighbour waits.
JOBS_AT_ONCE = int(env("JOBS_AT_ONCE", "2" if PRODUCTION else "1"))
# A webhook may lead to a machine of our own network only where that network is the developer's.
WEBHOOKS_MAY_CALL_INSIDE = env("WEBHOOKS_MAY_CALL_INSIDE", "0" if PRODUCTION else "1") == "1"

# -- the request path -----------------------------------------------------------------------------

MIDDLEWARE = [
    "config.metrics.MetricsMiddleware",
    "config.probes.ProbeMiddleware",
    "kernel.tenancy.middleware.TenantMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "kernel.maps.policy.MapPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ui.locality.LocalityMiddleware",
    "ui.errors.ErrorPagesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ui.privacy.PrivatePagesMiddleware",
    "shared_apps.communities.middleware.StandingMiddleware",
    "shared_apps.subscriptions.middleware.MeterMiddleware",
    "kernel.access.middleware.AccessMiddleware",
]
ROOT_URLCONF = "config.urls_tenant"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PLATFORM / "ui" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

SESSION_ENGINE = "kernel.access.sessions"
SESSION_COOKIE_NAME = "hromada_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PUBLIC_SCHEME == "https"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "ui.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    # A tenant's own domain has neighbours that are not ours to bind.
    SECURE_HSTS_INCLUDE_SUBDOMAINS = False
    SECURE_SSL_REDIRECT = True
# What lies beneath layers of registers: nothing, our own file of tiles (pmtiles), or squares of pictures (raster).
MAP_BASE = {
    "kind": env("MAP_BASE_KIND", "none"),
    "url": env("MAP_BASE_URL", ""),
    "attribution": env("MAP_BASE_ATTRIBUTION", ""),
    "max_zoom": int(env("MAP_BASE_MAX_ZOOM", "19")),
}
_MAP_ORIGINS = [f"{part.scheme}://{part.netloc}" for part in [urlsplit(MAP_BASE["url"])] if part.netloc]
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", *_MAP_ORIGINS],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF, *_MAP_ORIGINS],
    "worker-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# -- accounts -------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["kernel.access.backends.AccountBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "kernel.access.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "kernel.access.adapters.SocialAdapter"
MFA_ADAPTER = "kernel.access.adapters.MFAAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_HMAC = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_SCHEME
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/ip,5/5m/key", "reset_password": "20/h/ip,5/h/key"}
USERSESSIONS_TRACK_ACTIVITY = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
# Else a person with a second step could never change the address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
# Off only where the demonstration's passwords are printed on the screen anyway; production refuses it.
MFA_OBLIGATORY = env("MFA_OBLIGATORY", "0" if ENVIRONMENT == "development" else "1") == "1"

MAILERS: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": env("SMTP_HOST", "localhost"),
            "port": int(env("SMTP_PORT", "587")),
            "username": env("SMTP_USER", ""),
            "password": env("SMTP_PASSWORD", ""),
            "use_tls": PRODUCTION,
        },
    }
    if env("SMTP_HOST", "")
    else {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": str(ROOT / ".local" / "mail")},
    }
}
# Where strangers report a hole; served as /.well-known/security.txt.
# Whom a community calls about the cloud itself.
SUPPORT_PHONE = env("SUPPORT_PHONE", "")
SUPPORT_EMAIL = env("SUPPORT_EMAIL", f"support@{BASE_DOMAIN}")
SECURITY_EMAIL = env("SECURITY_EMAIL", f"security@{BASE_DOMAIN}")
# What a community adds to its own SPF so that these servers may write from its domain.
MAIL_SPF_INCLUDE = env("MAIL_SPF_INCLUDE", "") or f"_spf.{BASE_DOMAIN}"
DEFAULT_FROM_EMAIL = env("MAIL_FROM", f"Хмара громад <noreply@{BASE_DOMAIN}>")

# -- language and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "uk"
LANGUAGES = [("uk", _("Українська")), ("en", _("English"))]
LOCALE_PATHS = [PLATFORM / "ui" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# -- files ----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env("STATIC_ROOT", str(ROOT / ".local" / "static"))
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = env("MEDIA_ROOT", str(ROOT / ".local" / "media"))
S3_BUCKET = env("S3_BUCKET", "")
STORAGES = {
    "default": {
        "BACKEND": "kernel.tenancy.files.TenantS3Storage",
        "OPTIONS": {"bucket_name": S3_BUCKET, "endpoint_url": env("S3_ENDPOINT", "") or None},
    }
    if S3_BUCKET
    else {"BACKEND": "kernel.tenancy.files.TenantDiskStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILE_LIMIT_MB = int(env("FILE_LIMIT_MB", "100"))
# A contour of more is a digitiser's dust; a district with its rivers has some thousands.
MAPS_MOST_VERTICES = int(env("MAPS_MOST_VERTICES", "20000"))
# unix:/run/clamav/clamd.sock or tcp://host:3310; without it files say that nobody checked them.
CLAMD_SOCKET = env("CLAMD_SOCKET", "")
FILE_UPLOAD_HANDLERS = [
    "kernel.files.receiving.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "kernel.files.receiving.SpooledUpload",
]
ARCHIVE_KEY = env("ARCHIVE_KEY", "")
ARCHIVE_ROOT = env("ARCHIVE_ROOT", str(Path(MEDIA_ROOT).parent / "archives"))

# -- the life of tenants --------------------------------------------------------------------------

POOL_TARGET = int(env("POOL_TARGET", "2"))
RETENTION_DAYS = int(env("RETENTION_DAYS", "90"))
KEPT_HOST_DAYS = int(env("KEPT_HOST_DAYS", "180"))

# -- money ----------------------------------------------------------------------------------------

STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", "")
# Empty is Stripe itself; a stand-in only where there is no production.
STRIPE_API_BASE = env("STRIPE_API_BASE", "")
STRIPE_TOLERANCE_SECONDS = 300
TRIAL_DAYS = int(env("TRIAL_DAYS", "30"))
GRACE_DAYS = int(env("GRACE_DAYS", "14"))
# How long what is not paid can still be read and paid before the subscription is over.
READ_ONLY_DAYS = int(env("READ_ONLY_DAYS", "90"))
# Whoever signs contracts and acts for the cloud.
SELLER_NAME = env("SELLER_NAME", "Хмара громад")
SELLER_EDRPOU = env("SELLER_EDRPOU", "")
SELLER_IBAN = env("SELLER_IBAN", "")
# How signatures are read: «standin» is refused in production; empty turns that way of proof off.
SIGNATURES = env("SIGNATURES", "" if PRODUCTION else "standin")

# -- logs and errors ------------------------------------------------------------------------------

LOGGING = configured(env("LOG_LEVEL", "WARNING"))
METRICS_TOKEN = env("METRICS_TOKEN", "")
# The last address of X-Forwarded-For is the one our own proxy wrote.
BEHIND_PROXY = env("BEHIND_PROXY", "1" if PRODUCTION else "0") == "1"
if SENTRY_DSN := env("SENTRY_DSN", ""):
    sentry_sdk.init(dsn=SENTRY_DSN, environment=ENVIRONMENT, send_default_pii=False)
