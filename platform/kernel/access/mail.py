"""Letters of the access system, with addresses that lead to the tenant they were written in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django_tenants.utils import get_tenant_domain_model

from kernel.access.dates import local_zone
from kernel.letters.posting import posted
from kernel.tenancy import current_scope, platform_context
from kernel.tenancy.log import get_logger

log = get_logger("access.mail")


def site_host() -> str:
    tenant = current_scope().tenant
    if tenant is None:
        return f"console.{settings.BASE_DOMAIN}"
    with platform_context():
        primary = get_tenant_domain_model().objects.filter(tenant_id=tenant.id, is_primary=True).first()
    return primary.domain if primary else f"{tenant.slug}.{settings.BASE_DOMAIN}"


def absolute(path: str) -> str:
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{site_host()}{port}{path}"


def site_name() -> str:
    tenant = current_scope().tenant
    return tenant.name if tenant else "Хмара громад"


def deliver(template: str, to: str, **context: Any) -> bool:
    """Whether the letter was handed to the mail server. The first line of the template is the subject."""
    with timezone.override(local_zone()):
        body = render_to_string(f"access/email/{template}.txt", {"site_name": site_name(), **context})
    subject, _newline, text = body.strip().partition("\n")
    try:
        posted(EmailMessage(subject.strip(), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [to])).send()
    except OSError as error:
        # smtplib's exceptions are OSErrors too.
        log.error("mail_failed", template=template, error=str(error))
        return False
    return True
