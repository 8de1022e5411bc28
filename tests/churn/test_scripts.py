"""The script: one for everybody or for a segment, every version kept, steps moved without scripts."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from churn.forms import rearranged
from churn.models import ScriptVersion
from churn.queries import changes_between, own_scripts, script_for
from churn.script import default_steps
from churn.services import restore_script, save_script
from clients.models import Segment
from company.models import User

pytestmark = pytest.mark.usefixtures("company")
ONE, TWO, THREE = ({"title": title, "say": ""} for title in ("Один", "Два", "Три"))


@pytest.fixture
def firms() -> Segment:
    """A segment."""
    return Segment.objects.create(name="Фирмы")


def page(name: str, *args: int) -> str:
    return reverse(f"churn:{name}", args=args)


def posted(*titles: str, **fields: str) -> dict[str, str]:
    """Return the editor as sent."""
    rows = {f"form-{number}-title": title for number, title in enumerate(titles)}
    return {"form-TOTAL_FORMS": str(len(titles)), "form-INITIAL_FORMS": "0"} | rows | fields


def titles(response: object) -> list[str]:
    """Return the steps the editor shows."""
    return [row["title"].value() or "" for row in response.context["formset"]]  # type: ignore[attr-defined]


def test_a_segment_without_a_script_hears_the_general_one(firms: Segment, manager: User) -> None:
    assert script_for(firms.pk).steps == default_steps()
    general = save_script(steps=[ONE], actor=manager)
    assert script_for(firms.pk) == general
    own = save_script(steps=[TWO], actor=manager, segment=firms)
    assert (script_for(firms.pk), script_for(None), own_scripts()) == (own, general, {firms.pk})


def test_a_segment_goes_back_to_the_general_script(as_manager: Browser, firms: Segment, manager: User) -> None:
    general = save_script(steps=[ONE], actor=manager)
    save_script(steps=[TWO], actor=manager, segment=firms)
    assert as_manager.post(page("drop_script", firms.pk)).status_code == 302
    assert (script_for(firms.pk), own_scripts(), ScriptVersion.objects.count()) == (general, set(), 3)


def test_an_old_version_comes_back_as_the_newest(manager: User) -> None:
    old = save_script(steps=[ONE], actor=manager)
    save_script(steps=[TWO], actor=manager)
    back = restore_script(version=old, actor=manager)
    assert (back.steps, back.created_by, script_for(None)) == ([ONE], manager, back)
    assert "снова версия от" in back.note
    assert restore_script(version=old, actor=manager) == back


def test_two_versions_are_laid_side_by_side() -> None:
    changes = [(change.kind, change.step["title"]) for change in changes_between([ONE, TWO], [ONE, THREE])]
    assert changes == [("same", "Один"), ("removed", "Два"), ("added", "Три")]


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ("up-1", ["Два", "Один"]),
        ("down-0", ["Два", "Один"]),
        ("remove-0", ["Два"]),
        ("add-0", ["Один", "Два", ""]),
        ("up-0", ["Один", "Два"]),
        ("down-1", ["Один", "Два"]),
        ("remove-9", ["Один", "Два"]),
        ("remove-99999999999", ["Один", "Два"]),
        ("x", ["Один", "Два"]),
    ],
)
def test_a_button_moves_a_step_and_saves_nothing(as_manager: Browser, change: str, kept: list[str]) -> None:
    response = as_manager.post(page("edit_script"), posted("Один", "Два", change=change, note="Короче"))
    assert (response.status_code, titles(response)) == (200, kept)
    assert "Короче" in response.text
    assert ScriptVersion.objects.count() == 0


def test_no_more_steps_than_a_talk_bears() -> None:
    rows = [dict(ONE) for _step in range(12)]
    assert len(rearranged(rows, "add-0")[0]) == 12


def test_a_segments_script_is_saved_with_its_note(as_manager: Browser, firms: Segment) -> None:
    response = as_manager.post(page("edit_script") + f"?segment={firms.pk}", posted("Один", note="Для фирм короче"))
    assert response.url == page("script") + f"?segment={firms.pk}"  # type: ignore[attr-defined]
    version = ScriptVersion.objects.get()
    assert (version.segment, version.note, version.steps) == (firms, "Для фирм короче", [ONE])


@pytest.mark.parametrize("segment", ["999", "x", "99999999999"])
def test_an_unknown_segment_is_not_found(as_manager: Browser, segment: str) -> None:
    assert as_manager.get(page("script") + f"?segment={segment}").status_code == 404


def test_versions_say_who_when_and_what_changed(as_manager: Browser, manager: User) -> None:
    old = save_script(steps=[ONE], actor=manager)
    save_script(steps=[TWO], actor=manager, note="Мягче")
    response = as_manager.get(page("script_versions") + f"?version={old.pk}")
    assert [(change.kind, change.step["title"]) for change in response.context["changes"]] == [("removed", "Один"), ("added", "Два")]
    assert "Мягче" in response.text
    assert as_manager.post(page("restore_script", old.pk)).status_code == 302
    assert script_for(None).steps == [ONE]


def test_a_young_company_has_no_versions(as_manager: Browser) -> None:
    assert as_manager.get(page("script_versions") + "?version=x").status_code == 200


def test_a_form_without_its_counters_is_refused(as_manager: Browser) -> None:
    assert as_manager.post(page("edit_script"), {"note": "x"}).status_code == 422
    assert ScriptVersion.objects.count() == 0
