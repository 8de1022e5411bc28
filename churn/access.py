"""Who may see a leaver, and the two rules of who may call."""

from dataclasses import dataclass

from django.http import Http404

from churn.models import Leaver
from company.models import User

RELATED = ("client__responsible", "client__branch", "client__segment", "responsible", "caller", "taken_by")


@dataclass(frozen=True)
class CallRule:
    """How the two rules stand for one user and one leaver; the page says it, the service holds it."""

    is_responsible: bool
    is_caller: bool
    is_exception: bool
    has_caller: bool

    @property
    def may_call(self) -> bool:
        """Say whether this user may save a call."""
        return self.is_caller and (not self.is_responsible or self.is_exception)


def leaver_or_404(user: User, pk: int) -> Leaver:
    """Return the leaver when the user may see it: managers see all, staff those they were asked to call."""
    leaver = Leaver.objects.all().visible_to(user).select_related(*RELATED).filter(pk=pk).first()
    if leaver is None:
        raise Http404
    return leaver


def is_responsible(user: User, leaver: Leaver) -> bool:
    """Say whether the user looked after the Client when they left, or does so now."""
    now = leaver.client.responsible
    return user.pk in {leaver.responsible_id, now.user_id if now else None}


def call_rule(user: User, leaver: Leaver) -> CallRule:
    """Apply the two rules."""
    return CallRule(
        is_responsible=is_responsible(user, leaver),
        is_caller=leaver.caller_id == user.pk,
        is_exception=bool(leaver.exception_reason),
        has_caller=leaver.caller_id is not None,
    )
