"""Promises: what we will do because Clients asked, and whether we did."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from company.access import AuthenticatedRequest, managers_only
from surveys.access import promise_or_404
from surveys.loop_forms import PromiseForm, WordsForm
from surveys.loop_words import fill_places, letter_words, movement_facts, movement_how
from surveys.models import Answer, Promise
from surveys.queries import CommentFilter, asked_for, askers, asking_the_same, comments, movement, promise_counts, promise_rows
from surveys.services import add_askers, change_promise, context_of, create_promise, remove_asker

PER_PAGE = 30
FOUND = 20
TITLE_LENGTH = 200
DUE_IN = dt.timedelta(days=30)
STATES = ("open", "overdue", "done", "dropped", "all")


@managers_only
@require_GET
def promise_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show promises, how many of them we kept and what that changed."""
    today, asked = timezone.localdate(), request.GET.get("state", "")
    state = asked if asked in STATES else "open"
    page = Paginator(promise_rows(state, today), PER_PAGE).get_page(request.GET.get("page"))
    people, found, counts = asked_for(page), movement(), promise_counts(today)
    context = {
        "page": page,
        "rows": [(promise, people.get(promise.pk)) for promise in page],
        "counts": counts,
        "state": state,
        "movement": found,
        "facts": movement_facts(found),
        "how": movement_how(found, counts),
        "today": today,
    }
    return render(request, "surveys/promise_list.html", context)


def chosen_answers(request: AuthenticatedRequest) -> QuerySet[Answer]:
    """Return the answers named in the form or the address: `?answers=1,2,3`, or `?wish=5` for all who said the same as answer 5."""
    rows = Answer.objects.select_related("client__sum", "contact", "branch", "wave", "action")
    wish = request.GET.get("wish", "")
    if wish.isdecimal() and request.method == "GET":
        return rows.filter(pk__in=asking_the_same(get_object_or_404(Answer, pk=int(wish[:18]))).values("pk"))
    named = request.POST.getlist("answers") or request.GET.get("answers", "").split(",")
    return rows.filter(pk__in=[int(number[:18]) for number in named if number.isdecimal()])


@managers_only
@require_http_methods(["GET", "POST"])
def promise_create(request: AuthenticatedRequest) -> HttpResponse:
    """Make a promise out of what Clients asked for."""
    answers = list(chosen_answers(request))
    form = PromiseForm(request.POST or None, initial=first_words(answers) | {"owner": request.user})
    if request.method == "POST" and form.is_valid():
        promise = create_promise(words=form.words(), plan=form.plan(), answers=answers, actor=request.user, request_key=form.request_key)
        messages.success(request, _("The promise stands. Those who asked will hear of it once its action is done."))
        return redirect("surveys:promise_detail", promise.pk)
    context = {"form": form, "answers": answers, "is_manager": True}
    return render(request, "surveys/promise_form.html", context, status=422 if form.is_bound else 200)


def first_words(answers: list[Answer]) -> dict[str, Any]:
    """Return the form as it first appears: the Client's own wish and the usual letter."""
    wish = next((answer.ten or answer.why for answer in answers if answer.has_text), "")
    locale = answers[0].locale if answers else settings.LANGUAGE_CODE
    subject, text = letter_words(locale)
    first = " ".join(wish.split())[:TITLE_LENGTH]
    return {"wording": first, "due_on": timezone.localdate() + DUE_IN, "locale": locale, "subject": subject, "text": text}


@managers_only
@require_GET
def promise_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show a promise: its action, who asked, the letter, and what they say now."""
    promise = promise_or_404(pk)
    people, search = askers(promise), request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = movement(promise)
    context = {
        "promise": promise,
        "people": people,
        "cents": sum(asker.cents or 0 for asker in people),
        "to_call": [asker for asker in people if asker.must_be_called],
        "letters": sum(asker.can_be_written_to for asker in people),
        "preview": letter_preview_of(promise, people[0].answer if people else None),
        "points": promise.action.touchpoints.all(),
        "search": search,
        "found": comments(CommentFilter(search=search)).exclude(promises=promise)[:FOUND] if search else [],
        "movement": found,
        "facts": movement_facts(found),
        "how": movement_how(found, None),
        "today": timezone.localdate(),
    }
    return render(request, "surveys/promise_detail.html", context)


def letter_preview_of(promise: Promise, answer: Answer | None) -> dict[str, str]:
    """Return subject and text of the letter as the first of those who asked will read it."""
    places = {"url": "…", **(context_of(promise, answer) if answer else {"promise": promise.wording})}
    return {"subject": fill_places(promise.subject, places), "text": fill_places(promise.text, places)}


@managers_only
@require_http_methods(["GET", "POST"])
def promise_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change the words of a promise before its letters leave."""
    promise = promise_or_404(pk)
    kept = {name: getattr(promise, name) for name in WordsForm.base_fields}
    form = WordsForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        if change_promise(promise=promise, words=form.words(), actor=request.user):
            messages.success(request, _("Saved."))
        else:
            messages.error(request, _("The letters have left: their words stay as they were."))
        return redirect("surveys:promise_detail", promise.pk)
    return render(request, "surveys/promise_edit.html", {"form": form, "promise": promise}, status=422 if form.is_bound else 200)


@managers_only
@require_POST
def asker_add(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Add people who ask for the same."""
    promise, answers = promise_or_404(pk), list(chosen_answers(request))
    add_askers(promise=promise, answers=answers, actor=request.user)
    if answers:
        messages.success(request, _("Added. They will hear of it too."))
    return redirect("surveys:promise_detail", promise.pk)


@managers_only
@require_POST
def asker_remove(request: AuthenticatedRequest, pk: int, answer_pk: int) -> HttpResponse:
    """Take somebody out who did not ask for this."""
    promise, answer = promise_or_404(pk), get_object_or_404(Answer, pk=answer_pk)
    if remove_asker(promise=promise, answer=answer, actor=request.user):
        messages.success(request, _("Taken out."))
    else:
        messages.error(request, _("The letter to this person has left: they stay on the list."))
    return redirect("surveys:promise_detail", promise.pk)
