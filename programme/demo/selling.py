"""The demo firm's worksheets of selling more: what people have answered about two segments, and one action made of it."""

import datetime as dt
import uuid

from clients.models import Segment
from company.models import User
from metrics.enums import SellQuestion
from metrics.models import SellNote
from metrics.services import act_on_sell_note, add_sell_note
from programme.demo.firm import MANAGER

KEYS = uuid.UUID("5b7e6b0c-0c55-4b5a-9f55-3a2d1c8c6a41")
PRIVATE, FIRMS = "Частные", "Компании"
ANSWERS = [
    (PRIVATE, SellQuestion.WHO, "Те, кто носит только пальто и пуховики: весной и осенью их нет по полгода"),
    (PRIVATE, SellQuestion.WHAT, "Шторы и пледы: у половины дома есть, чистить возят к соседям"),
    (PRIVATE, SellQuestion.HINDERED, "Не спрашиваем при выдаче, что ещё пора почистить"),
    (PRIVATE, SellQuestion.EASIER, "Забирать вещи у двери в день, который Клиент выбрал сам"),
    (FIRMS, SellQuestion.OTHERS, "У гостиниц кроме белья есть форма персонала, её стирает другая прачечная"),
    (FIRMS, SellQuestion.EASIER, "Один счёт в месяц вместо счёта на каждый заказ"),
]
ACTED_ON, DAYS_TO_ACT = ANSWERS[5][2], 10


def create_selling(now: dt.datetime) -> None:
    """Write the answers down and make an action of one."""
    manager = User.objects.get(email=MANAGER)
    segments = {segment.name: segment for segment in Segment.objects.filter(name__in=[PRIVATE, FIRMS])}
    for number, (name, question, words) in enumerate(ANSWERS):
        key = uuid.uuid5(KEYS, str(number))
        add_sell_note(segment=segments.get(name), question=question, words=words, request_key=key, actor=manager)
    note = SellNote.objects.get(words=ACTED_ON)
    due_on = now.date() + dt.timedelta(days=DAYS_TO_ACT)
    act_on_sell_note(note=note, title="Предложить гостиницам один счёт в месяц", owner=manager, due_on=due_on, actor=manager)
