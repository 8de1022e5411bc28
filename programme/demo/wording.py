"""What the demo company has put through the wording check."""

import datetime as dt

from company.enums import Role
from company.models import User
from programme.models import WordingDocument, WordingRun

# Days ago, and what was checked: name, small letters, capital ones.
CHECKS = (
    (96, (("Договор поставки.docx", 31, 4), ("Скрипт обзвона.txt", 12, 3))),
    (61, (("Прайс-лист.xlsx", 3, 6), ("Памятка продавца.docx", 9, 14), ("Возврат и обмен.html", 7, 11))),
    (33, (("Договор поставки.docx", 0, 35), ("Презентация для партнёров.pptx", 5, 17))),
    (5, (("Письма к празднику.md", 1, 18), ("Регламент доставки.docx", 2, 26))),
)


def create_wording(now: dt.datetime) -> None:
    """Save the figures of earlier checks; their contents were forgotten after a day."""
    manager = User.objects.filter(role=Role.MANAGER).order_by("pk").first()
    for days, documents in CHECKS:
        moment = now - dt.timedelta(days=days)
        run = WordingRun.objects.create(started_by=manager, started_at=moment, settled_at=moment + dt.timedelta(minutes=4))
        WordingDocument.objects.bulk_create(
            [WordingDocument(run=run, name=name, wrong=wrong, right=right) for name, wrong, right in documents]
        )
