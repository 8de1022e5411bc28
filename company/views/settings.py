"""The owner's settings of the firm, and everybody's own profile."""

from django.conf import settings as django_settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from company import services
from company.access import AuthenticatedRequest, lacks_second_factor, owner_only, staff_without_second_factor
from company.forms import BranchForm, CompanyForm, ProfileForm, WordForm, WordFormsForm
from company.formulas.words import READY
from company.gallery import specimens
from company.models import Branch
from company.queries import branches_with_use, the_company
from company.services import RefusedError

INVALID = 422


@owner_only
@require_http_methods(["GET", "POST"])
def settings(request: AuthenticatedRequest) -> HttpResponse:
    """Profile of the firm: name, money, time zone, colour."""
    form = CompanyForm(request.POST or None, request.FILES or None, instance=the_company())
    if request.method == "POST" and form.is_valid():
        logo, removes_logo = form.cleaned_data["new_logo"], form.cleaned_data["removes_logo"]
        services.save_company(company=form.save(commit=False), logo=logo, removes_logo=removes_logo, actor=request.user)
        messages.success(request, _("Settings saved"))
        return redirect("company:settings")
    return render(request, "company/settings.html", {"form": form}, status=INVALID if form.errors else 200)


@owner_only
@require_http_methods(["GET", "POST"])
def word(request: AuthenticatedRequest) -> HttpResponse:
    """Choose the word for a Client; its forms are derived."""
    company = the_company()
    current = company.word_forms.get("ru", {}).get("client", "Клиент")
    form = WordForm(request.POST or None, initial={"word": current if current in READY else "own", "own_word": current})
    if request.method == "POST" and form.is_valid():
        services.choose_word(**form.choice(), actor=request.user)
        messages.success(request, _("The word is saved: check its forms"))
        return redirect("company:word")
    context = {"form": form, "forms": WordFormsForm(word_forms=company.word_forms)}
    return render(request, "company/word.html", context, status=INVALID if form.errors else 200)


@owner_only
@require_POST
def word_forms(request: AuthenticatedRequest) -> HttpResponse:
    """Keep the forms as the owner corrected them."""
    company = the_company()
    forms = WordFormsForm(request.POST, word_forms=company.word_forms)
    if not forms.is_valid():
        return render(request, "company/word.html", {"form": WordForm(), "forms": forms}, status=INVALID)
    services.save_word_forms(forms=forms.word_forms(), actor=request.user)
    messages.success(request, _("Forms of the word saved"))
    return redirect("company:word")


@owner_only
@require_GET
def branch_list(request: AuthenticatedRequest) -> HttpResponse:
    """Branches in their order."""
    return render(request, "company/branch_list.html", {"branches": branches_with_use(), "form": BranchForm()})


@owner_only
@require_POST
def branch_add(request: AuthenticatedRequest) -> HttpResponse:
    """Open a branch."""
    form = BranchForm(request.POST)
    if not form.is_valid():
        return render(request, "company/branch_list.html", {"branches": branches_with_use(), "form": form}, status=INVALID)
    services.add_branch(name=form.cleaned_data["name"], actor=request.user)
    messages.success(request, _("Branch added"))
    return redirect("company:branch_list")


@owner_only
@require_http_methods(["GET", "POST"])
def branch_rename(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give a branch another name."""
    branch = get_object_or_404(Branch, pk=pk)
    form = BranchForm(request.POST or None, instance=branch)
    if request.method == "POST" and form.is_valid():
        services.rename_branch(branch=branch, name=form.cleaned_data["name"], actor=request.user)
        messages.success(request, _("Branch renamed"))
        return redirect("company:branch_list")
    return render(request, "company/branch_rename.html", {"form": form, "branch": branch}, status=INVALID if form.errors else 200)


@owner_only
@require_POST
def branch_move(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Move a branch one place up or down."""
    step = -1 if request.POST.get("to") == "up" else 1
    services.move_branch(branch=get_object_or_404(Branch, pk=pk), step=step, actor=request.user)
    return redirect("company:branch_list")


@owner_only
@require_POST
def branch_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Delete a branch nothing belongs to."""
    try:
        services.delete_branch(branch=get_object_or_404(Branch, pk=pk), actor=request.user)
        messages.success(request, _("Branch deleted"))
    except RefusedError as refusal:
        messages.error(request, refusal.reason)
    return redirect("company:branch_list")


@staff_without_second_factor
@require_GET
def second_factor(request: AuthenticatedRequest) -> HttpResponse:
    """Say what a second factor is and lead to setting one up."""
    return render(request, "company/second_factor.html", {"is_set": not lacks_second_factor(request)})


@staff_without_second_factor
@require_http_methods(["GET", "POST"])
def profile(request: AuthenticatedRequest) -> HttpResponse:
    """One's own name, language and password."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        services.rename_self(name=form.cleaned_data["name"], actor=request.user)
        messages.success(request, _("Profile saved"))
        return redirect("company:profile")
    return render(request, "company/profile.html", {"form": form}, status=INVALID if form.errors else 200)


@owner_only
@require_GET
def gallery(request: AuthenticatedRequest) -> HttpResponse:
    """Every component on one page, for those who build Mayak."""
    if not django_settings.DEBUG:
        raise Http404
    return render(request, "company/gallery.html", specimens())
