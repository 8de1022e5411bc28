"""Actions that answer reasons of leaving, and whom to call once they are done."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from churn.enums import LeaverState
from churn.models import ExitCall, Leaver, Reason
from churn.queries.returns import held_out_of_calls
from company.models import User
from touchpoints.enums import ActionState
from touchpoints.models import Action


@dataclass(frozen=True)
class CallBack:
    """Whom an action concerns: leavers who named its reasons and have not come back, and the money behind them."""

    leavers: QuerySet[Leaver]
    count: int
    at_risk_cents: int
    is_due: bool


def reasons_of(action: Action) -> QuerySet[Reason]:
    """Return the reasons an action is to remove."""
    return action.reasons.order_by("group", "position", "id")


def calls_of(action: Action, user: User) -> QuerySet[ExitCall]:
    """Return the calls an action was made from, as far as the user may see them."""
    seen = Leaver.objects.all().visible_to(user)
    return ExitCall.objects.filter(action=action, leaver__in=seen).select_related("leaver__client", "caller")


def call_back(action: Action, user: User) -> CallBack:
    """Return who left for what the action removes and was not spoken to since it was done, the most valuable first.

    Nobody who came back, asked to be left in peace or is told nothing by a campaign that runs is among them.
    """
    named = Q(action=action) | Q(reasons__in=action.reasons.all())
    told = ExitCall.objects.filter(named, leaver=OuterRef("pk"), is_rehearsal=False)
    found = Leaver.objects.all().visible_to(user).exclude(state=LeaverState.RETURNED).filter(client__do_not_call=False)
    found = found.exclude(Exists(held_out_of_calls()))
    if action.done_at:
        since = ExitCall.objects.filter(leaver=OuterRef("pk"), called_at__gte=action.done_at, is_rehearsal=False)
        found = found.filter(Exists(told.filter(called_at__lt=action.done_at))).exclude(Exists(since))
    else:
        found = found.filter(Exists(told))
    waiting = found.select_related("client", "caller").order_by("-at_risk_cents", "pk")
    total = waiting.aggregate(cents=Sum("at_risk_cents", default=0))
    return CallBack(waiting, waiting.count(), int(total["cents"]), action.state == ActionState.DONE)


def to_reopen(action: Action, user: User) -> QuerySet[Leaver]:
    """Return those of the list whose case is closed and who are in no queue: they would be forgotten."""
    other = Leaver.objects.open().filter(client=OuterRef("client")).exclude(pk=OuterRef("pk"))
    later = Leaver.objects.filter(client=OuterRef("client"), last_purchase_on__gt=OuterRef("last_purchase_on"))
    closed = call_back(action, user).leavers.filter(state=LeaverState.CLOSED)
    return closed.exclude(Exists(other)).exclude(Exists(later))
