"""Letters to colleagues about actions: one is theirs now, one is due tomorrow or late."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.batches import done_each
from company.formulas.names import first_name
from company.models import User
from mailing import services as mailing
from mailing.enums import TemplateKind
from touchpoints.models import Action
from touchpoints.services.mornings import day_of_reminders

WINDOW = dt.timedelta(days=2)
LONGEST_TITLE = 120


@transaction.atomic
def tell_new_owner(*, action: Action, actor: User | None) -> None:
    """Write to the owner that the action is theirs, unless they took it themselves; once a day at most."""
    tell_of_actions(actions=[action], owner=action.owner, actor=actor)


@transaction.atomic
def tell_of_actions(*, actions: Iterable[Action], owner: User, actor: User | None) -> None:
    """Write one letter about everything that was given to somebody at once."""
    if actor and actor.pk == owner.pk:
        return
    given, now = list(actions), timezone.now()
    batch = uuid.uuid5(uuid.NAMESPACE_OID, " ".join(str(action.pk) for action in given))
    send_letter(TemplateKind.ACTION_GIVEN, owner, given, f"{batch.hex}-{owner.pk}-{now:%Y-%m-%d}", now, actor)


def remind_owners(*, now: dt.datetime) -> int:
    """Remind owners of what is due tomorrow and what is late, in the morning; return how many got a letter."""
    today = day_of_reminders(now)
    if today is None:
        return 0
    waiting = Action.objects.to_remind(today).filter(owner__is_active=True)
    owners = User.objects.filter(pk__in=waiting.values("owner"))
    return done_each(owners, lambda owner: remind_owner(owner=owner, today=today, now=now), "reminding of actions")


@transaction.atomic
def remind_owner(*, owner: User, today: dt.date, now: dt.datetime) -> int:
    """Write one letter about everything of this owner that is due; any number of workers may do it at once."""
    waiting = Action.objects.to_remind(today).filter(owner=owner).select_for_update().order_by("due_on", "id")
    actions = list(waiting)
    if not actions:
        return 0
    Action.objects.filter(pk__in=[action.pk for action in actions]).update(reminded_on=today)
    send_letter(TemplateKind.ACTION_LATE, owner, actions, f"actions-{owner.pk}-{today}", now, None)
    return 1


def send_letter(  # noqa: PLR0913, PLR0917 - what a letter is
    kind: TemplateKind, owner: User, actions: Sequence[Action], key: str, now: dt.datetime, actor: User | None
) -> None:
    """Put the letter in the outbox, in the company's language."""
    if not owner.is_active:
        return
    locale = settings.LANGUAGE_CODE
    with translation.override(locale):
        facts = facts_of(owner, actions)
    mailing.plan_wave(
        kind=kind.value,
        occurrence_key=key,
        letter=mailing.letter_of(kind=kind, locale=locale, name=str(kind.label), actor=actor),
        recipients=[mailing.Recipient(address=owner.email, name=owner.name, external_key=f"user-{owner.pk}", context=facts)],
        not_before=now,
        window_end=now + WINDOW,
        actor=actor,
        keeps_quiet_hours=True,
    )


def facts_of(owner: User, actions: Sequence[Action]) -> dict[str, str]:
    """Return what fills the letter's places: one action with its own page, several with the list of them."""
    name, title, rest = first_name(owner.name), actions[0].title[:LONGEST_TITLE], len(actions) - 1
    more = ngettext("%(title)s, and %(number)d more", "%(title)s, and %(number)d more", rest) % {"title": title, "number": rest}
    page = f"{reverse('touchpoints:action_list')}?owner={owner.pk}" if rest else reverse("touchpoints:action_detail", args=[actions[0].pk])
    return {
        "greeting": _("Hello, %(name)s!") % {"name": name} if name else _("Hello!"),
        "action": more if rest else title,
        "due": date_format(actions[0].due_on, "j E"),
        "url": settings.BASE_URL + page,
    }
