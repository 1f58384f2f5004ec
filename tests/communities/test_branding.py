"""A community's own looks and names: within bounds, seen before they are kept, by its administrator."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from kernel.access.levels import Level
from kernel.files.models import StoredFile
from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.testing.access import enter, make_person, make_role
from shared_apps.communities.brand import CHROMA, HUES, LIGHT, Brand
from shared_apps.communities.branding import READABLE, accent_contrast, lost_on
from shared_apps.communities.models import Community

PAGE = "/administration/community/brand/"


@pytest.fixture
def admin(alpha: TenantRef, client_for: Any, settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.CLAMD_SOCKET = ""
    with tenant_context(alpha):
        make_role("admin", access=Level.MANAGE)
        return enter(client_for("alpha"), make_person("admin", password=None))


def community(ref: TenantRef) -> Community:
    with platform_context():
        return Community.objects.get(pk=ref.id)


def picture(colour: tuple[int, int, int, int] = (20, 60, 140, 255), side: int = 900, format: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGBA" if format == "PNG" else "RGB", (side, side), colour[: 4 if format == "PNG" else 3]).save(
        out, format
    )
    return out.getvalue()


def given(ref: TenantRef, **more: Any) -> dict[str, Any]:
    here = community(ref)
    return {
        "name": here.name,
        "short_name": here.short_name,
        "genitive_name": "Альфівської громади",
        "hue": "300",
        "chroma": "0.090",
        "light": "0.400",
        **more,
    }


def test_names_and_three_numbers_are_kept(admin: Any, alpha: TenantRef) -> None:
    assert admin.post(PAGE, given(alpha, short_name="Нова Альфа")).status_code == 302
    kept = community(alpha)
    assert (kept.brand_hue, f"{kept.brand_chroma}", kept.short_name) == (300, "0.090", "Нова Альфа")
    assert kept.genitive_name == "Альфівської громади"
    assert b"--brand-hue:300" in admin.get("/brand.css").content


def test_a_coat_of_arms_is_redrawn_kept_and_removed(admin: Any, alpha: TenantRef) -> None:
    sent = given(alpha, arms=SimpleUploadedFile("герб.png", picture()))
    assert admin.post(PAGE, sent).status_code == 302
    answer = admin.get("/coat-of-arms")
    assert answer["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.size == (512, 512)
    assert admin.post(PAGE, given(alpha, remove_arms="on")).status_code == 302
    assert admin.get("/coat-of-arms")["Content-Type"] == "image/svg+xml"


def test_preview_changes_nothing_and_keeps_the_file(admin: Any, alpha: TenantRef) -> None:
    sent = given(alpha, preview="1", arms=SimpleUploadedFile("герб.png", picture((255, 255, 255, 255))))
    page = admin.post(PAGE, sent).content.decode()
    style = re.search(r'href="(/administration/community/brand/preview.css\?[^"]+)"', page)
    assert style and "не видно на світлому тлі" in page and "герб.png" in page
    assert b"--brand-hue:300" in admin.get(style[1].replace("&amp;", "&")).content
    assert community(alpha).brand_hue != 300 and community(alpha).coat_of_arms == ""
    token = re.search(r'name="arms-kept" value="([^"]+)"', page)
    assert token and admin.post(PAGE, given(alpha, **{"arms-kept": token[1]})).status_code == 302
    assert community(alpha).coat_of_arms.startswith("brand/")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"hue": "29"}, "hue"),
        ({"light": "0.9"}, "light"),
        ({"chroma": "0.4"}, "chroma"),
        ({"name": "Вeликa гpомада"}, "name"),
        ({"name": ""}, "name"),
        ({"arms": SimpleUploadedFile("a.svg", b"<svg onload=alert(1)>")}, "arms"),
        ({"arms": SimpleUploadedFile("a.txt", "герб".encode())}, "arms"),
        ({"arms": SimpleUploadedFile("a.png", picture(side=20))}, "arms"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_would_spoil_the_page_is_told_beside_its_field(
    admin: Any, alpha: TenantRef, wrong: dict[str, Any], told: str
) -> None:
    before = community(alpha)
    answer = admin.post(PAGE, given(alpha, **wrong))
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [told]
    after = community(alpha)
    assert (after.brand_hue, after.name, after.coat_of_arms) == (before.brand_hue, before.name, before.coat_of_arms)


def test_every_allowed_look_is_readable_and_arms_are_looked_at(alpha: TenantRef) -> None:
    for hue in HUES:
        for chroma in CHROMA:
            for light in LIGHT:
                assert accent_contrast(Brand(hue, chroma, light)) >= READABLE, (hue, chroma, light)
    assert lost_on(Image.new("RGBA", (9, 9), (255, 255, 255, 255))) == ["light"]
    assert lost_on(Image.new("RGBA", (9, 9), (15, 15, 20, 255))) == ["dark"]
    assert lost_on(Image.new("RGBA", (9, 9), (200, 40, 40, 255))) == []
    assert lost_on(Image.new("RGBA", (9, 9), (0, 0, 0, 0))) == ["light", "dark"]


def test_only_the_administrator_changes_it(alpha: TenantRef, client_for: Any) -> None:
    with tenant_context(alpha):
        make_role("helped", access=Level.EDIT, modules=Level.MANAGE)
        client = enter(client_for("alpha"), make_person("helped", password=None))
    for page in (PAGE, PAGE + "preview.css"):
        assert client.get(page).status_code == 403
    assert client.post(PAGE, given(alpha)).status_code == 403
    with tenant_context(alpha):
        assert not StoredFile.objects.exists()
