"""What other systems read: which rows a list has and how one of them is told. Money is an exact decimal text, never a float."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet

from churn.models import ExitCall, Leaver
from company.enums import ApiScope
from company.models import Employee, User
from surveys.models import Answer, Wave
from touchpoints.enums import Rating
from touchpoints.models import Action, Audit, Touchpoint

Row = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """A list by API: who may read it, its rows, how one is told, by which field days are chosen and over which path branches."""

    scope: ApiScope
    rows: Callable[[], QuerySet[Any]]
    told: Callable[[Any], Row]
    day: str = ""
    branch: str = ""


def amount(cents: int | None) -> str | None:
    """Return minor units as an exact decimal text: 123450 is "1234.50"."""
    return None if cents is None else format(Decimal(cents).scaleb(-2), "f")


def iso(moment: dt.date | None) -> str | None:
    """Return a day or a moment as JSON has it."""
    return moment.isoformat() if moment else None


def name_of(thing: Model | None) -> str | None:
    """Return the name of a branch, segment or survey, if there is one."""
    return None if thing is None else str(thing)


def email_of(user: User | None) -> str | None:
    """Return how a user is known to other systems."""
    return user.email if user else None


def rating_of(mark: int | None) -> str | None:
    """Return the word a rating is known by to other systems, in every language the same."""
    return None if mark is None else Rating(mark).name.lower()


def employee(row: Employee) -> Row:
    """Tell an employee."""
    return {
        "id": row.pk,
        "name": row.name,
        "branch": name_of(row.branch),
        "department": row.department,
        "position": row.position,
        "email": row.email,
        "hired_on": iso(row.hired_on),
        "left_on": iso(row.left_on),
    }


def touchpoint(row: Touchpoint) -> Row:
    """Tell a touchpoint with the ratings in force."""
    return {
        "id": row.pk,
        "name": row.name,
        "class": row.kind,
        "stage": row.stage,
        "branch": name_of(row.branch),
        "owner": email_of(row.owner),
        "is_archived": row.is_archived,
        "ratings": [
            {"branch": name_of(standing.branch), "rating": rating_of(standing.rating), "rated_at": iso(standing.rated_at)}
            for standing in row.standings.all()
        ],
    }


def audit(row: Audit) -> Row:
    """Tell an audit with its marks; who a mystery guest was stays here."""
    return {
        "id": row.pk,
        "branch": name_of(row.branch),
        "auditor": email_of(row.auditor),
        "by_guest": bool(row.guest_name),
        "due_on": iso(row.due_on),
        "state": row.state,
        "finished_at": iso(row.finished_at),
        "marks": [{"touchpoint": mark.touchpoint_id, "rating": rating_of(mark.rating), "note": mark.note} for mark in row.marks.all()],
    }


def action(row: Action) -> Row:
    """Tell an action."""
    return {
        "id": row.pk,
        "title": row.title,
        "details": row.details,
        "owner": row.owner.email,
        "due_on": iso(row.due_on),
        "cost": amount(row.cost_cents),
        "expected_effect": row.expected_effect,
        "state": row.state,
        "evidence": row.evidence,
        "drop_reason": row.drop_reason,
        "touchpoints": [point.pk for point in row.touchpoints.all()],
        "created_at": iso(row.created_at),
        "done_at": iso(row.done_at),
    }


def leaver(row: Leaver) -> Row:
    """Tell a leaver."""
    return {
        "id": row.pk,
        "client_external_id": row.client.external_id,
        "last_purchase_on": iso(row.last_purchase_on),
        "left_on": iso(row.left_on),
        "noticed_on": iso(row.noticed_on),
        "detection": row.detection,
        "at_risk": amount(row.at_risk_cents),
        "state": row.state,
        "caller": email_of(row.caller),
        "next_call_on": iso(row.next_call_on),
        "returned_on": iso(row.returned_on),
        "is_rehearsal": row.is_rehearsal,
    }


def call(row: ExitCall) -> Row:
    """Tell a call to a leaver."""
    return {
        "id": row.pk,
        "leaver": row.leaver_id,
        "caller": row.caller.email,
        "outcome": row.outcome,
        "attempt": row.attempt,
        "is_rehearsal": row.is_rehearsal,
        "words": row.words,
        "reasons": [reason.name for reason in row.reasons.all()],
        "is_within_power": row.is_within_power,
        "would_return": row.would_return,
        "return_condition": row.return_condition,
        "second_score": row.second_score,
        "next_call_on": iso(row.next_call_on),
        "do_not_call": row.do_not_call,
        "called_at": iso(row.called_at),
    }


def wave(row: Wave) -> Row:
    """Tell a wave of a survey of Clients, partners or candidates."""
    return {
        "id": row.pk,
        "name": row.name,
        "survey": row.survey_id,
        "audience": row.audience,
        "state": row.state,
        "starts_at": iso(row.starts_at),
        "closes_at": iso(row.closes_at),
        "closed_at": iso(row.closed_at),
    }


def answer(row: Answer) -> Row:
    """Tell an answer; whose it is by the Client's number only, and only when a Client is known."""
    return {
        "id": row.pk,
        "wave": row.wave_id,
        "client_external_id": row.client.external_id if row.client else None,
        "channel": row.channel,
        "score": row.score,
        "why": row.why,
        "ten": row.ten,
        "call_me": row.call_me,
        "branch": name_of(row.branch),
        "segment": name_of(row.segment),
        "suspect_reason": row.suspect_reason,
        "answered_at": iso(row.answered_at),
        "corrected_at": iso(row.corrected_at),
    }


EMPLOYEES = Listing(ApiScope.EMPLOYEES_READ, lambda: Employee.objects.select_related("branch"), employee, branch="branch")
TOUCHPOINTS = Listing(
    ApiScope.TOUCHPOINTS_READ,
    lambda: Touchpoint.objects.select_related("branch", "owner").prefetch_related("standings__branch"),
    touchpoint,
    branch="branch",
)
AUDITS = Listing(
    ApiScope.TOUCHPOINTS_READ,
    lambda: Audit.objects.select_related("branch", "auditor").prefetch_related("marks"),
    audit,
    day="due_on",
    branch="branch",
)
ACTIONS = Listing(
    ApiScope.TOUCHPOINTS_READ,
    lambda: Action.objects.select_related("owner").prefetch_related("touchpoints"),
    action,
    day="created_at",
)
LEAVERS = Listing(
    ApiScope.LEAVERS_READ, lambda: Leaver.objects.select_related("client", "caller"), leaver, day="noticed_on", branch="client__branch"
)
CALLS = Listing(
    ApiScope.LEAVERS_READ,
    lambda: ExitCall.objects.select_related("caller").prefetch_related("reasons"),
    call,
    day="called_at",
    branch="leaver__client__branch",
)
WAVES = Listing(ApiScope.ANSWERS_READ, Wave.objects.all, wave, day="starts_at")
ANSWERS = Listing(
    ApiScope.ANSWERS_READ,
    lambda: Answer.objects.select_related("client", "branch", "segment"),
    answer,
    day="answered_at",
    branch="branch",
)
