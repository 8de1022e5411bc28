"""What a supervisor asks."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from company.access import public
from config.health import readiness


@public
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when pages can be served, else 503, with what works and what does not."""
    ready = readiness(timezone.now())
    return JsonResponse(ready.as_dict(), status=200 if ready.pages_work else 503)
