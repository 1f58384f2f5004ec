"""Letters to those who apply; their links lead to the landing page."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from kernel.tenancy.log import get_logger

log = get_logger("onboarding.mail")


def landing(path: str) -> str:
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{settings.BASE_DOMAIN}{port}{path}"


def send(template: str, to: str, **context: object) -> bool:
    """The first line of the template is the subject."""
    body = render_to_string(f"onboarding/email/{template}.txt", context)
    subject, _newline, text = body.strip().partition("\n")
    try:
        EmailMessage(subject.strip(), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [to]).send()
    except OSError as error:
        log.error("mail_failed", template=template, error=str(error))
        return False
    return True
