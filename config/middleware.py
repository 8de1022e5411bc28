"""The first things a request meets."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

ALIVE_PATH = "/healthz"
NOT_USED = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
OF_OUR_OWN = ("fullscreen", "publickey-credentials-create", "publickey-credentials-get", "screen-wake-lock")
PERMISSIONS = ", ".join([*(f"{name}=()" for name in NOT_USED), *(f"{name}=(self)" for name in OF_OUR_OWN)])


class PermissionsMiddleware:
    """Tells browsers which of their powers no page of ours uses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the header to every answer."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


class AliveMiddleware:
    """Answers `/healthz`: this process serves requests. It asks nobody else, so a slow database does not restart the pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer at once, or pass the request on."""
        if request.path == ALIVE_PATH:
            return HttpResponse("ok\n", content_type="text/plain")
        return self.get_response(request)
