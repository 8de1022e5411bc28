"""Coverage of a wave: who is in the base, who fell outside by which rule, who was skipped or taken out, and what that does to the score."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from clients.models import Client, ClientSum
from clients.queries import ClientFilter, client_list
from company.queries import company_day
from surveys.enums import SkipReason, SurveyAudience, WaveState
from surveys.formulas.eligibility import Decision
from surveys.formulas.nps import NpsCounts
from surveys.models import Answer, Invitation, Removal, Wave
from surveys.queries.audience import Audience, audience_decisions, audience_of, clients_in, removed_from
from surveys.queries.contacts import contacts_in

MEMORY = dt.timedelta(days=730)
RULES = ("branches", "segments", "bands", "channels", "active_within_days")
SHOWN_FOUND = 10


@dataclass(frozen=True)
class Coverage:
    """How a base of people becomes letters, step by step, so that the numbers add up; money is what they brought in so far."""

    base: int
    outside: tuple[tuple[str, int], ...]
    audience: int
    waiting: int
    skipped: tuple[tuple[SkipReason, int], ...]
    letters: int
    cents_base: int
    cents_letters: int

    @property
    def share(self) -> float | None:
        """Return the share of the base's money that the letters reach."""
        return self.cents_letters / self.cents_base if self.cents_base > 0 else None


@dataclass(frozen=True)
class TwoScores:
    """NPS of those who answered, of those who got no letter by what they said last, and of both together."""

    asked: NpsCounts
    left_out: NpsCounts

    @property
    def together(self) -> NpsCounts:
        """Both as one."""
        one, other = self.asked, self.left_out
        return NpsCounts(one.promoters + other.promoters, one.passives + other.passives, one.detractors + other.detractors)


def coverage(wave: Wave, now: dt.datetime) -> Coverage:
    """Account for everybody in the base of a wave, by today's cards; of a draft, as it would be sent now."""
    audience, reasons = audience_of(wave), skip_counts(wave, now)
    letters, planned = reasons.get("", 0), sum(reasons.values())
    sizes = [people.count() for people in narrowing(audience, reference_day(wave, now))]
    total = max(sizes[-1], planned)
    outside = tuple((rule, before - after) for rule, before, after in zip(RULES, sizes, sizes[1:], strict=False) if before > after)
    return Coverage(
        base=sizes[0],
        outside=outside,
        audience=total,
        waiting=total - planned,
        skipped=tuple((reason, reasons[reason.value]) for reason in SkipReason if reasons.get(reason.value)),
        letters=letters,
        cents_base=ClientSum.objects.aggregate(cents=Sum("cents"))["cents"] or 0 if is_of_clients(wave) else 0,
        cents_letters=invited_clients(wave, now).aggregate(cents=Sum("sum__cents"))["cents"] or 0,
    )


def is_of_clients(wave: Wave) -> bool:
    """Say whether a wave asks Clients."""
    return wave.audience == SurveyAudience.CLIENTS


def reference_day(wave: Wave, now: dt.datetime) -> dt.date:
    """Return the day from which a wave looks back at purchases."""
    return company_day(wave.starts_at or now)


def narrowing(audience: Audience, today: dt.date) -> list[QuerySet[Client]]:
    """Return the base and then what each rule in turn leaves of it; contacts know no rules."""
    if audience.kind != SurveyAudience.CLIENTS:
        return [contacts_in(audience.kind)]  # type: ignore[list-item]  # counted only
    steps = [Audience()]
    for rule in RULES:
        steps.append(replace(steps[-1], **{rule: getattr(audience, rule)}))
    return [clients_in(step, today) for step in steps]


def skip_counts(wave: Wave, now: dt.datetime) -> dict[str, int]:
    """Count a wave's people by the reason to leave them out, letters under an empty one."""
    if wave.state != WaveState.DRAFT:
        return dict(wave.invitations.order_by().values_list("skip_reason").annotate(n=Count("id")))
    counts: dict[str, int] = {}
    for decision in decisions_of(wave, now):
        counts[decision.reason] = counts.get(decision.reason, 0) + 1
    return counts


def decisions_of(wave: Wave, now: dt.datetime) -> Iterator[Decision]:
    """Decide on a draft's people as if it were sent now."""
    return audience_decisions(audience_of(wave), today=company_day(now), now=now, removed=removed_from(wave))


def invited_clients(wave: Wave, now: dt.datetime) -> QuerySet[Client]:
    """Return the Clients who get a letter of a wave."""
    if not is_of_clients(wave):
        return Client.objects.none()
    if wave.state == WaveState.DRAFT:
        return Client.objects.filter(pk__in=[each.prospect.person_id for each in decisions_of(wave, now) if not each.reason])
    return Client.objects.filter(Exists(Invitation.objects.filter(wave=wave, client=OuterRef("pk"), skip_reason="")))


def two_scores(wave: Wave, now: dt.datetime) -> TwoScores:
    """Compare the answers of a wave with what those without a letter said last, in other waves of two years before."""
    since = wave.starts_at or now
    trusted = Answer.objects.filter(suspect_reason="", client__isnull=False)
    own = Answer.objects.filter(suspect_reason="", wave=wave)
    late = trusted.filter(answered_at__gte=since - MEMORY, answered_at__lt=since)
    before = late.filter(wave__audience=SurveyAudience.CLIENTS).exclude(wave=wave)
    said = Exists(own.filter(client=OuterRef("client")))
    silent = before.exclude(said).exclude(client__in=invited_clients(wave, now)).order_by("client_id", "-answered_at").distinct("client_id")
    return TwoScores(counted(own), counted(silent))


def counted(answers: QuerySet[Answer]) -> NpsCounts:
    """Count the groups of answers."""
    scores: dict[int, int] = {}
    for score in answers.values_list("score", flat=True):
        scores[score] = scores.get(score, 0) + 1
    return NpsCounts.of(scores)


def removals(wave: Wave) -> QuerySet[Removal]:
    """Return those taken out of a wave by hand, the most valuable first."""
    found = wave.removals.select_related("client__sum", "removed_by").annotate(cents=Sum("client__sum__cents"))
    return found.order_by("-cents", "client__name", "pk")


def clients_to_remove(wave: Wave, search: str, now: dt.datetime) -> list[Client]:
    """Return Clients of a draft's audience whose name, phone, e-mail or number holds the text, and who are still in."""
    found = client_list(ClientFilter(search=search), company_day(now)).filter(pk__in=clients_in(audience_of(wave), company_day(now)))
    return list(found.exclude(pk__in=removed_from(wave))[:SHOWN_FOUND])


def skipped(wave: Wave, reason: str) -> QuerySet[Invitation]:
    """Return those of a wave who get no letter, for one reason or any; `has_answered` says whether another road brought the answer."""
    found = wave.invitations.exclude(skip_reason="")
    if reason in SkipReason.values:
        found = found.filter(skip_reason=reason)
    answered = Exists(Answer.objects.filter(invitation=OuterRef("pk")))
    return (
        found.select_related("client", "contact")
        .annotate(has_answered=answered)
        .order_by("skip_reason", "client__name", "contact__name", "pk")
    )


def skipped_counts(wave: Wave) -> list[tuple[SkipReason, int]]:
    """Count those without a letter by reason."""
    counts = dict(wave.invitations.exclude(skip_reason="").order_by().values_list("skip_reason").annotate(n=Count("id")))
    return [(reason, counts[reason.value]) for reason in SkipReason if reason.value in counts]
