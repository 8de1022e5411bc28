"""What comments are about, tags put on them, and what would make it a 10."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.redirects import back_url
from company.access import AuthenticatedRequest, managers_only
from surveys import queries
from surveys.charts import trend_chart
from surveys.comment_forms import HintForm, MergeForm, TagForm, TagPointForm, ThemeForm
from surveys.filters import chosen, started_waves
from surveys.models import Tag, Theme, Wave
from surveys.presentation import theme_table
from surveys.queries import CommentFilter, comments, count_to_theme, tags_with_use, theme_results, theme_trend, word_hints
from surveys.services import (
    TagTakenError,
    add_word,
    delete_tag,
    delete_theme,
    link_tag,
    merge_tags,
    rename_tag,
    save_theme,
    start_dictionary,
)

HINTS = 20
SHOWN_COMMENTS = 20


@managers_only
@require_GET
def theme_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show what Clients speak of and how those who do score."""
    wave = chosen(Wave.objects.all(), request.GET.get("wave", ""))
    results = theme_results(wave=wave)
    context = {
        "table": theme_table(results),
        "themes": sorted((result.theme for result in results), key=lambda theme: theme.name.lower()),
        "hints": word_hints(HINTS) if results else [],
        "waiting": count_to_theme(),
        "waves": started_waves(),
        "wave": wave,
    }
    return render(request, "surveys/theme_list.html", context)


@managers_only
@require_GET
def theme_detail(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Show one theme: its score, how it moves, what is said."""
    theme = get_object_or_404(Theme.objects.select_related("touchpoint"), pk=pk)
    points = theme_trend(theme)
    context = {
        "theme": theme,
        "result": theme_results(theme=theme)[0],
        "chart": trend_chart(points) if len(points) > 1 else None,
        "comments": comments(CommentFilter(theme=theme))[:SHOWN_COMMENTS],
        "waiting": count_to_theme(),
        "is_manager": True,
    }
    return render(request, "surveys/theme_detail.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def theme_create(request: AuthenticatedRequest) -> HttpResponse:
    """Add a theme to the dictionary."""
    return edit_theme(request, Theme())


@managers_only
@require_http_methods(["GET", "POST"])
def theme_edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Change the words of a theme."""
    return edit_theme(request, get_object_or_404(Theme, pk=pk))


def edit_theme(request: AuthenticatedRequest, theme: Theme) -> HttpResponse:
    """Show the form, or save it."""
    form = ThemeForm(request.POST or None, instance=theme)
    if request.method == "POST" and form.is_valid():
        save_theme(theme=form.instance, actor=request.user)
        messages.success(request, _("Saved. Comments are being read with the new words."))
        return redirect("surveys:theme_detail", form.instance.pk)
    known = Theme.objects.filter(pk=theme.pk).first() if theme.pk else None
    context = {"form": form, "theme": known, "count": known.answers.count() if known else 0}
    return render(request, "surveys/theme_form.html", context, status=422 if request.method == "POST" else 200)


@managers_only
@require_POST
def theme_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Remove a theme from the dictionary."""
    theme = get_object_or_404(Theme, pk=pk)
    delete_theme(theme=theme)
    messages.success(request, _("The theme “%(name)s” is gone; the comments stay.") % {"name": theme.name})
    return redirect("surveys:theme_list")


@managers_only
@require_POST
def theme_start(request: AuthenticatedRequest) -> HttpResponse:
    """Take the ready dictionary."""
    count = start_dictionary(locale=get_language() or "ru", actor=request.user)
    if count:
        messages.success(
            request,
            ngettext("%d theme is ready. Change its words to yours.", "%d themes are ready. Change their words to yours.", count) % count,
        )
    return redirect("surveys:theme_list")


@managers_only
@require_POST
def theme_add_word(request: AuthenticatedRequest) -> HttpResponse:
    """Put a word that is often said into a theme."""
    form = HintForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a theme for the word."))
    elif add_word(theme=form.cleaned_data["theme"], word=form.cleaned_data["word"]):
        messages.success(request, _("“%(word)s” is in the theme “%(theme)s”.") % form.cleaned_data)
    return redirect("surveys:theme_list")


@managers_only
@require_GET
def wish_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show what would make it a 10, over all waves or in one."""
    wave = chosen(Wave.objects.all(), request.GET.get("wave", ""))
    return render(request, "surveys/wish_list.html", {"wishes": queries.wish_list(wave=wave), "wave": wave, "waves": started_waves()})


@managers_only
@require_GET
def tag_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the tags and how often each is used."""
    return render(request, "surveys/tag_list.html", {"tags": tags_with_use()})


@managers_only
@require_POST
def tag_rename(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Give a tag another name."""
    tag, form = get_object_or_404(Tag, pk=pk), TagForm(request.POST)
    try:
        if form.is_valid():
            rename_tag(tag=tag, name=form.cleaned_data["name"])
            messages.success(request, _("Saved."))
            return redirect("surveys:tag_list")
    except TagTakenError as taken:
        form.add_error("name", _("There is a tag “%(name)s” already. Merge the two instead.") % {"name": taken.tag.name})
    context = {"tags": tags_with_use(), "wrong": tag, "form": form}
    return render(request, "surveys/tag_list.html", context, status=422)


@managers_only
@require_http_methods(["GET", "POST"])
def tag_point(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Choose the touchpoint a tag is about."""
    tag = get_object_or_404(Tag, pk=pk)
    form = TagPointForm(request.POST if request.method == "POST" else None, tag=tag)
    if request.method == "POST" and form.is_valid():
        link_tag(tag=tag, touchpoint=form.cleaned_data["touchpoint"])
        messages.success(request, _("Saved."))
        return redirect("surveys:tag_list")
    return render(request, "surveys/tag_point.html", {"form": form, "tag": tag}, status=422 if request.method == "POST" else 200)


@managers_only
@require_POST
def tag_merge(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Move the comments of a tag to another one."""
    tag, form = get_object_or_404(Tag, pk=pk), MergeForm(request.POST)
    if not form.is_valid() or form.cleaned_data["into"] == tag:
        messages.error(request, _("Choose another tag to merge into."))
        return redirect("surveys:tag_list")
    into = form.cleaned_data["into"]
    count = merge_tags(tag=tag, into=into)
    words = ngettext("%(n)d comment went from “%(tag)s” to “%(into)s”.", "%(n)d comments went from “%(tag)s” to “%(into)s”.", count)
    messages.success(request, words % {"n": count, "tag": tag.name, "into": into.name})
    return redirect(back_url(request, reverse("surveys:tag_list")))


@managers_only
@require_POST
def tag_delete(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Remove a tag."""
    tag = get_object_or_404(Tag, pk=pk)
    count = delete_tag(tag=tag)
    words = ngettext("The tag “%(tag)s” is off %(n)d comment and gone.", "The tag “%(tag)s” is off %(n)d comments and gone.", count)
    messages.success(request, words % {"n": count, "tag": tag.name})
    return redirect("surveys:tag_list")
