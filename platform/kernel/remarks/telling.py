"""Those called by name in a comment, and those subscribed to the card, are told of it, if they may see the card."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.http import Http404
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.notices.notify import notify
from kernel.registers.registry import register_of
from kernel.remarks.models import Comment
from kernel.remarks.notices import COMMENTED, MENTIONED
from kernel.remarks.subjects import model_of, subject_of

LONGEST_QUOTE = 500
# Rights are asked of each person by itself; a register with more subscribers is followed by its list.
MOST_TOLD = 200


def tell_of_comment(comment: Comment, people: Collection[UUID]) -> int:
    """How many were told. Call it inside the operation; the same person is told of a comment once."""
    told = 0
    found = User.objects.filter(pk__in=people, is_active=True).order_by("pk")
    called = set(comment.mentions)
    # Those called by name come first: nobody else will tell them.
    for person in sorted(found, key=lambda one: one.pk not in called)[:MOST_TOLD]:
        told += _tell(comment, person, person.pk in called)
    return told


def _tell(comment: Comment, person: User, called: bool) -> int:
    try:
        card = subject_of(comment.table, comment.row_id, person)
    except Http404:
        return 0
    register = register_of(model_of(comment.table))
    given = {
        "who": comment.author.full_name,
        "card": register.label_of(card) if register else str(card),
    }
    title = _("%(who)s згадує вас у картці «%(card)s»") if called else _("%(who)s: коментар до картки «%(card)s»")
    return notify(
        [person],
        kind=(MENTIONED if called else COMMENTED).name,
        title=title % given,
        body=Truncator(comment.text).chars(LONGEST_QUOTE),
        url=f"{register.url('card', card.pk)}#comments" if register else "",
        key=f"comment:{comment.pk}:{'called' if called else 'follows'}",
    )
