"""Pages the links of a letter open: they act only on POST, since mail scanners open every link."""

from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common.tokens import token_hash
from company.access import public
from mailing.models import Message
from mailing.queries import counted_link
from mailing.services import count_click, unsubscribe_recipient
from mailing.views.private import PRIVATE


@public
@csrf_exempt  # mail programs post here without having seen the page (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, which mail scanners do by themselves; stop letters on POST, any number of times."""
    if request.method == "POST":
        is_known = unsubscribe_recipient(token=token)
    else:
        is_known = Message.objects.filter(unsubscribe_hash=token_hash(token)).exists()
    if not is_known:
        raise Http404
    return private_page(request, "mailing/unsubscribe.html", {"is_done": request.method == "POST"})


@public
@csrf_exempt  # the link is the authority and there is no session to ride on
@require_http_methods(["GET", "HEAD", "POST"])
def go(request: HttpRequest, token: str) -> HttpResponse:
    """Show on GET where a link leads; on POST count the click and lead there. It leads only where the letter said."""
    found = counted_link(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        count_click(found=found, now=timezone.now())
        # A beacon has nobody to lead on: the page's script does that itself.
        return HttpResponse(status=204) if "beacon" in request.POST else HttpResponse(status=303, headers={"Location": found.link.url})
    target = urlsplit(found.link.url)
    response = private_page(request, "mailing/go.html", {"link": found.link, "site": target.hostname})
    response["Content-Security-Policy"] = leading_to(f"{target.scheme}://{target.netloc}")
    return response


def private_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Return a page nobody keeps; its empty csrf_token keeps it from setting a cookie, as no form of it needs one."""
    response = render(request, template, context | {"csrf_token": ""})
    for name, value in PRIVATE.items():
        response[name] = value
    return response


def leading_to(origin: str) -> str:
    """Return the policy of a page whose form may end at the origin: browsers hold the redirect after a form to `form-action`."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        f"form-action 'self' {origin}; base-uri 'none'; frame-ancestors 'none'"
    )
