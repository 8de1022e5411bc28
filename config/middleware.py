"""The first thing a request meets."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

ALIVE_PATH = "/healthz"


class AliveMiddleware:
    """Answers `/healthz`: this process serves requests. It asks nobody else, so a slow database does not restart the pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer at once, or pass the request on."""
        if request.path == ALIVE_PATH:
            return HttpResponse("ok\n", content_type="text/plain")
        return self.get_response(request)
