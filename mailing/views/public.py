"""Pages the links of a letter open: they act only on POST, since mail scanners open every link."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.core import signing
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

UNSUBSCRIBE_SALT = "mailing.unsubscribe"
READING_TIME = dt.timedelta(seconds=3)  # marks carry whole seconds, so two at least


@public
@csrf_exempt  # mail programs post here without having seen the page (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, which mail scanners do by themselves; stop letters on POST, any number of times."""
    is_done = request.method == "POST" and not is_sent_by_scanner(request)
    is_known = unsubscribe_recipient(token=token) if is_done else Message.objects.filter(unsubscribe_hash=token_hash(token)).exists()
    if not is_known:
        raise Http404
    context = {"is_done": is_done, "is_again": request.method == "POST", "shown": signing.dumps("", salt=UNSUBSCRIBE_SALT)}
    return private_page(request, "mailing/unsubscribe.html", context)


def is_sent_by_scanner(request: HttpRequest) -> bool:
    """Say whether the page's form came back sooner than a person reads: some scanners press every button they find.

    Mail programs post without the page (RFC 8058), so without its mark, and are obeyed at once.
    """
    shown = request.POST.get("shown", "")
    try:
        signing.loads(shown, salt=UNSUBSCRIBE_SALT, max_age=READING_TIME)
    except signing.SignatureExpired:
        return False
    except signing.BadSignature:
        return bool(shown)
    return True


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
