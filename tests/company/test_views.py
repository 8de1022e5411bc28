"""Pages of the firm."""

from django.test import Client as Browser

from company.models import Company


def test_brand_css_carries_the_colour_and_may_be_kept(company: Company) -> None:
    response = Browser().get("/company/brand.css")
    assert response.content.decode().startswith(":root{--co:#2f5f8f;")
    assert (response["Content-Type"], response["Cache-Control"]) == ("text/css", "public, max-age=31536000, immutable")
