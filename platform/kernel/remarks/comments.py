"""Comments at cards. Whether a person may write at the card is asked before."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.access.models import User
from kernel.operations import Denied, operation
from kernel.remarks.mentions import mentioned
from kernel.remarks.models import LONGEST_COMMENT, Comment
from kernel.remarks.subscriptions import subscribers_of
from kernel.remarks.telling import tell_of_comment
from kernel.tenancy.locks import hold_lock

# The same words of the same person again within this time are a button pressed twice.
TWICE_WITHIN = timedelta(minutes=1)
# Marks that turn the direction of what stands after them.
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def place_of(card: Model) -> dict[str, str]:
    return {"table": card._meta.db_table, "row_id": str(card.pk)}


def comments_at(table: str, row_id: str) -> QuerySet[Comment]:
    return Comment.objects.filter(table=table, row_id=row_id).select_related("author", "removed_by")


def comments_of(card: Model) -> QuerySet[Comment]:
    return comments_at(**place_of(card))


def clean_text(text: str) -> str:
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).replace("\x00", "")
    plain = "".join(letter for letter in plain if letter not in TURNING).strip()
    if not plain:
        raise ValidationError(_("Коментар порожній. Напишіть, що хочете сказати, і надішліть ще раз."), code="empty")
    if len(plain) > LONGEST_COMMENT:
        raise ValidationError(
            _("Коментар задовгий: %(length)s знаків із %(limit)s. Скоротіть його або додайте текст файлом.")
            % {"length": len(plain), "limit": LONGEST_COMMENT},
            code="too_long",
        )
    return plain


@operation("remarks", None)
def add_comment(card: Model, text: str, *, by: User) -> Comment:
    plain, place = clean_text(text), place_of(card)
    hold_lock("remarks.comment:{table}:{row_id}".format(**place))
    recent = Comment.objects.filter(
        **place, author=by, removed_at=None, created_at__gt=timezone.now() - TWICE_WITHIN
    ).last()
    if recent and recent.text == plain:
        return recent
    comment = Comment.objects.create(**place, text=plain, author=by, mentions=mentioned(plain))
    tell_of_comment(comment, people_to_tell(comment))
    return comment


@operation("remarks", None)
def edit_comment(comment: Comment, text: str, *, by: User) -> Comment:
    """By its author; the earlier words stay in the history."""
    if comment.author_id != by.pk or comment.removed_at:
        raise Denied(_("Змінити коментар може лише його автор. Додайте свій коментар нижче."))
    plain = clean_text(text)
    if plain == comment.text:
        return comment
    called_before = set(comment.mentions)
    comment.text, comment.mentions, comment.edited_at = plain, mentioned(plain), timezone.now()
    comment.save(update_fields=["text", "mentions", "edited_at"])
    # A corrected letter is no news; a name that was added is, for whoever bears it.
    tell_of_comment(comment, set(comment.mentions) - called_before - {comment.author_id})
    return comment


@operation("remarks", None)
def remove_comment(comment: Comment, *, by: User, manages: bool = False) -> None:
    """By its author, or by who manages the register (`manages`): that somebody was here and removed it stays visible."""
    if comment.author_id != by.pk and not manages:
        raise Denied(_("Вилучити коментар може його автор або керівник реєстру. Зверніться до когось із них."))
    if comment.removed_at is None:
        comment.removed_at, comment.removed_by = timezone.now(), by
        comment.save(update_fields=["removed_at", "removed_by"])


def people_to_tell(comment: Comment) -> set[UUID]:
    """Those called by name and those subscribed; never the author. Whether each still sees the card is asked when telling."""
    told = set(comment.mentions) | set(subscribers_of(comment.table, comment.row_id))
    return told - {comment.author_id}
