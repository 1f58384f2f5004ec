"""Letters to residents, with links that are nobody else's."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from kernel.access.mail import absolute, site_name
from kernel.letters.posting import posted
from kernel.proposals.models import Proposal

SALT = "kernel.proposals"
KEPT_FOR = 3600 * 24 * 366


def token_of(proposal: Proposal) -> str:
    return signing.dumps(str(proposal.pk), salt=SALT)


def proposal_behind(token: str) -> Proposal | None:
    """None when the link is damaged, too old, or what it led to is gone."""
    try:
        key = signing.loads(token, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
    return Proposal.objects.filter(pk=key).first()


def send(proposal: Proposal, occasion: str) -> None:
    page = "confirm" if occasion == "confirm" else "sent"
    context = {
        "proposal": proposal,
        "site_name": site_name(),
        "url": absolute(reverse(f"proposals:{page}", args=[token_of(proposal)])),
        "question": proposal.notes.filter(asks=True).last(),
    }
    body = render_to_string(f"proposals/letters/{occasion}.txt", context)
    subject, _newline, text = body.strip().partition("\n")
    letter = EmailMessage(subject.strip(), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [proposal.email])
    posted(letter).send()
