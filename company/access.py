"""Who may open what: every view carries exactly one of these rules, and a test walks all URLs to see it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from company.enums import ApiScope, Role
from company.models import ApiToken, User

P = ParamSpec("P")


class AuthenticatedRequest(HttpRequest):
    """A request behind an access rule: somebody is signed in."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[AuthenticatedRequest, P], HttpResponseBase]
PlainView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def role_required(role: Role) -> Callable[[View[P]], PlainView[P]]:
    """Let in users whose role includes the given one; others sign in first or get 403."""

    def decorate(view: View[P]) -> PlainView[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_role(role):
                raise PermissionDenied
            return view(cast("AuthenticatedRequest", request), *args, **kwargs)

        return cast("PlainView[P]", mark(guarded, role.value))

    return decorate


def mark(view: Any, rule: str) -> Any:
    """Write the rule on the view, where the permission matrix reads it."""
    view.access_rule = rule
    return view


def public(view: PlainView[P]) -> PlainView[P]:
    """Say that anybody may open the view; what it shows is guarded by a token or is no secret."""
    return cast("PlainView[P]", mark(view, "public"))


owner_only = role_required(Role.OWNER)
managers_only = role_required(Role.MANAGER)
staff_only = role_required(Role.STAFF)


def has_scope(scope: ApiScope) -> type[BasePermission]:
    """Return the rule of the API which lets in tokens that may do this."""

    class HasScope(BasePermission):
        """Looks at what the token of the request may do."""

        def has_permission(self, request: Request, view: Any) -> bool:
            """Say whether the scope is among the token's."""
            del view
            return isinstance(request.auth, ApiToken) and scope in request.auth.scopes

    return HasScope
