"""Tags tied to touchpoints."""

import pytest
from django.test import Client as Browser

from surveys.models import Tag, Wave
from surveys.services import link_tag, merge_tags
from tests.surveys.conftest import make_answer
from touchpoints.models import Touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Touchpoint:
    """A touchpoint."""
    return Touchpoint.objects.create(name="Касса", kind="service")


def test_a_tag_is_tied_to_a_touchpoint_and_untied(as_manager: Browser, desk: Touchpoint) -> None:
    tag = Tag.objects.create(name="очередь")
    for typed, kept in ((str(desk.pk), desk), ("", None)):
        assert as_manager.post(f"/surveys/tags/{tag.pk}/touchpoint/", {"touchpoint": typed}).status_code == 302
        assert Tag.objects.get().touchpoint == kept


def test_a_touchpoint_that_is_not_there_is_refused(as_manager: Browser, desk: Touchpoint) -> None:
    tag = Tag.objects.create(name="очередь", touchpoint=desk)
    assert as_manager.post(f"/surveys/tags/{tag.pk}/touchpoint/", {"touchpoint": "999999"}).status_code == 422
    assert Tag.objects.get().touchpoint == desk


def test_a_touchpoint_off_the_map_stays_if_it_was_chosen(as_manager: Browser, desk: Touchpoint) -> None:
    Touchpoint.objects.update(is_archived=True)
    tag = Tag.objects.create(name="очередь", touchpoint=desk)
    assert as_manager.post(f"/surveys/tags/{tag.pk}/touchpoint/", {"touchpoint": desk.pk}).status_code == 302
    other = Tag.objects.create(name="цена")
    assert as_manager.post(f"/surveys/tags/{other.pk}/touchpoint/", {"touchpoint": desk.pk}).status_code == 422


def test_the_touchpoint_goes_along_when_tags_are_merged(desk: Touchpoint, wave: Wave) -> None:
    old, new = Tag.objects.create(name="очередь"), Tag.objects.create(name="ждать")
    link_tag(tag=old, touchpoint=desk)
    old.refresh_from_db()
    old.answers.add(make_answer(wave, 3, why="Долго"))
    merge_tags(tag=old, into=new)
    assert (Tag.objects.get().touchpoint, Tag.objects.get().answers.count()) == (desk, 1)
