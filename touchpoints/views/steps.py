"""What a walk does, signed in or by a guest's link: one touchpoint a screen, one mark a post."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from touchpoints import queries, services
from touchpoints.enums import AuditState, Rating
from touchpoints.forms import TOO_MANY, MarkForm
from touchpoints.models import AuditMark, Standard, StandardCheck, Touchpoint
from touchpoints.ways import Way


@dataclass(frozen=True)
class Screen:
    """One touchpoint of the walk with its addresses and what was said of it."""

    step: queries.Step
    address: str
    save: str
    photos: list[dict[str, str]]

    @property
    def said(self) -> dict[str, Any]:
        """The mark as it is saved."""
        mark = self.step.mark
        return {
            "version": mark.version if mark else 0,
            "rating": mark.rating if mark else None,
            "skipped": mark is not None and mark.rating is None,
            "note": mark.note if mark else "",
            "standards": {each.standard.pk: seen_as(each.is_kept) for each in self.step.criteria},
        }


def screens_of(way: Way) -> list[Screen]:
    """Return the screens of a walk."""
    return [
        Screen(step, way.screen_of(step.touchpoint), way.save(step.touchpoint), way.photos(step.mark))
        for step in queries.walk_steps(way.audit)
    ]


def seen_as(is_kept: bool | None) -> str:
    """Return the value of the form that says whether a standard is kept."""
    return next(value for value, meaning in MarkForm.SEEN.items() if meaning is is_kept)


def place_asked_for(screens: list[Screen], asked: str) -> int | None:
    """Return the place of the touchpoint in the walk; without one, of the first that has no mark."""
    named = (place for place, screen in enumerate(screens) if str(screen.step.touchpoint.pk) == asked)
    unmarked = (place for place, screen in enumerate(screens) if screen.step.mark is None)
    return next(named, None) if asked else next(unmarked, None)


def show_step(request: HttpRequest, way: Way, asked: str, form: MarkForm | None = None, **extra: object) -> HttpResponse:
    """Show one touchpoint to mark: the one asked for, else the first without a mark."""
    screens = screens_of(way)
    place = place_asked_for(screens, asked)
    if place is None:
        return redirect(way.summary)
    screen = screens[place]
    words = queries.rating_words()
    script_steps = [script_step(each, words_before(each, way, words)) for each in screens]
    said = typed_in(form, screen.said) if form else screen.said
    context = {
        "way": way,
        "audit": way.audit,
        "screens": screens,
        "screen": screen,
        "step": screen.step,
        "said": said,
        "standards": [(each.standard, said["standards"][each.standard.pk]) for each in screen.step.criteria],
        "previous": script_steps[place]["previous"],
        "number": place + 1,
        "before": screens[place - 1] if place else None,
        "after": screens[place + 1] if place + 1 < len(screens) else None,
        "form": form,
        "ratings": list(reversed(Rating)),
        "script_steps": script_steps,
        **extra,
    }
    template = "touchpoints/audit_walk.html" if way.user else "touchpoints/guest_step.html"
    return render(request, template, context, status=422 if form or extra else 200)


def typed_in(form: MarkForm, saved: dict[str, Any]) -> dict[str, Any]:
    """Return what was typed, of the form that comes back; what it did not ask stays as saved."""
    rating = form.data.get("rating", "")
    return {
        **saved,
        "rating": int(rating) if rating in map(str, Rating.values) else None,
        "note": form.data.get("note", ""),
        "standards": {pk: form.data.get(f"standard-{pk}", seen) for pk, seen in saved["standards"].items()},
    }


def script_step(screen: Screen, previous: str) -> dict[str, object]:
    """Return a screen as the script on the phone knows it."""
    point = screen.step.touchpoint
    return {
        **screen.said,
        "point": point.pk,
        "save": screen.save,
        "kind": point.get_kind_display(),
        "name": point.name,
        "hint": point.hint,
        "previous": previous,
        "photos": screen.photos,
        "sentences": [[each.standard.pk, each.standard.sentence] for each in screen.step.criteria],
    }


def words_before(screen: Screen, way: Way, words: queries.RatingWords) -> str:
    """Say what the audit before said of the touchpoint; to a guest, nothing."""
    before = screen.step.previous
    if before is None or way.user is None:
        return ""
    day = formats.date_format(timezone.localtime(before.marked_at), "j E")
    return _("%(day)s: “%(rating)s”") % {"day": day, "rating": words.of(before.rating)}


def receive_mark(request: HttpRequest, way: Way, point_pk: int) -> HttpResponse:
    """Save the mark of one touchpoint; the same mark sent again changes nothing."""
    touchpoint = get_object_or_404(queries.points_of_audit(way.audit), pk=point_pk)
    form = MarkForm(request.POST, request.FILES, standards=Standard.objects.filter(touchpoint=touchpoint))
    answer = ScriptAnswer if request.headers.get("Accept") == "application/json" else PageAnswer
    if not form.is_valid():
        return answer.wrong(request, way, touchpoint, form)
    try:
        mark = services.save_mark(audit=way.audit, touchpoint=touchpoint, said=form.said, actor=way.user, seen=form.cleaned_data["version"])
    except services.ClosedError:
        return answer.closed(request, way)
    except services.ConflictError as error:
        return answer.conflict(request, way, form, error.mark)
    return answer.saved(request, way, mark, problems_of(form, mark))


def problems_of(form: MarkForm, mark: AuditMark) -> list[str]:
    """Return why photos of a saved mark were not taken."""
    kept = {photo.pk for photo in mark.photos.all()}
    if any(key not in kept for key, _photo in form.photos) and str(TOO_MANY) not in form.problems:
        return [*form.problems, str(TOO_MANY)]
    return form.problems


class ScriptAnswer:
    """What the script on the phone is told."""

    @staticmethod
    def wrong(_request: HttpRequest, _way: Way, _touchpoint: Touchpoint, form: MarkForm) -> HttpResponse:
        """Say what cannot be saved."""
        return JsonResponse({"state": "wrong", "errors": form.errors}, status=422)

    @staticmethod
    def closed(_request: HttpRequest, way: Way) -> HttpResponse:
        """Say that the audit takes no more marks."""
        return JsonResponse({"state": "finished", "why": why_closed(way)}, status=409)

    @staticmethod
    def conflict(_request: HttpRequest, way: Way, _form: MarkForm, theirs: AuditMark) -> HttpResponse:
        """Show the newer mark of somebody else."""
        return JsonResponse({"state": "conflict", "theirs": as_json(way, theirs) | {"who": who_and_when(theirs)}}, status=409)

    @staticmethod
    def saved(_request: HttpRequest, way: Way, mark: AuditMark, problems: list[str]) -> HttpResponse:
        """Return what the phone keeps of a saved mark."""
        return JsonResponse({"state": "saved", "problems": [*problems, *off_the_map(mark)]} | as_json(way, mark))


class PageAnswer:
    """What somebody without scripts is shown."""

    @staticmethod
    def wrong(request: HttpRequest, way: Way, touchpoint: Touchpoint, form: MarkForm) -> HttpResponse:
        """Show the screen again with what was typed and what is wrong."""
        return show_step(request, way, str(touchpoint.pk), form=form)

    @staticmethod
    def closed(request: HttpRequest, way: Way) -> HttpResponse:
        """Say that the audit takes no more marks, and show it."""
        messages.error(request, why_closed(way))
        return redirect(way.summary)

    @staticmethod
    def conflict(request: HttpRequest, way: Way, form: MarkForm, theirs: AuditMark) -> HttpResponse:
        """Show the screen again, what somebody else said of it and a button that puts one's own words instead."""
        return show_step(request, way, str(theirs.touchpoint_id), form=form, theirs=theirs, who=who_and_when(theirs))

    @staticmethod
    def saved(request: HttpRequest, way: Way, mark: AuditMark, problems: list[str]) -> HttpResponse:
        """Go to the next touchpoint; stay where a photo was not taken."""
        for text in off_the_map(mark):
            messages.info(request, text)
        if problems:
            return show_step(request, way, str(mark.touchpoint_id), problems=problems)
        return redirect(next_screen(way, mark.touchpoint))


