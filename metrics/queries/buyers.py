"""Who will probably buy soon: Clients in the order that proved best, with what is expected of them."""

from collections.abc import Iterator

from django.db.models import QuerySet

from clients.models import Client, Segment
from company.models import Branch
from metrics.models import BuyingModel, ClientScore
from metrics.queries.scores import likely_buyers

FILE_PART = 2000
HISTORY = 12


def buyers_list(*, branch: Branch | None = None, segment: Segment | None = None) -> QuerySet[ClientScore]:
    """Return the scored Clients of a branch and a segment, the likeliest buyers first."""
    asked = {name: row for name, row in (("client__branch", branch), ("client__segment", segment)) if row}
    return likely_buyers().filter(**asked).select_related("client__segment", "client__branch", "client__sum")


def buyer_lines(scores: QuerySet[ClientScore]) -> Iterator[list[object]]:
    """Yield the list for a file, part by part; whose purchases were taken back since the night is left out."""
    for score in scores.filter(client__sum__isnull=False).iterator(chunk_size=FILE_PART):
        client = score.client
        money = None if score.year_cents is None else round(score.year_cents) / 100
        yield [
            client.external_id or "",
            client.name,
            client.segment.name if client.segment else "",
            client.branch.name if client.branch else "",
            client.sum.last_day,
            round(score.p_buys, 4),
            round(score.p_alive, 4),
            round(score.expected, 2),
            money,
        ]


def score_of(client: Client) -> ClientScore | None:
    """Return the score of one Client; None while there is none."""
    return ClientScore.objects.filter(client=client).first()


def fits_before(model: BuyingModel) -> QuerySet[BuyingModel]:
    """Return the last fits of the same model, newest first."""
    return BuyingModel.objects.filter(kind=model.kind).order_by("-made_at", "-pk")[:HISTORY]
