"""A community's looks and names, changed by its own administrator within what cannot break a page."""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from PIL import Image

from kernel.access.forms import ActionForm
from kernel.access.guard import SignedRequest, needs
from kernel.access.levels import Level
from kernel.access.models import User
from kernel.access.views.shared import done
from kernel.files.fields import CardFileFormField
from kernel.files.models import StoredFile
from kernel.operations import operation
from kernel.tenancy import current_tenant, platform_context
from kernel.tenancy.files import storage
from shared_apps.communities.brand import CHROMA, HUES, LIGHT, Brand, community_of
from shared_apps.communities.models import Community

LARGEST_SIDE = 512
PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
NAMES = ("name", "short_name", "genitive_name")
# The sheet of the light and of the dark scheme.
SHEETS = {"light": (1.0, 1.0, 1.0), "dark": (0.02, 0.022, 0.026)}
READABLE, SEEN = 4.5, 1.6
HUE_NAMES = {
    195: gettext_lazy("морська хвиля"),
    225: gettext_lazy("небо"),
    265: gettext_lazy("синій"),
    300: gettext_lazy("бузок"),
    345: gettext_lazy("вишня"),
}


# -- contrast -----------------------------------------------------------------------------------------


def linear(brand: Brand) -> tuple[float, float, float]:
    """OKLCH to linear sRGB, cut to what a screen shows."""
    hue, chroma, light = math.radians(brand.hue), float(brand.chroma), float(brand.light)
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return min(max(red, 0), 1), min(max(green, 0), 1), min(max(blue, 0), 1)


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """WCAG 2: of linear colours."""
    lights = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def accent_contrast(brand: Brand) -> float:
    return contrast(linear(brand), SHEETS["light"])


def lost_on(picture: Image.Image) -> list[str]:
    """The schemes on whose sheet most of the coat of arms could not be told from it."""
    small = picture.convert("RGBA")
    small.thumbnail((64, 64))
    raw = small.tobytes()
    dots = [raw[place : place + 3] for place in range(0, len(raw), 4) if raw[place + 3] > 127]
    if not dots:
        return list(SHEETS)
    colours = [tuple((value / 255) ** 2.2 for value in dot) for dot in dots]
    found = []
    for scheme, sheet in SHEETS.items():
        seen = sum(contrast(colour, sheet) >= SEEN for colour in colours)  # type: ignore[arg-type]
        if seen * 5 < len(colours):
            found.append(scheme)
    return found


# -- the coat of arms ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arms:
    content: bytes
    lost: list[str]


def drawn(file: StoredFile) -> Arms:
    """A picture small enough for every page, with nothing of what its file carried besides."""
    kind = PICTURES.get(file.media_type)
    if kind is None or not file.is_open:
        raise ValidationError(
            {"arms": _("Герб — це зображення PNG, JPEG або WebP. Збережіть його так і додайте ще раз.")}
        )
    with storage.open(file.path) as source:
        return _redrawn(source, kind)


def _redrawn(source: IO[bytes], kind: str) -> Arms:
    with Image.open(source, formats=(kind,)) as picture:
        plain = picture.convert("RGBA")
    if min(plain.size) < 60:
        raise ValidationError({"arms": _("Зображення замале: щонайменше 60 × 60 точок. Додайте більше.")})
    plain.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    plain.save(out, "PNG", optimize=True)
    return Arms(out.getvalue(), lost_on(plain))


@operation("access", Level.MANAGE)
def change_brand(
    *,
    by: User,
    hue: int,
    chroma: Decimal,
    light: Decimal,
    name: str,
    short_name: str,
    genitive_name: str,
    arms: StoredFile | None = None,
    remove_arms: bool = False,
) -> list[str]:
    """What is worth saying of the result; the numbers are within bounds or refused."""
    told, kept = [], None
    if arms is not None:
        made = drawn(arms)
        kept = f"brand/{hashlib.sha256(made.content).hexdigest()[:24]}.png"
        if not storage.exists(kept):
            storage.save(kept, ContentFile(made.content))
        told = [_LOST[scheme] for scheme in made.lost]
    tenant_id = current_tenant().id
    with platform_context(), transaction.atomic():
        community = Community.objects.select_for_update(of=("self",)).get(pk=tenant_id)
        community.brand_hue, community.brand_chroma, community.brand_light = hue, chroma, light
        community.name, community.short_name, community.genitive_name = name, short_name, genitive_name
        if kept or remove_arms:
            community.coat_of_arms = kept or ""
        changed = ("brand_hue", "brand_chroma", "brand_light", *NAMES, "coat_of_arms")
        community.clean_fields(exclude=[field.name for field in Community._meta.fields if field.name not in changed])
        community.save(update_fields=changed)
    return [str(one) for one in told]


