"""Every letter of a community passes here: from its own domain and signed, or from the platform with a way to answer."""

from __future__ import annotations

import email.policy
from email import message_from_bytes
from email.message import EmailMessage as Message
from email.policy import EmailPolicy
from email.utils import formataddr
from functools import partial
from typing import Any

import dkim
from django.core.mail import EmailMessage

from kernel.access.secret import unseal
from kernel.letters.models import MailSender
from kernel.tenancy import current_scope
from kernel.tenancy.log import get_logger

log = get_logger("letters")
RELAXED = (b"relaxed", b"relaxed")


def posted[L: EmailMessage](letter: L) -> L:
    """The same letter with the address of the community it is written in; of the platform's own scope as it was."""
    tenant = current_scope().tenant
    sender = MailSender.objects.first() if tenant else None
    if tenant is None or sender is None:
        return letter
    key = unseal(sender.private_key) if sender.working else None
    if key is None:
        if sender.working:
            # Brought from another installation: its key cannot be opened here.
            log.error("letter_key_unreadable", domain=sender.domain)
        letter.reply_to = letter.reply_to or [sender.address]
        return letter
    letter.from_email = formataddr((tenant.name, sender.address))
    # What is sent is made anew by every way of sending; the signature is made over that very text.
    letter.message = partial(_signed, letter, sender.domain, sender.selector, key)  # type: ignore[method-assign]
    return letter


def _signed(
    letter: EmailMessage, domain: str, selector: str, key: str, *, policy: EmailPolicy[Any] = email.policy.default
) -> Message:
    plain = type(letter).message(letter, policy=policy)
    raw = plain.as_bytes(policy=plain.policy.clone(linesep="\r\n"))
    line = dkim.sign(raw, selector.encode(), domain.encode(), key.encode(), canonicalize=RELAXED)
    # Not folded anew: a signature is of the headers as they were.
    made: Any = message_from_bytes(line + raw, policy=policy.clone(refold_source="none"))  # type: ignore[arg-type]
    return made
