"""Who calls: never the responsible person, and the most senior one available."""

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from churn.access import is_responsible
from churn.enums import OPEN_STATES
from churn.models import Leaver
from churn.queries import callers
from clients.models import Client
from company.enums import Role
from company.models import User


class CallerError(ValueError):
    """One of the two rules forbids this caller; the text says which and what to do."""


def assign_callers() -> None:
    """Give every open leaver without a working caller the most senior owner or manager who is not responsible."""
    follow_responsible()
    waiting = Leaver.objects.filter(state__in=OPEN_STATES).filter(Q(caller=None) | Q(caller__is_active=False))
    first, second = two_callers()
    waiting.filter(caller__isnull=False).update(caller=None, caller_note="", exception_reason="")
    if first:
        waiting.exclude(responsible=first).update(caller=first)
        waiting.filter(responsible=first).update(caller=second)


def two_callers() -> tuple[User | None, User | None]:
    """Return the most senior possible caller, and the one who stands in for Clients of the first."""
    first, second = [*callers()[:2], None, None][:2]
    return first, second


def follow_responsible() -> None:
    """Copy responsible people who got an account only after the leaver was found; they stop being callers."""
    user = Client.objects.filter(pk=OuterRef("client_id")).values("responsible__user")[:1]
    late = Leaver.objects.filter(state__in=OPEN_STATES, responsible=None, client__responsible__user__isnull=False)
    late.filter(caller=F("client__responsible__user")).update(caller=None, caller_note="")
    late.update(responsible=Subquery(user))


@transaction.atomic
def reassign(*, leaver: Leaver, caller: User, note: str, actor: User) -> None:
    """Hand the call to somebody else; a less senior person needs a word why the more senior ones cannot."""
    if not actor.has_role(Role.MANAGER):
        raise CallerError(_("Only a manager hands calls over."))
    if not caller.is_active:
        raise CallerError(_("This person can no longer sign in. Choose somebody else."))
    if is_responsible(caller, leaver):
        raise CallerError(_("This person looked after the Client, and to them nobody tells the truth. Choose somebody else."))
    if not note.strip() and seniors_left_out(leaver, caller):
        raise CallerError(_("The most senior person available calls. Write why it is somebody else this time."))
    values = {"caller": caller, "caller_note": note.strip(), "exception_reason": ""}
    if not Leaver.objects.filter(pk=leaver.pk, state__in=OPEN_STATES, n_calls=leaver.n_calls).update(**values):
        raise CallerError(_("This leaver has just changed. Open it once more."))


def seniors_left_out(leaver: Leaver, caller: User) -> bool:
    """Say whether somebody more senior could call."""
    return any(user.seniority < caller.seniority and not is_responsible(user, leaver) for user in callers())


@transaction.atomic
def allow_exception(*, leaver: Leaver, reason: str, actor: User) -> None:
    """Let the responsible person make one call, when the owner says why and nobody else could."""
    if not actor.has_role(Role.OWNER):
        raise CallerError(_("Only the owner allows this."))
    if not reason.strip():
        raise CallerError(_("Write why the responsible person calls: the reason stays beside the call."))
    if leaver.responsible is None or not leaver.responsible.is_active:
        raise CallerError(_("The Client has no responsible person who signs in. Choose anybody."))
    if any(not is_responsible(user, leaver) for user in callers()):
        raise CallerError(_("Somebody else can call, so no exception is needed."))
    values = {"caller": leaver.responsible, "exception_reason": reason.strip(), "caller_note": ""}
    if not Leaver.objects.filter(pk=leaver.pk, state__in=OPEN_STATES, n_calls=leaver.n_calls).update(**values):
        raise CallerError(_("This leaver has just changed. Open it once more."))
