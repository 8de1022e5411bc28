"""What a personal letter is put together from: the same number of queries for one Client and for hundreds."""

from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from churn.enums import CallOutcome
from churn.letters import LetterFacts
from churn.models import ExitCall, ReturnCampaign, ReturnTurn
from company.models import Company, User
from company.queries import active_owners, the_company

FAVOURITES_SQL = """
SELECT DISTINCT ON (client_id) client_id, product FROM (
    SELECT client_id, product, count(*) AS n FROM clients_purchase
    WHERE client_id = ANY(%(clients)s) AND product <> '' AND cents > 0 GROUP BY client_id, product
) bought ORDER BY client_id, n DESC, product
"""


def letter_facts(campaign: ReturnCampaign, turns: Sequence[ReturnTurn]) -> dict[int, LetterFacts]:
    """Return the facts by turn; the turns come with their Clients, sums and answers."""
    clients = [turn.client_id for turn in turns]
    talks, favourites, company = talks_with(clients), favourite_of(clients), the_company()
    senior = active_owners().order_by("seniority", "id").first() or campaign.created_by
    return {
        turn.pk: facts_of(
            campaign,
            turn,
            talks.get(turn.client_id),
            product=favourites.get(turn.client_id, ""),
            signer=signer_of(talks, turn, senior),
            company=company,
        )
        for turn in turns
    }


def talks_with(clients: Sequence[int]) -> dict[int, ExitCall]:
    """Return the last talk with each Client, one with words if there is any; rehearsals apart."""
    talks = ExitCall.objects.filter(leaver__client__in=clients, outcome=CallOutcome.TALKED, is_rehearsal=False)
    found: dict[int, ExitCall] = {}
    for talk in talks.select_related("leaver", "caller").order_by("called_at", "pk"):
        known = found.get(talk.leaver.client_id)
        if talk.words or known is None or not known.words:
            found[talk.leaver.client_id] = talk
    return found


def favourite_of(clients: Sequence[int]) -> dict[int, str]:
    """Return what each Client bought most often, by name."""
    with connection.cursor() as cursor:
        cursor.execute(FAVOURITES_SQL, {"clients": list(clients)})
        return dict(cursor.fetchall())


def signer_of(talks: dict[int, ExitCall], turn: ReturnTurn, senior: User | None) -> User | None:
    """Return who signs: whoever talked with the Client, if still with us, else the most senior owner."""
    talk = talks.get(turn.client_id)
    return talk.caller if talk and talk.caller.is_active else senior


def facts_of(  # noqa: PLR0913 - what a letter is made of
    campaign: ReturnCampaign, turn: ReturnTurn, talk: ExitCall | None, *, product: str, signer: User | None, company: Company
) -> LetterFacts:
    """Return the facts of one letter: words said on the telephone go before words written in an answer."""
    answer, total = turn.answer, getattr(turn.client, "sum", None)
    said = talk.words if talk else (answer.why or answer.ten) if answer else ""
    moment = talk.called_at if talk else answer.answered_at if answer else None
    done_at = campaign.action.done_at if campaign.action else None
    return LetterFacts(
        client_id=turn.client_id,
        name=turn.client.name,
        fixed=campaign.fixed,
        signer=signer.name if signer else "",
        position=signer.position if signer else "",
        company=company.name,
        has_left=turn.leaver_id is not None,
        words=said,
        said_on=timezone.localdate(moment) if moment else None,
        was_call=talk is not None,
        score=answer.score if answer else None,
        since=total.first_day if total else None,
        product=product,
        fixed_on=timezone.localdate(done_at) if done_at else None,
    )
