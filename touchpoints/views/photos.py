"""Photos: never by the address of a file, always through this check."""

from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from company.access import AuthenticatedRequest, staff_only
from touchpoints.access import photo_for


@staff_only
@require_safe
def photo(request: AuthenticatedRequest, kind: str, pk: int) -> FileResponse:
    """Send a photo the user may see."""
    stored = photo_for(request.user, kind, pk)
    try:
        response = FileResponse(stored.open("rb"), content_type="image/jpeg", filename="photo.jpg")
    except FileNotFoundError as error:
        raise Http404 from error
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response
