"""Cases: which are due to be opened, which are late, how many wait."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from clients.models import Client
from company.enums import Role
from company.models import User
from mailing.enums import MessageState
from mailing.models import Message
from surveys.enums import FIRST_PASSIVE, AnswerChannel, CaseKind, CaseState, SurveyAudience, WaveState
from surveys.models import Answer, Case, Invitation, SurveySettings

FRESH = dt.timedelta(days=14)
SILENCE = dt.timedelta(days=10)
AT_ONCE = 500
TRUSTED = Q(suspect_reason="")


def has_case_since(moment: str) -> Exists:
    """Say whether somebody talks to the Client already, or did after the moment: one case at a time is enough."""
    mine = Case.objects.filter(client=OuterRef("client"))
    return Exists(mine.filter(~Q(state=CaseState.CLOSED) | Q(closed_at__gte=OuterRef(moment))))


def critics_without_case(now: dt.datetime) -> QuerySet[Answer]:
    """Return fresh answers of critics nobody takes care of yet, also those corrected down; brought from elsewhere they open none."""
    fresh = Answer.objects.filter(TRUSTED, score__lt=FIRST_PASSIVE, client__isnull=False, case=None, wave__audience=SurveyAudience.CLIENTS)
    fresh = fresh.exclude(channel=AnswerChannel.IMPORT).annotate(said_at=Coalesce("corrected_at", "answered_at"))
    waiting = fresh.filter(~has_case_since("said_at"), said_at__gte=now - FRESH)
    return waiting.select_related("client__responsible", "wave").order_by("said_at", "id")[:AT_ONCE]


def dear_and_silent(rules: SurveySettings, now: dt.datetime) -> QuerySet[Invitation]:
    """Return invitations of dear Clients whose letter arrived ten days ago, or whose wave is over, and who said nothing."""
    if rules.silent_from_cents is None:
        return Invitation.objects.none()
    key = Cast(OuterRef("pk"), CharField())
    letter = Message.objects.filter(wave=OuterRef("wave__mail_wave"), external_key=key, state=MessageState.SENT, bounced_at=None)
    answer = Answer.objects.filter(TRUSTED, wave=OuterRef("wave"), client=OuterRef("client"))
    asked = Invitation.objects.filter(
        client__sum__cents__gte=rules.silent_from_cents, skip_reason="", wave__audience=SurveyAudience.CLIENTS
    )
    over = Q(wave__state=WaveState.CLOSED, wave__closed_at__gte=now - FRESH) & Exists(letter)
    waited = Q(wave__state=WaveState.RUNNING) & Exists(letter.filter(sent_at__lte=now - SILENCE))
    known = Case.objects.filter(kind=CaseKind.SILENCE, wave=OuterRef("wave"), client=OuterRef("client"))
    silent = asked.filter(over | waited).exclude(Exists(answer)).exclude(Exists(known)).filter(~has_case_since("created_at"))
    return silent.select_related("client__responsible", "wave").order_by("id")[:AT_ONCE]


def softened_cases() -> QuerySet[Case]:
    """Return open cases whose answer was corrected to 7 or more since they were opened."""
    changed = Q(answer__score__gte=FIRST_PASSIVE, answer__corrected_at__gt=F("created_at"))
    return Case.objects.open().filter(changed, kind=CaseKind.DETRACTOR).select_related("answer")


def late_cases(now: dt.datetime) -> QuerySet[Case]:
    """Return late cases that have not climbed to the owner yet."""
    return Case.objects.overdue(now).filter(escalated_at=None).select_related("client", "answer", "owner")


def case_takers(rules: SurveySettings) -> list[User]:
    """Return who may get a new case, the first choice first: the one the rules name, else managers by seniority, then owners."""
    if rules.case_owner and rules.case_owner.is_active:
        return [rules.case_owner]
    return list(User.objects.filter(is_active=True, role__in=[Role.MANAGER, Role.OWNER]).order_by("role", "seniority", "id"))


@dataclass(frozen=True)
class CaseFilter:
    """Which cases to show."""

    state: str = ""
    kind: str = ""
    mine: bool = False
    late: bool = False

    def apply(self, cases: QuerySet[Case], user: User, now: dt.datetime) -> QuerySet[Case]:
        """Return the cases that fit; without a state, the open ones."""
        found = cases.filter(state=self.state) if self.state else cases.exclude(state=CaseState.CLOSED)
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.mine:
            found = found.filter(owner=user)
        return found.filter(due_at__lt=now).exclude(state=CaseState.CLOSED) if self.late else found


def case_rows(chosen: CaseFilter, *, user: User, now: dt.datetime) -> QuerySet[Case]:
    """Return the cases the user may see, the most overdue first; closed ones by the day of closing."""
    rows = chosen.apply(Case.objects.visible_to(user), user, now).select_related("client__sum", "client__branch", "answer", "owner", "wave")
    return rows.order_by("-closed_at", "-id") if chosen.state == CaseState.CLOSED else rows.order_by("due_at", "id")


@dataclass(frozen=True)
class CaseCounts:
    """How much work there is with cases."""

    open: int
    late: int
    closed: int
    in_time: int

    @property
    def kept_share(self) -> float | None:
        """Share of closed cases that were closed before their deadline."""
        return self.in_time / self.closed if self.closed else None


def case_counts(*, user: User, now: dt.datetime) -> CaseCounts:
    """Count the cases the user may see."""
    seen = Case.objects.visible_to(user)
    closed = seen.filter(state=CaseState.CLOSED)
    return CaseCounts(
        open=seen.open().count(),
        late=seen.overdue(now).count(),
        closed=closed.count(),
        in_time=closed.filter(closed_at__lte=F("due_at")).count(),
    )


def cases_due(*, user: User, today: dt.date) -> int:
    """Count the cases whose deadline is today or over: managers answer for all, staff for their own."""
    tomorrow = timezone.make_aware(dt.datetime.combine(today + dt.timedelta(days=1), dt.time.min))
    return Case.objects.visible_to(user).overdue(tomorrow).count()


def cases_of(client: Client) -> QuerySet[Case]:
    """Return the Client's cases, newest first."""
    return Case.objects.filter(client=client).select_related("owner", "answer").order_by("-id")
