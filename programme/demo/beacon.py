"""The demo firm's beacon: what colleagues wrote, what was published, and a new collection under way."""

import datetime as dt
import uuid

from company.models import User
from programme.demo.firm import MANAGER
from programme.services.beacon import group_variants, offer_variant, publish_beacon, sort_variants, start_round
from programme.services.beacon_pulse import prepare_due_pulse

PUBLISHED_DAYS_AGO, ASKED_DAYS_AGO, PREPARED_DAYS_AGO = 96, 3, 1
WORDS = "Клиент уходит от нас спокойным: о нём подумали раньше, чем он попросил."
MEANING = (
    "Звоним сами, если мастер задерживается.\nПомним, что было в прошлый раз, и не переспрашиваем.\nГоворим цену до начала, а не после."
)
FIRST = (
    "Думаем о Клиенте раньше, чем он попросит",
    "Помогаем, а не продаём",
    "Держим слово, даже когда неудобно",
)
NEXT = (
    "Клиент всегда знает, сколько стоит и сколько ждать",
    "Клиент знает цену и время заранее",
    "Держим слово: сказали в шесть, значит в шесть",
    "Сказали Клиенту, значит держим слово",
    "Помним каждого по имени",
    "Гордимся работой, которую видит Клиент",
    "Помним, как зовут Клиента и что он любит",
)


def create_beacon(now: dt.datetime) -> None:
    """Publish the first definition months ago, then ask colleagues anew; the pulse of the quarter waits to be started."""
    manager, published = User.objects.get(email=MANAGER), now - dt.timedelta(days=PUBLISHED_DAYS_AGO)
    collect(manager, FIRST, published - dt.timedelta(days=7))
    publish_beacon(text=WORDS, meaning=MEANING, based_on=0, actor=manager, now=published)
    asked = now - dt.timedelta(days=ASKED_DAYS_AGO)
    collect(manager, NEXT, asked)
    prepare_due_pulse(now=now - dt.timedelta(days=PREPARED_DAYS_AGO))


def collect(manager: User, texts: tuple[str, ...], at: dt.datetime) -> None:
    """Take the sentences, group them and put two on the shortlist."""
    collection = start_round(actor=manager, now=at)
    for place, text in enumerate(texts):
        offer_variant(collection=collection, text=text, key=uuid.uuid5(uuid.NAMESPACE_OID, f"{place}: {text}"), now=at)
    group_variants(collection=collection, actor=manager)
    variants = collection.variants.all()
    sort_variants(collection=collection, sorting={each.pk: (each.pile, each.text in texts[:2]) for each in variants}, actor=manager)
