"""Pictures: their size before they are opened, what the camera wrote, thumbnails without any of it."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from kernel.files.errors import FileRefused
from kernel.files.kinds import JPEG, PICTURES, Kind

# A camera's largest; JPEG is opened at a fraction of its size, the others whole.
MOST_PIXELS = 50_000_000
MOST_PIXELS_JPEG = 120_000_000
THUMBNAILS = {"small": 320, "large": 1600}

EXIF, GPS = 0x8769, 0x8825
TAKEN, TAKEN_OFFSET, CHANGED = 36867, 36881, 306
LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Facts:
    width: int
    height: int
    taken_at: datetime | None = None
    taken_where: Point | None = None


@contextmanager
def opened(source: IO[bytes], format: str) -> Iterator[Image.Image]:
    """Only as the kind it was found to be; Pillow's other readers stay shut."""
    with warnings.catch_warnings():
        # Its own limit is below what phones make; ours is asked before a pixel is read.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(source, formats=(format,)) as picture:
            yield picture


def look_into(source: IO[bytes], kind: Kind, name: str, zone: str) -> Facts:
    """Refuses what is not a picture of its kind, or would fill the memory."""
    try:
        with opened(source, PICTURES[kind]) as picture:
            width, height = picture.size
            if width * height > (MOST_PIXELS_JPEG if kind is JPEG else MOST_PIXELS):
                raise FileRefused(_too_many_pixels(name, width, height), code="pixels")
            taken = _taken(picture, zone)
            turned = picture.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            picture.draft("RGB", (256, 256))
            picture.load()
    except Image.DecompressionBombError as error:
        raise FileRefused(_too_many_pixels(name, 0, 0), code="pixels") from error
    except (OSError, SyntaxError, ValueError, IndexError, TypeError, EOFError) as error:
        raise FileRefused(
            _("Зображення «%(name)s» не читається. Відкрийте його в себе, збережіть як PNG або JPEG і додайте ще раз.")
            % {"name": name},
            code="damaged",
        ) from error
    finally:
        source.seek(0)
    return Facts(*((height, width) if turned else (width, height)), *taken)


def _too_many_pixels(name: str, width: int, height: int) -> str:
    return _("Зображення «%(name)s» завелике: %(size)s точок. Зменште його до 8000 × 6000 і додайте ще раз.") % {
        "name": name,
        "size": f"{width} × {height}" if width else "понад 170 млн",
    }


def _taken(picture: Image.Image, zone: str) -> tuple[datetime | None, Point | None]:
    """When and where, as the camera believed; nonsense counts as nothing said."""
    try:
        exif = picture.getexif()
        details, place = exif.get_ifd(EXIF), exif.get_ifd(GPS)
    except Exception:
        return None, None
    return _moment(details, exif, zone), _place(place)


def _moment(details: Any, exif: Any, zone: str) -> datetime | None:
    text = str(details.get(TAKEN) or exif.get(CHANGED) or "")
    try:
        moment = datetime.strptime(text[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone is added below.
        offset = str(details.get(TAKEN_OFFSET) or "")
        if len(offset) == 6:
            sign = -1 if offset[0] == "-" else 1
            shift = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6]))
            return moment.replace(tzinfo=timezone(sign * shift)).astimezone(UTC)
        return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _place(tags: Any) -> Point | None:
    try:
        latitude, longitude = _degrees(tags[LATITUDE]), _degrees(tags[LONGITUDE])
        latitude *= -1 if str(tags.get(LATITUDE_REF, "N")).upper().startswith("S") else 1
        longitude *= -1 if str(tags.get(LONGITUDE_REF, "E")).upper().startswith("W") else 1
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return None
    known = -90 <= latitude <= 90 and -180 <= longitude <= 180 and (latitude, longitude) != (0.0, 0.0)
    return Point(longitude, latitude, srid=4326) if known else None


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


def thumbnail(source: IO[bytes], format: str, side: int) -> bytes:
    """WebP, turned as the camera was held, with nothing of what the camera wrote."""
    source.seek(0)
    with opened(source, format) as picture:
        picture.draft("RGB", (side * 2, side * 2))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((side, side), Image.Resampling.LANCZOS)
        plain = upright.convert("RGBA" if "A" in upright.mode or "transparency" in upright.info else "RGB")
        bare = Image.new(plain.mode, plain.size)
        bare.paste(plain)
        out = io.BytesIO()
        bare.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()
