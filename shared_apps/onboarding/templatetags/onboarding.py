from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def support() -> dict[str, str]:
    """Whom a newcomer asks."""
    return {"phone": settings.SUPPORT_PHONE, "email": settings.SUPPORT_EMAIL}
