"""What anybody may fetch."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from company.access import public
from company.formulas.brand import brand_of
from company.queries import the_company

BRAND_CSS = ":root{{--co:{0.base};--co-hover:{0.hover};--co-soft:{0.soft};--co-paper:{0.paper};--co-line:{0.line}}}\n"


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do when the page was open for too long."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


@public
@require_GET
def brand_css(_request: HttpRequest) -> HttpResponse:
    """Give pages for Clients the company's colour; the address carries the colour, so it may be kept for a year."""
    css = BRAND_CSS.format(brand_of(the_company().brand_color))
    return HttpResponse(css, content_type="text/css", headers={"Cache-Control": "public, max-age=31536000, immutable"})


@public
@require_safe
def logo(_request: HttpRequest) -> FileResponse:
    """Send the company's logo; the address carries its name, so it may be kept for a year."""
    try:
        response = FileResponse(the_company().logo.open("rb"), content_type="image/png", filename="logo.png")
    except (ValueError, FileNotFoundError) as error:
        raise Http404 from error
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
