"""What the pages of good manners share."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from company.access import AuthenticatedRequest
from company.enums import Role
from programme.queries.praise import remarks_for, waiting_praises


def room_page(request: AuthenticatedRequest, template: str, tab: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Show a page of the room with its tabs; managers see on them how much waits."""
    badges = {}
    if request.user.has_role(Role.MANAGER):
        badges = {"waiting": waiting_praises().count(), "remarks": remarks_for(request.user).filter(settled_at=None).count()}
    return render(request, template, {"tab": tab, "badges": badges} | context, status=status)


def status_of(form: Any) -> int:
    """Return 422 for a form that came back wrong."""
    return 422 if form.is_bound else 200


def pdf_answer(document: bytes, name: str) -> HttpResponse:
    """Give a print."""
    headers = {"Content-Disposition": f'inline; filename="mayak-{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(document, content_type="application/pdf", headers=headers)


def key_in(form: Any) -> uuid.UUID:
    """Return the key a valid form was made with."""
    key: uuid.UUID = form.cleaned_data["key"]
    return key
