"""Memos of the demo firm: the ready ones in use, some needed already."""

import datetime as dt
import uuid

from company.models import User
from programme.demo.firm import CLERK, MANAGER
from programme.enums import UseOutcome
from programme.models import Playbook
from programme.playbook_start import ready_memos
from programme.services.playbooks import add_playbooks, note_use

KEYS = uuid.UUID("2f1f6a3c-0f0e-4c4b-9a30-3f2f6c9b1d22")
USES = (
    (
        96,
        "Нет света, связи или кассы",
        UseOutcome.PARTLY,
        "Два часа без света на Заводской, принимали по бланкам.",
        "Добавить фонарь и зарядку в ящик.",
    ),
    (61, "Не вышел незаменимый коллега", UseOutcome.HELPED, "Заболела швея, перенесли три примерки, никто не ушёл.", ""),
    (24, "Испортили или потеряли вещь Клиента", UseOutcome.HELPED, "Перепутали два пальто, нашли за двадцать минут.", ""),
    (9, "Все пришли разом", UseOutcome.NOT, "После сюжета по телевизору очередь стояла на улице.", "Назвать, кто из офиса выходит в зал."),
    (3, "Клиент нас похвалил", UseOutcome.HELPED, "Письмо про свадебное платье прочли на планёрке.", ""),
)


def create_playbooks(now: dt.datetime) -> None:
    """Put our memos on the shelf and tell of the days they were needed."""
    add_playbooks(memos=ready_memos(), actor=User.objects.get(email=MANAGER), now=now - dt.timedelta(days=120))
    clerk = User.objects.get(email=CLERK)
    for number, (ago, title, outcome, happened, to_change) in enumerate(USES):
        note_use(
            playbook=Playbook.objects.get(title=title),
            used_on=now.date() - dt.timedelta(days=ago),
            happened=happened,
            outcome=outcome,
            to_change=to_change,
            actor=clerk,
            request_key=uuid.uuid5(KEYS, str(number)),
        )
