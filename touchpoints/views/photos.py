"""Photos: never by the address of a file, always through this check."""

import uuid

from django.db.models.fields.files import ImageFieldFile
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from company.access import AuthenticatedRequest, staff_only
from touchpoints.access import mark_photo_for, photo_for


@staff_only
@require_safe
def photo(request: AuthenticatedRequest, kind: str, pk: int) -> FileResponse:
    """Send a photo the user may see."""
    return send(photo_for(request.user, kind, pk))


@staff_only
@require_safe
def mark_photo(request: AuthenticatedRequest, key: uuid.UUID) -> FileResponse:
    """Send a photo of a mark the user may see."""
    return send(mark_photo_for(request.user, key).image)


def send(stored: ImageFieldFile) -> FileResponse:
    """Send a stored photo as a picture and nothing else."""
    try:
        response = FileResponse(stored.open("rb"), content_type="image/jpeg", filename="photo.jpg")
    except FileNotFoundError as error:
        raise Http404 from error
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response
