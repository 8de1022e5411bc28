"""What calls and purchases mean for the campaigns that are running."""

from django.utils import timezone

from churn.enums import CallOutcome, CampaignState, LeaverState, ReturnSkip, ReturnState, ReturnWay
from churn.models import ExitCall, ReturnTurn

STILL_TO_TELL = (ReturnState.WAITING, ReturnState.READY)


def note_told(call: ExitCall) -> int:
    """Mark the Client as told when the call of a campaign was a talk; leave them in peace when they asked for it."""
    running = ReturnTurn.objects.filter(campaign__state=CampaignState.RUNNING, is_held_out=False)
    turns = running.filter(client=call.leaver.client_id, way=ReturnWay.CALL, state=ReturnState.WAITING)
    if call.outcome == CallOutcome.TALKED and not call.is_rehearsal:
        return turns.update(state=ReturnState.TOLD, told_on=timezone.localdate(call.called_at))
    return turns.update(state=ReturnState.SKIPPED, skip_reason=ReturnSkip.DO_NOT_DISTURB) if call.do_not_call else 0


def leave_returned() -> int:
    """Take those out who came back before they were told; in the comparison they stay with their group."""
    turns = ReturnTurn.objects.filter(state__in=STILL_TO_TELL, is_held_out=False, leaver__state=LeaverState.RETURNED)
    return turns.update(state=ReturnState.SKIPPED, skip_reason=ReturnSkip.CAME_BACK)
