"""Who sent whom to the demo firm: most of those whom friends brought name them, and fans bring more often than others."""

import numpy as np

from clients.models import Client, ClientSum
from programme.demo.customers import CHANNELS
from surveys.models import Answer

NAMED = 0.4
"""The share of those who came by a friend's word and say whose."""
FAN_WEIGHT, OTHER_WEIGHT = 6.0, 1.0


def create_referrals(random: np.random.Generator) -> None:
    """Name the sender of some who came by a friend's word: always somebody who bought before them."""
    fans = set(Answer.objects.filter(score__gte=9, suspect_reason="", client__isnull=False).values_list("client_id", flat=True))
    firsts = dict(ClientSum.objects.order_by("first_day", "client_id").values_list("client_id", "first_day"))
    order = list(firsts)
    weights = np.array([FAN_WEIGHT if pk in fans else OTHER_WEIGHT for pk in order])
    invited = Client.objects.filter(channel__name=CHANNELS[0], pk__in=order).order_by("pk")
    named = [client for client in invited if random.random() < NAMED]
    for client in named:
        before = np.array([firsts[pk] < firsts[client.pk] for pk in order])
        if before.any():
            chances = weights * before
            client.referred_by_id = order[int(random.choice(len(order), p=chances / chances.sum()))]
    Client.objects.bulk_update(named, ["referred_by"], batch_size=1000)
