from __future__ import annotations

from django import template

from shared_apps.communities.models import Community

register = template.Library()

State = Community.State
TONES = {State.ACTIVE: "ok", State.SUSPENDED: "bad", State.REQUESTED: "info", State.PROVISIONING: "info"}


@register.filter
def state_tone(state: str) -> str:
    return TONES.get(State(state), "idle")
