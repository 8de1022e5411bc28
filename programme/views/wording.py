"""The wording check: bring documents, accept or skip each place, take the mended files."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from company.access import AuthenticatedRequest, managers_only
from programme.forms.wording import WordingForm
from programme.formulas.wording import Lexicon, context_of, find_places
from programme.models import WordingDocument, WordingRun
from programme.queries.wording import company_lexicon, kept_texts, own_runs, wording_months
from programme.services import wording as services
from programme.views.room import status_of
from programme.wording.documents import check, mended
from programme.wording.pieces import Place
from programme.wording.refusals import REASONS

SHOWN, HINTS = 400, 3
PREVIEW = 20_000


@dataclass(frozen=True)
class Looked:
    """A document as its page shows it."""

    document: WordingDocument
    places: list[tuple[int, Place]]
    refusal: str
    mended_text: str

    @property
    def hidden(self) -> int:
        """How many places are mended without being shown."""
        return self.document.wrong - len(self.places) if self.document.body is not None else 0


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def wording(request: AuthenticatedRequest) -> HttpResponse:
    """Take a text or files, and show what has been checked so far."""
    form = WordingForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        run = services.start_wording(documents=form.documents(), lexicon=company_lexicon(), actor=request.user, now=timezone.now())
        return redirect("programme:wording_run", run.pk)
    context = {"form": form, "months": wording_months(), "runs": own_runs(request.user)[:10]}
    return render(request, "programme/wording.html", context, status=status_of(form))


@managers_only
@require_http_methods(["GET", "HEAD", "POST"])
def wording_run(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show every place in its context; keep which ones stay as they are."""
    run = get_object_or_404(own_runs(request.user), pk=pk)
    looked = list(looked_at(run, company_lexicon()))
    if request.method == "POST":
        skipped = {each.document.pk: left_out(each, request.POST.getlist(f"take-{each.document.pk}")) for each in looked}
        services.settle_wording(run=run, skipped=skipped, now=timezone.now())
        messages.success(request, _("Ready: take the mended files"))
        return redirect("programme:wording_run", run.pk)
    places = sum(len(each.places) for each in looked)
    is_kept = any(each.document.body is not None for each in looked)
    return render(request, "programme/wording_run.html", {"run": run, "looked": looked, "places": places, "is_kept": is_kept})


def looked_at(run: WordingRun, lexicon: Lexicon) -> Iterator[Looked]:
    """Yield the documents of a check with the places to show, so many in all."""
    left = SHOWN
    for document in run.documents.all():
        places: list[tuple[int, Place]] = []
        text = ""
        if document.body is not None and document.wrong:
            body = bytes(document.body)
            places = list(islice(enumerate(place for _part, place in check(body, document.name, lexicon).places), left))
            text = pasted_text(document, body, lexicon) if run.settled_at else ""
        left -= len(places)
        yield Looked(document, places, str(REASONS.get(document.refusal, "")), text)


def pasted_text(document: WordingDocument, body: bytes, lexicon: Lexicon) -> str:
    """Return a short plain text as mended, to be copied from the page."""
    if not document.name.endswith(".txt") or len(body) > PREVIEW:
        return ""
    return mended(body, document.name, lexicon, skipped=document.skipped).decode(errors="replace")


def left_out(each: Looked, taken: list[str]) -> list[int]:
    """Return the numbers of the shown places that were not taken."""
    return [number for number, _place in each.places if str(number) not in taken]


@managers_only
@require_safe
def wording_zip(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give the mended files."""
    run = get_object_or_404(own_runs(request.user), pk=pk)
    out, lexicon = io.BytesIO(), company_lexicon()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, document in named(run):
            archive.writestr(name, mended(bytes(document.body or b""), document.name, lexicon, skipped=document.skipped))
    headers = {"Content-Disposition": 'attachment; filename="mayak-wording.zip"', "Cache-Control": "no-store"}
    return HttpResponse(out.getvalue(), content_type="application/zip", headers=headers)


def named(run: WordingRun) -> Iterator[tuple[str, WordingDocument]]:
    """Yield the kept documents with names that lead to no folder and do not repeat."""
    used: set[str] = set()
    for document in run.documents.all():
        if document.body is None:
            continue
        path = PurePath(document.name.replace("\\", "/"))
        name, number = path.name, 2
        while name in used:
            name, number = f"{path.stem} ({number}){path.suffix}", number + 1
        used.add(name)
        yield name, document


@managers_only
@require_safe
def wording_kept(request: AuthenticatedRequest) -> HttpResponse:
    """Walk the texts kept in Mayak."""
    return render(request, "programme/wording_kept.html", {"texts": kept_texts(company_lexicon())})


@managers_only
@require_POST
def wording_hint(request: AuthenticatedRequest) -> HttpResponse:
    """Say softly what a form still writes with a small letter; it keeps nobody from saving."""
    lexicon = company_lexicon()
    texts = [value for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values]
    contexts = [context_of(text, hit) for text in texts for hit in find_places(text, lexicon).hits]
    return render(request, "programme/_wording_hint.html", {"contexts": contexts[:HINTS], "count": len(contexts)})
