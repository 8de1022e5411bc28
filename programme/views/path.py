"""The path of tools, and the page of one tool: who looks after it, what shows that it works."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only, staff_only
from company.enums import Role
from company.queries import the_company
from programme import queries
from programme.enums import EvidenceKind, Tool
from programme.forms.path import EvidenceForm, OwnerForm
from programme.health_words import health_rows
from programme.models import ToolEvidence
from programme.path_words import EffectWords, because, effect_words, row_of, stages_of
from programme.queries.effects import effects
from programme.queries.health import health
from programme.queries.path import evidence_of
from programme.services.path import NoEvidenceError, add_evidence, confirm_tool, look_after_tool, remove_evidence, withdraw_confirmation


@staff_only
@require_safe
def path(request: AuthenticatedRequest) -> HttpResponse:
    """Show the tools in order: what works, what is under way, where to begin."""
    today = timezone.localdate()
    found, shown = queries.path(today), shown_effects(request)
    steps = queries.path_steps() if request.user.has_role(Role.MANAGER) else []
    headline = [(tool, shown[tool]) for tool in (Tool.NPS, Tool.LTV, Tool.RETURNS) if tool in shown]
    context = {
        "path": found,
        "stages": stages_of(request, found, shown),
        "because": because(found),
        "headline": headline,
        "steps": steps,
        "next_step": next((step for step in steps if not step.is_done), None),
        "health": health_rows(request, health(today)),
        "today": today,
    }
    return render(request, "programme/path.html", context)


def shown_effects(request: AuthenticatedRequest) -> dict[Tool, EffectWords]:
    """Return the effects in words, as the reader may see them."""
    company = the_company()
    found = effects(today=timezone.localdate(), company=company, sees_all=request.user.has_role(Role.MANAGER))
    return {tool: effect_words(tool, effect, company.currency) for tool, effect in found.items()}


def tool_by(key: str) -> Tool:
    """Return the tool of an address, or 404."""
    if key not in Tool.values:
        raise Http404
    return Tool(key)


@staff_only
@require_safe
def tool(request: AuthenticatedRequest, key: str) -> HttpResponse:
    """Show one tool: why, what to do first, when it works, and what shows it."""
    return tool_page(request, tool_by(key), EvidenceForm())


def tool_page(request: AuthenticatedRequest, asked: Tool, form: EvidenceForm) -> HttpResponse:
    """Draw the page of a tool with a form, filled in or not."""
    found = queries.path(timezone.localdate())
    state = next(state for state in found.states if state.tool == asked)
    context = {
        "row": row_of(request, state, shown_effects(request)),
        "because": because(found) if state.is_beginning else "",
        "owner_form": OwnerForm(initial={"owner": state.care.owner if state.care else None}),
        "form": form,
        "evidence": evidence_of(asked),
        "is_manager": request.user.has_role(Role.MANAGER),
    }
    return render(request, "programme/tool.html", context, status=422 if form.is_bound else 200)


@managers_only
@require_POST
def tool_owner(request: AuthenticatedRequest, key: str) -> HttpResponse:
    """Write down who looks after the tool; a stranger's number changes nothing."""
    form = OwnerForm(request.POST)
    if form.is_valid():
        look_after_tool(tool=tool_by(key), owner=form.cleaned_data["owner"], actor=request.user)
        messages.success(request, _("Saved who looks after it."))
    else:
        messages.error(request, _("This person cannot be chosen. Choose another one."))
    return redirect("programme:tool", key=tool_by(key).value)


@managers_only
@require_POST
def evidence_add(request: AuthenticatedRequest, key: str) -> HttpResponse:
    """Keep a photo, a number or a document."""
    asked, form = tool_by(key), EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return tool_page(request, asked, form)
    add_evidence(evidence=form.evidence(asked), file=form.file(), actor=request.user)
    messages.success(request, _("The evidence is kept."))
    return redirect("programme:tool", key=key)


@managers_only
@require_POST
def evidence_remove(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Delete a piece of evidence."""
    evidence = get_object_or_404(ToolEvidence, pk=pk)
    remove_evidence(evidence=evidence, actor=request.user)
    messages.success(request, _("The evidence is removed."))
    return redirect("programme:tool", key=evidence.tool)


@managers_only
@require_POST
def tool_confirm(request: AuthenticatedRequest, key: str) -> HttpResponse:
    """Vouch that the tool works, or take the word back."""
    asked = tool_by(key)
    try:
        if "withdraw" in request.POST:
            withdraw_confirmation(tool=asked, actor=request.user)
        else:
            confirm_tool(tool=asked, actor=request.user)
    except NoEvidenceError:
        messages.error(request, _("Add a photo, a number or a document first: there is nothing to show yet."))
    return redirect("programme:tool", key=asked.value)


@staff_only
@require_safe
def evidence_file(_request: AuthenticatedRequest, pk: int) -> FileResponse:
    """Send a photo as a picture, a document as a download."""
    evidence = get_object_or_404(ToolEvidence.objects.exclude(file=""), pk=pk)
    is_photo = evidence.kind == EvidenceKind.PHOTO
    kind, name = ("image/jpeg", "photo.jpg") if is_photo else ("application/pdf", "document.pdf")
    try:
        return FileResponse(evidence.file.open("rb"), content_type=kind, filename=name, as_attachment=not is_photo)
    except FileNotFoundError as error:
        raise Http404 from error
