"""Pages for colleagues who do not sign in: one's own by a personal link, and the code on the wall. Looking writes nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.stamps import new_stamp, read_stamp
from common.visitors import private
from company.access import PlainView, public
from programme.enums import Way
from programme.forms.praise import PraiseForm, RemarkForm
from programme.formulas.manners import rules_of
from programme.models import ColleaguePage, PraiseCode
from programme.queries import praise as queries
from programme.queries.manners import ack_of, manners_in_force
from programme.services import praise as services
from programme.services.colleagues import choose_board, renew_link
from programme.services.manners import acknowledge_manners
from programme.views.praise import save_praise
from programme.views.remarks import save_remark

P = ParamSpec("P")
# No "no-referrer" here: it would turn the Origin of a form into "null", which the check against forged requests refuses.
HEADERS = {"Referrer-Policy": "same-origin", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
PURPOSE = "programme.praise"
SHOWN_PRAISES = 20
PageView = Callable[Concatenate[HttpRequest, ColleaguePage, P], HttpResponseBase]


def by_link(view: PageView[P]) -> PlainView[Concatenate[str, P]]:
    """Let in who holds a link that still works; the address, a secret, is kept out of sight."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        page = queries.page_by(token, timezone.localdate())
        response = view(request, page, *args, **kwargs) if page else render(request, "programme/colleague_missing.html", status=404)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return cast("PlainView[Concatenate[str, P]]", wrapped)


def token_in(request: HttpRequest) -> str:
    """Return the token of the address."""
    return str(request.resolver_match.kwargs["token"]) if request.resolver_match else ""


@public
@require_safe
@by_link
def colleague(request: HttpRequest, page: ColleaguePage) -> HttpResponse:
    """Show a colleague the code, what was said of them, and the way to thank others."""
    version = manners_in_force()
    context = {
        "page": page,
        "token": token_in(request),
        "version": version,
        "rules": rules_of(version.text) if version else [],
        "ack": ack_of(page.employee),
        "praises": queries.praises_for(page.employee)[:SHOWN_PRAISES],
    }
    return render(request, "programme/colleague.html", context)


@public
@require_POST
@by_link
def colleague_read(request: HttpRequest, page: ColleaguePage) -> HttpResponse:
    """Write down that the colleague has read the code in force."""
    version = manners_in_force()
    if version and request.POST.get("number") == str(version.number):
        acknowledge_manners(employee=page.employee, version=version, way=Way.LINK, actor=None, now=timezone.now())
        messages.success(request, _("Thank you. We count on you, as you may count on us."))
    return redirect("programme:colleague", token_in(request))


@public
@require_POST
@by_link
def colleague_choice(request: HttpRequest, page: ColleaguePage) -> HttpResponse:
    """Stand on the board or not, as one likes."""
    choose_board(employee=page.employee, is_off=request.POST.get("to") == "off")
    messages.success(request, _("Saved"))
    return redirect("programme:colleague", token_in(request))


@public
@require_POST
@by_link
def colleague_close(request: HttpRequest, page: ColleaguePage) -> HttpResponse:
    """Make the link a dead one, if somebody else has seen it."""
    renew_link(employee=page.employee)
    return redirect("programme:colleague", token_in(request))


@public
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def colleague_praise(request: HttpRequest, page: ColleaguePage) -> HttpResponse:
    """Thank a colleague by one's personal link."""
    me = page.employee
    form = PraiseForm(request.POST or None, people=queries.colleagues_to_praise(timezone.localdate(), but=me), home=me.branch)
    if request.method == "POST" and form.is_valid() and (saved := save_praise(form, services.Speaker(Way.LINK, me))):
        messages.success(request, _("Said. On the board of the month: %(name)s") % {"name": saved.about.name})
        return redirect("programme:colleague", token_in(request))
    context = {"form": form, "token": token_in(request)}
    return render(request, "programme/colleague_praise.html", context, status=422 if form.is_bound else 200)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def colleague_remark(request: HttpRequest, page: ColleaguePage) -> HttpResponse:
    """Say what bothers by one's personal link, to those who may read it."""
    me = page.employee
    form = RemarkForm(request.POST or None, people=queries.colleagues_to_praise(timezone.localdate(), but=me), home=me.branch)
    if request.method == "POST" and form.is_valid() and (readers := save_remark(form, me.name)):
        messages.success(request, _("Passed on. Only these people read it: %(names)s") % {"names": readers})
        return redirect("programme:colleague", token_in(request))
    context = {"form": form, "token": token_in(request)}
    return render(request, "programme/colleague_remark.html", context, status=422 if form.is_bound else 200)


@public
@csrf_exempt  # the signed mark of the page stands in for the cookie; see common/stamps.py
@private
@require_http_methods(["GET", "HEAD", "POST"])
def praise_box(request: HttpRequest, token: str) -> HttpResponse:
    """Thank a colleague by the code on the wall; a manager looks before it stands on the board."""
    code = PraiseCode.objects.select_related("branch").filter(token=token.replace("\0", "")).first()
    if code is None or not code.is_open:
        return render(request, "programme/colleague_missing.html", {"is_closed": code is not None}, status=410 if code else 404)
    stamp = read_stamp(PURPOSE, request.POST.get("stamp", ""), token)
    form = box_form(request, code, stamp.key if stamp else None)
    if request.method == "POST" and stamp is None:
        form.add_error(None, _("The page was open for too long. Press the button once more."))
    if request.method == "POST" and form.is_valid() and save_by_code(form, code):
        return redirect(f"{request.path}?said=1")
    if request.method != "POST" and "said" in request.GET:
        return render(request, "programme/praise_said.html", {"token": token})
    mark = request.POST["stamp"] if stamp else new_stamp(PURPOSE, token, timezone.now())
    context = {"form": form, "code": code, "stamp": mark}
    return render(request, "programme/praise_box.html", context, status=422 if form.is_bound else 200)


def box_form(request: HttpRequest, code: PraiseCode, key: object) -> PraiseForm:
    """Return the form of the wall's code; the key of the page's mark makes one of a form sent twice."""
    people = queries.colleagues_to_praise(timezone.localdate(), branch=code.branch)
    data = request.POST.copy() if request.method == "POST" else None
    if data is not None:
        data["key"] = str(key or "")
    form = PraiseForm(data, people=people, home=code.branch, asks_name=True)
    if key is None:
        form.fields["key"].required = False
    return form


def save_by_code(form: PraiseForm, code: PraiseCode) -> bool:
    """Save a valid form of the wall's code."""
    try:
        return save_praise(form, services.Speaker(Way.CODE, None, form.cleaned_data["author_name"].strip(), code)) is not None
    except services.CodeClosedError:
        form.add_error(None, _("The code was closed while you wrote. Say it in person."))
        return False