def why_closed(way: Way) -> str:
    """Say why an audit takes no more marks."""
    way.audit.refresh_from_db(fields=["state"])
    if way.audit.state == AuditState.LAPSED:
        return _("Nobody walked this audit in time, so it was closed. Ask for a new one.")
    return _("This audit is finished: its marks can be read, not changed")


def off_the_map(mark: AuditMark) -> list[str]:
    """Say that the touchpoint was taken off the map while it was being audited."""
    return [_("This touchpoint was taken off the map meanwhile. Your mark is kept in the audit.")] if mark.touchpoint.is_archived else []


def who_and_when(mark: AuditMark) -> str:
    """Say who marked the touchpoint meanwhile, and when."""
    time = formats.date_format(timezone.localtime(mark.marked_at), "H:i")
    if mark.marked_by is None:
        return _("The mystery guest said this at %(time)s") % {"time": time}
    return _("%(name)s said this at %(time)s") % {"name": mark.marked_by.name, "time": time}


def as_json(way: Way, mark: AuditMark) -> dict[str, object]:
    """Return a mark as the script on the phone keeps it."""
    checks = StandardCheck.objects.filter(audit=way.audit, standard__touchpoint=mark.touchpoint_id).values_list("standard", "is_kept")
    return {
        "version": mark.version,
        "rating": mark.rating,
        "skipped": mark.rating is None,
        "note": mark.note,
        "photos": way.photos(mark),
        "standards": {str(pk): seen_as(is_kept) for pk, is_kept in checks},
    }


def next_screen(way: Way, touchpoint: Touchpoint) -> str:
    """Return the address of the next touchpoint of the walk; after the last one, of the summary."""
    order = list(queries.points_to_walk(way.audit))
    place = order.index(touchpoint) + 1
    return way.screen_of(order[place]) if place < len(order) else way.summary
