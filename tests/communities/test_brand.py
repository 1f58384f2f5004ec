from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client, override_settings

from kernel.tenancy import TenantRef, platform_context, tenant_context
from kernel.tenancy.files import storage
from shared_apps.communities.brand import Brand
from shared_apps.communities.models import Community

ClientFor = Callable[..., Client]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def change(ref: TenantRef, **fields: Any) -> None:
    with platform_context():
        Community.objects.filter(pk=ref.id).update(**fields)


def test_three_numbers_make_the_style_sheet(alpha: TenantRef, client_for: ClientFor) -> None:
    change(alpha, brand_hue=300, brand_chroma="0.090", brand_light="0.400")
    response = client_for("alpha").get("/brand.css")
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert response.content == b":root{--brand-hue:300;--brand-chroma:0.090;--brand-light:0.400}\n"
    again = client_for("alpha").get("/brand.css", HTTP_IF_NONE_MATCH=response["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    change(alpha, brand_hue=345)
    assert client_for("alpha").get("/brand.css", HTTP_IF_NONE_MATCH=response["ETag"]).status_code == 200


def test_numbers_out_of_bounds_cannot_spoil_the_contrast() -> None:
    wild = Brand.of(Community(brand_hue=29, brand_chroma="0.400", brand_light="0.950"))
    assert wild.css == ":root{--brand-hue:195;--brand-chroma:0.130;--brand-light:0.470}\n"


def test_without_a_picture_there_is_a_shield_with_the_first_letter(alpha: TenantRef, client_for: ClientFor) -> None:
    response = client_for("alpha").get("/coat-of-arms")
    assert response["Content-Type"] == "image/svg+xml"
    assert ">А</text>" in response.content.decode()


def test_a_name_cannot_break_out_of_the_shield(alpha: TenantRef, client_for: ClientFor) -> None:
    change(alpha, short_name="<script>")
    assert b"<text" not in client_for("alpha").get("/coat-of-arms").content


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PNG, "image/png"), (b"<svg onload=alert(1)>", "image/svg+xml"), (PNG + b"0" * 600_000, "image/svg+xml")],
    ids=["a picture", "a drawing with a script", "too large"],
)
def test_only_a_picture_is_taken_for_a_coat_of_arms(
    alpha: TenantRef, client_for: ClientFor, tmp_path: Any, content: bytes, kind: str
) -> None:
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        with tenant_context(alpha):
            name = storage.save("arms", ContentFile(content))
        change(alpha, coat_of_arms=name)
        response = client_for("alpha").get("/coat-of-arms")
    assert response["Content-Type"] == kind
    assert (response.content == content) is (kind == "image/png")