_LOST = {
    "light": gettext_lazy("Герба майже не видно на світлому тлі. Візьміть зображення з темним контуром."),
    "dark": gettext_lazy("Герба майже не видно на темному тлі. Візьміть зображення зі світлим контуром або щитом."),
}


# -- the page -----------------------------------------------------------------------------------------


class BrandForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Повна назва"), max_length=300)
    short_name = forms.CharField(label=gettext_lazy("Коротка назва"), max_length=120)
    genitive_name = forms.CharField(
        label=gettext_lazy("Назва в родовому відмінку"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Для документів: «рішення … ради»."),
    )
    hue = forms.TypedChoiceField(
        label=gettext_lazy("Колір"), coerce=int, choices=[(hue, HUE_NAMES[hue]) for hue in HUES]
    )
    chroma = forms.DecimalField(
        label=gettext_lazy("Насиченість"), min_value=CHROMA[0], max_value=CHROMA[1], max_digits=4, decimal_places=3
    )
    light = forms.DecimalField(
        label=gettext_lazy("Світлота"),
        min_value=LIGHT[0],
        max_value=LIGHT[1],
        max_digits=4,
        decimal_places=3,
        help_text=gettext_lazy("Межі такі, щоб написи кольором лишалися читними."),
    )
    arms = CardFileFormField(
        label=gettext_lazy("Герб"),
        required=False,
        help_text=gettext_lazy("PNG, JPEG або WebP, щонайменше 60 × 60 точок; найкраще — з прозорим тлом."),
    )
    remove_arms = forms.BooleanField(label=gettext_lazy("Прибрати герб, лишити щит із літерою"), required=False)


def _preview(form: BrandForm) -> Brand | None:
    given = form.cleaned_data
    if not {"hue", "chroma", "light"} <= given.keys():
        return None
    return Brand(given["hue"], given["chroma"], given["light"])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("access", Level.MANAGE)
def brand(request: SignedRequest) -> HttpResponse:
    community = community_of(request.tenant.id)  # type: ignore[attr-defined]
    shown = Brand.of(community)
    known = {"hue": shown.hue, "chroma": shown.chroma, "light": shown.light}
    known |= {name: getattr(community, name) for name in NAMES}
    form = BrandForm(request.POST or None, request.FILES or None, initial=known)
    form.fields["arms"].widget.person = request.user
    tried: Brand | None = None
    notes: list[str] = []
    if request.method == "POST" and "preview" in request.POST:
        if form.is_valid():
            notes = _notes_of(form)
        tried = _preview(form)
    elif request.method == "POST":
        told: list[str] = []
        if form.attempt(lambda: told.extend(change_brand(by=request.user, **form.cleaned_data))):
            return done(request, "community:brand", " ".join([_("Вигляд і назви збережено."), *told]))
    look = tried or shown
    context: dict[str, Any] = {
        "form": form,
        "community": community,
        "ratio": f"{accent_contrast(look):.1f}".replace(".", ","),
        "readable": accent_contrast(look) >= READABLE,
        "tried": _query(tried) if tried else "",
        "notes": notes,
    }
    return render(request, "communities/brand.html", context, status=422 if form.errors else 200)


def _notes_of(form: BrandForm) -> list[str]:
    file = form.cleaned_data.get("arms")
    if file is None:
        return []
    try:
        return [str(_LOST[scheme]) for scheme in drawn(file).lost]
    except ValidationError as refused:
        form.add_error("arms", refused.message_dict["arms"])
        return []


def _query(look: Brand) -> str:
    query = QueryDict(mutable=True)
    query.update({"hue": str(look.hue), "chroma": f"{look.chroma:f}", "light": f"{look.light:f}"})
    return query.urlencode()


@require_safe
@needs("access", Level.MANAGE)
def preview_css(request: HttpRequest) -> HttpResponse:
    """The colours of a look that is being tried; what is out of bounds is brought into them."""
    try:
        numbers = (Decimal(request.GET.get("chroma", "0")), Decimal(request.GET.get("light", "0.4")))
        hue = int(request.GET.get("hue", ""))
        look = Brand.of(Community(brand_hue=hue, brand_chroma=numbers[0], brand_light=numbers[1]))
    except (ArithmeticError, ValueError):
        return HttpResponse("", content_type="text/css; charset=utf-8")
    return HttpResponse(look.css, content_type="text/css; charset=utf-8", headers={"Cache-Control": "no-store"})
