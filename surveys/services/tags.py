"""Tags: put on comments, renamed, merged, removed."""

from django.db import transaction

from surveys.models import Answer, Tag
from touchpoints.models import Touchpoint


class TagTakenError(Exception):
    """Another tag has this name; the two can be merged."""

    def __init__(self, tag: Tag) -> None:
        super().__init__(tag.name)
        self.tag = tag


def tidy_name(name: str) -> str:
    """Return a name without a hash in front and idle spaces."""
    return " ".join(name.replace("\0", "").strip().removeprefix("#").split())


@transaction.atomic
def tag_answer(*, answer: Answer, name: str) -> Tag:
    """Put a tag on a comment; one of this name is made if there is none, in whatever case."""
    name = tidy_name(name)
    tag, _is_new = Tag.objects.get_or_create(name__iexact=name, defaults={"name": name})
    answer.tags.add(tag)
    return tag


@transaction.atomic
def untag_answer(*, answer: Answer, tag: Tag) -> None:
    """Take a tag off a comment; the tag itself stays."""
    answer.tags.remove(tag)


@transaction.atomic
def rename_tag(*, tag: Tag, name: str) -> None:
    """Give a tag another name, unless another tag has it."""
    name = tidy_name(name)
    taken = Tag.objects.filter(name__iexact=name).exclude(pk=tag.pk).first()
    if taken:
        raise TagTakenError(taken)
    Tag.objects.filter(pk=tag.pk).update(name=name)


@transaction.atomic
def link_tag(*, tag: Tag, touchpoint: Touchpoint | None) -> None:
    """Say at which touchpoint Clients meet what the tag is about; None for no certain place."""
    Tag.objects.filter(pk=tag.pk).update(touchpoint=touchpoint)


@transaction.atomic
def merge_tags(*, tag: Tag, into: Tag) -> int:
    """Move all comments of one tag to another and remove it; return how many were moved. A touchpoint goes along if the other has none."""
    list(Tag.objects.select_for_update().filter(pk__in=[tag.pk, into.pk]).order_by("pk"))
    Tag.objects.filter(pk=into.pk, touchpoint=None).update(touchpoint=tag.touchpoint_id)
    links = Answer.tags.through.objects
    known = links.filter(tag=into).values("answer")
    moved = links.filter(tag=tag).count()
    links.filter(tag=tag).exclude(answer__in=known).update(tag=into)
    Tag.objects.filter(pk=tag.pk).delete()
    return moved


@transaction.atomic
def delete_tag(*, tag: Tag) -> int:
    """Remove a tag; return from how many comments it was taken."""
    count = tag.answers.count()
    Tag.objects.filter(pk=tag.pk).delete()
    return count
