"""Who may open what: every view carries exactly one of these rules, and a test walks all URLs to see it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import resolve
from django_htmx.middleware import HtmxDetails
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from company.enums import ApiScope, Role
from company.models import ApiToken, Company, User

P = ParamSpec("P")


class AuthenticatedRequest(HttpRequest):
    """A request behind an access rule: somebody is signed in."""

    user: User
    htmx: HtmxDetails


View = Callable[Concatenate[AuthenticatedRequest, P], HttpResponseBase]
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
PlainView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def role_required(role: Role, *, with_second_factor: bool = True) -> Callable[[View[P]], PlainView[P]]:
    """Let in users whose role includes the given one; others sign in first or get 403.

    Who must have a second factor and has none is led to set it up. A file with data and what is `sensitive` ask for the password
    again, unless it was given a moment ago.
    """

    def decorate(view: View[P]) -> PlainView[P]:
        asks_again = view.__name__.endswith("_export") or getattr(view, "is_sensitive", False)
        opened = reauthentication_required(view) if asks_again else view

        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_role(role):
                raise PermissionDenied
            if with_second_factor and lacks_second_factor(request):
                # A part of a page stays empty: the page of explanations would be put into the menu.
                return HttpResponse(status=204) if "HX-Request" in request.headers else redirect("company:second_factor")
            return opened(cast("AuthenticatedRequest", request), *args, **kwargs)

        return cast("PlainView[P]", mark(guarded, role.value))

    return decorate


def lacks_second_factor(request: HttpRequest) -> bool:
    """Say whether the user must have a second factor and has none: owners and managers, unless the firm waives it."""
    company: Company = request.company  # type: ignore[attr-defined]  # put there by CompanyMiddleware
    is_asked = settings.SECOND_FACTOR_REQUIRED and company.requires_second_factor and not company.is_demo
    user = cast("User", request.user)
    return bool(is_asked and user.has_role(Role.MANAGER) and not is_mfa_enabled(user, SECOND_FACTORS))


def sensitive(view: View[P]) -> View[P]:
    """Ask for the password or the second factor again before the view, unless it was given in the last quarter of an hour."""
    view.is_sensitive = True  # type: ignore[attr-defined]
    return view


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
# For the pages one needs before one has a second factor.
staff_without_second_factor = role_required(Role.STAFF, with_second_factor=False)


def has_scope(scope: ApiScope) -> type[BasePermission]:
    """Return the rule of the API which lets in tokens that may do this."""

    class HasScope(BasePermission):
        """Looks at what the token of the request may do."""

        def has_permission(self, request: Request, view: Any) -> bool:
            """Say whether the scope is among the token's."""
            del view
            return isinstance(request.auth, ApiToken) and scope in request.auth.scopes

    return HasScope


def maker_of(request: Request) -> User:
    """Return whoever made the token, as long as they are a manager: what the token does is done in their name."""
    maker = cast("ApiToken", request.auth).created_by
    if maker is None or not maker.is_active or not maker.has_role(Role.MANAGER):
        raise PermissionDenied
    return maker


def may_open(request: HttpRequest, url: str) -> bool:
    """Ask the page's own rule whether the reader may open it."""
    rule = getattr(resolve(url).func, "access_rule", "public")
    return rule == "public" or (request.user.is_authenticated and request.user.has_role(Role(rule)))
