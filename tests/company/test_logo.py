"""The company's logo: only a clean picture is kept, the old one goes, and anybody may see it."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from PIL import Image, PngImagePlugin

from company.models import Company

SETTINGS, LOGO = reverse("company:settings"), reverse("company:logo")
PROFILE = {"name": "Лён и хлопок", "tagline": "", "currency": "RUB", "time_zone": "Europe/Moscow", "brand_color": "#2F5F8F"}


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def logo(size: tuple[int, int] = (300, 100), kind: str = "PNG") -> SimpleUploadedFile:
    """Make a half-transparent logo with a remark inside and a script behind its end."""
    picture, target, remark = Image.new("RGBA", size, (200, 30, 60, 100)), io.BytesIO(), PngImagePlugin.PngInfo()
    remark.add_text("Comment", "MADE-AT-HOME")
    picture.save(target, kind, pnginfo=remark) if kind == "PNG" else picture.convert("RGB").save(target, kind)
    return SimpleUploadedFile("../../logo.php", target.getvalue() + b"<script>alert(1)</script>", "image/png")


def sent(browser: Browser) -> bytes:
    response: Any = browser.get(LOGO)
    assert response.status_code == 200
    content = b"".join(response.streaming_content)
    response.close()
    return content


@pytest.mark.django_db(transaction=True)
def test_a_logo_is_written_anew_and_keeps_what_is_transparent(as_owner: Browser) -> None:
    assert as_owner.post(SETTINGS, {**PROFILE, "new_logo": logo()}).status_code == 302
    content, stored = sent(Browser()), str(Company.objects.get().logo.name)
    picture: Any = Image.open(io.BytesIO(content))
    assert (picture.format, picture.size, picture.getpixel((5, 5))) == ("PNG", (300, 100), (200, 30, 60, 100))
    assert b"MADE-AT-HOME" not in content
    assert b"script" not in content
    assert stored.startswith("logo/")
    assert "php" not in stored


@pytest.mark.django_db(transaction=True)
def test_a_new_logo_takes_the_place_of_the_old_one(as_owner: Browser, tmp_path: Path) -> None:
    as_owner.post(SETTINGS, {**PROFILE, "new_logo": logo()})
    first = Company.objects.get().logo.name
    as_owner.post(SETTINGS, {**PROFILE, "new_logo": logo((3000, 1500), "JPEG")})
    assert Image.open(io.BytesIO(sent(as_owner))).size == (1200, 600)
    assert Company.objects.get().logo.name != first
    assert len(list((tmp_path / "logo").iterdir())) == 1


@pytest.mark.django_db(transaction=True)
def test_a_logo_is_removed_and_saving_the_profile_leaves_it(as_owner: Browser, tmp_path: Path) -> None:
    as_owner.post(SETTINGS, {**PROFILE, "new_logo": logo()})
    as_owner.post(SETTINGS, PROFILE)
    assert sent(as_owner) != b""
    as_owner.post(SETTINGS, {**PROFILE, "removes_logo": "on"})
    assert as_owner.get(LOGO).status_code == 404
    assert list((tmp_path / "logo").iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"GIF89a", b"%PDF-1.4", b"\x89PNG\r\n\x1a\nbroken", b"MZ"]
)
def test_a_hostile_file_is_refused_and_nothing_changes(as_owner: Browser, content: bytes) -> None:
    response = as_owner.post(SETTINGS, {**PROFILE, "name": "Другое имя", "new_logo": SimpleUploadedFile("a.png", content, "image/png")})
    assert response.status_code == 422
    assert "Другое имя" in response.content.decode()
    assert (Company.objects.get().name, Company.objects.get().logo.name) == ("Лён и хлопок", "")


def test_without_a_logo_there_is_none(company: Company) -> None:
    assert Browser().get(LOGO).status_code == 404
