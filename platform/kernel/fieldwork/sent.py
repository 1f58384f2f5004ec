"""A record as the device sends it: one JSON beside its photos."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from kernel.files.receiving import CHUNK

MOST_PHOTOS = 10
MOST_FIELDS = 300
LONGEST_REASON = 500
Moment = Annotated[AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))]
_STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)


class Unreadable(Exception):
    """Not what this version of the page sends."""


class Place(BaseModel):
    model_config = _STRICT

    longitude: Annotated[float, Field(ge=-180, le=180)]
    latitude: Annotated[float, Field(ge=-90, le=90)]
    accuracy: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    by_hand: bool = False


class Shot(BaseModel):
    """When and where a photo was made; what its camera wrote itself goes first."""

    model_config = _STRICT

    at: Moment
    place: Place | None = None


class Sent(BaseModel):
    model_config = _STRICT

    person: UUID
    register_label: Annotated[str, Field(alias="register", max_length=120)]
    made_at: Moment
    sent_at: Moment
    values: Annotated[dict[str, str | bool], Field(max_length=MOST_FIELDS)]
    place: Place | None = None
    broken: Annotated[list[int], Field(max_length=500)] = []
    card: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    reason: Annotated[str, Field(max_length=LONGEST_REASON)] = ""
    confirmed: bool = False
    photos: Annotated[list[Shot], Field(max_length=MOST_PHOTOS)] = []


def read(body: str | bytes) -> Sent:
    try:
        found = Sent.model_validate_json(body)
    except (ValidationError, ValueError):
        raise Unreadable from None
    if (found.card is None) != (found.version is None):
        raise Unreadable
    return found


def digest_of(sent: Sent, photos: Sequence[Any]) -> str:
    """The same words and pictures give the same digest, whenever they are sent."""
    told = hashlib.sha256(sent.model_dump_json(exclude={"sent_at"}).encode())
    for photo in photos:
        for piece in photo.chunks(CHUNK):
            told.update(piece)
        photo.seek(0)
    return told.hexdigest()
