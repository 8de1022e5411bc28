"""What follows from a comment of an anonymous staff survey."""

import datetime as dt

from django.db import transaction

from company.models import User
from surveys.models import StaffComment
from touchpoints.models import Action
from touchpoints.services import create_action


@transaction.atomic
def make_staff_action(*, comment: StaffComment, title: str, owner: User, due_on: dt.date, actor: User) -> Action:
    """Turn an anonymous comment into an action that holds its text and nothing more; pressed twice, it is one action.

    The comment's random number is the key: it was drawn at the tally and leads neither to a ballot nor to a person.
    """
    return create_action(title=title, owner=owner, due_on=due_on, actor=actor, details=comment.text, request_key=comment.pk)
